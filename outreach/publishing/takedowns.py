"""Taking a post down everywhere, by a person's word: what to name, what is destroyed here, how far it has come."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.errors import ConflictError, NotFoundError
from outreach.media import MediaStore
from outreach.publishing.desk import change, load
from outreach.publishing.views import PublicationView, view
from outreach.publishing.withdrawals import OPEN, withdraw
from outreach.states import PublicationStatus, TakedownReason, WithdrawalKind, WithdrawalStatus
from outreach.tables import AuditEvent, Campaign, Consent, Medium, Post, Publication, User, Withdrawal

_S = PublicationStatus
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: what a takedown does at Meta, by a post's state; elsewhere nothing is there yet
_EFFECTS = {
    _S.PUBLISHED: "delete",
    _S.UNKNOWN: "delete_if_out",
    _S.RELEASING: "delete_if_out",
    _S.ENTRUSTED: "disarm",
    _S.PREPARING: "discard",
    _S.PREPARED: "discard",
}


@dataclass(frozen=True)
class Destroyed:
    """What became of our own copies of the media."""

    files: tuple[str, ...] = ()
    kept: Mapping[str, str] = field(default_factory=dict)  #: by file: the other post that uses it


@dataclass(frozen=True)
class Foreseen:
    """What a takedown would reach, before anybody has said yes. `media` are our own copies that would go."""

    posts: tuple[PublicationView, ...]
    media: Destroyed = field(default_factory=Destroyed)


@dataclass(frozen=True)
class TakedownView:
    publication: PublicationView
    kind: str
    reason: str
    status: str
    by: str
    at: datetime
    ended_at: datetime | None
    error_code: str | None
    error_params: Mapping[str, Any]

    @property
    def hand_steps(self) -> str:
        """The code of what a person does on Meta's own pages."""
        armed = "armed" if self.publication.status == _S.ENTRUSTED else "published"
        return f"takedown.hand.{self.publication.channel_kind}.{armed}"


def named(database: Database, name: str, *, channel: str = "") -> tuple[str, ...]:
    """The publications that a person means: by id, or as campaign/post. Raises NotFoundError."""
    found = select(Publication.id).where(Publication.id == name)
    if "/" in name:
        campaign, _, post = name.partition("/")
        found = select(Publication.id).join(Post).join(Campaign).where(Campaign.name == campaign, Post.name == post)
    if channel:
        found = found.where(Publication.channel.has(name=channel))
    with database.read() as session:
        ids = tuple(session.scalars(found.order_by(Publication.id)))
    if not ids:
        raise NotFoundError("publication.not_found", publication=name)
    return ids


def foresee(database: Database, publication_ids: Collection[str], reason: TakedownReason) -> Foreseen:
    """Everything that `take_down` would stop or delete; nothing is changed. Raises as it does."""
    with database.read() as session:
        rows = _reached(session, publication_ids, reason)
        posts = tuple(view(each) for each in _standing(rows))
        return Foreseen(posts, _plan_destruction(session, _consented(rows, reason))[1])


def effect(status: str) -> str:
    """The code of what a takedown does to a post in this state."""
    return f"takedown.effect.{_EFFECTS.get(PublicationStatus(status), 'cancel')}"


def take_down(
    database: Database,
    media: MediaStore,
    publication_ids: Collection[str],
    reason: TakedownReason,
    *,
    user_id: str,
    now: datetime,
) -> tuple[tuple[str, ...], Destroyed]:
    """Stop these posts everywhere; `withdraw_due` carries it out at Meta. Their ids, and what was destroyed here.

    A consent is a person's, not a channel's: withdrawn, it takes every post with it that rests on it.
    Raises NotFoundError, and ConflictError when all of them are taken down already.
    """
    with database.write() as session:
        rows = _reached(session, publication_ids, reason)
        _end_consents(session, _consented(rows, reason), now)
        todo = _standing(rows)
        for each in todo:
            details = {"was": each.status, "reason": reason.value}
            withdraw(session, each, WithdrawalKind.TAKEDOWN, reason=reason, user_id=user_id, now=now)
            event = "publication.taken_down"
            session.add(AuditEvent(at=now, user_id=user_id, event=event, subject=each.id, details=details))
        drops, destroyed = _plan_destruction(session, _consented(rows, reason))
        _forget(session, drops, user_id=user_id, now=now)
    for sha256 in drops:
        media.drop(sha256)
    return tuple(each.id for each in todo), destroyed


def confirm_gone(database: Database, publication_id: str, *, user_id: str, now: datetime) -> None:
    """A person deleted it by hand and has looked; for when Meta cannot be asked. Raises ConflictError."""
    with database.write() as session:
        publication = load(session, publication_id)
        row = session.scalar(_open_takedowns().where(Withdrawal.publication_id == publication_id))
        if row is None or publication.status == _S.RELEASING:
            raise ConflictError("takedown.none_open")
        if publication.status != _S.RETRACTED and not change(session, publication, _S.RETRACTED, retry_at=None):
            raise ConflictError("publication.moved_on", publication=publication_id, status=publication.status)
        row.status, row.retry_at, row.ended_at = WithdrawalStatus.DONE, None, now
        session.add(AuditEvent(at=now, user_id=user_id, event="publication.seen_gone", subject=publication_id))


