"""Flags put and taken by people, and what that does to a comment's place, audience and Case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.moderation.access import (
    flags_of,
    may_decide,
    may_own,
    record,
    require,
    standing_flags,
    thread_of,
    visible_comment,
    whole_hour,
)
from outreach.moderation.cases import ensure_case, follow_comment
from outreach.states import Flag, ReviewState, Route, ScoreStatus, Severity, Source
from outreach.tables import Comment, Prediction, User
from outreach.tables import Flag as FlagRow


def add_flag(database: Database, user: User, comment_id: str, flag: str, *, now: datetime) -> None:
    """A person's word raises a flag at once; S0 and S1 open a Case. `staff_misconduct` takes the item out of every
    sight but the PSEA focal point's, the user's own included."""
    if flag not in set(Flag):
        raise InvalidError("review.bad_flag", allowed=", ".join(Flag))
    with database.write() as session:
        comment = visible_comment(session, user, comment_id, lock=True)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        rows = flags_of(session, comment.id)
        severity = policy.severity_of(Flag(flag), {Flag(row.flag) for row in rows}, context_of(session, comment))
        _put(session, comment, Flag(flag), severity, rows, now=now)
        settle(session, comment, now=now)
        if policy.is_serious(severity):
            ensure_case(session, comment, opened_by="person", now=now, user=user)
        record(session, now=now, user=user, event="flag.added", comment=comment, flag=flag)


def dismiss_flag(database: Database, user: User, comment_id: str, flag: str, *, now: datetime) -> None:
    """Say that a flag is wrong. For S0 and S1 that is a focal point's word alone."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id, lock=True)
        rows = [row for row in flags_of(session, comment.id) if row.flag == flag and row.dismissed_at is None]
        if not rows:
            raise InvalidError("review.no_such_flag")
        serious = any(policy.is_serious(row.severity) for row in rows)
        allowed = may_own(user, comment) if serious else may_decide(user, comment)
        require(allowed, (policy.OWNS if serious else policy.DECIDES)[Route(comment.route)])
        for row in rows:
            row.dismissed_at = now
        settle(session, comment, now=now)
        record(session, now=now, user=user, event="flag.dismissed", comment=comment, flag=flag)


def mark_threat_general(database: Database, user: User, comment_id: str, *, now: datetime) -> None:
    """A threat against nobody in particular is S2; until a person says so it is S1."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id, lock=True)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        rows = [row for row in flags_of(session, comment.id) if row.flag == Flag.THREAT and row.dismissed_at is None]
        if not rows:
            raise InvalidError("review.no_such_flag")
        for row in rows:
            row.severity = Severity.S2
        settle(session, comment, now=now)
        record(session, now=now, user=user, event="flag.threat_general", comment=comment)


def settle(session: Session, comment: Comment, *, now: datetime) -> None:
    """Bring severity, route, place and Case in line with the standing flags, and the thread with the comment."""
    session.flush()
    severity, route = policy.combine(standing_flags(flags_of(session, comment.id)))
    if _is_not_scored(session, comment):
        severity = policy.at_least_unscored(severity)
    if route != comment.route:
        comment.claimed_by_id = comment.claimed_until = None
    raised = severity is not None and (comment.severity is None or severity < comment.severity)
    comment.route = route
    comment.severity = severity
    if severity is None and comment.review_state == ReviewState.QUEUED:
        comment.review_state, comment.decided_at = ReviewState.CLEAR, now
    elif raised and comment.review_state in {ReviewState.CLEAR, ReviewState.DECIDED}:
        comment.review_state, comment.decided_at = ReviewState.QUEUED, None
    follow_comment(session, comment, now=now)
    if policy.is_serious(severity) and route is not Route.PSEA:
        raise_thread(session, comment)


def raise_thread(session: Session, comment: Comment) -> None:
    """Abuse of a woman's kind under a possible disclosure is S2 (design §6), also where it was written before."""
    abused = (
        select(FlagRow)
        .join(Comment, Comment.id == FlagRow.comment_id)
        .where(
            thread_of(comment),
            Comment.id != comment.id,
            FlagRow.flag == Flag.GENDERED_ABUSE,
            FlagRow.severity > Severity.S2,
            FlagRow.dismissed_at.is_(None),
        )
    )
    for row in session.scalars(abused):
        row.severity = Severity.S2
        neighbour = session.get_one(Comment, row.comment_id)
        if neighbour.severity is None or neighbour.severity > Severity.S2:
            neighbour.severity = Severity.S2


def context_of(session: Session, comment: Comment, *, child_at_risk_pages: bool = True) -> policy.Context:
    """The facts about a comment that its next assessment needs."""
    rows = flags_of(session, comment.id)
    here = [row for row in rows if row.revision == comment.revision]
    by_person = {Flag(row.flag) for row in rows if row.source == Source.PERSON and row.dismissed_at is None}
    return policy.Context(
        own=comment.own,
        under_disclosure=_under_disclosure(session, comment),
        general_threat=any(row.flag == Flag.THREAT and row.severity == Severity.S2 for row in here),
        dismissed=frozenset(Flag(row.flag) for row in here if row.dismissed_at is not None) - by_person,
        standing=tuple(standing_flags(rows)),
        child_at_risk_pages=child_at_risk_pages,
    )


def _under_disclosure(session: Session, comment: Comment) -> bool:
    # The PSEA route is left out: its existence must not show anywhere else.
    found = session.scalar(
        select(Comment.id)
        .where(
            thread_of(comment),
            Comment.id != comment.id,
            Comment.severity <= Severity.S1,
            Comment.route != Route.PSEA,
        )
        .limit(1)
    )
    return found is not None


def _is_not_scored(session: Session, comment: Comment) -> bool:
    statuses = session.scalars(
        select(Prediction.status).where(Prediction.comment_id == comment.id, Prediction.revision == comment.revision)
    ).all()
    return bool(statuses) and all(status == ScoreStatus.NOT_SCORED for status in statuses)


def _put(
    session: Session, comment: Comment, flag: Flag, severity: Severity, rows: list[FlagRow], *, now: datetime
) -> None:
    mine = next((row for row in rows if row.flag == flag and row.source == Source.PERSON), None)
    if mine is not None and mine.dismissed_at is None:
        raise ConflictError("review.flag_stands")
    if mine is None:
        mine = FlagRow(comment_id=comment.id, flag=flag, source=Source.PERSON, hour=whole_hour(now))
        session.add(mine)
    mine.revision, mine.severity, mine.dismissed_at = comment.revision, severity, None
