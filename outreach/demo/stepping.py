"""Time in steps: both clocks jump to the next thing that is due, then every job runs until nothing is left to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count

import requests
from sqlalchemy import func, select

from outreach import jobs
from outreach.demo.setting_up import Scene
from outreach.demo.staff import Staff
from outreach.states import PublicationStatus
from outreach.tables import Publication

LONGEST = timedelta(hours=4)  #: so that alerts and overdue cases keep their rhythm through quiet nights
SHORTEST = timedelta(hours=2)  #: the audience's events are taken together by this much
WAITING = (PublicationStatus.SCHEDULED, PublicationStatus.PREPARING, PublicationStatus.PREPARED)
#: local jobs first: what is due is held, prepared and released before comments are read
ORDER = (
    "clean_up",
    "hold",
    "entrust",
    "verify",
    "prepare",
    "upload",
    "settle",
    "release",
    "first_comment",
    "webhooks",
    "classify",
    "actions",
)
#: jobs with a rhythm of their own; webhooks tell of most comments, so that full reads may be far apart
RHYTHM = {
    "look": timedelta(hours=12),
    "pull": timedelta(hours=12),
    "measure": timedelta(hours=12),
    "cases": timedelta(hours=2),
    "alerts": timedelta(hours=2),
    "digest": timedelta(hours=2),
    "channels": timedelta(hours=24),
    "retention": timedelta(hours=24),
}


class Stepper:
    def __init__(self, scene: Scene, staff: Staff) -> None:
        self.scene = scene
        self.staff = staff
        self._clerk = jobs.Clerk(scene.opened.database)
        self._jobs = {job.name: job for job in (*jobs.JOBS, jobs.RELEASE)}
        self._next_turn = dict.fromkeys(RHYTHM, scene.clock.now())

    def step_until(self, end: datetime) -> Iterator[datetime]:
        """Yields the time after each step."""
        while (now := self.scene.clock.now()) < end:
            self._jump(min(self._next(now), end))
            self.work()
            yield self.scene.clock.now()

    def work(self) -> None:
        """Every job until none has anything to do, then what people do meanwhile."""
        now = self.scene.clock.now()
        for name, every in RHYTHM.items():
            if now >= self._next_turn[name]:
                self._next_turn[name] = now + every
                self._exhaust(name)
        self._settle_down()
        self.staff.work(now)
        self._exhaust("actions")

    def finish(self) -> None:
        """At the end everything is read once more, so that nothing is only on its way."""
        for name in RHYTHM:
            self._exhaust(name)
        self._settle_down()

    def _settle_down(self) -> None:
        while sum(self._exhaust(name) for name in ORDER):  # a sum, since every job gets its turn
            pass

    def _exhaust(self, name: str) -> int:
        """How many steps a job did until nothing was left to do."""
        return next(steps for steps in count() if not self._run(name))

    def _run(self, name: str) -> bool:
        return jobs.step(self.scene.worker, self._jobs[name], self._clerk)

    def _next(self, now: datetime) -> datetime:
        """The next slot or preparation exactly; else the audience's next event, not too near and not too far."""
        audience = self._audience_next() or now + LONGEST
        reading = min(max(audience, now + SHORTEST), now + LONGEST)
        due = [at for at in self._slots(now) if at > now]
        return min([reading, *due])

    def _slots(self, now: datetime) -> list[datetime]:
        ahead = self.scene.worker.desk.prepare_ahead
        with self.scene.opened.database.read() as session:
            slot = session.scalar(
                select(func.min(Publication.due_at)).where(Publication.status.in_(WAITING), Publication.due_at > now)
            )
            retry = session.scalar(
                select(func.min(Publication.retry_at)).where(
                    Publication.status.in_(WAITING), Publication.retry_at > now
                )
            )
        return [at for at in (slot, slot - ahead if slot else None, retry) if at is not None]

    def _audience_next(self) -> datetime | None:
        clock = requests.get(f"{self.scene.sandbox.base_url}/_sandbox/clock", timeout=20).json()
        return datetime.fromisoformat(clock["next_event_at"]) if clock["next_event_at"] else None

    def _jump(self, to: datetime) -> None:
        """Ours first: webhooks that Meta delivers during its jump must not come from the future."""
        self.scene.clock.jump(to)
        order = {"to": to.isoformat()}
        requests.post(f"{self.scene.sandbox.base_url}/_sandbox/clock", json=order, timeout=60).raise_for_status()
