"""Which comments exist for a user, their exact times, and the audit trail of looking at them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.errors import DeniedError, NotFoundError, VaultError, describe
from outreach.policy import StaffedHours
from outreach.settings import Settings
from outreach.states import Flag, Permission, Route
from outreach.tables import AuditEvent, Case, Comment, User
from outreach.tables import Flag as FlagRow

log = logs.get("moderation")

_NUMBER = re.compile(r"\d(?:[ \t.*_|()/،,-]{0,3}\d){6,}")
_DIGIT = re.compile(r"\d")
#: PostgreSQL: flags are read, then severity and route follow from them; no other flag may come in between
LOCK = {"of": Comment, "key_share": True}


def visible_comment(session: Session, user: User, comment_id: str, *, lock: bool = False) -> Comment:
    """Raises NotFoundError for no such comment and for one of a route that this user may not see: one answer."""
    comment = session.get(Comment, comment_id, with_for_update=LOCK if lock else None)
    if comment is None or comment.own or Route(comment.route) not in policy.visible_routes(user.roles):
        raise NotFoundError("review.not_found")
    return comment


def visible_case(session: Session, user: User, case_id: str) -> tuple[Case, Comment]:
    case = session.get(Case, case_id)
    if case is None:
        raise NotFoundError("review.not_found")
    return case, visible_comment(session, user, case.comment_id)


def is_visible(user: User) -> ColumnElement[bool]:
    """The condition that every list, count and search carries."""
    return Comment.route.in_(sorted(policy.visible_routes(user.roles)))


def may_decide(user: User, comment: Comment) -> bool:
    return policy.may(user.roles, policy.DECIDES[Route(comment.route)])


def may_own(user: User, comment: Comment) -> bool:
    """Whether this user is a focal point for the comment's route."""
    return policy.may(user.roles, policy.OWNS[Route(comment.route)])


def require(allowed: bool, permission: Permission) -> None:  # noqa: FBT001  reads as a sentence
    if not allowed:
        raise DeniedError("denied", permission=str(permission))


def record(session: Session, *, now: datetime, user: User, event: str, comment: Comment, **codes: object) -> None:
    """Write down who did what with a comment; `codes` are codes and ids, never words of it."""
    session.add(AuditEvent(at=now, user_id=user.id, event=event, subject=comment.id, details=codes))


def hours_of(settings: Settings) -> StaffedHours:
    review = settings.review
    return policy.staffed_hours(review.staffed_from, review.staffed_until, settings.timezone)


def readable(comment: Comment, name: str) -> str | None:
    """A sealed value, or None where it cannot be opened: one damaged row must not cost the others their page."""
    try:
        value: str | None = getattr(comment, name)
    except VaultError as error:
        log.warning("comment.not_opened", comment=comment.id, **describe(error))
        return None
    return value


def written_at(comment: Comment) -> datetime:
    return policy.exact_time(readable(comment, "times"), "created_at", comment.hour)


def seen_at(comment: Comment) -> datetime:
    return policy.exact_time(readable(comment, "times"), "seen_at", comment.seen_hour)


def due_at(comment: Comment, standing: Iterable[tuple[Flag, int]], hours: StaffedHours) -> datetime:
    seen = seen_at(comment)
    return seen + policy.due_after(standing, staffed=hours.cover(seen), severity=comment.severity)


def standing_flags(flags: Iterable[FlagRow]) -> list[tuple[Flag, int]]:
    return [(Flag(row.flag), row.severity) for row in flags if row.dismissed_at is None]


def flags_of(session: Session, comment_id: str) -> list[FlagRow]:
    return list(session.scalars(select(FlagRow).where(FlagRow.comment_id == comment_id)))


def flags_of_all(session: Session, ids: Select[str] | Collection[str]) -> defaultdict[str, list[FlagRow]]:
    """The flags of many comments with one query."""
    found: defaultdict[str, list[FlagRow]] = defaultdict(list)
    for row in session.scalars(select(FlagRow).where(FlagRow.comment_id.in_(ids))):
        found[row.comment_id].append(row)
    return found


def thread_of(comment: Comment) -> ColumnElement[bool]:
    """The condition that a comment belongs to the same thread."""
    top = comment.parent_id or comment.id
    return or_(Comment.id == top, Comment.parent_id == top)


def mask_numbers(text: str) -> str:
    """Digits of what may be a phone number become dots, one for one, so that spans still fit."""
    return _NUMBER.sub(lambda match: _DIGIT.sub("•", match.group()), text)


def whole_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
