"""A night on the page: comments arrive from dusk to dawn, half a percent of them serious; who is paged, and for what.

Model, policy, queue and alerts as shipped; only mail is missing. The serious comments are cases of the functional
suite, the others Iraqi texts that no model saw where the public sets lie beside the checkout, else our own seed (which
the model knows, so it is kinder). Who is on call answers a page within five minutes, whether for a sure S0 or for
what nobody has seen at half its target, looks once an hour besides, and reads on, an item a minute, until nothing is
left that was called for or is due before the next look; by day four people read an item a minute each. What was never
read is late as well.
"""

from __future__ import annotations

import json
import random
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update

from outreach import alerts, moderation, policy
from outreach.classifier import load
from outreach.db import Database, install_keyring
from outreach.migrations import migrate
from outreach.notices import Status
from outreach.settings import Settings
from outreach.settings import load as load_settings
from outreach.states import Role, Severity
from outreach.tables import Alert, Case, Comment, Publication, User
from outreach.training.seed import read_seed
from outreach.vault import new_keyring
from tests.factories import make_comment, make_publication, make_user

ROOT = Path(__file__).parents[2]
DUSK = datetime(2026, 11, 26, 17, tzinfo=UTC)  # 20:00 in Basra: the staffed hours are over
STEP = timedelta(minutes=5)
STEPS = 14 * 12  # until 10:00, when the morning's work is done
PREVALENCE = 0.005
BY_DAY, ON_CALL = 20, 5  # items that are read in one step: by all, by one person
DEPUTY_FROM = 1_000  # comments a night, from which on the deputy, who is told whatever the focal point is, answers too
_WAVE = 0.5  # of the comments come in the first two hours


def run() -> dict[str, Any]:
    settings = load_settings()
    classifier = load(settings.models_dir / settings.model)
    nights = {count: _replay(count, classifier, settings) for count in (200, 5_000)}
    return {f"{key}_{count}": value for count, night in nights.items() for key, value in night.items()}


@dataclass
class Night:
    database: Database
    settings: Settings
    people: list[User]
    on_call: int
    serious: set[str] = field(default_factory=set)
    looked: datetime = DUSK
    reading: bool = False  #: the person on call has not come to the end
    late: set[str] = field(default_factory=set)

    def figures(self) -> dict[str, Any]:
        end = DUSK + STEPS * STEP
        unread = {item.id for person in self.people for item in self._queue(person, end) if item.due_at < end}
        with self.database.read() as session:
            cases = set(session.scalars(select(Case.comment_id).where(Case.opened_by == "alert")))
            queued = set(session.scalars(select(Comment.id).where(Comment.severity.is_not(None))))
        return {
            "people_on_call": self.on_call,
            "pages_a_night": self.pages(),
            "calls_a_night": self.calls(),
            "paged_comments": len(cases),
            "paged_share_real": round(len(cases & self.serious) / len(cases), 2) if cases else None,
            "serious_comments": len(self.serious),
            "serious_in_queue": len(self.serious & queued),
            "items_past_target": len(self.late | unread),
        }

    def pages(self) -> int:
        """Notices at any hour, to the person on call."""
        return self._told(alerts.Kind.S0)

    def calls(self) -> int:
        """Pages, and notices of what nobody has seen at half its target."""
        return self._told(alerts.Kind.S0, alerts.Kind.HALF)

    def _told(self, *kinds: alerts.Kind) -> int:
        with self.database.read() as session:
            mine = (Alert.kind.in_(kinds), Alert.user_id == self.people[0].id)
            return session.scalar(select(func.count()).select_from(Alert).where(*mine)) or 0

    def work(self, now: datetime, *, called: bool) -> None:
        """Read what stands first in the queue; marks what was read after its target."""
        hours = policy.staffed_hours(
            self.settings.review.staffed_from, self.settings.review.staffed_until, self.settings.timezone
        )
        by_day = hours.cover(now)
        if not (by_day or called or self.reading or now - self.looked >= timedelta(hours=1)):
            return
        self.looked, self.reading = now, False
        for person in self.people:
            items = self._queue(person, now)
            due = [item for item in items if by_day or item.severity == Severity.S0 or _pressing(item, now)]
            most = BY_DAY if by_day else ON_CALL * self.on_call
            self.reading |= len(due) > most
            for item in due[:most]:
                self.late |= {item.id} if item.due_at < now else set()
                self._read(person, item.id, now)

    def _queue(self, person: User, now: datetime) -> list[moderation.QueueItem]:
        at = {"now": now, "settings": self.settings}
        first = moderation.queue(self.database, person, **at)
        rest = [moderation.queue(self.database, person, page=page, **at) for page in range(2, first.pages + 1)]
        return [item for page in (first, *rest) for item in page.items]

    def _read(self, person: User, comment_id: str, now: datetime) -> None:
        at = {"now": now, "settings": self.settings}
        moderation.claim(self.database, person, comment_id, **at)
        seen = moderation.reveal(self.database, person, comment_id, **at).seen_text_key or ""
        for case in moderation.cases(self.database, person):
            if case.comment_id == comment_id and case.status == "open":
                moderation.acknowledge(self.database, person, case.id, now=now)
        moderation.decide(self.database, person, comment_id, seen_text_key=seen, verdict="keep", reason="handled", **at)


