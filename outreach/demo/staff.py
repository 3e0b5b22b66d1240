"""What people would do in the demo's fortnight: moderators decide, focal points acknowledge. Scripted, not scored.

They work by the same functions as the pages do, and stop a day before the end, so that there is a queue to look at.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from outreach import moderation
from outreach.demo.setting_up import Scene
from outreach.errors import OutreachError
from outreach.moderation import QueueItem
from outreach.states import CaseStatus, Flag, Severity, Verdict
from outreach.tables import User

HOURS = range(8, 21)  #: local, staffed
A_TURN = 6  #: items one person works in one step
PAUSE = timedelta(minutes=12)  #: between seeing an item and deciding on it
HIDE = {Flag.SPAM: "spam", Flag.ABUSE: "abuse", Flag.GENDERED_ABUSE: "gendered_abuse", Flag.HATE_SPEECH: "hate_speech"}


class Staff:
    def __init__(self, scene: Scene, *, until: datetime) -> None:
        self.scene = scene
        self.until = until
        self._zone = ZoneInfo(scene.opened.settings.timezone)

    def work(self, now: datetime) -> None:
        if now > self.until or now.astimezone(self._zone).hour not in HOURS:
            return
        for login in ("focal", "psea"):
            self._acknowledge(self.scene.people[login], now)
        for login in ("focal", "psea", "moderator"):
            self._decide(self.scene.people[login], now)
        self._close(self.scene.people["focal"], now)

    def _acknowledge(self, user: User, now: datetime) -> None:
        for case in moderation.cases(self.scene.opened.database, user, statuses=[CaseStatus.OPEN])[:A_TURN]:
            try:
                moderation.acknowledge(self.scene.opened.database, user, case.id, now=now)
            except OutreachError:
                continue  # a colleague was first

    def _decide(self, user: User, now: datetime) -> None:
        settings, database = self.scene.opened.settings, self.scene.opened.database
        page = moderation.queue(database, user, now=now, settings=settings)
        ready = [item for item in page.items if now - item.seen_at >= PAUSE and item.holder is None]
        for item in ready[:A_TURN]:
            try:
                self._one(user, item, now)
            except OutreachError:
                continue  # it waits for a focal point, or changed meanwhile

    def _one(self, user: User, item: QueueItem, now: datetime) -> None:
        settings, database = self.scene.opened.settings, self.scene.opened.database
        moderation.claim(database, user, item.id, now=now, settings=settings)
        view = moderation.reveal(database, user, item.id, now=now, settings=settings)
        verdict, reason = _verdict(item)
        moderation.decide(
            database,
            user,
            item.id,
            seen_text_key=view.seen_text_key or "",
            verdict=verdict.value,
            reason=reason,
            now=now,
            settings=settings,
        )

    def _close(self, user: User, now: datetime) -> None:
        old = now - timedelta(hours=20)
        for case in moderation.cases(self.scene.opened.database, user, statuses=[CaseStatus.ACKNOWLEDGED]):
            if case.opened_at < old:
                try:
                    moderation.close(self.scene.opened.database, user, case.id, outcome="reply_sent", now=now)
                except OutreachError:
                    continue  # its comment waits for a verdict


def _verdict(item: QueueItem) -> tuple[Verdict, str]:
    """Conduct is hidden; whatever may be a person in need stays, since hiding may look like silencing her."""
    if item.severity is Severity.S3:
        for flag in item.flags:
            if flag.flag in HIDE:
                return Verdict.HIDE, HIDE[flag.flag]
    return Verdict.KEEP, "ordinary" if item.severity is Severity.SAMPLE else "handled"
