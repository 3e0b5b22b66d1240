"""kill -9 at every named step of publishing and moderating: afterwards everything is there exactly once."""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from outreach import comments
from outreach.settings import Settings
from outreach.states import ActionKind, ActionStatus, CommentState, Outcome, PublicationStatus, Verdict
from outreach.tables import (
    Action,
    ActionAttempt,
    Comment,
    Publication,
    PublishAttempt,
    ReviewDecision,
)
from outreach.vault import Keyring, save_keyring
from tests.integration.conftest import Stage, sandbox, stage
from tests.posting import schedule

__all__ = ["sandbox", "stage"]
pytestmark = pytest.mark.kills

ROOT = Path(__file__).parents[2]
MOST = 200  #: a run that is not through by then never ends
#: past a lease, with room for what has to wait once more
LATER = (timedelta(minutes=8), timedelta(minutes=16))


class Forge:
    """The warm process that forks workers, see `forge.py`; one for a whole run, since it takes long to start."""

    def __init__(self, stage: Stage, keyring: Keyring) -> None:
        save_keyring(keyring, stage.worker.settings.key_dir)
        self.stage = stage
        self.kills = 0
        self._warm = False
        self._process = _process()

    def order(self, *work: str, kill_at: int = 0, later: bool = True, of: Settings | None = None) -> bool:
        """A process that works now and dies at that event; True when it did. Without: works now and later, unharmed.

        `of`: another installation's, opened as at any start. The first of them that lives to its end warms the others.
        """
        now = self.stage.clock.now()
        at = [now] if kill_at or not later else [now, *(now + wait for wait in LATER)]
        warms = not (self._warm or kill_at or of)
        self._warm |= warms
        order = {
            "settings": _told(of or self.stage.worker.settings),
            "starts": of is not None,
            "warms": warms,
            "work": work,
            "kill_at": kill_at,
            "at": [each.isoformat() for each in at],
        }
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert answer["killed"] or answer["code"] == 0, answer
        self.kills += answer["killed"]
        self.stage.clock.jump(at[-1])
        return bool(answer["killed"])


@cache
def _process() -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.forge"],
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OUTREACH_CONFIG": os.devnull},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(_close, process)
    return process


