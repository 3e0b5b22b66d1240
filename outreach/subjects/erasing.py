"""Erases what is held on one author. What stays of each comment is a keyed number, which reading never restores."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.errors import ConflictError, DeniedError, InvalidError
from outreach.states import ActionStatus, CaseStatus, CommentState, Permission, ReviewState, Route
from outreach.subjects.finding import Subject
from outreach.subjects.holding import belonging, count, hinted, told
from outreach.tables import Action, AuditEvent, Case, Comment, DeletionRequest, Erasure, User


@dataclass(frozen=True)
class Erased:
    receipt: str  #: a random number; nothing leads from it to her
    counts: dict[str, int]


def erase(
    database: Database,
    user: User,
    subject: Subject,
    *,
    now: datetime,
    zone: str,
    remember: Callable[[Collection[str]], None],
    open_case: str | None = None,
) -> Erased:
    """Delete or anonymise every row in one transaction. `remember` is told its comments' keys before that is done.

    Raises ConflictError while a Case is open, unless `open_case` says why all the same, or while Meta is being asked
    for something that was decided; DeniedError, InvalidError.
    """
    if not policy.may(user.roles, Permission.SUBJECTS_MANAGE):
        raise DeniedError("denied", permission=Permission.SUBJECTS_MANAGE.value)
    if open_case is not None and open_case not in policy.ERASE_REASONS:
        raise InvalidError("subject.bad_reason", allowed=", ".join(policy.ERASE_REASONS))
    with database.write() as session:
        ids = subject.comment_ids
        rows = session.scalars(select(Comment).where(Comment.id.in_(ids)).with_for_update(of=Comment)).all()
        refused = _open_cases(session, ids)
        if refused and open_case is None:
            raise ConflictError("subject.open_case", count=refused)
        _refuse_under_way(session, ids)
        counts = count(session, subject)
        strip(session, subject, rows, zone)
        receipt = Erasure(at=now, by_id=user.id, counts=counts, reason=open_case if refused else None)
        session.add(receipt)
        session.add(AuditEvent(at=now, user_id=user.id, event="subject.erased", subject=receipt.id, details=counts))
        remember(subject.remote_keys)
    return Erased(str(receipt.id), counts)


def strip(session: Session, subject: Subject, rows: Sequence[Comment], zone: str) -> None:
    """Leave of these comments what keeps them from coming back, and nothing else."""
    _take_out(session, subject)
    for table, hers in belonging(subject.comment_ids):
        session.execute(delete(table).where(hers))
    for row in rows:
        _anonymise(row, zone)


def _open_cases(session: Session, ids: Sequence[str]) -> int:
    owned = (Case.comment_id.in_(ids), Case.status != CaseStatus.CLOSED)
    return len(session.scalars(select(Case.id).where(*owned)).all())


def _refuse_under_way(session: Session, ids: Sequence[str]) -> None:
    """What was decided to be hidden for her own sake would stay visible, and nobody could reach it any more."""
    unclear = and_(Action.status == ActionStatus.UNKNOWN, Action.retry_at.is_not(None))
    waits = or_(Action.status.in_((ActionStatus.PENDING, ActionStatus.RUNNING)), unclear)
    if session.scalar(select(Action.id).where(Action.comment_id.in_(ids), waits).limit(1)):
        raise ConflictError("subject.under_way")


def _take_out(session: Session, subject: Subject) -> None:
    """From what is about others too: notices, webhooks, and who looked at what and when."""
    for alert, others in told(session, subject.comment_ids):
        if others:
            alert.details, alert.count = {**alert.details, "keys": others}, len(others)
        else:
            session.delete(alert)
    for delivery, left in hinted(session, subject):
        delivery.body = left
    about_her = AuditEvent.subject.in_(subject.traces)
    session.execute(update(AuditEvent).where(about_her).values(subject=None, details={}))
    if subject.request_id:
        session.execute(update(DeletionRequest).where(DeletionRequest.id == subject.request_id).values(author_keys=[]))
    session.flush()


def _anonymise(row: Comment, zone: str) -> None:
    """The revision moves on, so that a classification under way finds nothing to write to."""
    row.state, row.review_state, row.route = CommentState.PURGED, ReviewState.CLEAR, Route.SHARED
    row.text_sealed = row.remote_id_sealed = row.author_name_sealed = row.permalink_sealed = row.times_sealed = None
    row.text_key = row.author_key = row.parent_id = row.photo = row.severity = row.decided_at = row.gone_hour = None
    row.claimed_by_id = row.claimed_until = None
    row.has_attachment, row.absences, row.revision = False, 0, row.revision + 1
    row.hour, row.seen_hour = policy.week_of(row.hour, zone), policy.week_of(row.seen_hour, zone)
