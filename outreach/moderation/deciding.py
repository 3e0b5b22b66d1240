"""Verdicts: against the text that was seen, once, with a reason; the row first, the call on Meta afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database, move
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.moderation.access import (
    flags_of,
    hours_of,
    may_decide,
    may_own,
    record,
    require,
    standing_flags,
    visible_comment,
)
from outreach.moderation.cases import acknowledge_by_deciding, case_of, ensure_case
from outreach.moderation.going import is_locked
from outreach.moderation.items import refuse_if_held, waits_for_focal_point
from outreach.moderation.queue import Looker
from outreach.settings import Settings
from outreach.states import (
    ActionKind,
    ActionStatus,
    CaseStatus,
    CommentState,
    ReferralStatus,
    ReviewState,
    Route,
    Verdict,
)
from outreach.tables import Action, Comment, Referral, ReviewDecision, User

_ACTIONS = {Verdict.HIDE: ActionKind.HIDE, Verdict.DELETE: ActionKind.DELETE}


@dataclass(frozen=True)
class Choice:
    """What a person wants done with a comment."""

    verdict: Verdict
    reason: str
    refer_to: str | None  #: a user's id


def decide(  # noqa: PLR0913  a verdict has this many parts
    database: Database,
    user: User,
    comment_id: str,
    *,
    seen_text_key: str,
    verdict: str,
    reason: str,
    now: datetime,
    settings: Settings,
    refer_to: str | None = None,
) -> str:
    """Decide on the text that was seen; returns the decision's id.

    Raises InvalidError for an unknown verdict or reason, ConflictError when somebody holds it, the text was edited
    since, it is decided already, or a focal point must acknowledge first.
    """
    choice = _checked(verdict, reason, refer_to)
    looker = Looker(user, now, hours_of(settings))
    with database.write() as session:
        comment = visible_comment(session, user, comment_id)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        _refuse(session, comment, looker, choice, seen_text_key=seen_text_key)
        decision = _decided(session, comment, looker, choice)
        if choice.verdict in _ACTIONS and _may_be_there(session, comment):
            _ask_meta(session, decision, _ACTIONS[choice.verdict], settings=settings, now=now)
        if choice.verdict is Verdict.REFER:
            _refer(session, comment, decision, str(refer_to), now=now)
        _see_to_case(session, comment, looker)
        record(session, now=now, user=user, event="comment.decided", comment=comment, **_codes(decision))
        return str(decision.id)


def undo(database: Database, user: User, decision_id: str, *, now: datetime, settings: Settings) -> str:
    """Take a decision back while it may be; returns the id of the row that undoes it.

    What waits is cancelled, what is hidden gets an unhide. Raises ConflictError when the time is over, when it was
    undone before, while its call on Meta is under way, and for a deletion that is done: that cannot be undone.
    """
    with database.write() as session:
        decision = session.get(ReviewDecision, decision_id)
        if decision is None:
            raise NotFoundError("review.not_found")
        comment = visible_comment(session, user, decision.comment_id)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        _refuse_undo(decision, now=now, minutes=settings.review.undo_minutes)
        undoing = _undone(session, decision, user, now=now)
        _take_back(session, decision, undoing, now=now)
        _requeue(session, comment, now=now)
        record(session, now=now, user=user, event="comment.undone", comment=comment, decision=decision.id)
        return str(undoing.id)


def _may_be_there(session: Session, comment: Comment) -> bool:
    """What is gone needs nothing done; a focal point who unlocked it says that it is not."""
    if comment.state != CommentState.GONE:
        return True
    case = case_of(session, comment)
    return comment.gone_hour is not None and case is not None and not is_locked(comment, case)


def _checked(verdict: str, reason: str, refer_to: str | None) -> Choice:
    if verdict not in set(Verdict):
        raise InvalidError("review.bad_verdict", allowed=", ".join(Verdict))
    if reason not in policy.REASONS[Verdict(verdict)]:
        raise InvalidError("review.bad_reason", verdict=verdict, allowed=", ".join(policy.REASONS[Verdict(verdict)]))
    if (verdict == Verdict.REFER) != bool(refer_to):
        raise InvalidError("review.refer_to_missing" if verdict == Verdict.REFER else "review.refer_to_unwanted")
    return Choice(Verdict(verdict), reason, refer_to)


def _refuse(session: Session, comment: Comment, looker: Looker, choice: Choice, *, seen_text_key: str) -> None:
    if comment.review_state != ReviewState.QUEUED:
        raise ConflictError("review.decided" if comment.review_state == ReviewState.DECIDED else "review.not_queued")
    refuse_if_held(comment, looker)
    if (comment.text_key or "") != seen_text_key:
        raise ConflictError("review.edited")
    case = case_of(session, comment)
    if choice.verdict in _ACTIONS and is_locked(comment, case):
        raise ConflictError("case.locked")
    standing = standing_flags(flags_of(session, comment.id))
    if waits_for_focal_point(looker.user, comment, case, standing, choice.verdict):
        raise ConflictError("review.needs_focal_point")


def _decided(session: Session, comment: Comment, looker: Looker, choice: Choice) -> ReviewDecision:
    """Compare-and-set on the very revision, then the decision's row; both in one transaction."""
    changed = session.execute(
        update(Comment)
        .where(
            Comment.id == comment.id,
            Comment.review_state == ReviewState.QUEUED,
            Comment.revision == comment.revision,
            Comment.route == comment.route,
        )
        .values(review_state=ReviewState.DECIDED, decided_at=looker.now, claimed_by_id=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
        raise ConflictError("review.decided")
    decision = ReviewDecision(
        comment_id=comment.id,
        user_id=looker.user.id,
        revision=comment.revision,
        text_key=comment.text_key,
        verdict=choice.verdict,
        reason=choice.reason,
        at=looker.now,
    )
    session.add(decision)
    session.flush()
    return decision


def _ask_meta(
    session: Session, decision: ReviewDecision, kind: ActionKind, *, settings: Settings, now: datetime
) -> None:
    """A deletion waits until it can no longer be undone, since Meta has no way back from it."""
    grace = timedelta(minutes=settings.review.undo_minutes)
    session.add(
        Action(
            comment_id=decision.comment_id,
            decision_id=decision.id,
            kind=kind,
            status=ActionStatus.PENDING,
            tries=0,
            created_at=now,
            retry_at=now + grace if kind is ActionKind.DELETE else None,
        )
    )


def _refer(session: Session, comment: Comment, decision: ReviewDecision, to_user_id: str, *, now: datetime) -> None:
    person = session.get(User, to_user_id)
    if person is None or person.disabled_at is not None:
        raise InvalidError("review.refer_to_unknown")
    if Route(comment.route) not in policy.visible_routes(person.roles):
        raise InvalidError("review.refer_to_may_not_see")
    session.add(
        Referral(
            comment_id=comment.id,
            decision_id=decision.id,
            to_user_id=person.id,
            status=ReferralStatus.OPEN,
            created_at=now,
        )
    )


def _see_to_case(session: Session, comment: Comment, looker: Looker) -> None:
    """A decided S0–S1 comment leaves the queue, so somebody must own what becomes of the person."""
    if not policy.is_serious(comment.severity):
        return
    if may_own(looker.user, comment):
        acknowledge_by_deciding(session, comment, looker.user, now=looker.now)
    else:
        ensure_case(session, comment, opened_by="person", now=looker.now)


def _codes(decision: ReviewDecision) -> dict[str, object]:
    return {"decision": decision.id, "verdict": decision.verdict, "reason": decision.reason}


def _refuse_undo(decision: ReviewDecision, *, now: datetime, minutes: int) -> None:
    if decision.user_id is None or decision.undoes_id is not None:
        raise DeniedError("undo.not_a_verdict")
    if decision.undone_at is not None:
        raise ConflictError("undo.done_before")
    if now - decision.at > timedelta(minutes=minutes):
        raise ConflictError("undo.too_late", minutes=minutes)


def _undone(session: Session, decision: ReviewDecision, user: User, *, now: datetime) -> ReviewDecision:
    changed = session.execute(
        update(ReviewDecision)
        .where(ReviewDecision.id == decision.id, ReviewDecision.undone_at.is_(None))
        .values(undone_at=now)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
        raise ConflictError("undo.done_before")
    undoing = ReviewDecision(
        comment_id=decision.comment_id,
        user_id=user.id,
        revision=decision.revision,
        text_key=decision.text_key,
        verdict=decision.verdict,
        reason="undone",
        at=now,
        undoes_id=decision.id,
    )
    session.add(undoing)
    session.flush()
    return undoing


def _take_back(session: Session, decision: ReviewDecision, undoing: ReviewDecision, *, now: datetime) -> None:
    for action in session.scalars(select(Action).where(Action.decision_id == decision.id)):
        _take_back_action(session, action, undoing, now=now)
    session.execute(
        update(Referral)
        .where(Referral.decision_id == decision.id, Referral.status != ReferralStatus.CLOSED)
        .values(status=ReferralStatus.CLOSED)
    )


def _take_back_action(session: Session, action: Action, undoing: ReviewDecision, *, now: datetime) -> None:
    """What never reached Meta is cancelled; what did, or may have, gets its opposite."""
    if action.status == ActionStatus.RUNNING:
        raise ConflictError("undo.running")
    reached = action.status in {ActionStatus.DONE, ActionStatus.UNKNOWN}
    if reached and action.kind == ActionKind.DELETE:
        raise ConflictError("undo.deleted")
    waiting = {ActionStatus.PENDING, ActionStatus.UNKNOWN}
    if action.status in waiting and not move(session, action, to=ActionStatus.CANCELLED, retry_at=None):
        raise ConflictError("undo.running")
    if reached and action.kind == ActionKind.HIDE:
        session.add(
            Action(
                comment_id=action.comment_id,
                decision_id=undoing.id,
                kind=ActionKind.UNHIDE,
                status=ActionStatus.PENDING,
                tries=0,
                created_at=now,
            )
        )


def _requeue(session: Session, comment: Comment, *, now: datetime) -> None:
    session.execute(
        update(Comment)
        .where(Comment.id == comment.id, Comment.review_state == ReviewState.DECIDED)
        .values(review_state=ReviewState.QUEUED, decided_at=None)
    )
    case = case_of(session, comment)
    if case is not None and case.status == CaseStatus.CLOSED:
        ensure_case(session, comment, opened_by="person", now=now)
