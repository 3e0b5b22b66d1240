"""Comments a second into the store, sealed and once each, beside a bare bulk insert; memory while many are read."""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from outreach import comments
from outreach.clock import SteppedClock
from outreach.comments.pulling import store
from outreach.comments.reader import Reader
from outreach.db import Database, install_keyring, new_id
from outreach.meta.protocol import CommentPage, RemoteComment
from outreach.meta.usage import Usage
from outreach.migrations import migrate
from outreach.tables import Comment, Publication
from outreach.vault import new_keyring
from tests.benchmarks.digest import _urls
from tests.factories import make_publication

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
COMMENTS = 10_000
PAGE = 100  #: comments in one answer of Meta's
PAST = 60_000  #: comments of the past whose memory is watched; `backfill_1m_mb` is drawn out from here
TEXT = "السلام عليكم، وين أقرب مركز للدعم؟ اختي محتاجة تحچي ويه أحد وما نعرف منو نسأل"
SECRET = "made-up-secret"


def run() -> dict[str, Any]:
    install_keyring(new_keyring())
    figures: dict[str, Any] = {"comments": COMMENTS}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _urls(Path(folder)):
            database = Database(url)
            migrate(database)
            found = {**_rates(database), **_webhook(database), **(_past(database) if database.is_sqlite else {})}
            database.close()
            figures |= {f"{name}_{key}": value for key, value in found.items()}
    return figures


def _rates(database: Database) -> dict[str, float]:
    """New comments, the same ones again, and what the database takes of rows that cost nothing to make."""
    reader = reader_on(database)
    post = _post(database)
    pages = [_page(number) for number in range(COMMENTS // PAGE)]
    new = _rate(lambda: _store(reader, post, pages), COMMENTS)
    again = _rate(lambda: _store(reader, post, pages), COMMENTS)
    bare = _rate(lambda: _bare(database, post), COMMENTS)
    return {
        "new_per_s": round(new),
        "known_per_s": round(again),
        "bare_per_s": round(bare),
        "bare_over_new": round(bare / new, 1),
    }


def reader_on(database: Database, **channel: Any) -> Reader:
    clock = SteppedClock(NOW)
    usage = Usage(clock)
    return Reader(
        database,
        clock,
        channel.get("open_channel", _no_channel),
        lambda _channel: usage,
        _Score,
        timedelta(days=90),
        "Asia/Baghdad",
    )


def _no_channel(_row: object) -> Any:
    raise AssertionError("nothing is asked of Meta here")


class _Score:
    """Not measured here: scoring has a benchmark of its own."""

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool]) -> list[Any]:
        from outreach.classifier import Prediction
        from outreach.states import ScoreStatus

        return [Prediction(ScoreStatus.NOTHING_TO_SCORE, "no_letters", None, None, None, model="none") for _ in texts]


def _post(database: Database) -> Publication:
    with database.write() as session:
        row: Publication = make_publication(
            session, status="published", published_at=NOW, remote_id=f"1_{new_id()[:9]}"
        )
        return row


def _page(number: int, *, written: datetime = NOW) -> list[RemoteComment]:
    return [_comment(number * PAGE + place, written) for place in range(PAGE)]


def _comment(number: int, written: datetime) -> RemoteComment:
    """Every fourth answers the one before it."""
    return RemoteComment(
        id=f"122000{number // 5000}_{number:017}",
        text=f"{TEXT} {number}",
        created_at=written,
        parent_id=f"122000{(number - 1) // 5000}_{number - 1:017}" if number % 4 == 3 else None,
        author_id=f"24{number % 7000:015}",
        author_name="زائرة من البصرة",
        permalink=f"https://www.facebook.com/1/posts/2?comment_id={number}",
    )


def _store(reader: Reader, post: Publication, pages: Sequence[Sequence[RemoteComment]]) -> None:
    for page in pages:
        store(reader, post, page)


def _bare(database: Database, post: Publication) -> None:
    """The same columns filled with ready-made text of the same length, in pages of the same size."""
    for number in range(COMMENTS // PAGE):
        rows = [_row(post, number * PAGE + place) for place in range(PAGE)]
        with database.write() as session:
            session.execute(insert(Comment), rows)


def _row(post: Publication, number: int) -> dict[str, Any]:
    return {
        "id": new_id(),
        "channel_id": post.channel_id,
        "publication_id": post.id,
        "remote_key": f"h1:{number:064}",
        "author_key": "h1:" + "0" * 64,
        "hour": NOW,
        "seen_hour": NOW,
        "text_key": "h1:" + "0" * 64,
        "text_sealed": "x" * 390,
        "remote_id_sealed": "x" * 212,
        "author_name_sealed": "x" * 212,
        "permalink_sealed": "x" * 212,
        "times_sealed": "x" * 212,
    }


def _rate(work: Callable[[], object], count: int) -> float:
    gc.collect()
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def _webhook(database: Database) -> dict[str, float]:
    """Milliseconds to check and seal a delivery of a thousand entries, which Meta waits for."""
    value = {"item": "comment", "verb": "add", "comment_id": "1_2", "post_id": "1_1", "message": TEXT}
    entry = {"id": "1", "time": 1, "changes": [{"field": "feed", "value": value}]}
    raw = json.dumps({"object": "page", "entry": [entry] * 1000}).replace("/", "\\/").encode()
    signature = "sha256=" + hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
    rate = _rate(lambda: comments.receive(database, raw, signature, [SECRET], now=NOW), 1)
    return {"webhook_1000_ms": round(1000 / rate, 1)}


class _Past:
    """A channel with one long post: every page is made when it is asked for."""

    def __init__(self, pages: int) -> None:
        self.pages = pages

    def comment_pages(
        self, _post: str, *, photos: Sequence[str] = (), start: str | None = None
    ) -> Iterator[CommentPage]:
        for number in range(self.pages):
            # half of them are older than words are kept, as in a past they are
            written = NOW - timedelta(days=200 * (number % 2))
            last = number == self.pages - 1
            yield CommentPage(tuple(_page(10_000 + number, written=written)), None if last else str(number))


def _past(database: Database) -> dict[str, float]:
    """Peak memory after a fifth of the past and after all of it: flat means that a million cost no more."""
    post = _post(database)
    _read_past(database, post, PAST // PAGE // 5)
    early = _peak_mb()
    began = time.perf_counter()
    _read_past(database, _post(database), PAST // PAGE)
    late = _peak_mb()
    grown = late - early
    return {
        "backfill_per_s": round(PAST / (time.perf_counter() - began)),
        "backfill_mb_at_fifth": round(early),
        "backfill_mb_at_end": round(late),
        "backfill_1m_mb": round(late + grown / (PAST * 0.8) * (1_000_000 - PAST)),
    }


def _read_past(database: Database, post: Publication, pages: int) -> None:
    reader = reader_on(database, open_channel=lambda _row: _Past(pages))
    with database.read() as session:
        channel = session.get_one(Publication, post.id).channel
    from outreach.tables import Backfill

    backfill = Backfill(channel_id=channel.id, since=NOW - timedelta(days=999), started_at=NOW)
    with database.write() as session:
        session.add(backfill)
    reader.clock.jump(NOW + timedelta(seconds=1))  # type: ignore[attr-defined]
    comments.read_past(replace(reader), backfill, post.id)


def _peak_mb() -> float:
    gc.collect()
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
