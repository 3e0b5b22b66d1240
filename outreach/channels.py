"""The Pages and accounts that we publish to and read: adding them, what their tokens may do, whether they work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from outreach.db import Database
from outreach.errors import ConflictError, InvalidError, NotFoundError, OutreachError
from outreach.meta import tokens
from outreach.meta.graph import GraphClient
from outreach.states import ChannelKind, ChannelMode, ChannelStatus
from outreach.tables import AuditEvent, Channel

CHECK_EVERY = timedelta(hours=24)
WARN_DAYS = (14, 7, 3, 1)


@dataclass(frozen=True)
class MetaApp:
    """Our app at Meta, and how to reach it. `open_graph(token)` gives a client for any token."""

    app_id: str
    app_secret: str = field(repr=False)
    open_graph: Callable[[str | None], GraphClient]


@dataclass(frozen=True)
class Candidate:
    """A Page or account that a token opens."""

    kind: ChannelKind
    remote_id: str
    page_id: str
    title: str = field(repr=False)
    token: str = field(repr=False)


@dataclass(frozen=True)
class Discovery:
    """What a person's token opens, and which permissions it lacks for each kind of channel."""

    candidates: tuple[Candidate, ...]
    missing: dict[ChannelKind, tuple[str, ...]]
    expires_at: datetime | None


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
    problems: tuple[tuple[str, dict[str, Any]], ...] = ()


def discover(app: MetaApp, token: str, *, now: datetime) -> Discovery:
    """Exchange a person's token for a long-lived one and list what it opens. Raises MetaError, InvalidError."""
    token = token.strip()
    if not token:
        raise InvalidError("channel.no_token")
    long_lived = tokens.exchange(app.open_graph(token), app_id=app.app_id, app_secret=app.app_secret, now=now)
    graph = app.open_graph(long_lived.value)
    info = tokens.inspect(app.open_graph(None), long_lived.value, app_id=app.app_id, app_secret=app.app_secret)
    candidates = [each for page in tokens.list_pages(graph, info) for each in _candidates(page)]
    missing = {kind: tokens.missing_scopes(kind, info) for kind in ChannelKind}
    return Discovery(tuple(candidates), missing, long_lived.expires_at)


def add(
    database: Database,
    app: MetaApp,
    candidate: Candidate,
    name: str,
    *,
    mode: ChannelMode | None = None,
    user_id: str | None,
    now: datetime,
) -> ChannelReport:
    """Store a channel with its Page token, sealed; read only unless `mode` says otherwise.

    Adding it again renews the token, and keeps its mode unless one is given.

    Raises ConflictError when the name or the Page belongs to another channel.
    """
    info = tokens.inspect(app.open_graph(None), candidate.token, app_id=app.app_id, app_secret=app.app_secret)
    with database.write() as session:
        row = session.scalar(select(Channel).where(Channel.remote_id == candidate.remote_id))
        named = session.scalar(select(Channel).where(Channel.name == name))
        if named is not None and named is not row:
            raise ConflictError("channel.name_taken", channel=name)
        if row is None:
            row = Channel(
                name=name,
                kind=candidate.kind,
                remote_id=candidate.remote_id,
                page_id=candidate.page_id,
                mode=ChannelMode.READ_ONLY,
                created_at=now,
            )
            session.add(row)
        row.mode = mode or row.mode
        row.name = name
        row.title = candidate.title
        row.token = candidate.token
        _note(row, info, now)
        session.flush()  # defaults such as the status are filled in then
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.added", subject=row.id))
        return _report(row, info, now)


def check(database: Database, app: MetaApp, name: str, *, now: datetime) -> ChannelReport:
    """Ask Meta about a channel's token and write down what it said. Raises NotFoundError, MetaError."""
    with database.read() as session:
        row = _by_name(session.scalar(select(Channel).where(Channel.name == name)), name)
        token = row.token or ""
    info = tokens.inspect(app.open_graph(None), token, app_id=app.app_id, app_secret=app.app_secret)
    with database.write() as session:
        row = session.get_one(Channel, row.id)
        _note(row, info, now)
        return _report(row, info, now)


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
    with database.read() as session:
        return tuple(_report(row, None, now) for row in session.scalars(select(Channel).order_by(Channel.name)))