def _pressing(item: moderation.QueueItem, now: datetime) -> bool:
    """Due before the next look, or past half its target: this is what the notice was about."""
    half = item.seen_at + (item.due_at - item.seen_at) / 2
    return min(half, item.due_at - timedelta(hours=1) - STEP) < now


def _replay(count: int, classifier: Any, settings: Settings) -> dict[str, Any]:
    install_keyring(new_keyring())
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/night.db")
        migrate(database)
        with database.write() as session:
            focal = make_user(session, Role.FOCAL_POINT, Role.MODERATOR, email="focal@example.org")
            psea = make_user(session, Role.PSEA_FOCAL_POINT, email="psea@example.org")
            post = make_publication(session, status="published", published_at=DUSK, remote_id="1_1")
        night = Night(database, settings, [focal, psea], on_call=2 if count >= DEPUTY_FROM else 1)
        evening = _evening(count)
        for step in range(STEPS):
            _pass(night, post, evening[step], classifier, now=DUSK + step * STEP)
        figures = night.figures()
        database.close()
    return figures


def _pass(night: Night, post: Publication, texts: list[tuple[str, bool]], classifier: Any, *, now: datetime) -> None:
    with night.database.write() as session:
        times = json.dumps({"created_at": now.isoformat(), "seen_at": now.isoformat()})
        hour = now.replace(minute=0)
        for text, serious in texts:
            row = make_comment(session, post, text=text, times=times, hour=hour, seen_hour=hour)
            night.serious |= {row.id} if serious else set()
    while moderation.classify_pending(night.database, classifier, now=now, settings=night.settings):
        pass
    before = night.calls()
    alerts.raise_due(night.database, now=now, settings=night.settings)
    called = night.calls() > before
    with night.database.write() as session:
        session.execute(update(Alert).values(status=Status.SENT))  # as if mail had gone out
    night.work(now, called=called)


def _evening(count: int) -> list[list[tuple[str, bool]]]:
    """Which comments come in which step: half of them in the first two hours."""
    draw = random.Random(5)
    serious = [(text, True) for text in draw.sample(_cases(serious=True), round(PREVALENCE * count))]
    ordinary = draw.sample(_ordinary(), count - len(serious))
    steps: list[list[tuple[str, bool]]] = [[] for _ in range(STEPS)]
    for comment in [*serious, *((text, False) for text in ordinary)]:
        last = 24 if draw.random() < _WAVE else STEPS
        steps[draw.randrange(last)].append(comment)
    return steps


def _cases(*, serious: bool) -> list[str]:
    _, *lines = (ROOT / "tests/integration/functions/cases.tsv").read_text(encoding="utf-8").splitlines()
    grave = {flag.value for flag, rule in policy.RULES.items() if rule.severity == Severity.S0}
    rows = [line.split("\t") for line in lines]
    return [text for _, expected, text in rows if (expected in grave) == serious]


def _ordinary() -> list[str]:
    unseen = ROOT.parent / "shared" / "data" / "sets" / "iraqi_unlabelled.tsv"
    if unseen.exists():
        rows = unseen.read_text(encoding="utf-8").split("\n")[1:]
        return [text for row in rows if (text := row.split("\t")[0]).strip()]
    return [row.text for row in read_seed(ROOT / "models" / "seed") if row.ordinary]
