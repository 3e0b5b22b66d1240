"""The crisis pause: one word from a person stops every release, on a channel or on all; only a person ends it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from outreach.db import Database, readable
from outreach.errors import ConflictError, InvalidError, NotFoundError
from outreach.publishing.desk import is_armed, is_paused
from outreach.publishing.views import PublicationView, view
from outreach.publishing.withdrawals import OPEN, withdraw
from outreach.states import PauseKind, PublicationStatus, WithdrawalKind, WithdrawalStatus
from outreach.tables import AuditEvent, Channel, Pause, Publication, User, Withdrawal


@dataclass(frozen=True)
class PauseView:
    id: str
    kind: str
    channel: str | None  #: None: all
    why: str
    code: str | None
    by: str
    at: datetime
    read_back: bool  #: of a restored one: every channel has been compared with Meta
    compared: Mapping[str, Mapping[str, Any]]  #: of a restored one: by channel, what was found


@dataclass(frozen=True)
class Armed:
    """A post that Meta sends by itself unless it is withdrawn in time."""

    publication: PublicationView
    error_code: str | None  #: why it could not be withdrawn yet
    by_hand: bool


@dataclass(frozen=True)
class Standing:
    """What stands still, and what may go out all the same."""

    pauses: tuple[PauseView, ...]
    armed: tuple[Armed, ...]
    under_way: tuple[PublicationView, ...]  #: their one call was being made when the pause came
    too_late: tuple[PublicationView, ...]  #: Meta sent them before they could be withdrawn

    @property
    def stops_all(self) -> bool:
        return any(each.kind == PauseKind.CRISIS and each.channel is None for each in self.pauses)

    @property
    def unreachable(self) -> tuple[Armed, ...]:
        return tuple(each for each in self.armed if each.error_code)


def pause(database: Database, *, why: str, user_id: str, now: datetime, channel: str = "") -> str:
    """Stop every release, and withdraw what Meta would send by itself. The id of the pause.

    Raises InvalidError without a reason, NotFoundError for an unknown channel.
    """
    if not why.strip():
        raise InvalidError("pause.why")
    with database.write() as session:
        channels = _locked(session, channel)
        found = Pause(kind=PauseKind.CRISIS, why=why.strip(), by_id=user_id, at=now)
        found.channel_id = channels[0].id if channel else None
        session.add(found)
        details = {"channel": channel or None}
        session.add(AuditEvent(at=now, user_id=user_id, event="pause.begun", subject=found.id, details=details))
        armed = select(Publication).where(Publication.status == PublicationStatus.ENTRUSTED)
        for publication in session.scalars(armed.where(Publication.channel_id.in_(each.id for each in channels))):
            withdraw(session, publication, WithdrawalKind.DISARM, reason=PauseKind.CRISIS, user_id=user_id, now=now)
        return found.id


def resume(
    database: Database, *, user_id: str, now: datetime, channel: str = "", after_restore: bool = False
) -> tuple[str, ...]:
    """End the pauses, of one channel or all of them; the names of the channels that go on.

    Raises ConflictError when there is none, or when one of a restored state stands and `after_restore` is not said or
    what happened since has not been read back.
    """
    with database.write() as session:
        channels = _locked(session, channel)
        standing = list(session.scalars(_standing(channels[0].id if channel else None)))
        if not standing:
            raise ConflictError("pause.none")
        kinds = {PauseKind(each.kind) for each in standing}
        if PauseKind.RESTORED in kinds and not after_restore:
            raise ConflictError("pause.restored")
        if not all(_is_read_back(each, channels) for each in standing):
            raise ConflictError("pause.not_read_back")
        for each in standing:
            _end(session, each, channel, user_id=user_id, now=now)
        return tuple(each.name for each in channels)


def standing(database: Database) -> Standing:
    """Everything about the pauses that stand now."""
    paused = select(Publication).where(is_paused()).order_by(Publication.due_at)
    with database.read() as session:
        pauses = tuple(_pause_view(session, each) for each in session.scalars(_standing(None)))
        armed = session.scalars(paused.where(or_(Publication.status == PublicationStatus.ENTRUSTED, is_armed())))
        under_way = session.scalars(paused.where(Publication.status == PublicationStatus.RELEASING))
        return Standing(
            pauses,
            tuple(_armed(session, each) for each in armed),
            tuple(view(each) for each in under_way),
            tuple(view(each) for each in session.scalars(paused.where(_too_late()))),
        )


def is_anything_paused(database: Database) -> bool:
    with database.read() as session:
        return session.scalar(select(Pause.id).where(Pause.ended_at.is_(None)).limit(1)) is not None


def _locked(session: Session, name: str) -> list[Channel]:
    """The channels, locked: PostgreSQL's releasers take the same lock, so none slips past between look and write.

    NO KEY UPDATE: a campaign that is being applied refers to them, and a pause must not come to a deadlock with it.
    """
    wanted = select(Channel).order_by(Channel.id).with_for_update(key_share=True)
    channels = list(session.scalars(wanted.where(Channel.name == name) if name else wanted))
    if name and not channels:
        raise NotFoundError("channel.not_found", channel=name)
    return channels


def _standing(channel_id: str | None) -> Select[Pause]:
    open_ones = select(Pause).where(Pause.ended_at.is_(None)).order_by(Pause.at)
    if channel_id is None:
        return open_ones
    return open_ones.where(or_(Pause.channel_id.is_(None), Pause.channel_id == channel_id))


def _is_read_back(found: Pause, channels: Iterable[Channel]) -> bool:
    if found.kind != PauseKind.RESTORED:
        return True
    return all(each.id in found.read_back for each in channels if found.channel_id in (None, each.id))


def _end(session: Session, found: Pause, channel: str, *, user_id: str, now: datetime) -> None:
    """A pause of all that ends for one channel goes on for each of the others."""
    found.ended_at, found.ended_by_id = now, user_id
    details = {"channel": channel or None, "kind": found.kind}
    session.add(AuditEvent(at=now, user_id=user_id, event="pause.ended", subject=found.id, details=details))
    if not channel or found.channel_id is not None:
        return
    same = {"kind": found.kind, "code": found.code, "by_id": found.by_id, "at": found.at, "since": found.since}
    for other in session.scalars(select(Channel).where(Channel.name != channel)):
        row = Pause(**same, channel_id=other.id, read_back=found.read_back)
        row.why = readable(found, "why")
        session.add(row)


def _pause_view(session: Session, row: Pause) -> PauseView:
    by = session.get(User, row.by_id) if row.by_id else None
    channels = list(session.scalars(select(Channel)))
    return PauseView(
        row.id,
        row.kind,
        row.channel.name if row.channel else None,
        readable(row, "why") or "",
        row.code,
        by.display_name if by else "",
        row.at,
        _is_read_back(row, channels),
        {each.name: row.read_back[each.id] for each in channels if each.id in row.read_back},
    )


def _armed(session: Session, publication: Publication) -> Armed:
    row = session.scalar(
        select(Withdrawal).where(Withdrawal.publication_id == publication.id, Withdrawal.status.in_(OPEN))
    )
    by_hand = row is not None and row.status == WithdrawalStatus.BY_HAND
    restored = select(Publication.id).where(Publication.id == publication.id, is_paused(PauseKind.RESTORED))
    frozen = "pause.restored" if session.scalar(restored) else None  # nothing is taken back until a person resumes
    return Armed(view(publication), frozen or (row.error_code if row else None), by_hand)


def _too_late() -> ColumnElement[bool]:
    late = (
        select(Withdrawal.id)
        .join(Pause, Pause.at <= Withdrawal.at)
        .where(
            Withdrawal.publication_id == Publication.id,
            Withdrawal.status == WithdrawalStatus.TOO_LATE,
            Pause.ended_at.is_(None),
        )
    )
    return late.exists()
