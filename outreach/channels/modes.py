"""Live or read only, paused or not. A channel goes live on the word of a named person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from outreach.channels.rows import named
from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.states import ChannelKind, ChannelMode, ChannelStatus, Mode
from outreach.tables import AuditEvent, Channel, Installation, LiveConfirmation

SEEN_BY_LONGEST = 200


def set_mode(
    database: Database, name: str, mode: ChannelMode, *, seen_by: str = "", user_id: str | None, now: datetime
) -> None:
    """`seen_by`: the outside account that saw a test post, as the person who confirms it puts it; kept sealed.

    Raises InvalidError without it, in a live installation: posts of an app in development mode look published to us
    and are seen by nobody else, and no call on Meta tells.
    """
    seen_by = seen_by.strip()[:SEEN_BY_LONGEST]
    with database.write() as session:
        row = named(session, name)
        if mode is ChannelMode.LIVE and row.mode != ChannelMode.LIVE:
            confirm(session, row, seen_by, user_id=user_id, now=now)
        row.mode = mode
        details = {"mode": mode.value}
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.mode", subject=row.id, details=details))


def confirm(session: Session, row: Channel, seen_by: str, *, user_id: str | None, now: datetime) -> None:
    """Write down who says so. A sandbox has no outside accounts: there the word is recorded as it comes."""
    in_sandbox = session.scalar(select(Installation.mode)) == Mode.SANDBOX
    if not in_sandbox and not (seen_by and user_id):
        raise InvalidError("channel.not_seen", channel=row.name)
    session.add(LiveConfirmation(channel_id=row.id, user_id=user_id, seen_by=seen_by or None, at=now))


def set_entrusting(database: Database, name: str, *, entrusts: bool, user_id: str | None, now: datetime) -> None:
    """Whether posts are handed to Meta's own scheduler. Raises InvalidError where Meta has none for apps."""
    with database.write() as session:
        row = named(session, name)
        if entrusts and row.kind != ChannelKind.FACEBOOK_PAGE:
            raise InvalidError("channel.no_schedule", channel=name)
        row.entrusts = entrusts
        details = {"entrusts": entrusts}
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.entrusts", subject=row.id, details=details))


def set_paused(database: Database, name: str, *, paused: bool, user_id: str | None, now: datetime) -> None:
    """A person's pause, and its end. Raises ConflictError for a channel that Meta stopped: its token must be mended."""
    with database.write() as session:
        row = named(session, name)
        if row.status == ChannelStatus.STOPPED:
            raise ConflictError("channel.stopped", channel=name)
        row.status = ChannelStatus.PAUSED if paused else ChannelStatus.ACTIVE
        row.status_code = "channel.paused" if paused else None
        event = "channel.paused" if paused else "channel.resumed"
        session.add(AuditEvent(at=now, user_id=user_id, event=event, subject=row.id))
