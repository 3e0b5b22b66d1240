"""Publications as pages and commands show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from outreach.db import Database
from outreach.errors import NotFoundError
from outreach.states import PublicationStatus
from outreach.tables import Post, Publication, PublishAttempt


@dataclass(frozen=True)
class PublicationView:
    id: str
    campaign: str
    post: str
    kind: str
    channel: str
    channel_kind: str
    channel_title: str
    occurrence: int
    due_at: datetime
    status: str
    held_reason: str | None
    error_code: str | None
    error_params: Mapping[str, Any]
    altered: Mapping[str, str]  #: in Meta's own schedule: by field, the new time for `due_at`
    published_at: datetime | None
    permalink: str | None
    text: str
    link: str | None
    first_comment: str | None
    media: tuple[Mapping[str, Any], ...]  #: sha256, alt, file; of a video `video` and `cover_ms`
    format: str = "feed"
    being_read: bool = False  #: whether it is out is just being found out


@dataclass(frozen=True)
class AttemptView:
    step: str
    number: int
    started_at: datetime
    finished_at: datetime | None
    outcome: str
    error_code: str | None
    error_params: Mapping[str, Any]

    @property
    def kind(self) -> str:
        """The step without the place of the image that it is about: "photo" of "photo-0"."""
        return self.step.rstrip("0123456789").rstrip("-")

    @property
    def place(self) -> int:
        """Of an image, from 1."""
        _, _, number = self.step.rpartition("-")
        return int(number) + 1 if number.isdecimal() else 1


@dataclass(frozen=True)
class PublicationDetail:
    publication: PublicationView
    attempts: tuple[AttemptView, ...]


def overview(
    database: Database, *, since: datetime | None = None, until: datetime | None = None, status: str | None = None
) -> tuple[PublicationView, ...]:
    """Publications by due time, adopted posts left out."""
    query = select(Publication).join(Post).order_by(Publication.due_at, Publication.channel_id, Publication.id)
    if since is not None:
        query = query.where(Publication.due_at >= since)
    if until is not None:
        query = query.where(Publication.due_at < until)
    if status is not None:
        query = query.where(Publication.status == status)
    with database.read() as session:
        return tuple(view(each) for each in session.scalars(query))


def altered(database: Database) -> tuple[PublicationView, ...]:
    """What a person changed in Meta's own schedule, and is still to go out so; soonest first."""
    waiting = overview(database, status=PublicationStatus.ENTRUSTED)
    return tuple(each for each in waiting if each.altered)


def detail(database: Database, publication_id: str) -> PublicationDetail:
    """Raises NotFoundError."""
    attempts = (
        select(PublishAttempt)
        .where(PublishAttempt.publication_id == publication_id)
        .order_by(PublishAttempt.started_at, PublishAttempt.number)
    )
    with database.read() as session:
        publication = session.get(Publication, publication_id)
        if publication is None:
            raise NotFoundError("publication.not_found", publication=publication_id)
        return PublicationDetail(view(publication), tuple(_attempt(each) for each in session.scalars(attempts)))


def view(row: Publication) -> PublicationView:
    return PublicationView(
        id=row.id,
        campaign=row.post.campaign.name if row.post else "",
        post=row.post.name if row.post else "",
        kind=row.post.kind if row.post else "",
        channel=row.channel.name,
        channel_kind=row.channel.kind,
        channel_title=row.channel.title,
        occurrence=row.occurrence,
        due_at=row.due_at,
        status=row.status,
        held_reason=row.held_reason,
        error_code=row.error_code,
        error_params=row.error_params,
        altered=row.altered,
        published_at=row.published_at,
        permalink=row.permalink,
        text=row.content.get("text") or "",
        link=row.content.get("link"),
        first_comment=row.content.get("first_comment"),
        media=tuple(row.content.get("media") or ()),
        format=row.content.get("format") or "feed",
        being_read=row.status == PublicationStatus.UNKNOWN and row.retry_at is not None,
    )


def _attempt(row: PublishAttempt) -> AttemptView:
    return AttemptView(
        row.step, row.number, row.started_at, row.finished_at, row.outcome, row.error_code, row.error_params
    )