def set_mode(database: Database, name: str, mode: ChannelMode, *, user_id: str | None, now: datetime) -> None:
    with database.write() as session:
        row = _by_name(session.scalar(select(Channel).where(Channel.name == name)), name)
        row.mode = mode
        details = {"mode": mode.value}
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.mode", subject=row.id, details=details))


def set_paused(database: Database, name: str, *, paused: bool, user_id: str | None, now: datetime) -> None:
    """A person's pause, and its end. Raises ConflictError for a channel that Meta stopped: its token must be mended."""
    with database.write() as session:
        row = _by_name(session.scalar(select(Channel).where(Channel.name == name)), name)
        if row.status == ChannelStatus.STOPPED:
            raise ConflictError("channel.stopped", channel=name)
        row.status = ChannelStatus.PAUSED if paused else ChannelStatus.ACTIVE
        row.status_code = "channel.paused" if paused else None
        event = "channel.paused" if paused else "channel.resumed"
        session.add(AuditEvent(at=now, user_id=user_id, event=event, subject=row.id))


def _by_name(row: Channel | None, name: str) -> Channel:
    if row is None:
        raise NotFoundError("channel.not_found", channel=name)
    return row


def _candidates(page: tokens.PageAccess) -> list[Candidate]:
    found = [Candidate(ChannelKind.FACEBOOK_PAGE, page.id, page.id, page.name, page.token)]
    if page.instagram:
        title = page.instagram.username or page.name
        found.append(Candidate(ChannelKind.INSTAGRAM_ACCOUNT, page.instagram.id, page.id, title, page.token))
    return found


def _note(row: Channel, info: tokens.TokenInfo, now: datetime) -> None:
    """Meta's answer about the token; a dead one stops the channel, a living one starts what only its token stopped.

    A person's pause outlives both: only a person ends it.
    """
    row.checked_at = now
    row.scopes = sorted(info.scopes)
    row.token_expires_at = info.expires_at
    row.data_access_expires_at = info.data_access_expires_at
    if not info.valid and row.status != ChannelStatus.PAUSED:
        row.status, row.status_code = ChannelStatus.STOPPED, "meta.token_dead"
    elif info.valid and row.status == ChannelStatus.STOPPED:
        row.status, row.status_code = ChannelStatus.ACTIVE, None


def _report(row: Channel, info: tokens.TokenInfo | None, now: datetime) -> ChannelReport:
    problems: list[tuple[str, dict[str, Any]]] = []
    if info is not None and not info.valid:
        problems.append(("meta.token_dead", {"channel": row.name}))
    elif row.status == ChannelStatus.STOPPED:
        problems.append((row.status_code or "channel.stopped", {"channel": row.name}))
    if info is not None and info.valid:
        lacking = tokens.missing_scopes(ChannelKind(row.kind), info, remote_id=row.remote_id)
        problems += [("channel.missing_scope", {"channel": row.name, "scope": scope}) for scope in lacking]
    problems += _expiry(row, now)
    return ChannelReport(
        row.name,
        row.kind,
        row.mode,
        row.status,
        row.status_code,
        row.token_expires_at,
        row.data_access_expires_at,
        row.checked_at,
        tuple(problems),
    )


def _expiry(row: Channel, now: datetime) -> list[tuple[str, dict[str, Any]]]:
    dates = {"channel.token_ends": row.token_expires_at, "channel.data_access_ends": row.data_access_expires_at}
    return [
        (code, {"channel": row.name, "days": max(0, (at - now).days)})
        for code, at in dates.items()
        if at is not None and at - now <= timedelta(days=WARN_DAYS[0])
    ]
