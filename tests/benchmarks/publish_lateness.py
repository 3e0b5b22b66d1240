"""How late posts go out, with the release threads of one process on the real clock, and what an idle process costs.

Steady: a post every so often. Minute: fifty within one. Burst: a thousand channels in one second, every call taking
150 ms, beside the time that these calls must take with so many threads (calls x latency / threads).
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import func, select

from outreach import publishing
from outreach.clock import RealClock
from outreach.db import Database, install_keyring
from outreach.installation import Opened
from outreach.jobs import RELEASERS, Runner
from outreach.migrations import migrate
from outreach.sandbox.server import SandboxServer
from outreach.sandbox.switches import Switches
from outreach.settings import Settings
from outreach.states import Mode, PublicationStatus, Role
from outreach.tables import Approval, Publication, PublishAttempt
from outreach.vault import Keyring, new_keyring
from outreach.wiring import Worker
from tests.benchmarks.digest import _urls
from tests.factories import make_channel, make_post, make_publication, make_user

LATENCY = 0.15  #: seconds that a call takes
BURST = int(os.environ.get("OUTREACH_BENCH_CHANNELS", "1000"))
STEADY, EVERY = 20, 1.5  #: posts, seconds: the loop sleeps until the next slot, be it seconds or a minute away
MINUTE = 50


def run() -> dict[str, Any]:
    keyring = new_keyring()
    install_keyring(keyring)
    figures: dict[str, Any] = {"burst_channels": BURST, "latency_s": LATENCY, "threads": RELEASERS}
    with tempfile.TemporaryDirectory() as folder:
        for name, url in _urls(Path(folder)):
            figures |= {f"{name}_{key}": value for key, value in _measure(url, keyring).items()}
        figures |= _idle(Path(folder))
    return figures


def _measure(url: str, keyring: Keyring) -> dict[str, Any]:
    dice = random.Random(7)
    with SandboxServer(pages=BURST, switches=Switches(audience=False), start=RealClock().now()) as sandbox:
        requests.post(f"{sandbox.base_url}/_sandbox/clock", json={"run": True}, timeout=10)
        database = Database(url)
        migrate(database)
        worker = _worker(database, sandbox, keyring)
        channels = _channels(database, sandbox)
        steady = _play(worker, channels, [EVERY * number for number in range(STEADY)], sandbox)
        minute = _play(worker, channels, [dice.uniform(0, 60) for _ in range(MINUTE)], sandbox)
        burst = _play(worker, channels, [0.0] * BURST, sandbox)
        database.close()
    late = sorted([*steady.late, *minute.late])
    ideal = burst.calls * LATENCY / RELEASERS
    return {
        "p50_s": round(statistics.median(late), 3),
        "p99_s": round(late[int(0.99 * (len(late) - 1))], 3),
        "burst_s": round(burst.took, 1),
        "burst_calls": burst.calls,
        "burst_ideal_s": round(ideal, 1),
        "burst_over_ideal": round(burst.took / ideal, 2),
    }


class Played:
    def __init__(self, late: list[float], took: float, calls: int) -> None:
        self.late, self.took, self.calls = late, took, calls


def _worker(database: Database, sandbox: SandboxServer, keyring: Keyring) -> Worker:
    meta = dict.fromkeys(("graph_url", "instagram_url", "rupload_url"), sandbox.base_url)
    settings = Settings(
        meta={"app_secret": sandbox.app_secret, **meta},
        publishing={"spacing_seconds": 0},  # the three plays use the same channels
    )
    return Worker(Opened(settings, database, RealClock(), keyring, mode=Mode.SANDBOX))


def _channels(database: Database, sandbox: SandboxServer) -> list[str]:
    with database.write() as session:
        return [
            make_channel(session, remote_id=channel.page_id, token=channel.page_token).id
            for channel in sandbox.channels
        ]


def _play(worker: Worker, channels: Sequence[str], offsets: Sequence[float], sandbox: SandboxServer) -> Played:
    """Prepared posts, each on a channel of its own, that fall due so many seconds after the start."""
    start = worker.opened.clock.now() + timedelta(seconds=2 + len(offsets) / 40)
    ids = _prepared(worker, channels, [start + timedelta(seconds=offset) for offset in offsets])
    due = max(start, worker.opened.clock.now() + timedelta(seconds=1))
    _move(worker.opened.database, ids, due - start)
    sandbox.world.faults.add({"kind": "slow", "seconds": LATENCY, "times": None})
    before = _calls(sandbox)
    with _releasing(worker):
        _wait(worker.opened.database, ids)
    calls = _calls(sandbox) - before
    sandbox.world.faults.remove()
    late, took = _lateness(worker.opened.database, ids, due)
    return Played(late, took, calls)


def _prepared(worker: Worker, channels: Sequence[str], dues: Sequence[datetime]) -> list[str]:
    database, now = worker.opened.database, worker.opened.clock.now()
    with database.write() as session:
        approver = make_user(session, Role.APPROVER).id
        ids = []
        for number, (channel, due) in enumerate(zip(channels, dues, strict=False)):
            post = make_post(session)
            session.add(Approval(post_id=post.id, content_hash=post.content_hash, user_id=approver, at=now))
            content = {"text": f"{now.timestamp()} {number}", "link": None, "first_comment": None, "media": []}
            values = {"channel_id": channel, "due_at": due, "content": content}
            ids.append(str(make_publication(session, None, post, **values).id))
    while publishing.prepare_due(worker.desk):
        pass
    with database.read() as session:
        statuses = set(session.scalars(select(Publication.status).where(Publication.id.in_(ids))))
    assert statuses == {PublicationStatus.PREPARED}, statuses
    return ids


def _move(database: Database, ids: Sequence[str], by: timedelta) -> None:
    with database.write() as session:
        for row in session.scalars(select(Publication).where(Publication.id.in_(ids))):
            row.due_at += by


@contextmanager
def _releasing(worker: Worker) -> Iterator[None]:
    """The release threads of a process, and no other job."""
    runner = Runner(worker)
    for thread in runner._releasers:
        thread.start()
    try:
        yield
    finally:
        runner._stop.set()
        for thread in runner._releasers:
            thread.join()


def _wait(database: Database, ids: Sequence[str]) -> None:
    left = len(ids)
    while left:
        time.sleep(0.25)
        with database.read() as session:
            out = Publication.status == PublicationStatus.PUBLISHED
            done = session.scalar(select(func.count()).where(Publication.id.in_(ids), out))
        left = len(ids) - int(done or 0)


def _lateness(database: Database, ids: Sequence[str], first: datetime) -> tuple[list[float], float]:
    """Seconds from each slot to its call, and from the first slot to the last answer."""
    query = select(Publication.due_at, PublishAttempt.started_at, PublishAttempt.finished_at).join(
        PublishAttempt, PublishAttempt.publication_id == Publication.id
    )
    with database.read() as session:
        rows = session.execute(query.where(Publication.id.in_(ids), PublishAttempt.step == "release")).all()
    late = [(started - due).total_seconds() for due, started, _ in rows]
    return late, (max(finished for _, _, finished in rows if finished) - first).total_seconds()


def _calls(sandbox: SandboxServer) -> int:
    return sum(fault.struck for fault in sandbox.world.faults.faults)


def _idle(folder: Path) -> dict[str, Any]:
    """Processor time and memory of `scheduler.py` with nothing to do, from the tenth second on."""
    env = {**os.environ, "OUTREACH_DATA_DIR": str(folder / "idle"), "OUTREACH_KEY_DIR": str(folder / "idle-keys"),
           "OUTREACH_CONFIG": os.devnull}  # fmt: skip
    with SandboxServer(switches=Switches(audience=False)) as sandbox:
        for name in ("GRAPH", "INSTAGRAM", "RUPLOAD"):
            env[f"OUTREACH_META__{name}_URL"] = sandbox.base_url
        init = [sys.executable, "-m", "outreach", "init", "--sandbox"]
        subprocess.run(init, env=env, check=True, capture_output=True)
        process = subprocess.Popen([sys.executable, "scheduler.py"], env=env, stderr=subprocess.DEVNULL)
        time.sleep(10)
        before, began = _ticks(process.pid), time.monotonic()
        time.sleep(20)
        share = (_ticks(process.pid) - before) / os.sysconf("SC_CLK_TCK") / (time.monotonic() - began)
        resident = int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
    return {"idle_cpu_percent": round(100 * share, 1), "idle_rss_mb": round(resident / 1e6)}


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
