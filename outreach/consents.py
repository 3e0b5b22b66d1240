"""Consent records of people whose story is told: who, on which platforms, with face, voice or name, until when."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from outreach.db import Database
from outreach.errors import ConflictError, NotFoundError
from outreach.tables import AuditEvent, Consent

PLATFORMS = ("facebook", "instagram")


@dataclass(frozen=True)
class Terms:
    """What the person agreed to. Sealed in the database; never in a campaign file."""

    platforms: Sequence[str]
    face: bool = False
    voice: bool = False
    name: bool = False


@dataclass(frozen=True)
class ConsentView:
    """What may be shown: no detail of the record itself but its platforms."""

    reference: str
    platforms: tuple[str, ...]
    expires_at: datetime | None
    withdrawn_at: datetime | None


def add(
    database: Database, reference: str, terms: Terms, *, until: datetime | None, user_id: str | None, now: datetime
) -> None:
    """Raises ConflictError when the reference is taken."""
    with database.write() as session:
        if session.scalar(select(Consent.id).where(Consent.reference == reference)):
            raise ConflictError("consent.exists", consent=reference)
        record = json.dumps(asdict(terms))
        row = Consent(reference=reference, record=record, expires_at=until, created_at=now)
        session.add(row)
        session.add(AuditEvent(at=now, user_id=user_id, event="consent.added", subject=row.id))


def withdraw(database: Database, reference: str, *, user_id: str | None, now: datetime) -> None:
    """From now on nothing that needs this consent is released. Raises NotFoundError."""
    with database.write() as session:
        row = session.scalar(select(Consent).where(Consent.reference == reference))
        if row is None:
            raise NotFoundError("consent.not_found", consent=reference)
        row.withdrawn_at = row.withdrawn_at or now
        session.add(AuditEvent(at=now, user_id=user_id, event="consent.withdrawn", subject=row.id))


def listed(database: Database) -> tuple[ConsentView, ...]:
    with database.read() as session:
        return tuple(_view(row) for row in session.scalars(select(Consent).order_by(Consent.reference)))


def _view(row: Consent) -> ConsentView:
    platforms = tuple(json.loads(row.record or "{}").get("platforms", ()))
    return ConsentView(row.reference, platforms, row.expires_at, row.withdrawn_at)
