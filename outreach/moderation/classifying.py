"""Comments that were read become predictions, flags and a place in the queue; failing to score raises priority."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from outreach import logs, policy
from outreach.db import Database
from outreach.errors import OutreachError, describe
from outreach.moderation.access import LOCK, flags_of, whole_hour
from outreach.moderation.cases import ensure_case, follow_comment
from outreach.moderation.flagging import context_of, raise_thread
from outreach.policy import Assessment, Context, Raised
from outreach.settings import Settings
from outreach.states import CommentState, Flag, ReviewState, Route, ScoreStatus, Severity, Source
from outreach.tables import Comment, CommentRevision, Prediction
from outreach.tables import Flag as FlagRow

log = logs.get("moderation")


class Scores(Protocol):
    """One answer of the classifier (its `Prediction`)."""

    @property
    def status(self) -> ScoreStatus: ...
    @property
    def reason(self) -> str | None: ...
    @property
    def model(self) -> str | None: ...
    @property
    def sentiment(self) -> Any: ...
    @property
    def sentiment_probabilities(self) -> Mapping[Any, float] | None: ...
    @property
    def flags(self) -> Collection[Flag]: ...
    @property
    def alerts(self) -> Collection[Flag]: ...
    @property
    def probabilities(self) -> Mapping[Flag, float] | None: ...
    @property
    def spans(self) -> Mapping[Flag, Sequence[tuple[int, int]]] | None: ...


class Classifier(Protocol):
    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool]) -> Sequence[Scores]: ...


@dataclass(frozen=True)
class Unscored:
    """Stands in for an answer that never came."""

    reason: str = "error"
    status: ScoreStatus = ScoreStatus.NOT_SCORED
    model: None = None
    sentiment: None = None
    sentiment_probabilities: None = None
    flags: tuple[Flag, ...] = ()
    alerts: tuple[Flag, ...] = ()
    probabilities: None = None
    spans: None = None


@dataclass(frozen=True)
class Pending:
    """A comment's text as it was opened; `text` None: it could not be opened."""

    id: str
    revision: int
    text: str | None = field(repr=False)
    has_attachment: bool


def classify_pending(
    database: Database, classifier: Classifier, *, now: datetime, settings: Settings, limit: int = 100
) -> bool:
    """Score and place the next comments, outside any transaction; True if there may be more."""
    batch = _pending(database, limit)
    done = 0
    for pending, scores in zip(batch, _scores(classifier, batch), strict=True):
        try:
            done += _place(database, pending, scores, now=now, settings=settings)
        except Exception as error:  # noqa: BLE001  one row must neither stop the others nor stay unseen itself
            log.warning("comment.not_placed", comment=pending.id, **describe(error))
            _queue_as_it_is(database, pending)
    return len(batch) == limit and done > 0


def _pending(database: Database, limit: int) -> list[Pending]:
    with database.read() as session:
        rows = [*session.scalars(_new(limit)), *session.scalars(_edited(limit))]
    unique = list({row.id: row for row in rows}.values())[:limit]
    return [Pending(row.id, row.revision, _opened(row), row.has_attachment) for row in unique]


def _new(limit: int) -> Select[Comment]:
    pending = (Comment.review_state == ReviewState.PENDING, Comment.state != CommentState.PURGED)
    return select(Comment).where(*pending).order_by(Comment.seen_hour).limit(limit)


def _edited(limit: int) -> Select[Comment]:
    """Comments whose newest text has no prediction yet; only an edited one has revisions, and they are few."""
    scored = exists().where(Prediction.comment_id == Comment.id, Prediction.revision == Comment.revision)
    edited = Comment.id.in_(select(CommentRevision.comment_id))
    standing = (Comment.own.is_(False), Comment.state != CommentState.PURGED)
    return select(Comment).where(edited, *standing, ~scored).limit(limit)


def _opened(comment: Comment) -> str | None:
    try:
        return comment.text or ""
    except OutreachError as error:
        log.warning("comment.not_opened", comment=comment.id, **describe(error))
        return None


def _scores(classifier: Classifier, batch: list[Pending]) -> list[Scores]:
    """One answer for each; one text that breaks the classifier does not cost the others theirs."""
    readable = [item for item in batch if item.text is not None]
    answers = iter(_ask(classifier, readable) or [_ask_one(classifier, item) for item in readable])
    return [next(answers) if item.text is not None else Unscored() for item in batch]


def _ask(classifier: Classifier, items: list[Pending]) -> list[Scores] | None:
    if not items:
        return []
    try:
        answers = classifier.classify(
            [item.text or "" for item in items], attachments=[item.has_attachment for item in items]
        )
    except Exception as error:  # noqa: BLE001  whatever breaks in the model, the comment must reach a person
        log.warning("classifier.failed", count=len(items), **describe(error))
        return None
    return list(answers) if len(answers) == len(items) else None


