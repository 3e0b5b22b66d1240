"""The runner: every job has its turns, one that fails stops no other, SIGTERM ends it cleanly."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from outreach import installation, jobs, settings
from outreach.clock import RealClock
from outreach.db import Database, current_keyring, install_keyring
from outreach.installation import Opened
from outreach.jobs import Clerk, Job, Runner, step
from outreach.states import Mode, ReviewState
from outreach.tables import Installation, JobRun
from outreach.vault import Keyring
from outreach.wiring import Worker
from tests.integration.conftest import Stage
from tests.posting import posted
from tests.reading import held, say, sqlite_only, subscribe

ROOT = Path(__file__).parents[2]
NOWHERE = {
    "graph_url": "http://127.0.0.1:1",
    "instagram_url": "http://127.0.0.1:1",
    "rupload_url": "http://127.0.0.1:1",
}


@pytest.fixture
def worker(database: Database, keyring: Keyring, tmp_path: Path) -> Worker:
    used = settings.load(data_dir=tmp_path / "d", key_dir=tmp_path / "k", database_url=database.url, meta=NOWHERE)
    with database.write() as session:
        session.add(Installation(mode=Mode.SANDBOX, keys=keyring.fingerprint(), created_at=RealClock().now()))
    return Worker(Opened(used, database, RealClock(), keyring, mode=Mode.SANDBOX))


def runs(database: Database) -> dict[str, JobRun]:
    with database.read() as session:
        return {row.id: row for row in session.scalars(select(JobRun))}


def wait_for(database: Database, names: set[str], seconds: float = 20) -> dict[str, JobRun]:
    end = time.monotonic() + seconds
    while not names <= set(found := runs(database)) and time.monotonic() < end:
        time.sleep(0.02)
    return found


def test_every_job_has_its_first_turn_at_the_start(worker: Worker) -> None:
    runner = Runner(worker)
    runner.start()
    try:
        found = wait_for(worker.opened.database, set(jobs.cadences()))
    finally:
        runner.stop()
    assert set(found) == set(jobs.cadences())
    assert {name: row.error_code for name, row in found.items() if row.error_code} == {}


def test_a_turn_of_slow_steps_ends_so_that_others_have_theirs(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def goes_on(_: Worker) -> bool:
        done.append(1)
        return True

    endless = Job("endless", timedelta(seconds=1), goes_on)
    monkeypatch.setattr(jobs, "TURN", 0.0)
    Runner(worker).turn(endless)
    assert len(done) == 1
    monkeypatch.setattr(jobs, "TURN", 600.0)
    Runner(worker).turn(endless)
    assert len(done) == 1 + jobs.STEPS


def test_a_job_that_fails_stops_no_other(worker: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(_: Worker) -> bool:
        raise RuntimeError

    broken = tuple(Job(job.name, job.every, breaks, job.pool) if job.name == "pull" else job for job in jobs.JOBS)
    monkeypatch.setattr(jobs, "JOBS", broken)
    runner = Runner(worker)
    runner.start()
    try:
        found = wait_for(worker.opened.database, set(jobs.cadences()))
    finally:
        runner.stop()
    assert {name for name, row in found.items() if row.error_code} == {"pull"}
    assert found["pull"].succeeded_at is None
    assert all(row.succeeded_at for name, row in found.items() if name != "pull")


def test_a_success_after_a_failure_is_noted_at_once(stage: Stage) -> None:
    fails = [True]

    def work(_: Worker) -> bool:
        if fails[0]:
            raise RuntimeError
        return False

    job, clerk = Job("x", timedelta(seconds=1), work), Clerk(stage.database)
    step(stage.worker, job, clerk)
    assert (runs(stage.database)["x"].error_code, runs(stage.database)["x"].succeeded_at) == ("error.unexpected", None)
    fails[0] = False
    step(stage.worker, job, clerk)
    row = runs(stage.database)["x"]
    assert (row.error_code, row.succeeded_at) == (None, stage.clock.now())


def test_an_installation_is_healthy_only_while_every_job_has_ended_well_lately(stage: Stage) -> None:
    assert not jobs.is_healthy(stage.worker)
    now = stage.clock.now()
    with stage.database.write() as session:
        for name in jobs.cadences():
            session.add(JobRun(id=name, started_at=now, succeeded_at=now))
    assert jobs.is_healthy(stage.worker)
    stage.clock.jump(now + timedelta(minutes=3))
    assert not jobs.is_healthy(stage.worker)


@pytest.mark.parametrize(
    ("database_url", "number"),
    [("sqlite", signal.SIGINT), ("postgres", signal.SIGTERM)],
    indirect=["database_url"],
)
def test_a_scheduler_process_ends_cleanly_when_told(database_url: str, tmp_path: Path, number: signal.Signals) -> None:
    before = current_keyring()
    used = settings.load(data_dir=tmp_path / "d", key_dir=tmp_path / "k", database_url=database_url, meta=NOWHERE)
    opened = installation.init(used, Mode.SANDBOX, clock=RealClock())
    install_keyring(before)
    environment = {
        **os.environ,
        "OUTREACH_CONFIG": os.devnull,
        "OUTREACH_DATA_DIR": str(used.data_dir),
        "OUTREACH_KEY_DIR": str(used.key_dir),
        "OUTREACH_DATABASE_URL": database_url,
        **{f"OUTREACH_META__{name.upper()}": value for name, value in NOWHERE.items()},
    }
    with subprocess.Popen(
        [sys.executable, "scheduler.py"], cwd=ROOT, env=environment, stderr=subprocess.PIPE
    ) as process:
        try:
            wait_for(opened.database, {"hold", "release"}, seconds=60)
            process.send_signal(number)
            _, errors = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0, errors
    assert b'"jobs.stopped"' in errors
    assert b"Traceback" not in errors
    opened.database.close()


@sqlite_only
def test_a_flagged_comment_is_in_the_queue_seconds_after_its_webhook(stage: Stage) -> None:
    """Stored, worked, scored and placed by the jobs at their own cadence, with nothing hurried."""
    stage.tell("switches", audience=False)
    post = posted(stage)
    subscribe(stage)
    runner = Runner(stage.worker)
    runner.start()
    try:
        wait_for(stage.database, {"pull", "classify", "webhooks"})
        comment = say(stage, post, "زوجي يضربني كل يوم وما اعرف وين اروح")
        end = time.monotonic() + 10
        while not queued(stage, comment) and time.monotonic() < end:
            time.sleep(0.05)
        assert queued(stage, comment)
    finally:
        runner.stop()


def queued(stage: Stage, remote_id: str) -> bool:
    row = held(stage).get(remote_id)
    return row is not None and row.review_state == ReviewState.QUEUED
