"""Comments a second into the store, sealed and once each, beside a bare bulk insert; memory while many are read."""

from __future__ import annotations

import gc
import hashlib
import hmac
import json
import multiprocessing
import os
import re
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import insert, text

from outreach import comments
from outreach.clock import RealClock, SteppedClock
from outreach.comments.pulling import store
from outreach.comments.reader import Reader
from outreach.db import Database, install_keyring, new_id
from outreach.meta.protocol import RemoteComment
from outreach.meta.usage import Usage
from outreach.migrations import migrate
from outreach.sandbox.objects import Post
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.tables import Comment, Publication
from outreach.vault import new_keyring
from tests.benchmarks.digest import _urls
from tests.e2e.terminal import on_sandbox, tell
from tests.e2e.test_backfill import add_page, count
from tests.factories import make_publication

NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)
COMMENTS = 10_000
PAGE = 100  #: comments in one answer of Meta's
#: comments of the past whose memory is watched; a million is asked for with OUTREACH_BENCH_PAST=1000000
PAST = {"sqlite": int(os.environ.get("OUTREACH_BENCH_PAST", "30000"))}
PAST["postgres"] = min(PAST["sqlite"], 100_000)
TEXT = "السلام عليكم، وين أقرب مركز للدعم؟ اختي محتاجة تحچي ويه أحد وما نعرف منو نسأل"
SECRET = "made-up-secret"


def run() -> dict[str, Any]:
    install_keyring(new_keyring())
    figures: dict[str, Any] = {"comments": COMMENTS}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _urls(Path(folder)):
            database = Database(url)
            migrate(database)
            found = {**_rates(database), **_webhook(database)}
            beside = _another(database)
            database.close()
            found |= _past(name, beside, Path(folder))
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


def _page(number: int) -> list[RemoteComment]:
    return [_comment(number * PAGE + place) for place in range(PAGE)]


def _comment(number: int) -> RemoteComment:
    """Every fourth answers the one before it."""
    return RemoteComment(
        id=f"122000{number // 5000}_{number:017}",
        text=f"{TEXT} {number}",
        created_at=NOW,
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


def _another(database: Database) -> str:
    """The URL of an empty database beside this one."""
    url = database.engine.url.set(database=f"{database.engine.url.database}_past")
    if not database.is_sqlite:
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(f'CREATE DATABASE "{url.database}"'))
    return url.render_as_string(hide_password=False)


def _past(name: str, url: str, folder: Path) -> dict[str, float]:
    """`outreach pull --since` over HTTP from a sandbox in a process of its own; resident memory of both, every second.

    Flat: at the end no more than when a fifth was read.
    """
    total = PAST[name]
    spawn = multiprocessing.get_context("spawn")
    here, there = spawn.Pipe()
    meta = spawn.Process(target=_play_meta, args=(there, total), daemon=True)
    meta.start()
    try:
        site = here.recv()
        run = on_sandbox(site, folder / f"past-{name}", url)
        run.must("init", "init", "--sandbox")
        database = add_page(run, site.user_token)
        with run.background("past", "pull", "--since", f"{NOW.year - 1}-01-01", "--json") as pull:
            samples = list(_watched(pull, meta.pid or 0, database, total))
            code = pull.wait()
        found = count(database, of=Comment)
        database.close()
    finally:
        meta.terminate()
        meta.join()
    assert (code, found) == (0, total), (code, found, run.diary["past"].err[-500:])
    return _in_words(samples)


def _play_meta(pipe: Any, size: int) -> None:
    """One post, twice as old as words are kept, under which a crowd has talked evenly ever since."""
    now = RealClock().now()
    with SandboxServer(start=now, switches=Switches(audience=False)) as sandbox:
        tell(sandbox, "clock", run=True)
        post = tell(sandbox, "post", on=sandbox.page_id, text="منشور طويل")["id"]
        found = sandbox.world.find(post)
        assert isinstance(found, Post)
        found.created_at = found.published_at = now - timedelta(days=180)
        tell(sandbox, "crowd", post=post, comments=size)
        names = ("base_url", "app_id", "app_secret", "verify_token", "user_token")
        pipe.send(SimpleNamespace(**{each: getattr(sandbox, each) for each in names}))
        threading.Event().wait()


@dataclass(frozen=True)
class _Sample:
    seconds: float
    comments: int
    reader_mb: float
    sandbox_mb: float


def _watched(pull: subprocess.Popen[bytes], sandbox: int, database: Database, total: int) -> Iterator[_Sample]:
    """Prints a line at each tenth, so that a run that is ended early has shown something."""
    began, tenth = time.monotonic(), 0
    while pull.poll() is None:
        sample = _Sample(time.monotonic() - began, count(database, of=Comment), _mb(pull.pid), _mb(sandbox))
        if sample.reader_mb and sample.comments:
            yield sample
        if sample.comments * 10 // total > tenth:
            tenth = sample.comments * 10 // total
            print(f"  {sample.comments:>9,} read  {sample.seconds:6.0f} s  reader {sample.reader_mb:.0f} MB  "
                  f"sandbox {sample.sandbox_mb:.0f} MB", flush=True)  # fmt: skip
        time.sleep(max(1.0, total / 500_000))


def _mb(pid: int) -> float:
    """Resident now; 0 of a process that has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    found = re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


def _in_words(samples: Sequence[_Sample]) -> dict[str, float]:
    last = samples[-1]
    early = [each for each in samples if each.comments <= last.comments / 5] or samples[:1]
    return {
        "backfill_comments": last.comments,
        "backfill_per_s": round(last.comments / last.seconds),
        "backfill_mb_to_fifth": round(max(each.reader_mb for each in early)),
        "backfill_mb_to_end": round(max(each.reader_mb for each in samples)),
        "backfill_sandbox_mb": round(max(each.sandbox_mb for each in samples)),
    }
