"""Each week some comments that nothing was flagged on are put before people: what is missed is found no other way.

safeguarding.md §4: a weekly random audit of unflagged comments.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, select, update
from sqlalchemy.orm import Session

from outreach import policy
from outreach.db import Database
from outreach.moderation.access import is_visible
from outreach.settings import Settings
from outreach.states import CommentState, ReviewState, Route, ScoreStatus, Severity, Source, Verdict
from outreach.tables import AuditEvent, Comment, Prediction, ReviewDecision, User
from outreach.tables import Flag as FlagRow

WEEK = timedelta(days=7)
COUNTED = 12 * WEEK  #: so that a few dozen a week say something
DRAWN, SAMPLED = "sample.drawn", "comment.sampled"
#: two-sided 95 %
_Z = 1.96


@dataclass(frozen=True)
class Checks:
    """What people said of the sampled comments; shares from 0 to 1 between which the true one lies, at 95 %."""

    checked: int
    missed: int

    @property
    def low(self) -> float:
        return wilson(self.missed, self.checked)[0]

    @property
    def high(self) -> float:
        return wilson(self.missed, self.checked)[1]


def wilson(found: int, of: int) -> tuple[float, float]:
    """An interval that stays honest for small numbers: nothing found among few leaves much possible."""
    if not of:
        return 0.0, 1.0
    share, square = found / of, _Z * _Z / of
    middle, half = share + square / 2, _Z * ((share * (1 - share) + square / 4) / of) ** 0.5
    return max(0.0, (middle - half) / (1 + square)), min(1.0, (middle + half) / (1 + square))


def draw_sample(database: Database, *, now: datetime, settings: Settings) -> bool:
    """Queue this week's sample of the last one, once. False: there is nothing more to do."""
    start = policy.week_of(now, settings.timezone)
    week = f"{start:%Y-%m-%d}"
    with database.read() as session:
        if session.scalar(select(AuditEvent.id).where(AuditEvent.event == DRAWN, AuditEvent.subject == week)):
            return False
        unflagged = session.scalars(_unflagged(start)).all()
    chosen = heapq.nsmallest(settings.review.sample_size, unflagged, key=lambda each: _lot(week, each))
    with database.write() as session:
        drawn = [each for each in chosen if _queue(session, each)]
        session.add_all(AuditEvent(at=now, event=SAMPLED, subject=each, details={"week": week}) for each in drawn)
        before = _checks(session, now=now)  # what the digest tells
        told = {"checked": before.checked, "at_most": before.high, "weeks": COUNTED // WEEK}
        details = {"drawn": len(drawn), "of": len(unflagged), **told}
        session.add(AuditEvent(at=now, event=DRAWN, subject=week, details=details))
    return False


def checks(database: Database, user: User, *, now: datetime) -> Checks:
    """Of the last weeks' samples, as far as this user may know."""
    with database.read() as session:
        return _checks(session, is_visible(user), now=now)


def _checks(session: Session, *conditions: ColumnElement[bool], now: datetime) -> Checks:
    """What became a report about staff is in no count."""
    rows = session.execute(
        select(Comment.id, ReviewDecision.verdict, ReviewDecision.reason)
        .join(ReviewDecision, ReviewDecision.comment_id == Comment.id)
        .join(AuditEvent, AuditEvent.subject == Comment.id)
        .where(
            AuditEvent.event == SAMPLED,
            AuditEvent.at >= now - COUNTED,
            ReviewDecision.at >= AuditEvent.at,
            ReviewDecision.undone_at.is_(None),
            ReviewDecision.undoes_id.is_(None),
            Comment.route != Route.PSEA,
            *conditions,
        )
        .order_by(ReviewDecision.at)
    ).all()
    named = set(session.scalars(_named([row.id for row in rows])))
    last = {row.id: row for row in rows}
    return Checks(len(last), sum(_is_missed(row.verdict, row.reason) or key in named for key, row in last.items()))


def _unflagged(start: datetime) -> Select[str]:
    """Ids of comments of the week before that were scored and that no flag was ever raised on."""
    flagged = exists().where(FlagRow.comment_id == Comment.id)
    scored = exists().where(
        Prediction.comment_id == Comment.id,
        Prediction.revision == Comment.revision,
        Prediction.status == ScoreStatus.SCORED,
    )
    return select(Comment.id).where(
        Comment.review_state == ReviewState.CLEAR,
        Comment.state == CommentState.VISIBLE,
        Comment.own.is_(False),
        Comment.seen_hour >= start - WEEK,
        Comment.seen_hour < start,
        scored,
        ~flagged,
    )


def _lot(week: str, comment_id: str) -> bytes:
    """Random for whoever writes or decides, and the same for whoever draws again."""
    return hashlib.sha256(f"{week}/{comment_id}".encode()).digest()


def _queue(session: Session, comment_id: str) -> bool:
    queued = session.execute(
        update(Comment)
        .where(Comment.id == comment_id, Comment.review_state == ReviewState.CLEAR)
        .values(review_state=ReviewState.QUEUED, severity=Severity.SAMPLE)
        .execution_options(synchronize_session=False)
    )
    return bool(queued.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _named(ids: list[str]) -> Select[str]:
    standing = (FlagRow.source == Source.PERSON, FlagRow.dismissed_at.is_(None))
    return select(FlagRow.comment_id).where(FlagRow.comment_id.in_(ids), *standing)


def _is_missed(verdict: str, reason: str) -> bool:
    """What had to be hidden, deleted or passed on should have been flagged, although nobody named the flag."""
    return verdict != Verdict.KEEP and reason != "second_opinion"
