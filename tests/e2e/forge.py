"""A warm process without threads: forks a child for each order and says how it ended. A child may kill itself.

An order: `settings`, `at` (times to step through), `work` (names of `WORKS`), `kill_at` (the event to die at, or 0);
with `starts` the installation is opened as `outreach run` does, which looks whether it is a copy; with `warms` it is
carried out in this process, so that the children after it have what was loaded and compiled for it.
Events are, in order: before and after each commit that changes rows, before each call, and after its answer.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from typing import Any

import requests
from sqlalchemy import event
from sqlalchemy.orm import Session

from outreach import comments, installation, logs, moderation, publishing
from outreach.clock import Clock, SteppedClock
from outreach.db import Database, install_keyring
from outreach.installation import Opened
from outreach.settings import Settings
from outreach.states import Mode
from outreach.vault import load_keyring
from outreach.wiring import Worker
from tests import warm

WORKS: dict[str, tuple[Callable[[Worker], bool], ...]] = {
    "publish": (
        lambda worker: publishing.clean_up_due(worker.desk),
        lambda worker: publishing.hold_due(worker.desk),
        lambda worker: publishing.entrust_due(worker.desk),
        lambda worker: publishing.watch_due(worker.desk),
        lambda worker: publishing.prepare_due(worker.desk),
        lambda worker: publishing.release_due(worker.desk),
        lambda worker: publishing.settle_due(worker.desk),
        lambda worker: publishing.comment_due(worker.desk),
    ),
    "withdraw": (
        lambda worker: publishing.clean_up_due(worker.desk),
        lambda worker: publishing.withdraw_due(worker.desk),
        lambda worker: publishing.settle_due(worker.desk),
    ),
    "read": (
        lambda worker: comments.work_deliveries(worker.reader),
        lambda worker: comments.look_due(worker.reader),
        lambda worker: comments.pull_due(worker.reader),
    ),
    "act": (
        lambda worker: moderation.run_actions(
            worker.opened.database, worker.open_channel, now=worker.opened.clock.now()
        ),
    ),
}


class Tripwire:
    """Counts events and kills the process, as a power cut would, at the chosen one."""

    def __init__(self, kill_at: int) -> None:
        self.kill_at, self.count = kill_at, 0

    def step(self) -> None:
        self.count += 1
        if self.count == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def lay(self, database: Database) -> None:
        changed: set[int] = set()

        @event.listens_for(database.engine, "before_cursor_execute")
        def _note(connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            if statement.lstrip()[:6].upper() in {"INSERT", "UPDATE", "DELETE"}:
                changed.add(id(connection.connection.dbapi_connection))

        @event.listens_for(database.engine, "commit")
        def _before(connection: Any) -> None:
            if id(connection.connection.dbapi_connection) in changed:
                self.step()

        @event.listens_for(Session, "after_commit")
        def _after(_session: Session) -> None:
            if changed:
                changed.clear()
                self.step()

        plain = requests.Session.send

        def send(session: requests.Session, request: Any, **options: Any) -> Any:
            self.step()
            answer = plain(session, request, **options)
            self.step()
            return answer

        requests.Session.send = send  # type: ignore[method-assign]


def _here(settings: Settings, clock: Clock) -> Opened:
    keyring = load_keyring(settings.key_dir)
    install_keyring(keyring)
    return Opened(settings, Database(settings.database), clock, keyring, mode=Mode.SANDBOX)


def carry_out(order: dict[str, Any]) -> None:
    settings = Settings(**order["settings"])
    clock = SteppedClock(datetime.fromisoformat(order["at"][0]))
    worker = Worker(
        installation.open_installation(settings, clock=clock) if order["starts"] else _here(settings, clock)
    )
    worker.desk  # noqa: B018  built before the tripwire counts
    tripwire = Tripwire(order["kill_at"])
    if order["kill_at"]:
        tripwire.lay(worker.opened.database)
    for at in order["at"]:
        clock.jump(datetime.fromisoformat(at))
        if not order["kill_at"]:
            requests.post(f"{settings.meta.graph_url}/_sandbox/clock", json={"to": at}, timeout=20)
        steps = [step for name in order["work"] for step in WORKS[name]]
        while sum(step(worker) for step in steps):
            pass
    worker.opened.database.close()


def child(order: dict[str, Any]) -> None:
    status = 1
    try:
        carry_out(order)
        status = 0
    finally:
        sys.stderr.flush()
        if status:
            import traceback

            traceback.print_exc()
        os._exit(status)


def main() -> None:
    logs.configure(level="ERROR", json=True)
    warm.install()
    for line in sys.stdin:
        order = json.loads(line)
        status = 0
        if order["warms"]:
            carry_out(order)
        elif (pid := os.fork()) == 0:
            child(order)
        else:
            _, status = os.waitpid(pid, 0)
        print(json.dumps({"killed": os.WIFSIGNALED(status), "code": status}), flush=True)


if __name__ == "__main__":
    main()
