"""Tells people of comments that wait: a count, a link, no word of a comment, no flag, no name. `notices` delivers.

S0 at any hour and again until acknowledged; the rest when somebody may read it, merged (design §6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.db import Database, readable
from outreach.errors import describe
from outreach.notices import MERGE, Status, key_of, write
from outreach.policy import StaffedHours
from outreach.settings import Settings
from outreach.states import (
    CaseStatus,
    CommentState,
    Flag,
    ReviewState,
    Role,
    Route,
    ScoreStatus,
    Severity,
)
from outreach.tables import Alert, AuditEvent, Case, Comment, Prediction, User
from outreach.tables import Flag as FlagRow

log = logs.get("alerts")

AGAIN = timedelta(minutes=10)  # S0, until the Case is acknowledged (safeguarding.md §4, flag 1)
FEWEST = 10  # comments in an hour, before a share of them means anything
SEEN_BY = ("comment.claimed", "comment.revealed")
QUEUED = (Comment.review_state == ReviewState.QUEUED, Comment.severity <= Severity.NOT_SCORED)


class Kind(StrEnum):
    """Message codes, gravest first."""

    S0 = "alert.s0"
    CASE = "alert.case"  #: an S1 Case that nobody has acknowledged
    HALF = "alert.half"  #: unseen at half its target
    S1 = "alert.s1"
    NOT_SCORED = "alert.not_scored"
    GONE = "alert.gone"  #: a comment under an open Case is no longer at Meta; told by itself, never merged


@dataclass(frozen=True)
class Item:
    """One reason to tell somebody about one comment."""

    kind: Kind
    comment_id: str
    route: Route

    @property
    def key(self) -> str:
        return key_of(self.kind, self.comment_id)


@dataclass
class Facts:
    """What belongs to the comments that wait in the queue."""

    flags: defaultdict[str, list[tuple[str, int]]] = field(default_factory=lambda: defaultdict(list))
    seen: set[str | None] = field(default_factory=set)


def raise_due(database: Database, *, now: datetime, settings: Settings) -> bool:
    """Write the notices that are due now, one row a person; False, since one round does all."""
    hours = policy.staffed_hours(settings.review.staffed_from, settings.review.staffed_until, settings.timezone)
    with database.read() as session:
        people = list(session.scalars(select(User).where(User.disabled_at.is_(None))))
        items = [*_items(session, now=now, hours=hours), *_gone(session, now=now, hours=hours)]
        hour = _unscored_hour(session, now=now)
    for person in people:
        concerned = [item for item in items if _concerns(person, item, people)]
        late = hour if {Role.ADMIN, Role.FOCAL_POINT} & set(person.roles) else None
        if concerned or late:
            with database.write() as session:
                _tell(session, person, concerned, now=now)
                _tell_unscored(session, person, late, now=now)
    return False


# -- what there is to tell ----------------------------------------------------------------------------------------


def _items(session: Session, *, now: datetime, hours: StaffedHours) -> list[Item]:
    quiet = not hours.allow_notices(now)
    found: list[Item] = []
    waiting = _waiting(session)
    facts = _facts(session)
    for comment, case in waiting:
        try:
            kind = _kind(comment, case, facts, now=now, hours=hours)
        except Exception as error:  # noqa: BLE001  one row must not keep the others untold, and is told itself
            log.warning("alert.not_weighed", comment=comment.id, **describe(error))
            kind = Kind.S0 if comment.severity == Severity.S0 else Kind.S1
        waits = quiet and comment.severity != Severity.S0
        if kind is not None and not waits:
            found.append(Item(kind, comment.id, Route(comment.route)))
    return found


def _gone(session: Session, *, now: datetime, hours: StaffedHours) -> list[Item]:
    """Comments that are gone under an open Case, until a focal point has taken note."""
    unseen = or_(Case.gone_seen_at.is_(None), Case.gone_seen_at < Comment.gone_hour)
    rows = session.execute(
        select(Comment.id, Comment.route, Case.severity)
        .join(Case, Case.comment_id == Comment.id)
        .where(Comment.state == CommentState.GONE, Case.status != CaseStatus.CLOSED, unseen)
        .where(Comment.gone_hour.is_not(None))
    )
    told = [row for row in rows if hours.allow_notices(now) or row.severity == Severity.S0]
    return [Item(Kind.GONE, row.id, Route(row.route)) for row in told]


def _waiting(session: Session) -> list[tuple[Comment, Case | None]]:
    """Queued S0–S1 and unscored comments, and whatever has a Case that nobody has acknowledged."""
    by_case = select(Comment, Case).join(Case, Case.comment_id == Comment.id).where(Case.status == CaseStatus.OPEN)
    by_queue = select(Comment, Case).outerjoin(Case, Case.comment_id == Comment.id).where(*QUEUED)
    rows = [*session.execute(by_case), *session.execute(by_queue)]
    return list({comment.id: (comment, case) for comment, case in rows}.values())


def _facts(session: Session) -> Facts:
    """One query a table: this runs every few seconds, over all that waits."""
    queued = select(Comment.id).where(*QUEUED)
    facts = Facts()
    for row in session.scalars(select(FlagRow).where(FlagRow.comment_id.in_(queued), FlagRow.dismissed_at.is_(None))):
        facts.flags[row.comment_id].append((row.flag, row.severity))
    events = select(AuditEvent.subject).where(AuditEvent.subject.in_(queued), AuditEvent.event.in_(SEEN_BY))
    facts.seen.update(session.scalars(events))
    return facts


def _kind(comment: Comment, case: Case | None, facts: Facts, *, now: datetime, hours: StaffedHours) -> Kind | None:
    """The gravest thing to tell of a comment that waits; None: nothing yet."""
    if case is not None and case.status == CaseStatus.OPEN:
        return Kind.S0 if case.severity == Severity.S0 else Kind.CASE
    if case is not None and case.status == CaseStatus.ACKNOWLEDGED:
        return None
    if comment.id not in facts.seen and _is_half_over(comment, facts, now=now, hours=hours):
        return Kind.HALF
    return Kind.S1 if comment.severity == Severity.S1 else None


def _is_half_over(comment: Comment, facts: Facts, *, now: datetime, hours: StaffedHours) -> bool:
    seen = policy.exact_time(readable(comment, "times"), "seen_at", comment.seen_hour)
    standing = [(Flag(flag), severity) for flag, severity in facts.flags[comment.id]]
    return now >= seen + policy.due_after(standing, staffed=hours.cover(seen)) / 2


def _unscored_hour(session: Session, *, now: datetime) -> datetime | None:
    """The newest whole hour in which too many comments could not be scored."""
    this = now.replace(minute=0, second=0, microsecond=0)
    for hour in (this, this - timedelta(hours=1)):
        statuses = (
            select(Prediction.status, func.count())
            .join(Comment, Comment.id == Prediction.comment_id)
            .where(Prediction.hour == hour, Comment.route != Route.PSEA)
            .group_by(Prediction.status)
        )
        counts: dict[str, int] = {row[0]: row[1] for row in session.execute(statuses)}
        total = sum(counts.values())
        if total >= FEWEST and counts.get(ScoreStatus.NOT_SCORED, 0) > policy.NOT_SCORED_SHARE * total:
            return hour
    return None


# -- whom, and how often ------------------------------------------------------------------------------------------


def _concerns(person: User, item: Item, people: Collection[User]) -> bool:
    role = policy.TOLD[item.route]
    if role in person.roles:
        return True
    # Without any focal point somebody must still learn that something waits; a count gives nothing away.
    nobody = not any(role in other.roles for other in people)
    return nobody and item.route is not Route.PSEA and Role.ADMIN in person.roles


def _tell(session: Session, person: User, items: Iterable[Item], *, now: datetime) -> None:
    told = list(
        session.scalars(
            select(Alert)
            .where(Alert.user_id == person.id, Alert.created_at > now - policy.KEEP_NOTICES)
            .order_by(Alert.created_at)
        )
    )
    grave = [item for item in items if item.kind is Kind.S0]
    if grave and _is_due_again([alert for alert in told if alert.kind == Kind.S0], grave, now=now):
        write(session, person, Kind.S0, [item.key for item in grave], now=now)
    # What failed was told to nobody: it is told again once mail works.
    known = {key for alert in told if alert.status != Status.FAILED for key in alert.details.get("keys", ())}
    new = [item for item in items if item.kind is not Kind.S0 and item.key not in known]
    _tell_gone(session, person, [item for item in new if item.kind is Kind.GONE], told, now=now)
    fresh = [item for item in new if item.kind is not Kind.GONE]
    merged = [alert for alert in told if alert.kind in {Kind.CASE, Kind.HALF, Kind.S1}]
    if fresh and not (merged and now - merged[-1].created_at < MERGE):
        gravest = min((item.kind for item in fresh), key=list(Kind).index)
        write(session, person, gravest, [item.key for item in fresh], now=now)


def _tell_gone(session: Session, person: User, gone: list[Item], told: list[Alert], *, now: datetime) -> None:
    if gone and not any(alert.kind == Kind.GONE and now - alert.created_at < MERGE for alert in told):
        write(session, person, Kind.GONE, [item.key for item in gone], now=now)


def _is_due_again(told: list[Alert], grave: list[Item], *, now: datetime) -> bool:
    """Every ten minutes; at once when all that was told before has been acknowledged and this is new."""
    if not told:
        return True
    last = told[-1]
    if last.status in {Status.PENDING, Status.SENDING}:
        return False
    all_new = not {item.key for item in grave} & set(last.details.get("keys", ()))
    return all_new or now - last.created_at >= AGAIN


def _tell_unscored(session: Session, person: User, hour: datetime | None, *, now: datetime) -> None:
    if hour is None:
        return
    told = session.scalars(
        select(Alert).where(
            Alert.user_id == person.id, Alert.kind == Kind.NOT_SCORED, Alert.created_at > now - policy.KEEP_NOTICES
        )
    )
    if not any(alert.details.get("hour") == hour.isoformat() for alert in told):
        details = {"hour": hour.isoformat()}
        write(session, person, Kind.NOT_SCORED, (), now=now, details=details)
