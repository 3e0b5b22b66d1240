"""The one list of jobs: name, cadence, function. APScheduler ticks; rows in the database decide what is due.

A job does one step and returns True when there may be more. A step that fails is logged by code and the loop goes on.
The release of posts has a loop of its own, which sleeps until the next post is due, one second at most (design §2.6).
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import requests
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from outreach import (
    alerts,
    channels,
    comments,
    digests,
    engagement,
    installation,
    logs,
    moderation,
    notices,
    publishing,
    retention,
    wiring,
)
from outreach.db import Database
from outreach.errors import MailError, OutreachError, describe
from outreach.tables import JobRun
from outreach.wiring import Worker

STEPS = 500  #: of one job in one turn, so that none starves the others in its pool
TURN = 30.0  #: seconds of it: where Meta is slow, steps take long, and what releases wait for shares its pool
LISTEN_EVERY = 0.2  #: seconds between looks at whether the process was told to stop
RELEASERS = 4  #: threads that release; posts of different channels need not wait for each other
RECORD_EVERY = 10.0  #: seconds between two notes in the database that a fast job still runs
HEALTHY_ROUNDS = 3
LEAST_PATIENCE = timedelta(minutes=2)
CLOCK_JUMP = 60.0  #: seconds; a post may go out at the wrong time, so somebody should look
log = logs.get("jobs")


@dataclass(frozen=True)
class Job:
    """`pool` is a class of jobs with threads of its own, so that a slow Meta does not hold up what is local."""

    name: str
    every: timedelta
    run: Callable[[Worker], bool]
    pool: str = "local"
    longest: timedelta = timedelta(0)  #: that one step may take


def _prepare(worker: Worker) -> bool:
    return publishing.prepare_due(worker.desk, videos=False)


def _upload(worker: Worker) -> bool:
    return publishing.prepare_due(worker.desk, videos=True)


def _release(worker: Worker) -> bool:
    return publishing.release_due(worker.desk)


def _entrust(worker: Worker) -> bool:
    return publishing.entrust_due(worker.desk)


def _verify(worker: Worker) -> bool:
    return publishing.watch_due(worker.desk)


def _clean_up(worker: Worker) -> bool:
    return publishing.clean_up_due(worker.desk)


def _settle(worker: Worker) -> bool:
    return publishing.settle_due(worker.desk)


def _withdraw(worker: Worker) -> bool:
    return publishing.withdraw_due(worker.desk)


def _recover(worker: Worker) -> bool:
    """After a restore; a channel that cannot be read keeps no other waiting."""
    for error in read_back(worker, publishing.unread(worker.opened.database)):
        log.warning("restore.not_read_back", **describe(error))
    return False


def read_back(worker: Worker, waiting: Sequence[publishing.Unread]) -> list[OutreachError]:
    """Compare channels with Meta after a restore; what kept any from it. Nothing is written to Meta."""
    failed: list[OutreachError] = []
    for each in waiting:
        now = worker.opened.clock.now()
        try:
            found = publishing.compare(worker.desk, each)
            channel = worker.open_channel(each.channel)
            acts = moderation.settle_restored(worker.opened.database, channel, each.channel, now=now)
        except OutreachError as error:
            failed.append(error)
        else:
            publishing.note(worker.opened.database, each, found, now=now, actions=acts)
    return failed


def _watch(worker: Worker) -> bool:
    installation.keep_watch(worker.opened)
    return False


def _first_comment(worker: Worker) -> bool:
    return publishing.comment_due(worker.desk)


def _hold(worker: Worker) -> bool:
    return publishing.hold_due(worker.desk)


def _webhooks(worker: Worker) -> bool:
    return comments.work_deliveries(worker.reader)


def _look(worker: Worker) -> bool:
    return comments.look_due(worker.reader)


def _pull(worker: Worker) -> bool:
    return comments.pull_due(worker.reader)


def _measure(worker: Worker) -> bool:
    return engagement.measure_due(worker.gauge)


def _classify(worker: Worker) -> bool:
    opened = worker.opened
    return moderation.classify_pending(
        opened.database, worker.classifier, now=opened.clock.now(), settings=worker.settings
    )


def _act(worker: Worker) -> bool:
    opened = worker.opened
    return moderation.run_actions(opened.database, worker.open_channel, now=opened.clock.now())


def _overdue(worker: Worker) -> bool:
    opened = worker.opened
    return moderation.open_overdue_cases(opened.database, now=opened.clock.now(), settings=worker.settings)


def _sample(worker: Worker) -> bool:
    opened = worker.opened
    return moderation.draw_sample(opened.database, now=opened.clock.now(), settings=worker.settings)


def _alert(worker: Worker) -> bool:
    opened = worker.opened
    now = opened.clock.now()
    alerts.raise_due(opened.database, now=now, settings=worker.settings)
    notices.raise_due(opened.database, now=now)
    return notices.send_due(opened.database, worker.courier, now=now, settings=worker.settings)


def _digest(worker: Worker) -> bool:
    opened = worker.opened
    return digests.work_due(opened.database, worker.mailer, now=opened.clock.now(), settings=worker.settings)


def _purge(worker: Worker) -> bool:
    opened = worker.opened
    retention.purge_due(opened.database, now=opened.clock.now(), settings=worker.settings)
    return False


def _forget(worker: Worker) -> bool:
    opened = worker.opened
    retention.forget_gone(opened.database, now=opened.clock.now(), settings=worker.settings)
    return False


def _check_channels(worker: Worker) -> bool:
    opened = worker.opened
    return channels.check_due(opened.database, worker.meta_app, now=opened.clock.now())


def _heartbeat(worker: Worker) -> bool:
    """Ping only while all is well: a monitor elsewhere raises the alarm when the pings stop."""
    url = worker.settings.heartbeat_url
    if url and is_healthy(worker):
        with suppress(requests.RequestException):
            requests.get(url, timeout=10, allow_redirects=False)
    return False


RELEASE = Job("release", timedelta(seconds=1), _release, "release")
JOBS: tuple[Job, ...] = (
    Job("hold", timedelta(seconds=10), _hold),
    Job("classify", timedelta(seconds=2), _classify, "classify"),
    Job("webhooks", timedelta(seconds=2), _webhooks, "hear"),
    Job("prepare", timedelta(seconds=10), _prepare, "write"),
    Job("upload", timedelta(seconds=10), _upload, "upload", longest=timedelta(hours=1)),
    Job("settle", timedelta(seconds=10), _settle, "write"),
    Job("entrust", timedelta(seconds=10), _entrust, "write"),
    Job("verify", timedelta(seconds=10), _verify, "write"),
    Job("clean_up", timedelta(seconds=10), _clean_up, "write"),
    Job("withdraw", timedelta(seconds=2), _withdraw, "withdraw"),
    Job("recover", timedelta(minutes=1), _recover, "read"),
    Job("watch", timedelta(minutes=1), _watch),
    Job("first_comment", timedelta(seconds=10), _first_comment, "write"),
    Job("actions", timedelta(seconds=2), _act, "act"),
    Job("look", timedelta(seconds=15), _look, "read"),
    # what a large delivery brings forward should reach the queue within seconds
    Job("pull", timedelta(seconds=5), _pull, "pull"),
    Job("measure", timedelta(minutes=5), _measure, "read"),
    Job("cases", timedelta(seconds=30), _overdue),
    Job("sample", timedelta(hours=1), _sample),
    Job("alerts", timedelta(seconds=15), _alert, "mail"),
    Job("digest", timedelta(minutes=10), _digest, "mail"),
    Job("channels", timedelta(hours=1), _check_channels, "read"),
    Job("retention", timedelta(hours=24), _purge),
    Job("forget", timedelta(minutes=10), _forget),
    Job("heartbeat", timedelta(minutes=1), _heartbeat, "mail"),
)
POOLS: Mapping[str, int] = {
    "local": 1,
    "classify": 1,
    "hear": 1,
    "pull": 1,
    "read": 2,
    "write": 2,
    "upload": 1,
    "withdraw": 1,
    "act": 1,
    "mail": 1,
}


def cadences() -> dict[str, timedelta]:
    """How often each job should end well, for `/healthz`."""
    return {job.name: max(job.every, job.longest / HEALTHY_ROUNDS) for job in (*JOBS, RELEASE)}


def patience(every: timedelta) -> timedelta:
    """How long after its last good end a job counts as standing still."""
    return max(every * HEALTHY_ROUNDS, LEAST_PATIENCE)


class Runner:
    """The jobs of one process, running from `start` to `stop`."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self._stop = threading.Event()
        self._told_to_stop = False
        self._clerk = Clerk(worker.opened.database)
        executors = {name: ThreadPoolExecutor(size) for name, size in POOLS.items()}
        defaults = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = BackgroundScheduler(executors=executors, job_defaults=defaults, timezone=UTC)
        self._releasers = [threading.Thread(target=self._release, name=f"release-{n}") for n in range(RELEASERS)]

    def start(self) -> None:
        comments.recover(self.worker.opened.database)
        for job in JOBS:
            self._scheduler.add_job(
                self.turn,
                "interval",
                seconds=job.every.total_seconds(),
                args=[job],
                id=job.name,
                executor=job.pool,
                next_run_time=datetime.now(UTC),
            )
        self._scheduler.start()
        for thread in self._releasers:
            thread.start()
        log.info("jobs.started", jobs=len(JOBS) + 1)

    def stop(self) -> None:
        """Let the steps under way end, start no more; an upload breaks off and goes on after the next start."""
        self._stop.set()
        self.worker.stopping.set()
        self._scheduler.shutdown(wait=True)
        for thread in self._releasers:
            thread.join()
        log.info("jobs.stopped")

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the wish to stop; before `start`, since one may come at any moment."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._hear)

    def _hear(self, *_: object) -> None:
        """A plain flag: an Event's lock could be held by the very thread that the signal interrupts."""
        self._told_to_stop = True

    def wait(self) -> None:
        """Until the wish to stop; then stop cleanly."""
        while not self._told_to_stop:
            time.sleep(LISTEN_EVERY)
        self.stop()

    def turn(self, job: Job) -> None:
        """One turn of a job: steps until none is due, the process stops, or others want their turn."""
        until = time.monotonic() + TURN
        for _ in range(STEPS):
            if self._stop.is_set() or not step(self.worker, job, self._clerk) or time.monotonic() >= until:
                return

    def _release(self) -> None:
        while not self._stop.is_set():
            if not step(self.worker, RELEASE, self._clerk):
                self._stop.wait(self._until_due())

    def _until_due(self) -> float:
        try:
            due = publishing.next_due(self.worker.desk)
        except Exception:  # noqa: BLE001  the step itself will say what is wrong; this thread must go on
            return 1.0
        ahead = (due - self.worker.opened.clock.now()).total_seconds() if due else 1.0
        return min(1.0, ahead) if ahead > 0 else 1.0


