"""The review queue as lists and counts: worst first, surest and oldest of these, masked for the user who looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, select
from sqlalchemy.orm import Session, selectinload

from outreach import policy
from outreach.db import Database
from outreach.moderation.access import (
    due_at,
    flags_of_all,
    hours_of,
    is_visible,
    mask_numbers,
    readable,
    seen_at,
    standing_flags,
)
from outreach.moderation.views import Count, FlagView, Holder, Overview, QueueFilter, QueueItem, QueuePage
from outreach.policy import StaffedHours
from outreach.settings import Settings
from outreach.states import CaseStatus, Flag, Permission, ReviewState, Route, ScoreStatus, Severity
from outreach.tables import Case, Comment, Prediction, User
from outreach.tables import Flag as FlagRow

PAGE_SIZE = 50
POST_TITLE_LENGTH = 80
EVERYTHING = QueueFilter()


@dataclass(frozen=True)
class Looker:
    """Who looks, when, and by which office hours."""

    user: User
    now: datetime
    hours: StaffedHours


@dataclass
class Facts:
    """What belongs to a set of comments, read with one query a table."""

    flags: dict[str, list[FlagRow]] = field(default_factory=lambda: defaultdict(list))
    predictions: dict[str, Prediction] = field(default_factory=dict)
    cases: dict[str, Case] = field(default_factory=dict)


def queue(
    database: Database,
    user: User,
    *,
    now: datetime,
    settings: Settings,
    filter: QueueFilter = EVERYTHING,  # noqa: A002  the word that the pages use
    page: int = 1,
) -> QueuePage:
    """One page of the queue. Rows of routes that the user may not see are neither listed nor counted."""
    looker = Looker(user, now, hours_of(settings))
    with database.read() as session:
        conditions = _conditions(looker, filter)
        total = session.scalar(select(func.count()).select_from(Comment).where(*conditions)) or 0
        pages = max(1, -(-total // PAGE_SIZE))
        page = min(max(page, 1), pages)
        statement = _ordered(select(Comment).where(*conditions), filter, looker)
        rows = session.scalars(
            statement.options(selectinload(Comment.publication)).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
        ).all()
        return QueuePage(_items(session, rows, looker, filter), total, page, pages)


def overview(database: Database, user: User, *, now: datetime, settings: Settings) -> Overview:
    """Counts by severity of what waits. `staff_misconduct` is in none of them, and counted apart for its owner."""
    looker = Looker(user, now, hours_of(settings))
    waiting = (Comment.review_state == ReviewState.QUEUED, Comment.own.is_(False))
    with database.read() as session:
        shared = (*waiting, is_visible(user), Comment.route != Route.PSEA)
        counts = tuple(_count(session, shared, severity, looker) for severity in Severity)
        return Overview(counts, _pending(session, user), _open_cases(session, user), _psea(session, waiting, user))


def facts_of(session: Session, comments: Sequence[Comment]) -> Facts:
    ids = [comment.id for comment in comments]
    facts = Facts(flags_of_all(session, ids))
    order = (Prediction.revision, Prediction.hour)
    for prediction in session.scalars(select(Prediction).where(Prediction.comment_id.in_(ids)).order_by(*order)):
        facts.predictions[prediction.comment_id] = prediction
    for opened in session.scalars(select(Case).where(Case.comment_id.in_(ids))):
        facts.cases[opened.comment_id] = opened
    return facts


def item_of(comment: Comment, facts: Facts, looker: Looker) -> QueueItem:
    flags = facts.flags[comment.id]
    prediction = facts.predictions.get(comment.id)
    case = facts.cases.get(comment.id)
    due = due_at(comment, standing_flags(flags), looker.hours)
    veiled = policy.is_veiled(comment.severity) or is_unread(comment, prediction)
    return QueueItem(
        id=comment.id,
        severity=None if comment.severity is None else Severity(comment.severity),
        route=Route(comment.route),
        flags=flag_views(flags, comment.revision),
        sentiment=prediction.sentiment if prediction else None,
        channel=comment.channel.title or comment.channel.name,
        channel_kind=comment.channel.kind,
        post=_post_title(comment),
        seen_at=seen_at(comment),
        due_at=due,
        overdue=comment.review_state == ReviewState.QUEUED and due < looker.now,
        veiled=veiled,
        text=None if veiled else mask_numbers(readable(comment, "text") or ""),
        author=None if veiled else readable(comment, "author_name"),
        holder=holder_of(comment, looker),
        review_state=comment.review_state,
        state=comment.state,
        not_scored=prediction.reason if prediction and prediction.status == ScoreStatus.NOT_SCORED else None,
        has_attachment=comment.has_attachment,
        is_reply=comment.parent_id is not None,
        case_status=case.status if case else None,
    )


def is_unread(comment: Comment, prediction: Prediction | None) -> bool:
    """Whether nothing has looked at these words yet, as new ones or as an edit: they may be a disclosure."""
    edited = prediction is not None and prediction.revision < comment.revision
    return edited or comment.review_state == ReviewState.PENDING


def flag_views(flags: Iterable[FlagRow], revision: int) -> tuple[FlagView, ...]:
    views = (
        FlagView(
            flag=Flag(row.flag),
            severity=Severity(row.severity),
            score=row.score,
            word=policy.likelihood(row.score, raised=True),
            source=row.source,
            alert=row.alert,
            dismissed=row.dismissed_at is not None,
            earlier=row.revision < revision,
        )
        for row in flags
    )
    return tuple(sorted(views, key=lambda view: (view.dismissed, view.severity, list(Flag).index(view.flag))))


def holder_of(comment: Comment, looker: Looker) -> Holder | None:
    if comment.claimed_by is None or comment.claimed_until is None or comment.claimed_until <= looker.now:
        return None
    person = comment.claimed_by
    return Holder(person.id, person.display_name, comment.claimed_until, person.id == looker.user.id)


def _items(session: Session, rows: Sequence[Comment], looker: Looker, wanted: QueueFilter) -> tuple[QueueItem, ...]:
    facts = facts_of(session, rows)
    items = [item_of(comment, facts, looker) for comment in rows]
    if wanted.review_state == ReviewState.DECIDED:
        return tuple(items)
    # The database knows whole hours only; the page is put into exact order here.
    return tuple(sorted(items, key=lambda item: _worst_surest_and_oldest(item, looker)))


def _worst_surest_and_oldest(item: QueueItem, looker: Looker) -> tuple[int, bool, datetime]:
    rank = Severity.S3 if item.severity is None else item.severity
    if rank == Severity.NOT_SCORED and _hour(item.seen_at) <= _half_gone(looker):
        rank = Severity.S1
    sure = any(_is_sure(flag, item) for flag in item.flags)
    return rank, not sure, item.seen_at


def _half_gone(looker: Looker) -> datetime:
    """What nobody could score has S1's target and stands behind S1; seen before this, it stands among S1 by age, or
    a long night of S1 would make it late."""
    target = policy.NOT_SCORED_TARGET.minutes(staffed=looker.hours.cover(looker.now))
    return looker.now - timedelta(minutes=target / 2)


def _hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


def _is_sure(flag: FlagView, item: QueueItem) -> bool:
    """A review threshold is low on purpose, so many S1 disclosures carry a doubtful flag of S0; what passed the alert
    threshold stands before these."""
    return flag.alert and not flag.dismissed and flag.severity == item.severity


def _conditions(looker: Looker, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions = [Comment.review_state == wanted.review_state, Comment.own.is_(False), is_visible(looker.user)]
    for column, value in (
        (Comment.severity, wanted.severity),
        (Comment.channel_id, wanted.channel_id),
        (Comment.publication_id, wanted.publication_id),
        (Comment.route, wanted.route),
    ):
        if value is not None:
            conditions.append(column == value)
    if wanted.flag is not None:
        flagged = select(FlagRow.comment_id).where(FlagRow.flag == wanted.flag, FlagRow.dismissed_at.is_(None))
        conditions.append(Comment.id.in_(flagged))
    if wanted.held_by_me:
        conditions.append(and_(Comment.claimed_by_id == looker.user.id, Comment.claimed_until > looker.now))
    return conditions


def _ordered(statement: Select[Comment], wanted: QueueFilter, looker: Looker) -> Select[Comment]:
    if wanted.review_state == ReviewState.DECIDED:
        return statement.order_by(Comment.decided_at.desc(), Comment.id)
    sure = exists().where(
        FlagRow.comment_id == Comment.id,
        FlagRow.alert.is_(True),
        FlagRow.dismissed_at.is_(None),
        FlagRow.severity == Comment.severity,
    )
    waited = and_(Comment.severity == Severity.NOT_SCORED, Comment.seen_hour <= _half_gone(looker))
    rank = case((waited, int(Severity.S1)), else_=Comment.severity)
    return statement.order_by(rank, sure.desc(), Comment.seen_hour, Comment.id)


def _post_title(comment: Comment) -> str:
    """The first line of our own post; it is public."""
    text = str(comment.publication.content.get("text") or "").strip()
    first = text.splitlines()[0] if text else ""
    return first[:POST_TITLE_LENGTH] or (comment.publication.post.name if comment.publication.post else "")


def _count(session: Session, shared: tuple[ColumnElement[bool], ...], severity: Severity, looker: Looker) -> Count:
    here = (*shared, Comment.severity == severity)
    total = session.scalar(select(func.count()).select_from(Comment).where(*here)) or 0
    if not total:
        return Count(severity, 0, 0, None)
    oldest = session.scalars(select(Comment).where(*here).order_by(Comment.seen_hour).limit(PAGE_SIZE)).all()
    return Count(severity, total, _overdue(session, here, looker), min(seen_at(comment) for comment in oldest))


def _overdue(session: Session, here: tuple[ColumnElement[bool], ...], looker: Looker) -> int:
    """Exact for the oldest few hundred, which is where being late begins."""
    shortest = min(rule.target.staffed for rule in policy.RULES.values())
    late = Comment.seen_hour <= looker.now - timedelta(minutes=shortest)
    rows = session.scalars(select(Comment).where(*here, late).order_by(Comment.seen_hour).limit(500)).all()
    flags = facts_of(session, rows).flags
    return sum(due_at(row, standing_flags(flags[row.id]), looker.hours) < looker.now for row in rows)


def _pending(session: Session, user: User) -> int:
    if not policy.may(user.roles, Permission.REVIEW_READ):
        return 0
    waiting = (Comment.review_state == ReviewState.PENDING, Comment.route == Route.SHARED)
    return session.scalar(select(func.count()).select_from(Comment).where(*waiting)) or 0


def _open_cases(session: Session, user: User) -> int:
    routes = sorted(policy.visible_routes(user.roles) - {Route.PSEA})
    open_ones = (Case.status != CaseStatus.CLOSED, Case.route.in_(routes))
    return session.scalar(select(func.count()).select_from(Case).where(*open_ones)) or 0


def _psea(session: Session, waiting: tuple[ColumnElement[bool], ...], user: User) -> int | None:
    if not policy.may(user.roles, Permission.PSEA_READ):
        return None
    return session.scalar(select(func.count()).select_from(Comment).where(*waiting, Comment.route == Route.PSEA))