def _close(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    assert process.stdout
    process.stdin.close()
    process.wait(timeout=20)
    process.stdout.close()


def _told(used: Settings) -> dict[str, Any]:
    return {
        **{name: str(getattr(used, name)) for name in ("data_dir", "key_dir", "host_id_file")},
        "database_url": used.database,
        "meta": {
            **used.meta.model_dump(include={"app_id", "graph_url", "instagram_url", "rupload_url"}),
            "app_secret": used.meta.app_secret.get_secret_value(),
        },
        "media": {"public_base_url": used.media.public_base_url},
        "publishing": {"spacing_seconds": 0},
    }


@pytest.fixture
def forge(stage: Stage, keyring: Keyring, capsys: pytest.CaptureFixture[str]) -> Iterator[Forge]:
    stage.tell("switches", audience=False, quota_total=100)
    opened = Forge(stage, keyring)
    yield opened
    with capsys.disabled():
        print(f"[{opened.kills} kills]", end=" ")


@pytest.mark.parametrize(
    ("channel", "images", "every", "least"),
    [("page", 0, 1, 15), ("page", 2, 4, 4), ("insta", 1, 4, 3)],
    ids=["page-text", "page-photos", "insta-image"],
)
def test_each_post_and_first_comment_is_there_once_wherever_the_process_died(
    stage: Stage, forge: Forge, channel: str, images: int, every: int, least: int
) -> None:
    """`every`: which events to die at; all of them for the simplest post, which has each kind of step."""
    ids: list[str] = []
    for event in events(stage, every):
        text = f"{channel} {len(ids)}"
        ids.append(schedule(stage, channel, text, images=images, first_comment=f"first: {text}"))
        killed = forge.order("publish", kill_at=event)
        forge.order("publish")
        if not killed:
            break
    state = stage.state()
    visible = sorted(each["text"] for each in (*state["posts"], *state["media"]) if each["visible"])
    wanted = [f"{channel} {number}" for number in range(len(ids))]
    assert visible == sorted(wanted)
    written = sorted(comment["text"] for comment in state["comments"] if not comment["deleted"])
    assert written == sorted(f"first: {text}" for text in wanted)
    with stage.database.read() as session:
        rows = session.scalars(select(Publication).where(Publication.id.in_(ids))).all()
        assert {row.status for row in rows} == {PublicationStatus.PUBLISHED}
        assert all(row.first_comment_id and row.remote_id and row.permalink for row in rows)
        assert not left_started(session, PublishAttempt)
    assert len({row.remote_id for row in rows}) == len(ids) == forge.kills + 1
    assert forge.kills >= least


def events(stage: Stage, every: int = 1) -> range:
    """At which events to die: every second on SQLite and the others on PostgreSQL, since both take the same steps."""
    return range(1 if stage.database.is_sqlite else 1 + every, MOST, 2 * every)


def left_started(session: Any, table: Any) -> int:
    return int(session.scalar(select(func.count()).select_from(table).where(table.outcome == Outcome.STARTED)))


def decide(stage: Stage, comment: Comment, kind: ActionKind) -> str:
    """A decision and the action that it asks for."""
    now = stage.clock.now()
    with stage.database.write() as session:
        decision = ReviewDecision(
            comment_id=comment.id, revision=1, verdict=Verdict.HIDE, reason="abuse", at=now, text_key=comment.text_key
        )
        session.add(decision)
        session.flush()
        action = Action(
            comment_id=comment.id,
            decision_id=decision.id,
            kind=kind,
            status=ActionStatus.PENDING,
            created_at=now,
        )
        session.add(action)
    return str(action.id)


def test_each_comment_is_hidden_shown_or_deleted_wherever_the_process_died(stage: Stage, forge: Forge) -> None:
    post = schedule(stage, "page", "a post")
    forge.order("publish")
    with stage.database.read() as session:
        remote_id = session.get_one(Publication, post).remote_id
    expected: dict[str, ActionKind] = {}
    for kind in (ActionKind.HIDE, ActionKind.UNHIDE, ActionKind.DELETE):
        for event in events(stage):
            said = f"{kind} {event}"
            comment = arrived(stage, remote_id, said)
            if kind is ActionKind.UNHIDE:
                decide(stage, comment, ActionKind.HIDE)
                forge.order("act", later=False)
            expected[comment.id] = kind
            decide(stage, comment, kind)
            killed = forge.order("act", kill_at=event)
            forge.order("act")
            if not killed:
                break
    there = {each["text"]: each for each in stage.state()["comments"]}
    with stage.database.read() as session:
        for comment_id, kind in expected.items():
            row = session.get_one(Comment, comment_id)
            remote = there[row.text]
            assert (remote["hidden"], remote["deleted"]) == (kind is ActionKind.HIDE, kind is ActionKind.DELETE)
            assert (
                row.state
                == {
                    ActionKind.HIDE: CommentState.HIDDEN,
                    ActionKind.UNHIDE: CommentState.VISIBLE,
                    ActionKind.DELETE: CommentState.GONE,
                }[kind]
            )
        assert {action.status for action in session.scalars(select(Action))} == {ActionStatus.DONE}
        assert not left_started(session, ActionAttempt)
    assert forge.kills >= 6


def arrived(stage: Stage, post_id: str | None, text: str) -> Comment:
    stage.tell("comment", post=post_id, text=text)
    with stage.database.read() as session:
        publication = session.scalars(select(Publication).where(Publication.remote_id == post_id)).one()
    comments.pull(stage.worker.reader, publication)
    with stage.database.read() as session:
        rows = session.scalars(select(Comment).where(Comment.publication_id == publication.id))
        return next(row for row in rows if row.text == text)
