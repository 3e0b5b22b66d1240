"""Cases: S0–S1 comments that a focal point owns, from the first alert to an outcome code."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from outreach import logs, policy
from outreach.db import Database, move
from outreach.errors import ConflictError, InvalidError, describe
from outreach.moderation.access import (
    due_at,
    flags_of,
    flags_of_all,
    hours_of,
    may_decide,
    may_own,
    record,
    require,
    standing_flags,
    visible_case,
    visible_comment,
    whole_hour,
)
from outreach.moderation.items import case_view
from outreach.moderation.views import CaseView
from outreach.policy import StaffedHours
from outreach.settings import Settings
from outreach.states import CaseStatus, ReviewState, Route, Severity
from outreach.tables import Case, Comment, Flag, User

ALL = tuple(CaseStatus)

log = logs.get("moderation")


def cases(database: Database, user: User, *, statuses: Collection[str] = ALL, limit: int = 200) -> list[CaseView]:
    """The Cases that this user may see, worst and oldest first."""
    with database.read() as session:
        rows = session.scalars(
            select(Case)
            .where(Case.route.in_(sorted(policy.visible_routes(user.roles))), Case.status.in_(statuses))
            .order_by(Case.severity, Case.opened_at)
            .options(joinedload(Case.comment))
            .limit(limit)
        )
        return [case_view(session, row) for row in rows]


def open_case(database: Database, user: User, comment_id: str, *, now: datetime) -> str:
    """A person's word opens a Case whatever the model said; returns its id."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        return str(ensure_case(session, comment, opened_by="person", now=now, user=user).id)


def acknowledge(database: Database, user: User, case_id: str, *, now: datetime) -> None:
    """A focal point takes the Case; raises ConflictError naming the colleague who was first."""
    with database.write() as session:
        case, comment = visible_case(session, user, case_id)
        require(may_own(user, comment), policy.OWNS[Route(comment.route)])
        if not _acknowledged(session, case, comment, user, now=now):
            session.refresh(case)
            raise ConflictError("case.acknowledged", holder=case.owner.display_name if case.owner else "")


def close(database: Database, user: User, case_id: str, *, outcome: str, now: datetime) -> None:
    """Close with an outcome code, once acknowledged and once the comment itself is decided."""
    if outcome not in policy.OUTCOMES:
        raise InvalidError("case.bad_outcome", allowed=", ".join(policy.OUTCOMES))
    with database.write() as session:
        case, comment = visible_case(session, user, case_id)
        require(may_own(user, comment), policy.OWNS[Route(comment.route)])
        if case.status == CaseStatus.OPEN:
            raise ConflictError("case.not_acknowledged")
        if comment.review_state == ReviewState.QUEUED:
            raise ConflictError("case.not_decided")
        acknowledged = case.status == CaseStatus.ACKNOWLEDGED
        if not acknowledged or not move(session, case, to=CaseStatus.CLOSED, closed_at=now, outcome=outcome):
            raise ConflictError("case.closed")
        record(session, now=now, user=user, event="case.closed", comment=comment, case=case.id, outcome=outcome)


def open_overdue_cases(database: Database, *, now: datetime, settings: Settings) -> bool:
    """Open a Case for every S0–S1 item that nobody decided in time; True if there may be more."""
    hours = hours_of(settings)
    with database.read() as session:
        late = _late(session, now=now, hours=hours)
    for comment_id in late:
        try:
            _open_if_overdue(database, comment_id, now=now, hours=hours)
        except Exception as error:  # noqa: BLE001  one row must not stop the others
            log.warning("case.not_opened", comment=comment_id, **describe(error))
    return False


def _late(session: Session, *, now: datetime, hours: StaffedHours) -> list[str]:
    """Looked for without a lock: at night hundreds may wait that are not late yet."""
    waiting = session.scalars(_without_case()).all()
    flags = flags_of_all(session, _without_case().with_only_columns(Comment.id).order_by(None))
    return [row.id for row in waiting if _is_late(row, flags[row.id], now=now, hours=hours)]


