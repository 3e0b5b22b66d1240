"""A comment that is gone while a Case hangs on it: who knows, what is locked, who unlocked it and why.

Reading proves that it is gone; whether she or the Page deleted it Meta does not tell.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.moderation.access import may_own, record, require, visible_case
from outreach.moderation.views import GoneView
from outreach.states import CaseStatus, Route
from outreach.tables import AuditEvent, Case, Comment, User

UNLOCKED = "case.unlocked"


def note_gone(database: Database, user: User, case_id: str, *, now: datetime) -> None:
    """A focal point knows that the comment is gone; from here its words have a day (design §2.14)."""
    with database.write() as session:
        case, comment = _gone_case(session, user, case_id)
        if _seen_at(case, comment) is not None:
            raise ConflictError("case.gone_seen")
        case.gone_seen_at = now
        record(session, now=now, user=user, event="case.gone_seen", comment=comment, case=case.id)


def unlock(database: Database, user: User, case_id: str, *, reason: str, now: datetime) -> None:
    """Let replies and actions be made on a comment that is gone; named, with a reason, in the audit trail."""
    if reason not in policy.UNLOCK_REASONS:
        raise InvalidError("case.bad_unlock", allowed=", ".join(policy.UNLOCK_REASONS))
    with database.write() as session:
        case, comment = _gone_case(session, user, case_id)
        if not is_locked(comment, case):
            raise ConflictError("case.not_locked")
        case.unlocked_at = now
        record(session, now=now, user=user, event=UNLOCKED, comment=comment, case=case.id, reason=reason)


def _gone_case(session: Session, user: User, case_id: str) -> tuple[Case, Comment]:
    case, comment = visible_case(session, user, case_id)
    require(may_own(user, comment), policy.OWNS[Route(comment.route)])
    if comment.gone_hour is None:
        raise ConflictError("case.not_gone")
    return case, comment


def is_locked(comment: Comment, case: Case | None) -> bool:
    """Whether nothing may be done with it: answering somebody who took her words back may put her in danger."""
    return case is not None and comment.gone_hour is not None and _unlocked_at(case, comment) is None


def gone_view(session: Session, case: Case, comment: Comment) -> GoneView | None:
    if comment.gone_hour is None:
        return None
    seen_at = _seen_at(case, comment)
    sealed = comment.route == Route.PSEA and case.status != CaseStatus.CLOSED
    person, reason = _unlocking(session, comment) if _unlocked_at(case, comment) else (None, None)
    return GoneView(
        at=comment.gone_hour,
        seen_at=seen_at,
        words_go_at=seen_at + policy.KEEP_GONE if seen_at and not sealed else None,
        sealed=sealed,
        locked=is_locked(comment, case),
        unlocked_by=person,
        unlock_reason=reason,
    )


def _seen_at(case: Case, comment: Comment) -> datetime | None:
    return _since(case.gone_seen_at, comment)


def _unlocked_at(case: Case, comment: Comment) -> datetime | None:
    return _since(case.unlocked_at, comment)


def _since(at: datetime | None, comment: Comment) -> datetime | None:
    """A comment may come back and go again: what was said of it before counts no more."""
    return at if at is not None and comment.gone_hour is not None and at >= comment.gone_hour else None


def _unlocking(session: Session, comment: Comment) -> tuple[str | None, str | None]:
    """By whom, and why: the audit trail is where it stands."""
    found = session.execute(
        select(User.display_name, AuditEvent.details)
        .join(AuditEvent, AuditEvent.user_id == User.id)
        .where(AuditEvent.subject == comment.id, AuditEvent.event == UNLOCKED)
        .order_by(AuditEvent.at.desc())
        .limit(1)
    ).first()
    return (found[0], str(found[1].get("reason"))) if found else (None, None)
