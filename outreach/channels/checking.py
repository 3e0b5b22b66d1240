"""Asks Meta about channels: whether the token lives and until when, and what each channel can do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from outreach import policy
from outreach.channels.coverage import record, refusals_of
from outreach.channels.rows import named
from outreach.db import Database
from outreach.errors import OutreachError
from outreach.meta import capabilities, tokens
from outreach.meta.refusals import token_reason
from outreach.states import ChannelKind, ChannelStatus
from outreach.tables import Channel

if TYPE_CHECKING:
    from outreach.channels.connecting import MetaApp

CHECK_EVERY = timedelta(hours=24)
Problem = tuple[str, dict[str, Any]]  #: a message code with its parameters


@dataclass(frozen=True)
class ChannelReport:
    """One channel's state in codes; `problems` are message codes with parameters."""

    name: str
    kind: str
    mode: str
    status: str
    status_code: str | None
    token_expires_at: datetime | None
    data_access_expires_at: datetime | None
    checked_at: datetime | None
    problems: tuple[Problem, ...] = ()


def check(database: Database, app: MetaApp, name: str, *, now: datetime) -> ChannelReport:
    """Ask Meta what a channel can do and write down what it said. Raises NotFoundError, MetaError."""
    with database.read() as session:
        row = named(session, name)
        token = row.token or ""
    info = app.inspect(token)
    found = capabilities.check(app.subject(row, token, info, now))
    with database.write() as session:
        row = session.get_one(Channel, row.id)
        note(row, info, now)
        record(session, row, found, now=now)
        session.flush()
        return report(row, info, now=now, refused=refusals_of(session, row))


def check_due(database: Database, app: MetaApp, *, now: datetime) -> bool:
    """Check one channel that was not checked within a day. True if there may be more."""
    with database.read() as session:
        rows = session.scalars(select(Channel).order_by(Channel.checked_at.nulls_first())).all()
        due = [row.name for row in rows if row.checked_at is None or row.checked_at <= now - CHECK_EVERY]
    for number, name in enumerate(due, 1):
        try:
            check(database, app, name, now=now)
        except OutreachError:
            continue  # the next round asks again; the others need not wait for it
        return len(due) > number
    return False


def listed(database: Database, *, now: datetime) -> tuple[ChannelReport, ...]:
    """Every channel as it stood at its last check."""
    with database.read() as session:
        rows = session.scalars(select(Channel).order_by(Channel.name)).all()
        return tuple(report(row, None, now=now, refused=refusals_of(session, row)) for row in rows)


def note(row: Channel, info: tokens.TokenInfo, now: datetime) -> None:
    """Meta's answer about the token; a dead one stops the channel, a living one starts what only its token stopped.

    A person's pause outlives both: only a person ends it.
    """
    row.checked_at = now
    row.scopes = sorted(info.scopes)
    row.token_expires_at = info.expires_at
    row.data_access_expires_at = info.data_access_expires_at
    if not info.valid and row.status != ChannelStatus.PAUSED:
        row.status, row.status_code = ChannelStatus.STOPPED, token_reason(info.error_subcode)
    elif info.valid and row.status == ChannelStatus.STOPPED:
        row.status, row.status_code = ChannelStatus.ACTIVE, None


def report(
    row: Channel, info: tokens.TokenInfo | None, *, now: datetime, refused: tuple[Problem, ...] = ()
) -> ChannelReport:
    problems = (*_token_problems(row, info), *refused, *ending(row, now))
    return ChannelReport(
        row.name,
        row.kind,
        row.mode,
        row.status,
        row.status_code,
        row.token_expires_at,
        row.data_access_expires_at,
        row.checked_at,
        problems,
    )


def ending(row: Channel, now: datetime) -> Iterator[Problem]:
    """What ends within the days of the first warning, or has ended. Page permissions outlive data access."""
    dates = {"channel.token_ends": row.token_expires_at}
    if row.kind == ChannelKind.INSTAGRAM_ACCOUNT:
        dates["channel.data_access_ends"] = row.data_access_expires_at
    for code, at in dates.items():
        if at is not None and at - now <= timedelta(days=policy.WARN_DAYS[0]):
            yield code, {"channel": row.name, "days": max(0, (at - now).days)}


def _token_problems(row: Channel, info: tokens.TokenInfo | None) -> Iterator[Problem]:
    if row.status == ChannelStatus.STOPPED:
        yield "channel.stopped", {"channel": row.name}
        if row.status_code:
            yield row.status_code, {"channel": row.name}
    elif info is not None and not info.valid:  # a person's pause stands in front of it
        yield token_reason(info.error_subcode), {"channel": row.name}
    if info is not None and info.valid:
        for scope in tokens.missing_scopes(ChannelKind(row.kind), info, remote_id=row.remote_id):
            yield "channel.missing_scope", {"channel": row.name, "scope": scope}
