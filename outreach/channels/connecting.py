"""Connects Pages and accounts: what a person's token opens, and a channel with its own sealed token."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from outreach.channels.checking import ChannelReport, note, report
from outreach.channels.modes import confirm
from outreach.channels.rows import named
from outreach.db import Database
from outreach.errors import ConflictError, InvalidError
from outreach.meta import subscribing, tokens
from outreach.meta.capabilities import Subject
from outreach.meta.graph import GraphClient
from outreach.states import ChannelKind, ChannelMode
from outreach.tables import AuditEvent, Channel


@dataclass(frozen=True)
class MetaApp:
    """Our app at Meta, and how to reach it. `open_graph(token)` gives a client for any token."""

    app_id: str
    app_secret: str = field(repr=False)
    open_graph: Callable[[str | None], GraphClient]
    callback_url: str = ""  #: where Meta sends its webhooks
    verify_token: str = field(default="", repr=False)

    def inspect(self, token: str) -> tokens.TokenInfo:
        """What Meta says of a token. Raises MetaError."""
        return tokens.inspect(self.open_graph(None), token, app_id=self.app_id, app_secret=self.app_secret)

    def subject(self, channel: Channel, token: str, info: tokens.TokenInfo, now: datetime) -> Subject:
        """A channel as the checks of its capabilities want it."""
        return Subject(
            kind=ChannelKind(channel.kind),
            remote_id=channel.remote_id,
            page_id=channel.page_id or channel.remote_id,
            graph=self.open_graph(token),
            bare=self.open_graph(None),
            app_id=self.app_id,
            app_secret=self.app_secret,
            info=info,
            callback_url=self.callback_url,
            now=now,
        )


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


def add(  # noqa: PLR0913  what a channel is made of
    database: Database,
    app: MetaApp,
    candidate: Candidate,
    name: str,
    *,
    mode: ChannelMode | None = None,
    seen_by: str = "",
    user_id: str | None,
    now: datetime,
) -> ChannelReport:
    """Store a channel with its Page token, sealed; read only unless `mode` says otherwise (see `modes.set_mode`).

    Adding it again renews the token, and keeps its mode unless one is given.

    Raises ConflictError when the name or the Page belongs to another channel.
    """
    info = app.inspect(candidate.token)
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
        row.name = name
        row.title = candidate.title
        row.token = candidate.token
        session.flush()  # defaults such as the status are filled in then
        note(row, info, now)
        if mode is ChannelMode.LIVE and row.mode != ChannelMode.LIVE:
            confirm(session, row, seen_by, user_id=user_id, now=now)
        row.mode = mode or row.mode
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.added", subject=row.id))
        return report(row, info, now=now)


def subscribe(database: Database, app: MetaApp, name: str, *, user_id: str | None, now: datetime) -> None:
    """Have Meta tell us of comments on this channel. Raises NotFoundError, MetaError."""
    with database.read() as session:
        row = named(session, name)
        token = row.token or ""
    subscribing.subscribe(app.subject(row, token, app.inspect(token), now), verify_token=app.verify_token)
    with database.write() as session:
        session.add(AuditEvent(at=now, user_id=user_id, event="channel.subscribed", subject=row.id))


def _candidates(page: tokens.PageAccess) -> list[Candidate]:
    found = [Candidate(ChannelKind.FACEBOOK_PAGE, page.id, page.id, page.name, page.token)]
    if page.instagram:
        title = page.instagram.username or page.name
        found.append(Candidate(ChannelKind.INSTAGRAM_ACCOUNT, page.instagram.id, page.id, title, page.token))
    return found
