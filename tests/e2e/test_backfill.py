"""`outreach pull --since` under kill -9: the next run reads what is left, and every comment is in the store once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
from sqlalchemy import func, select

from outreach import channels, settings, wiring
from outreach.db import Database
from outreach.tables import Comment, Publication
from outreach.wiring import Worker
from tests.e2e.terminal import Terminal, on_sandbox, sandbox_of_now, tell, until

POSTS, SAID = 4, 3


def add_page(run: Terminal, user_token: str) -> Database:
    """The channel, as `outreach channels add` makes it; the open database, to look into."""
    plain = {key: value for key, value in run.settings.items() if "__" not in key}
    meta = {key.removeprefix("meta__"): value for key, value in run.settings.items() if key.startswith("meta__")}
    opened = wiring.open(settings=settings.load(**plain, meta=meta))
    app, now = Worker(opened).meta_app, datetime.now(UTC)
    found = channels.discover(app, user_token, now=now)
    channels.add(opened.database, app, found.candidates[0], "page", user_id=None, now=now)
    return opened.database


def count(database: Database, *conditions: object, of: type = Publication) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).select_from(of).where(*conditions)) or 0  # type: ignore[arg-type]


@pytest.mark.kills
def test_a_past_that_was_killed_halfway_is_taken_up_and_nothing_is_read_twice(tmp_path: Path) -> None:
    with sandbox_of_now() as sandbox:
        run = on_sandbox(sandbox, tmp_path, "")
        run.must("init", "init", "--sandbox")
        for number in range(POSTS):
            post = requests.post(
                f"{sandbox.base_url}/v26.0/{sandbox.page_id}/feed",
                data={"message": f"منشور {number}", "access_token": sandbox.page_token},
                timeout=20,
            ).json()["id"]
            for each in range(SAID):
                tell(sandbox, "comment", post=post, text=f"كلام {number} {each}")
        database = add_page(run, sandbox.user_token)
        slow = {"match": {"method": "GET", "path_regex": ".*/comments$"}, "kind": "slow", "times": 99, "seconds": 0.7}
        tell(sandbox, "faults", **slow)
        with run.background("killed", "pull", "--since", "2025-01-01") as process:
            until("some posts are read", lambda: count(database, Publication.read_at.is_not(None)) >= 2, process)
            process.kill()
            process.wait()
        left = POSTS - count(database, Publication.read_at.is_not(None))
        assert 0 < left < POSTS
        requests.delete(f"{sandbox.base_url}/_sandbox/faults", json={}, timeout=20)
        (row,) = run.must("again", "pull", "--since", "2025-01-01", "--json").json
        assert (row["posts"], row["left"]) == (left, 0)
        assert count(database, of=Comment) == POSTS * SAID
        database.close()
