"""One comment opened by a user: its context, its history, and, claimed and asked for, its words."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.errors import ConflictError
from outreach.moderation.access import (
    hours_of,
    is_visible,
    mask_numbers,
    may_decide,
    may_own,
    readable,
    record,
    require,
    standing_flags,
    thread_of,
    visible_comment,
    written_at,
)
from outreach.moderation.going import gone_view
from outreach.moderation.queue import Looker, facts_of, holder_of, item_of
from outreach.moderation.views import (
    ActionView,
    CaseView,
    DecisionView,
    FlagView,
    Holder,
    ItemView,
    PredictionView,
    Spans,
    ThreadComment,
)
from outreach.settings import Settings
from outreach.states import CaseStatus, Flag, ReviewState, Route, Severity, Verdict
from outreach.tables import Action, Case, Comment, Prediction, Referral, ReviewDecision, User

THREAD_LENGTH = 60


def open_item(database: Database, user: User, comment_id: str, *, now: datetime, settings: Settings) -> ItemView:
    """Look at one comment; the text of S0, S1 and unscored ones stays veiled until `reveal`."""
    with database.read() as session:
        comment = visible_comment(session, user, comment_id)
        return _view(session, comment, Looker(user, now, hours_of(settings)), settings=settings, revealed=False)


def reveal(database: Database, user: User, comment_id: str, *, now: datetime, settings: Settings) -> ItemView:
    """The item with its words, for the user who holds it; every time is written down."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        looker = Looker(user, now, hours_of(settings))
        _require_held(comment, looker)
        record(session, now=now, user=user, event="comment.revealed", comment=comment, revision=comment.revision)
        return _view(session, comment, looker, settings=settings, revealed=True)


def claim(database: Database, user: User, comment_id: str, *, now: datetime, settings: Settings) -> Holder:
    """Hold an item for some minutes; claiming it again renews. Raises ConflictError naming who holds it."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id)
        require(may_decide(user, comment), policy.DECIDES[Route(comment.route)])
        looker = Looker(user, now, hours_of(settings))
        mine = (holder := holder_of(comment, looker)) is not None and holder.mine
        if not _take(session, comment, looker, minutes=settings.review.claim_minutes):
            session.refresh(comment)
            raise _held(holder_of(comment, looker))
        if not mine:
            record(session, now=now, user=user, event="comment.claimed", comment=comment)
        session.refresh(comment)
        holder = holder_of(comment, looker)
    if holder is None:
        raise ConflictError("review.held")
    return holder


def release(database: Database, user: User, comment_id: str, *, now: datetime) -> bool:
    """Give an item back; False when it was not this user's to give."""
    with database.write() as session:
        comment = visible_comment(session, user, comment_id)
        freed = session.execute(
            update(Comment)
            .where(Comment.id == comment.id, Comment.claimed_by_id == user.id)
            .values(claimed_by_id=None, claimed_until=None)
        )
        if freed.rowcount == 1:  # type: ignore[attr-defined]  # a CursorResult for UPDATE
            record(session, now=now, user=user, event="comment.released", comment=comment)
            return True
        return False


def refuse_if_held(comment: Comment, looker: Looker) -> None:
    """Raises ConflictError when somebody else holds it, or when a veiled comment is not held by this user."""
    holder = holder_of(comment, looker)
    if holder is not None and not holder.mine:
        raise _held(holder)
    if holder is None and policy.is_veiled(comment.severity):
        raise ConflictError("review.not_claimed")


def _require_held(comment: Comment, looker: Looker) -> None:
    holder = holder_of(comment, looker)
    if holder is None:
        raise ConflictError("review.not_claimed")
    if not holder.mine:
        raise _held(holder)


def _held(holder: Holder | None) -> ConflictError:
    if holder is None:
        return ConflictError("review.not_claimed")
    return ConflictError("review.held", holder=holder.name, until=holder.until.isoformat())


