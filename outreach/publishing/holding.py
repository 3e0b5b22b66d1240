"""What may not go out by itself any more is held, and a person decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from outreach.publishing.desk import Desk, abandon_attempts, blackout_at, hold, is_late, is_paused
from outreach.states import HeldReason, PublicationStatus
from outreach.tables import Publication

WAITING = (PublicationStatus.SCHEDULED, PublicationStatus.PREPARED)


def hold_due(desk: Desk) -> bool:
    """Hold what came to its slot unapproved or during a pause, what is later than its `max_lateness`, and what is so
    late that a blackout has begun.

    After a pause nothing goes out by itself that was due in it: words that were right before may be wrong now.
    True if any was held.
    """
    now = desk.clock.now()
    with desk.database.write() as session:
        drafts = session.scalars(_due(now).where(Publication.status == PublicationStatus.DRAFT)).all()
        held = [hold(session, each, HeldReason.NOT_APPROVED) for each in drafts]
        paused = session.scalars(_due(now).where(_waits(now), is_paused())).all()
        held += [_hold(session, each, HeldReason.PAUSED, now) for each in paused]
        late = [each for each in session.scalars(_due(now).where(_waits(now))) if is_late(each, now)]
        held += [_hold(session, each, HeldReason.LATE, now) for each in late]
        dark = [each for each in session.scalars(_due(now).where(_waits(now))) if blackout_at(each, now)]
        held += [_hold(session, each, HeldReason.BLACKOUT, now) for each in dark]
    return any(held)


def _due(now: datetime) -> Select[Publication]:
    return select(Publication).where(Publication.due_at <= now)


def _waits(now: datetime) -> ColumnElement[bool]:
    """Nobody works on it: it waits, maybe for Meta, or the process that prepared it died and its lease is over."""
    left = and_(Publication.status == PublicationStatus.PREPARING, Publication.retry_at <= now)
    return or_(Publication.status.in_(WAITING), left)


def _hold(session: Session, publication: Publication, reason: HeldReason, now: datetime) -> bool:
    held = hold(session, publication, reason)
    if held:
        abandon_attempts(session, publication, now)
    return held