def step(worker: Worker, job: Job, clerk: Clerk) -> bool:
    """One step, at the border where exceptions end: what went wrong is a code in the log, and the next turn comes."""
    try:
        more = job.run(worker)
    except Exception as error:  # noqa: BLE001  a bad row must not stop a loop
        found = describe(error)
        # never log.exception: a traceback may quote a row
        log.error("job.failed", job=job.name, **{f"error_{key}": value for key, value in found.items()})  # noqa: TRY400
        clerk.note(job.name, worker.opened.clock.now(), error_code=str(found["code"]))
        return False
    clerk.note(job.name, worker.opened.clock.now())
    return more


class Clerk:
    """Notes in the database that jobs run: at most once in ten seconds for each, at once when an outcome changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._noted: dict[str, tuple[float, str | None]] = {}

    def note(self, name: str, now: datetime, *, error_code: str | None = None) -> None:
        at, last_code = self._noted.get(name, (float("-inf"), None))
        if time.monotonic() - at < RECORD_EVERY and error_code == last_code:
            return
        self._noted[name] = (time.monotonic(), error_code)
        with suppress(SQLAlchemyError), self._database.write() as session:
            run = session.merge(JobRun(id=name))
            run.started_at = now
            run.error_code = error_code
            if error_code is None:
                run.succeeded_at = now


def is_healthy(worker: Worker) -> bool:
    """Loops have ended well lately, the clock has not jumped since the start, and the mail server answers."""
    now = worker.opened.clock.now()
    if abs(worker.drift.seconds()) > CLOCK_JUMP:
        return False
    with worker.opened.database.read() as session:
        for name, every in cadences().items():
            run = session.get(JobRun, name)
            late = run is None or run.succeeded_at is None or now - run.succeeded_at > patience(every)
            if name != "heartbeat" and late:
                return False
    return not worker.settings.mail.host or _mail_works(worker)


def _mail_works(worker: Worker) -> bool:
    try:
        worker.mailer.check()
    except MailError:
        return False
    return True


def run(**options: Any) -> None:
    """The scheduler process: `python scheduler.py` and `outreach run`."""
    worker = Worker(wiring.open(**options))
    logs.configure(level=worker.settings.log_level)
    runner = Runner(worker)
    runner.listen()
    runner.start()
    runner.wait()