def _take(session: Session, comment: Comment, looker: Looker, *, minutes: int) -> bool:
    free = or_(
        Comment.claimed_by_id.is_(None), Comment.claimed_by_id == looker.user.id, Comment.claimed_until <= looker.now
    )
    taken = session.execute(
        update(Comment)
        .where(Comment.id == comment.id, free)
        .values(claimed_by_id=looker.user.id, claimed_until=looker.now + timedelta(minutes=minutes))
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _view(session: Session, comment: Comment, looker: Looker, *, settings: Settings, revealed: bool) -> ItemView:
    facts = facts_of(session, [comment])
    item = item_of(comment, facts, looker)
    shown = revealed or not item.veiled
    prediction = facts.predictions.get(comment.id)
    case = facts.cases.get(comment.id)
    standing = standing_flags(facts.flags[comment.id])
    held = item.holder is not None and item.holder.mine
    decides = may_decide(looker.user, comment)
    return ItemView(
        item=replace(item, veiled=not shown),
        text=(readable(comment, "text") if revealed else item.text) if shown else None,
        author=readable(comment, "author_name") if shown else None,
        permalink=readable(comment, "permalink") if shown else None,
        seen_text_key=(comment.text_key or "") if shown else None,
        revision=comment.revision,
        revealed=revealed,
        spans=_spans(prediction, comment) if shown else {},
        prediction=_prediction_view(prediction) if prediction else None,
        thread=_thread(session, comment, looker),
        history=_history(session, comment, looker, timedelta(minutes=settings.review.undo_minutes)),
        case=case_view(session, case) if case else None,
        may_claim=decides and (item.holder is None or held),
        may_decide=decides and shown and comment.review_state == ReviewState.QUEUED and (item.holder is None or held),
        may_reveal=decides and held,
        may_own_case=may_own(looker.user, comment),
        waits_for_focal_point=waits_for_focal_point(looker.user, comment, case, standing, Verdict.KEEP),
    )


def waits_for_focal_point(
    user: User, comment: Comment, case: Case | None, standing: list[tuple[Flag, int]], verdict: Verdict
) -> bool:
    """Whether this verdict must wait until a focal point has acknowledged the Case; a focal point's own is that."""
    acknowledged = case is not None and case.status != CaseStatus.OPEN
    return policy.needs_acknowledgement(verdict, standing) and not acknowledged and not may_own(user, comment)


def case_view(session: Session, case: Case) -> CaseView:
    return CaseView(
        id=case.id,
        comment_id=case.comment_id,
        status=case.status,
        severity=Severity(case.severity),
        opened_by=case.opened_by,
        opened_at=case.opened_at,
        owner=case.owner.display_name if case.owner else None,
        acknowledged_at=case.acknowledged_at,
        closed_at=case.closed_at,
        outcome=case.outcome,
        comment_state=case.comment.state,
        gone=gone_view(session, case, case.comment),
    )


def _spans(prediction: Prediction | None, comment: Comment) -> Spans:
    if prediction is None or prediction.revision != comment.revision or not prediction.spans:
        return {}
    return {flag: tuple((int(start), int(end)) for start, end in pairs) for flag, pairs in prediction.spans.items()}


def _prediction_view(prediction: Prediction) -> PredictionView:
    scores = sorted((prediction.probabilities or {}).items(), key=lambda pair: -pair[1])
    return PredictionView(
        model=prediction.model,
        status=prediction.status,
        reason=prediction.reason,
        sentiment=prediction.sentiment,
        sentiment_probabilities=dict(prediction.sentiment_probabilities or {}),
        probabilities=tuple(
            FlagView(Flag(flag), policy.RULES[Flag(flag)].severity, score, policy.likelihood(score), "classifier")
            for flag, score in scores
        ),
        revision=prediction.revision,
    )


def _thread(session: Session, comment: Comment, looker: Looker) -> tuple[ThreadComment, ...]:
    rows = session.scalars(
        select(Comment)
        .where(thread_of(comment), Comment.id != comment.id, is_visible(looker.user))
        .order_by(Comment.hour)
        .limit(THREAD_LENGTH)
    )
    return tuple(sorted((_neighbour(row, comment) for row in rows), key=lambda item: (not item.is_parent, item.at)))


def _neighbour(row: Comment, comment: Comment) -> ThreadComment:
    # What is not classified yet may be a disclosure as well.
    veiled = not row.own and (policy.is_veiled(row.severity) or row.review_state == ReviewState.PENDING)
    text = None if veiled else readable(row, "text")
    return ThreadComment(
        id=row.id,
        text=None if text is None else mask_numbers(text),
        author=None if veiled else readable(row, "author_name"),
        at=written_at(row),
        own=row.own,
        is_parent=row.id == comment.parent_id,
        severity=None if row.severity is None else Severity(row.severity),
        state=row.state,
    )


def _history(session: Session, comment: Comment, looker: Looker, undo: timedelta) -> tuple[DecisionView, ...]:
    decisions = session.scalars(
        select(ReviewDecision).where(ReviewDecision.comment_id == comment.id).order_by(ReviewDecision.at)
    ).all()
    actions = session.scalars(select(Action).where(Action.comment_id == comment.id).order_by(Action.created_at)).all()
    referrals = session.scalars(select(Referral).where(Referral.comment_id == comment.id)).all()
    referred = {referral.decision_id: referral.to_user.display_name for referral in referrals}
    decides = may_decide(looker.user, comment)
    return tuple(
        DecisionView(
            id=row.id,
            user=row.user.display_name if row.user else None,
            verdict=row.verdict,
            reason=row.reason,
            at=row.at,
            revision=row.revision,
            undoes_id=row.undoes_id,
            undone_at=row.undone_at,
            undoable=decides and row.undoes_id is None and row.undone_at is None and looker.now - row.at <= undo,
            actions=tuple(_action_view(action) for action in actions if action.decision_id == row.id),
            referred_to=referred.get(row.id),
        )
        for row in decisions
    )


def _action_view(action: Action) -> ActionView:
    return ActionView(
        id=action.id,
        kind=action.kind,
        status=action.status,
        tries=action.tries,
        error_code=action.error_code,
        retry_at=action.retry_at,
        done_at=action.done_at,
    )
