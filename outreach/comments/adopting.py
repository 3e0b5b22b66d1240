"""Which post of ours a post at Meta is; one that we did not make is adopted, and read like ours."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from outreach.comments.ingesting import whole_hour
from outreach.meta.protocol import RemotePost
from outreach.states import PublicationStatus
from outreach.tables import Channel, PostPhoto, Publication

FIRST_READ = timedelta(minutes=4)  #: of a post known by a comment, and as much again by chance: it must not tell which
_S = PublicationStatus
ON_THEIR_WAY = (_S.PREPARED, _S.ENTRUSTED, _S.RELEASING, _S.UNKNOWN)


def tail(remote_id: str) -> str:
    """A Page's ids come as `{page}_{post}` and as the bare `{post}` (graph-api.md §2.4)."""
    return remote_id.rpartition("_")[2]


def find_posts(session: Session, channel: Channel, remote_ids: Iterable[str]) -> dict[str, Publication]:
    """Our rows by the ids asked for: of a post, of a video that Meta shows as a post, or of a single photo."""
    by_tail = {tail(remote_id): remote_id for remote_id in remote_ids}
    found = {tail(row.remote_id or ""): row for row in session.scalars(_named(channel, by_tail))}
    lacking = by_tail.keys() - found.keys()
    if lacking:
        found |= _by_photo(session, channel, lacking) | _by_part(session, channel, lacking)
    return {by_tail[key]: row for key, row in found.items() if key in by_tail}


def _named(channel: Channel, tails: Iterable[str]) -> Select[Publication]:
    ids = [form for part in tails for form in (part, f"{channel.remote_id}_{part}")]
    return select(Publication).where(Publication.channel_id == channel.id, Publication.remote_id.in_(ids))


def _by_photo(session: Session, channel: Channel, tails: Iterable[str]) -> dict[str, Publication]:
    rows = session.execute(
        select(PostPhoto.remote_id, Publication)
        .join(Publication, Publication.id == PostPhoto.publication_id)
        .where(Publication.channel_id == channel.id, PostPhoto.remote_id.in_(list(tails)))
    )
    return {row[0]: row[1] for row in rows}


def _by_part(session: Session, channel: Channel, tails: set[str]) -> dict[str, Publication]:
    """A post that is being released tells of itself before its answer has reached us; its parts name it."""
    ours = select(Publication).where(
        Publication.channel_id == channel.id,
        Publication.status.in_((*ON_THEIR_WAY, _S.PUBLISHED)),
        Publication.origin != "adopted",
    )
    pairs = ((tail(str(part)), row) for row in session.scalars(ours) for part in row.parts.values())
    return {part: row for part, row in pairs if part in tails}


def adopt(session: Session, channel: Channel, post: RemotePost, *, at: datetime | None) -> Publication:
    """A row for a post that somebody else made; `at` is when it is read first."""
    publication = Publication(
        origin="adopted",
        channel_id=channel.id,
        due_at=post.created_at,
        content={},
        content_hash="",
        status=PublicationStatus.PUBLISHED,
        remote_id=post.id,
        permalink=post.permalink,
        published_at=post.created_at,
        next_read_at=at,
    )
    session.add(publication)
    session.flush()
    keep_photos(session, publication, post)
    return publication


def adopt_unseen(
    session: Session, channel: Channel, remote_id: str, post: RemotePost | None, now: datetime
) -> Publication:
    """A post that a comment told of. What Meta does not show of it stays open, and no time tells when that was."""
    by_chance = timedelta(seconds=secrets.randbelow(int(FIRST_READ.total_seconds())))
    guessed = post or RemotePost(remote_id, "", whole_hour(now))
    return adopt(session, channel, guessed, at=now + FIRST_READ + by_chance)


def keep_photos(session: Session, publication: Publication, post: RemotePost) -> None:
    """The single photos of a post with several; they may change as long as the post can be edited."""
    if post.photos and list(post.photos) != photos_of(session, publication):
        session.execute(delete(PostPhoto).where(PostPhoto.publication_id == publication.id))
        session.add_all(
            PostPhoto(publication_id=publication.id, number=number, remote_id=photo)
            for number, photo in enumerate(post.photos, 1)
        )


def photos_of(session: Session, publication: Publication) -> list[str]:
    rows = select(PostPhoto.remote_id).where(PostPhoto.publication_id == publication.id).order_by(PostPhoto.number)
    return list(session.scalars(rows))