def _ask_one(classifier: Classifier, item: Pending) -> Scores:
    answers = _ask(classifier, [item])
    return answers[0] if answers else Unscored()


def _place(database: Database, pending: Pending, scores: Scores, *, now: datetime, settings: Settings) -> int:
    """Write down what the classifier said, unless the comment was edited meanwhile: then it comes again."""
    with database.write() as session:
        comment = session.get_one(Comment, pending.id, with_for_update=LOCK)
        context = context_of(session, comment, child_at_risk_pages=settings.review.child_at_risk_pages)
        assessment = policy.assess(scores, context)
        if not _moved(session, comment, assessment, context, revision=pending.revision):
            return 0
        session.add(_prediction(pending, scores, now=now))
        _raise(session, comment, assessment.flags, now=now)
        _follow(session, comment, assessment, now=now)
        return 1


def _queue_as_it_is(database: Database, pending: Pending) -> None:
    """What cannot be placed is for a person to look at: as if it could not be scored, or as grave as it was."""
    unseen = (Comment.id == pending.id, Comment.review_state.in_((ReviewState.PENDING, ReviewState.CLEAR)))
    with suppress(SQLAlchemyError), database.write() as session:
        session.execute(
            update(Comment)
            .where(*unseen)
            .values(review_state=ReviewState.QUEUED, severity=func.coalesce(Comment.severity, int(Severity.NOT_SCORED)))
        )


def _moved(session: Session, comment: Comment, assessment: Assessment, context: Context, *, revision: int) -> bool:
    """Compare-and-set on the revision that was scored and on the place it had."""
    state = _next_state(comment, assessment, known={flag for flag, _ in context.standing})
    severities = [value for value in (comment.severity, assessment.severity) if value is not None]
    values: dict[str, Any] = {
        "review_state": state,
        "severity": min(severities, default=None),  # an edit may raise it and never lowers it
        "route": assessment.route,
        "decided_at": comment.decided_at if state == ReviewState.DECIDED else None,
    }
    if assessment.route != comment.route:
        values |= {"claimed_by_id": None, "claimed_until": None}
    same = (Comment.id == comment.id, Comment.revision == revision, Comment.review_state == comment.review_state)
    changed = session.execute(update(Comment).where(*same).values(values).execution_options(synchronize_session=False))
    session.refresh(comment)
    return bool(changed.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _next_state(comment: Comment, assessment: Assessment, *, known: set[Flag]) -> str:
    """A decided comment comes back when something is new, or worse than when it was decided.

    Where the new words may tell of a person in danger nobody but a person may say that they are no news.
    """
    if comment.review_state != ReviewState.DECIDED:
        return ReviewState.QUEUED if comment.review_state == ReviewState.QUEUED else assessment.review_state
    if assessment.severity is None:
        return ReviewState.DECIDED
    worse = comment.severity is None or assessment.severity < comment.severity
    new = any(item.flag not in known for item in assessment.flags)
    grave = policy.is_veiled(assessment.severity)
    return ReviewState.QUEUED if worse or new or grave else ReviewState.DECIDED


def _follow(session: Session, comment: Comment, assessment: Assessment, *, now: datetime) -> None:
    follow_comment(session, comment, now=now)
    if assessment.alert:
        ensure_case(session, comment, opened_by="alert", now=now)
    if policy.is_serious(comment.severity) and comment.route != Route.PSEA:
        raise_thread(session, comment)


def _prediction(pending: Pending, scores: Scores, *, now: datetime) -> Prediction:
    return Prediction(
        comment_id=pending.id,
        revision=pending.revision,
        model=scores.model or "none",
        status=scores.status,
        reason=scores.reason,
        sentiment=scores.sentiment,
        sentiment_probabilities=_json(scores.sentiment_probabilities),
        probabilities=_json(scores.probabilities),
        spans=_json(scores.spans),
        hour=whole_hour(now),
    )


def _json(values: Mapping[Any, Any] | None) -> dict[str, Any] | None:
    return None if values is None else {str(key): value for key, value in values.items()}


def _raise(session: Session, comment: Comment, flags: Sequence[Raised], *, now: datetime) -> None:
    """Flags of earlier revisions stay: an edit may be fear, not a correction."""
    rows = {row.flag: row for row in flags_of(session, comment.id) if row.source == Source.CLASSIFIER}
    for item in flags:
        row = rows.get(item.flag)
        if row is None:
            row = FlagRow(comment_id=comment.id, flag=item.flag, source=Source.CLASSIFIER, severity=item.severity)
            session.add(row)
        standing = row.severity if row.dismissed_at is None else item.severity
        row.revision, row.score, row.alert, row.hour = comment.revision, item.score, item.alert, whole_hour(now)
        row.severity, row.dismissed_at = min(standing, item.severity), None
    session.flush()
