"""Our machines: schedulers that may be stopped between any call and its answer, a wrong clock, a backup."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from sqlalchemy import func, select

from outreach import backups, channels, installation, jobs, publishing
from outreach.db import Base
from outreach.installation import Opened
from outreach.publishing.desk import ENTRUST
from outreach.tables import Pause, Publication, PublishAttempt
from outreach.vault import save_keyring
from outreach.wiring import Worker
from tests.faultruns import people
from tests.faultruns.history import History, OurClock, armed
from tests.stages import Stage

SHOWING = ("release", ENTRUST, "first_comment")  #: steps that the public sees, or will see
ROUNDS = 40  #: of all steps at once; a loop has its next turn too
#: How wrong our clock may be, in minutes; from ahead to right again is a clock set back.
WRONG_BY = (0, 0, 0, -3, 4, 30, -20)


class Died(BaseException):
    """The process is no more: kill -9, or a power cut."""


class Wire(HTTPAdapter):
    def __init__(self, scheduler: Scheduler) -> None:
        super().__init__()
        self._scheduler = scheduler

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        self._scheduler.meanwhile()
        answer = super().send(request, *args, **options)
        self._scheduler.meanwhile()
        return answer


class Scheduler(Worker):
    """One process; between a call of its and the answer others work, people act, time passes, or it dies."""

    def __init__(self, history: History) -> None:
        opened = history.stage.worker.opened
        super().__init__(Opened(opened.settings, opened.database, history.clock, opened.keyring, mode=opened.mode))
        self._history = history

    def _session(self) -> requests.Session:
        session = super()._session()
        if not isinstance(session.get_adapter("http://"), Wire):
            session.mount("http://", Wire(self))
        return session

    def meanwhile(self) -> None:
        history, dice = self._history, self._history.dice
        if history.alone or dice.random() > 0.06:
            return
        what = dice.choice(("dies", "dies", "other", "other", "person", "sleeps"))
        history.note(f"meanwhile: {what}")
        if what == "dies":
            history.deaths += 1
            raise Died
        with history.undisturbed():
            if what == "other":
                work(history, Scheduler(history))
            elif what == "person":
                people.act(history)
            else:
                history.stage.jump(minutes=dice.choice((1, 6)))


def work(history: History, worker: Worker) -> None:
    """What the jobs of publishing do, as often as there is something to do; at most so often, as a loop would."""
    desk, database, meta_app = worker.desk, history.database, worker.meta_app
    steps = (publishing.withdraw_due, publishing.clean_up_due, publishing.hold_due, publishing.entrust_due,
             publishing.watch_due, publishing.prepare_due, publishing.release_due, publishing.settle_due,
             publishing.comment_due)  # fmt: skip
    try:
        installation.keep_watch(worker.opened)
        note_pauses(history)
        jobs.read_back(worker, publishing.unread(database))
        channels.check_due(database, meta_app, now=history.now)
        for _ in range(ROUNDS):
            if not sum(step(desk) for step in steps):
                return
    except Died:
        return
    except Exception as error:  # noqa: BLE001  a loop logs it and goes on; here it is told
        history.wrong.append(f"crash: {type(error).__name__} {error}")


def alone(stage: Stage, person: str) -> History:
    """A history that a test writes itself."""
    save_keyring(stage.worker.opened.keyring, stage.worker.settings.key_dir)
    return History(stage, random.Random(0), OurClock(stage.clock), person, {}, {})


def set_clock(history: History) -> None:
    history.clock.wrong_by = timedelta(minutes=history.dice.choice(WRONG_BY))
    history.note(f"clock wrong by {history.clock.wrong_by}")


def back_up(history: History, worker: Worker) -> None:
    target = history.stage.folder / "kept.outreach"
    target.unlink(missing_ok=True)
    backups.backup(worker.opened, target)
    history.backup = target
    history.note("backup")


def restore(history: History, worker: Worker) -> None:
    """The disk is lost; keys and machine are as they were."""
    if history.backup is None:
        return
    with history.database.write() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
    backups.restore(worker.settings, history.backup, clock=history.clock)
    history.backup = None
    history.restores += 1
    history.shown_at_pause.clear()
    note_pauses(history)
    history.note("restored")


def note_pauses(history: History) -> None:
    """How much had been tried on paused channels when each pause came."""
    with history.database.read() as session:
        standing = session.scalars(select(Pause).where(Pause.ended_at.is_(None))).all()
    history.shown_at_pause = {
        pause.id: history.shown_at_pause.get(pause.id, _tried(history, pause)) for pause in standing
    }


def shown_despite_pause(history: History) -> int:
    """Attempts to show something on a paused channel that began after the pause."""
    with history.database.read() as session:
        standing = session.scalars(select(Pause).where(Pause.ended_at.is_(None))).all()
    known = [pause for pause in standing if pause.id in history.shown_at_pause]
    return sum(_tried(history, pause) - history.shown_at_pause[pause.id] for pause in known)


def forgive(history: History) -> None:
    """Told once is enough."""
    history.shown_at_pause.clear()
    note_pauses(history)


def unsaid(history: History) -> set[str]:
    """Publications that Meta will show by itself during a pause, and that the page of the pause does not name."""
    with history.database.read() as session:
        pauses = session.scalars(select(Pause).where(Pause.ended_at.is_(None))).all()
        on_page = [pause for pause in pauses if pause.channel is None or pause.channel.name == "page"]
    if not on_page or publishing.unread(history.database):
        return set()
    said = {each.publication.id for each in publishing.standing(history.database).armed}
    return set(armed(history).values()) - said


def _tried(history: History, pause: Pause) -> int:
    tried = select(func.count(PublishAttempt.id)).join(Publication)
    tried = tried.where(PublishAttempt.step.in_(SHOWING), PublishAttempt.started_at >= pause.at)
    if pause.channel_id is not None:
        tried = tried.where(Publication.channel_id == pause.channel_id)
    with history.database.read() as session:
        return session.scalar(tried) or 0
