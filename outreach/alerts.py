"""Content-free notices to the people who must look: a count, a link, no word of a comment or post, no flag, no name.

S0 at any hour and again until acknowledged; the rest when somebody may read it, merged (design §6).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from outreach import logs, policy
from outreach.db import Database, current_keyring, move, readable
from outreach.errors import MailError, OutreachError, describe
from outreach.policy import StaffedHours
from outreach.settings import Settings
from outreach.states import (
    WAITING_FOR_A_PERSON,
    CaseStatus,
    ChannelStatus,
    Flag,
    Mode,
    Permission,
    PublicationStatus,
    ReviewState,
    Role,
    Route,
    ScoreStatus,
    Severity,
)
from outreach.tables import Alert, AuditEvent, Case, Channel, Comment, Installation, Prediction, Publication, User
from outreach.tables import Flag as FlagRow
from outreach.wording import word

log = logs.get("alerts")

AGAIN = timedelta(minutes=10)  # S0, until the Case is acknowledged (safeguarding.md §4, flag 1)
MERGE = timedelta(minutes=15)  # one notice per person
LEASE = timedelta(minutes=5)  # a notice left `sending` by a crash is sent again: twice is better than never
FEWEST = 10  # comments in an hour, before a share of them means anything
TRIES = 10
SEEN_BY = ("comment.claimed", "comment.revealed")
QUEUED = (Comment.review_state == ReviewState.QUEUED, Comment.severity <= Severity.NOT_SCORED)


class Kind(StrEnum):
    """Message codes, gravest first."""

    S0 = "alert.s0"
    CASE = "alert.case"  #: an S1 Case that nobody has acknowledged
    HALF = "alert.half"  #: unseen at half its target
    S1 = "alert.s1"
    NOT_SCORED = "alert.not_scored"
    POSTS = "alert.posts"  #: did not go out; a person decides
    CHANNEL = "alert.channel"  #: stopped; a person mends it
    UNKNOWN_POST = "alert.unknown_post"  #: on the Page, and not by us: the account may be in other hands


#: who is told of what is not about comments
TOLD = {
    Kind.POSTS: Permission.POSTS_WRITE,
    Kind.CHANNEL: Permission.CHANNELS_MANAGE,
    Kind.UNKNOWN_POST: Permission.POSTS_WRITE,
}
#: where to look, and how the link is worded
PAGES = {
    Kind.POSTS: ("/posts", "alert.link.posts"),
    Kind.CHANNEL: ("/health", "alert.link.channel"),
    Kind.UNKNOWN_POST: ("/posts", "alert.link.unknown_post"),
}


class Status(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class Mailer(Protocol):
    def send(self, to: str, subject: str, text: str, html: str | None = None) -> None:
        """Raises MailError."""
        ...


@dataclass(frozen=True)
class Item:
    """One reason to tell somebody about one comment."""

    kind: Kind
    comment_id: str
    route: Route

    @property
    def key(self) -> str:
        """Remembers that it was told without naming the comment."""
        return current_keyring().digest(f"{self.kind}:{self.comment_id}", "alert")


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
        items = _items(session, now=now, hours=hours)
        hour = _unscored_hour(session, now=now)
        stuck = {
            Kind.POSTS: _stuck_posts(session),
            Kind.CHANNEL: _stopped_channels(session),
            Kind.UNKNOWN_POST: _unknown_posts(session, now=now),
        }
    for person in people:
        concerned = [item for item in items if _concerns(person, item, people)]
        late = hour if {Role.ADMIN, Role.FOCAL_POINT} & set(person.roles) else None
        if concerned or late:
            with database.write() as session:
                _tell(session, person, concerned, now=now)
                _tell_unscored(session, person, late, now=now)
        for kind, keys in stuck.items():
            if keys and policy.may(person.roles, TOLD[kind]):
                with database.write() as session:
                    _tell_stuck(session, person, kind, keys, now=now)
    return False


def send_due(database: Database, mailer: Mailer, *, now: datetime, settings: Settings) -> bool:
    """Mail one notice; the row says `sending` before the mail goes out. True if there may be more."""
    with database.write() as session:
        alert = _next(session, now=now)
        if alert is None:
            return False
        if not move(session, alert, to=Status.SENDING, retry_at=now + LEASE, tries=alert.tries + 1):
            return True
        sandbox = session.scalar(select(Installation.mode)) == Mode.SANDBOX
    _record(database, alert, _sent(mailer, alert, settings, sandbox=sandbox), now=now)
    return True


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


def _stuck_posts(session: Session) -> set[str]:
    """One key for each post in each state: that a person decides is told once."""
    read_back = (Publication.status == PublicationStatus.UNKNOWN) & Publication.retry_at.is_not(None)
    waits = (Publication.status.in_(WAITING_FOR_A_PERSON), ~read_back)
    return {
        f"{row.id}:{row.status}" for row in session.execute(select(Publication.id, Publication.status).where(*waits))
    }


def _stopped_channels(session: Session) -> set[str]:
    return set(session.scalars(select(Channel.id).where(Channel.status == ChannelStatus.STOPPED)))


def _unknown_posts(session: Session, *, now: datetime) -> set[str]:
    """Posts that somebody else made since the channel is ours to read; not one of our own whose answer is due."""
    on_its_way = aliased(Publication)
    answer_due = exists().where(
        on_its_way.channel_id == Publication.channel_id,
        on_its_way.status.in_((PublicationStatus.RELEASING, PublicationStatus.UNKNOWN)),
        or_(on_its_way.status == PublicationStatus.RELEASING, on_its_way.retry_at.is_not(None)),
        on_its_way.due_at <= Publication.published_at,
    )
    rows = (
        select(Publication.id)
        .join(Channel)
        .where(
            Publication.origin == "adopted",
            Publication.published_at >= Channel.created_at,
            Publication.published_at > now - policy.KEEP_POST_NOTICES / 2,
            ~answer_due,
        )
    )
    return set(session.scalars(rows))


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
        _write(session, person, Kind.S0, [item.key for item in grave], now=now)
    # What failed was told to nobody: it is told again once mail works.
    known = {key for alert in told if alert.status != Status.FAILED for key in alert.details.get("keys", ())}
    fresh = [item for item in items if item.kind is not Kind.S0 and item.key not in known]
    merged = [alert for alert in told if alert.kind in {Kind.CASE, Kind.HALF, Kind.S1}]
    if fresh and not (merged and now - merged[-1].created_at < MERGE):
        gravest = min((item.kind for item in fresh), key=list(Kind).index)
        _write(session, person, gravest, [item.key for item in fresh], now=now)


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
        session.add(
            Alert(
                user_id=person.id,
                kind=Kind.NOT_SCORED,
                count=1,
                details=details,
                status=Status.PENDING,
                tries=0,
                created_at=now,
            )
        )


def _tell_stuck(session: Session, person: User, kind: Kind, keys: set[str], *, now: datetime) -> None:
    """Once each, merged. A channel that still stands still after some days is told again: people on it go unheard."""
    told = session.scalars(select(Alert).where(Alert.user_id == person.id, Alert.kind == kind)).all()
    since = now - (policy.KEEP_NOTICES if kind is Kind.CHANNEL else policy.KEEP_POST_NOTICES)
    heard = [alert for alert in told if alert.status != Status.FAILED and alert.created_at > since]
    fresh = keys - {key for alert in heard for key in alert.details.get("keys", ())}
    if fresh and not any(now - alert.created_at < MERGE for alert in told):
        _write(session, person, kind, fresh, now=now)


def _write(session: Session, person: User, kind: Kind, keys: Collection[str], *, now: datetime) -> None:
    details = {"keys": sorted(keys)}
    session.add(
        Alert(
            user_id=person.id,
            kind=kind,
            count=len(keys),
            details=details,
            status=Status.PENDING,
            tries=0,
            created_at=now,
        )
    )


# -- sending ------------------------------------------------------------------------------------------------------


def _next(session: Session, *, now: datetime) -> Alert | None:
    waits = (Alert.status == Status.PENDING) & or_(Alert.retry_at.is_(None), Alert.retry_at <= now)
    left_over = (Alert.status == Status.SENDING) & (Alert.retry_at <= now)
    return session.scalar(select(Alert).where(or_(waits, left_over)).order_by(Alert.created_at).limit(1))


def _sent(mailer: Mailer, alert: Alert, settings: Settings, *, sandbox: bool) -> MailError | None:
    """The mail itself, outside any transaction; what went wrong, or None."""
    person = alert.user
    try:
        if not person.email:
            return MailError("alert.no_address", permanent=True)
        subject, text = compose(alert, person.language, settings.web.base_url, sandbox=sandbox)
        mailer.send(person.email, subject, text)
    except MailError as error:
        return error
    except OutreachError as error:
        return MailError(error.code, permanent=True)
    return None


def compose(alert: Alert, language: str, base_url: str, *, sandbox: bool) -> tuple[str, str]:
    """Subject and body: how many, how soon, where to look."""
    path, worded = PAGES.get(Kind(alert.kind), ("/review", "alert.link"))
    mark = word("alert.sandbox", language=language) + " " if sandbox else ""
    subject = word("alert.subject.now" if alert.kind == Kind.S0 else "alert.subject", language=language)
    lines = (
        word(alert.kind, {"count": alert.count}, language=language),
        word(worded, {"link": f"{base_url.rstrip('/')}{path}"}, language=language),
        word("alert.privacy", language=language),
    )
    return mark + subject, mark + "\n\n".join(lines) + "\n"


def _record(database: Database, alert: Alert, error: MailError | None, *, now: datetime) -> None:
    with database.write() as session:
        row = session.get_one(Alert, alert.id)
        if error is None:
            move(session, row, to=Status.SENT, sent_at=now, retry_at=None, error_code=None)
            return
        log.warning("alert.not_sent", alert=alert.id, **describe(error))
        over = error.permanent or row.tries >= TRIES
        retry_at = None if over else now + timedelta(minutes=min(2 ** (row.tries - 1), 10))
        move(session, row, to=Status.FAILED if over else Status.PENDING, retry_at=retry_at, error_code=error.code)
