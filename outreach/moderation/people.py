"""Colleagues: whom an item can be referred to, what was referred to a user, and who did what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from outreach import policy
from outreach.db import Database, move
from outreach.errors import ConflictError, NotFoundError
from outreach.moderation.access import is_visible, record, require, visible_comment
from outreach.moderation.views import AuditEntry, ReferralView
from outreach.states import Permission, ReferralStatus, Route
from outreach.tables import AuditEvent, Comment, Referral, ReviewDecision, User


def referees(database: Database, user: User, comment_id: str) -> list[User]:
    """Colleagues who may see the comment, by name."""
    with database.read() as session:
        comment = visible_comment(session, user, comment_id)
        people = session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.display_name))
        route = Route(comment.route)
        return [one for one in people if one.id != user.id and route in policy.visible_routes(one.roles)]


def referrals(database: Database, user: User) -> list[ReferralView]:
    """What was referred to this user and is not closed, oldest first."""
    statement = (
        select(Referral, ReviewDecision)
        .join(ReviewDecision, ReviewDecision.id == Referral.decision_id)
        .join(Comment, Comment.id == Referral.comment_id)
        .where(Referral.to_user_id == user.id, Referral.status != ReferralStatus.CLOSED, is_visible(user))
        .order_by(Referral.created_at)
    )
    with database.read() as session:
        return [_view(referral, decision) for referral, decision in session.execute(statement)]


def acknowledge_referral(database: Database, user: User, referral_id: str, *, now: datetime) -> None:
    with database.write() as session:
        referral = session.get(Referral, referral_id)
        if referral is None or referral.to_user_id != user.id:
            raise NotFoundError("review.not_found")
        comment = visible_comment(session, user, referral.comment_id)
        is_open = referral.status == ReferralStatus.OPEN
        if not is_open or not move(session, referral, to=ReferralStatus.ACKNOWLEDGED, acknowledged_at=now):
            raise ConflictError("referral.not_open")
        record(session, now=now, user=user, event="referral.acknowledged", comment=comment, referral=referral.id)


def audit_log(database: Database, user: User, *, subject: str | None = None, limit: int = 200) -> list[AuditEntry]:
    """Who did what, newest first, for admins and focal points; events about comments only to those who may see them."""
    allowed = {Permission.USERS_MANAGE, Permission.SAFEGUARDING_CLOSE, Permission.PSEA_READ}
    require(bool(policy.permissions(user.roles) & allowed), Permission.USERS_MANAGE)
    not_hidden = AuditEvent.subject.not_in(select(Comment.id).where(~is_visible(user)))
    statement = select(AuditEvent, User).outerjoin(User, User.id == AuditEvent.user_id)
    statement = statement.where(or_(AuditEvent.subject.is_(None), not_hidden))
    if subject is not None:
        statement = statement.where(AuditEvent.subject == subject)
    with database.read() as session:
        rows = session.execute(statement.order_by(AuditEvent.at.desc()).limit(limit)).all()
    return [_entry(event, person) for event, person in rows]


def _view(referral: Referral, decision: ReviewDecision) -> ReferralView:
    return ReferralView(
        id=referral.id,
        comment_id=referral.comment_id,
        status=referral.status,
        reason=decision.reason,
        by=decision.user.display_name if decision.user else None,
        created_at=referral.created_at,
        acknowledged_at=referral.acknowledged_at,
    )


def _entry(event: AuditEvent, person: User | None) -> AuditEntry:
    name = person.display_name if person else None
    return AuditEntry(event.at, name, event.event, event.subject, dict(event.details))
