"""What is forgotten, daily: people's words and names go, a tombstone of keyed id, labels and week stays.

S0–S1 two weeks after closure or dismissal, everything else after ninety days (safeguarding.md §6).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, exists, false, func, or_, select, update
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.settings import Settings
from outreach.states import CaseStatus, CommentState, ReviewState, Route, Severity
from outreach.tables import (
    Alert,
    AuditEvent,
    Case,
    Comment,
    CommentRevision,
    DeletionRequest,
    Flag,
    LoginFailure,
    LoginSession,
    MediaGrant,
    Prediction,
    ReviewDecision,
    WebhookDelivery,
)

BATCH = 500
KEEP_FAILURES = timedelta(days=1)
KEEP_DELIVERIES = timedelta(days=2)
KEEP_REQUESTS = timedelta(days=180)
KEEP_SESSIONS = timedelta(days=30)


@dataclass(frozen=True)
class Purged:
    """How much was forgotten."""

    serious: int = 0
    other: int = 0
    alerts: int = 0
    logins: int = 0
    gone: int = 0


def purge_due(database: Database, *, now: datetime, settings: Settings) -> Purged:
    """Forget all that is due, a batch a transaction."""
    gone = forget_gone(database, now=now, settings=settings)
    serious = _purge_all(database, _serious_due(now, settings.retention.serious_days), settings.timezone)
    other = _purge_all(database, _other_due(now, settings.retention.other_days), settings.timezone)
    with database.write() as session:
        about_posts = Alert.kind.in_(policy.POST_NOTICES)
        alerts = _delete(session, Alert, ~about_posts & (Alert.created_at < now - policy.KEEP_NOTICES))
        alerts += _delete(session, Alert, Alert.created_at < now - policy.KEEP_POST_NOTICES)
        logins = _delete(session, LoginFailure, LoginFailure.at < now - KEEP_FAILURES)
        logins += _delete(session, LoginSession, LoginSession.seen_at < now - KEEP_SESSIONS)
        worked = WebhookDelivery.status.in_(("done", "failed"))
        _delete(session, WebhookDelivery, and_(worked, WebhookDelivery.received_hour < now - KEEP_DELIVERIES))
        _delete(session, DeletionRequest, DeletionRequest.received_hour < now - KEEP_REQUESTS)
        _delete(session, MediaGrant, MediaGrant.expires_at < now)
        counts = {"serious": serious, "other": other, "gone": gone}
        session.add(AuditEvent(at=now, event="retention.purged", details=counts))
    return Purged(serious, other, alerts, logins, gone)


def forget_gone(database: Database, *, now: datetime, settings: Settings) -> int:
    """Forget words that a person took back, or that the Page took down, when a day and their Case allow it."""
    return _purge_all(database, _gone_due(now), settings.timezone)


def _gone_due(now: datetime) -> ColumnElement[bool]:
    """Without a Case a day after the proof, unless a person still has to hear it; with one, after a focal point knows.

    A day, since Meta answers for what it will not show just now as for what is gone: what comes back within it is kept.
    An allegation about staff stays sealed for the PSEA focal point until she closes its Case.
    """
    gone = and_(Comment.state == CommentState.GONE, Comment.gone_hour.is_not(None))
    owned = (Case.comment_id == Comment.id, Case.status != CaseStatus.CLOSED)
    known = and_(Case.gone_seen_at >= Comment.gone_hour, Case.gone_seen_at <= now - policy.KEEP_GONE)
    over = exists().where(*owned, known, Comment.route != Route.PSEA)
    proven = Comment.gone_hour <= now - policy.KEEP_GONE
    return and_(gone, or_(and_(proven, ~exists().where(*owned), ~_unheard()), over))


def _serious() -> ColumnElement[bool]:
    """Was ever S0–S1, dismissed flags included."""
    flagged = exists().where(Flag.comment_id == Comment.id, Flag.severity <= Severity.S1)
    return or_(func.coalesce(Comment.severity, Severity.S3) <= Severity.S1, flagged)


def _serious_due(now: datetime, days: int) -> ColumnElement[bool]:
    """Closed long enough ago; an item that waits, or a Case that is open, keeps its words."""
    before = now - timedelta(days=days)
    case = exists().where(Case.comment_id == Comment.id)
    closed = exists().where(Case.comment_id == Comment.id, Case.status == CaseStatus.CLOSED, Case.closed_at <= before)
    settled = Comment.review_state.in_((ReviewState.DECIDED, ReviewState.CLEAR))
    return and_(_serious(), settled, Comment.decided_at <= before, or_(~case, closed))


def _other_due(now: datetime, days: int) -> ColumnElement[bool]:
    open_case = exists().where(Case.comment_id == Comment.id, Case.status != CaseStatus.CLOSED)
    return and_(~_serious(), ~open_case, ~_unheard(), Comment.seen_hour <= now - timedelta(days=days))


def _unheard() -> ColumnElement[bool]:
    """Not read by a person and perhaps a call for help: not scored at all, or a question that nobody answered."""
    waits = and_(Comment.review_state == ReviewState.QUEUED, Comment.severity <= Severity.S2)
    return or_(Comment.review_state == ReviewState.PENDING, func.coalesce(waits, false()))


def _purge_all(database: Database, due: ColumnElement[bool], zone: str) -> int:
    total = 0
    while True:
        with database.write() as session:
            rows = session.scalars(select(Comment).where(Comment.state != CommentState.PURGED, due).limit(BATCH)).all()
            for row in rows:
                _purge(row, zone)
            session.flush()
            _purge_around(session, [row.id for row in rows], zone)
        total += len(rows)
        if len(rows) < BATCH:
            return total


def _purge(row: Comment, zone: str) -> None:
    row.state = CommentState.PURGED
    row.text_sealed = row.remote_id_sealed = row.author_name_sealed = row.permalink_sealed = row.times_sealed = None
    row.text_key = row.author_key = None
    row.claimed_by_id = row.claimed_until = None
    row.gone_hour = policy.week_of(row.gone_hour, zone) if row.gone_hour else None
    row.hour, row.seen_hour = policy.week_of(row.hour, zone), policy.week_of(row.seen_hour, zone)
    if row.review_state in {ReviewState.QUEUED, ReviewState.PENDING}:
        row.review_state = ReviewState.CLEAR


def _purge_around(session: Session, ids: Iterable[str], zone: str) -> None:
    """Earlier texts, spans, and the hours of what was said about a comment."""
    wanted = list(ids)
    session.execute(delete(CommentRevision).where(CommentRevision.comment_id.in_(wanted)))
    session.execute(update(ReviewDecision).where(ReviewDecision.comment_id.in_(wanted)).values(text_key=None))
    for prediction in session.scalars(select(Prediction).where(Prediction.comment_id.in_(wanted))):
        prediction.spans, prediction.hour = None, policy.week_of(prediction.hour, zone)
    for flag in session.scalars(select(Flag).where(Flag.comment_id.in_(wanted))):
        flag.hour = policy.week_of(flag.hour, zone)


def _delete(session: Session, table: type, condition: ColumnElement[bool]) -> int:
    found = session.scalar(select(func.count()).select_from(table).where(condition)) or 0
    session.execute(delete(table).where(condition))
    return found
