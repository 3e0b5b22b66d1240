"""What may not go out by itself any more is held, and a person decides."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.publishing.desk import Desk, hold, is_late
from outreach.states import HeldReason, PublicationStatus
from outreach.tables import Publication

WAITING = (PublicationStatus.SCHEDULED, PublicationStatus.PREPARED)


def hold_due(desk: Desk) -> bool:
    """Hold what came to its slot unapproved, and what is later than its `max_lateness`. True if any was held."""
    now = desk.clock.now()
    with desk.database.write() as session:
        held = [hold(session, each, HeldReason.NOT_APPROVED) for each in _due(session, (PublicationStatus.DRAFT,), now)]
        late = [each for each in _due(session, WAITING, now) if is_late(each, now)]
        held += [hold(session, each, HeldReason.LATE) for each in late]
    return any(held)


def _due(session: Session, statuses: tuple[PublicationStatus, ...], now: datetime) -> list[Publication]:
    return list(session.scalars(select(Publication).where(Publication.status.in_(statuses), Publication.due_at <= now)))