def takedowns(database: Database, *, publication_ids: Collection[str] | None = None) -> tuple[TakedownView, ...]:
    """Those that are not confirmed yet, oldest first; with ids, the latest of each of these whatever its state."""
    wanted = select(Withdrawal).where(Withdrawal.kind == WithdrawalKind.TAKEDOWN).order_by(Withdrawal.at, Withdrawal.id)
    if publication_ids is None:
        wanted = wanted.where(Withdrawal.status.in_(OPEN))
    else:
        wanted = wanted.where(Withdrawal.publication_id.in_(publication_ids))
    with database.read() as session:
        latest = {row.publication_id: row for row in session.scalars(wanted)}
        return tuple(_view(session, row) for row in latest.values())


def resting_on(database: Database, reference: str) -> tuple[PublicationView, ...]:
    """What needs this consent and is out, on its way, or with Meta's scheduler."""
    with database.read() as session:
        return tuple(view(each) for each in session.scalars(_resting_on([reference])) if each.status != _S.RETRACTED)


def consent_ended(database: Database, *, now: datetime) -> tuple[PublicationView, ...]:
    """Stories that are out, or will go out by Meta, although their consent has run out or was withdrawn."""
    ended = or_(Consent.withdrawn_at.is_not(None), Consent.expires_at <= now)
    standing = Publication.status.in_((_S.PUBLISHED, _S.ENTRUSTED, _S.UNKNOWN))
    asked = select(Withdrawal.id).where(Withdrawal.publication_id == Publication.id, Withdrawal.status.in_(OPEN))
    found = select(Publication).join(Post).join(Consent, Consent.reference == Post.consent)
    with database.read() as session:
        rows = session.scalars(found.where(ended, standing, ~asked.exists()).order_by(Publication.due_at))
        return tuple(view(each) for each in rows)


def _open_takedowns() -> Select[Withdrawal]:
    return select(Withdrawal).where(Withdrawal.kind == WithdrawalKind.TAKEDOWN, Withdrawal.status.in_(OPEN))


def _resting_on(references: Collection[str]) -> Select[Publication]:
    cancelled = Publication.status == _S.CANCELLED
    return select(Publication).join(Post).where(Post.consent.in_(references), ~cancelled).order_by(Publication.due_at)


def _reached(session: Session, publication_ids: Collection[str], reason: TakedownReason) -> list[Publication]:
    """Those named; with a withdrawn consent also every other that rests on it."""
    rows = [load(session, each) for each in publication_ids]
    references = _references(_consented(rows, reason))
    others = session.scalars(_resting_on(references)) if references else ()
    return list({each.id: each for each in (*rows, *others)}.values())


def _standing(rows: Iterable[Publication]) -> list[Publication]:
    """Raises ConflictError when all of them are taken down already."""
    found = [each for each in rows if each.status != _S.RETRACTED]
    if not found:
        raise ConflictError("takedown.already")
    return found


def _consented(rows: list[Publication], reason: TakedownReason) -> list[Publication]:
    return rows if reason is TakedownReason.CONSENT_WITHDRAWN else []


def _references(rows: Iterable[Publication]) -> set[str]:
    return {each.post.consent for each in rows if each.post is not None and each.post.consent}


def _end_consents(session: Session, rows: Iterable[Publication], now: datetime) -> None:
    for consent in session.scalars(select(Consent).where(Consent.reference.in_(_references(rows)))):
        consent.withdrawn_at = consent.withdrawn_at or now


# -- our copies ---------------------------------------------------------------------------------------------------


def _plan_destruction(session: Session, rows: Iterable[Publication]) -> tuple[tuple[str, ...], Destroyed]:
    """Every file of these posts that no other post shows; a campaign that was cancelled may still come back."""
    ours = {each.id for each in rows}
    files = {sha: name for each in rows for sha, name in _files(each)}
    users: dict[str, str] = {}
    others = select(Publication).where(Publication.id.not_in(ours), Publication.status != _S.RETRACTED)
    for other in session.scalars(others) if files else ():
        users |= {sha: other.post.name for sha, _ in _files(other) if sha in files and other.post is not None}
    drops = tuple(sorted(sha for sha in files if sha not in users))
    gone = tuple(sorted({files[sha] for sha in drops}))
    return drops, Destroyed(gone, {files[sha]: post for sha, post in users.items()})


def _files(publication: Publication) -> list[tuple[str, str]]:
    """Hash and name of each file: what is published, and what it was made from."""
    return [
        (value, str(item.get("file") or value[:8]))
        for item in publication.content.get("media") or ()
        for value in item.values()
        if isinstance(value, str) and _SHA256.fullmatch(value)
    ]


def _forget(session: Session, drops: Iterable[str], *, user_id: str, now: datetime) -> None:
    for sha256 in drops:
        row = session.get(Medium, sha256)
        if row is not None:
            session.delete(row)
        session.add(AuditEvent(at=now, user_id=user_id, event="media.destroyed", subject=sha256))


def _view(session: Session, row: Withdrawal) -> TakedownView:
    by = session.get(User, row.by_id) if row.by_id else None
    name = by.display_name if by else ""
    return TakedownView(
        view(row.publication),
        row.kind,
        row.reason,
        row.status,
        name,
        row.at,
        row.ended_at,
        row.error_code,
        row.error_params,
    )