def _is_late(comment: Comment, flags: list[Flag], *, now: datetime, hours: StaffedHours) -> bool:
    """A row that cannot be judged is late: its Case costs a look, no Case may cost a life."""
    try:
        return due_at(comment, standing_flags(flags), hours) < now
    except (ValueError, KeyError) as error:
        log.warning("case.not_judged", comment=comment.id, **describe(error))
        return True


def _without_case() -> Select[Comment]:
    watched = select(Case.comment_id).where(Case.status != CaseStatus.CLOSED)
    return (
        select(Comment)
        .where(
            Comment.review_state == ReviewState.QUEUED,
            Comment.severity <= Severity.S1,
            Comment.own.is_(False),
            Comment.id.not_in(watched),
        )
        .order_by(Comment.severity, Comment.seen_hour)
    )


def _open_if_overdue(database: Database, comment_id: str, *, now: datetime, hours: StaffedHours) -> None:
    with database.write() as session:
        comment = session.get_one(Comment, comment_id)
        late = _is_late(comment, flags_of(session, comment_id), now=now, hours=hours)
        if late and comment.review_state == ReviewState.QUEUED:
            ensure_case(session, comment, opened_by="overdue", now=now)


def case_of(session: Session, comment: Comment) -> Case | None:
    return session.scalar(select(Case).where(Case.comment_id == comment.id))


def ensure_case(session: Session, comment: Comment, *, opened_by: str, now: datetime, user: User | None = None) -> Case:
    """The comment's Case, opened or opened again. Meant for a comment whose severity and route are already right."""
    case = case_of(session, comment)
    # What the system opens it opens minutes after the comment came: the exact time would tell which one it is.
    opened_at = now if opened_by == "person" else whole_hour(now)
    severity = min(comment.severity if comment.severity is not None else Severity.S1, Severity.S1)
    if case is None:
        case = Case(
            comment_id=comment.id,
            route=comment.route,
            severity=severity,
            status=CaseStatus.OPEN,
            opened_by=opened_by,
            opened_at=opened_at,
        )
        session.add(case)
        session.flush()
    elif case.status != CaseStatus.CLOSED or not _open_again(session, case, opened_at=opened_at, opened_by=opened_by):
        return case
    if user is not None:
        record(session, now=now, user=user, event="case.opened", comment=comment, case=case.id)
    return case


def acknowledge_by_deciding(session: Session, comment: Comment, user: User, *, now: datetime) -> None:
    """A focal point's own verdict shows that she has seen it."""
    case = case_of(session, comment)
    if case is not None:
        _acknowledged(session, case, comment, user, now=now)


def follow_comment(session: Session, comment: Comment, *, now: datetime) -> None:
    """Keep a Case as narrow and as grave as its comment: the route is the comment's, severity only rises.

    Who acknowledged it as S1 does not know that it is a matter of life by now: it opens again, and pages.
    """
    case = case_of(session, comment)
    if case is None:
        return
    case.route = comment.route
    if comment.severity is None:
        return
    risen = comment.severity == Severity.S0 < case.severity
    case.severity = min(case.severity, comment.severity)
    if risen and case.status == CaseStatus.ACKNOWLEDGED:
        _open_again(session, case, opened_at=whole_hour(now), opened_by="alert")


def _acknowledged(session: Session, case: Case, comment: Comment, user: User, *, now: datetime) -> bool:
    if case.status != CaseStatus.OPEN:
        return False
    if not move(session, case, to=CaseStatus.ACKNOWLEDGED, owner_id=user.id, acknowledged_at=now):
        return False
    record(session, now=now, user=user, event="case.acknowledged", comment=comment, case=case.id)
    return True


def _open_again(session: Session, case: Case, *, opened_at: datetime, opened_by: str) -> bool:
    return move(
        session,
        case,
        to=CaseStatus.OPEN,
        opened_by=opened_by,
        opened_at=opened_at,
        owner_id=None,
        acknowledged_at=None,
        closed_at=None,
        outcome=None,
    )
