"""Reads a channel's past, the youngest posts first. A run that was ended, however, is taken up where it stood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from outreach.comments.adopting import photos_of
from outreach.comments.calls import note_calls
from outreach.comments.ingesting import Ingested
from outreach.comments.looking import take_in
from outreach.comments.pulling import done, store
from outreach.comments.reader import Reader
from outreach.errors import MetaError, ModelError
from outreach.meta import protocol
from outreach.states import PublicationStatus
from outreach.tables import Backfill, Channel, Publication

POSTS = 100  #: a transaction


def take_up(reader: Reader, channel: Channel, since: datetime) -> Backfill:
    """The run for this time that did not end, or a new one, with every post since then known. Raises MetaError.

    Raises ModelError where nothing can score words that will not be kept.
    """
    reader.classifier().classify(["."], attachments=[False])
    run = _unfinished(reader, channel, since) or _begin(reader, channel, since)
    if run.listed_at is None:
        _list(reader, channel, run)
    return run


def posts_left(reader: Reader, run: Backfill) -> list[str]:
    """Ids of the posts that were not read since the run began."""
    with reader.database.read() as session:
        left = (
            Publication.channel_id == run.channel_id,
            Publication.status == PublicationStatus.PUBLISHED,
            Publication.published_at >= run.since,
            or_(Publication.read_at.is_(None), Publication.read_at < run.started_at),
        )
        return list(session.scalars(select(Publication.id).where(*left).order_by(Publication.published_at.desc())))


def read_past(reader: Reader, run: Backfill, publication_id: str) -> Counter[Ingested]:
    """Read one post from where an earlier run stood, and count what was new. Raises MetaError, ModelError."""
    with reader.database.read() as session:
        publication = session.get_one(Publication, publication_id)
        photos = photos_of(session, publication)
    if publication.read_at and publication.read_at >= run.started_at:
        return Counter()  # the service was first
    counts: Counter[Ingested] = Counter()
    for page in _pages(reader, publication, photos):
        counts.update(store(reader, publication, page.comments))
        if counts[Ingested.LEFT]:
            raise ModelError("model.cannot_score")  # the next run asks for this page again
        if page.position:
            _stand(reader, publication, page.position)
    done(reader, publication)
    return counts


def finish(reader: Reader, run: Backfill) -> None:
    with reader.database.write() as session:
        session.execute(update(Backfill).where(Backfill.id == run.id).values(finished_at=reader.clock.now()))


def _unfinished(reader: Reader, channel: Channel, since: datetime) -> Backfill | None:
    same = (Backfill.channel_id == channel.id, Backfill.since == since, Backfill.finished_at.is_(None))
    with reader.database.read() as session:
        return session.scalar(select(Backfill).where(*same).order_by(Backfill.started_at.desc()).limit(1))


def _begin(reader: Reader, channel: Channel, since: datetime) -> Backfill:
    run = Backfill(channel_id=channel.id, since=since, started_at=reader.clock.now())
    with reader.database.write() as session:
        _forget_positions(session, channel)
        session.add(run)
    return run


def _forget_positions(session: Session, channel: Channel) -> None:
    """Of a run that nobody took up: a position is good for some hours, not for months (graph-api.md §2.5)."""
    left = (Publication.channel_id == channel.id, Publication.position_sealed.is_not(None))
    session.execute(update(Publication).where(*left).values(position_sealed=None))


def _list(reader: Reader, channel: Channel, run: Backfill) -> None:
    posts = reader.open_channel(channel).recent_posts(run.since)
    now = reader.clock.now()
    for start in range(0, len(posts), POSTS):
        with reader.database.write() as session:
            take_in(session, channel, posts[start : start + POSTS], now)
    with reader.database.write() as session:
        session.get_one(Backfill, run.id).listed_at = run.listed_at = now
        note_calls(session, reader, channel, now)


def _pages(reader: Reader, publication: Publication, photos: list[str]) -> Iterator[protocol.CommentPage]:
    """From the position kept, or from the start where Meta does not know it any more."""
    channel = reader.open_channel(publication.channel)
    remote_id, start = publication.remote_id or "", publication.position
    first = True
    try:
        for page in channel.comment_pages(remote_id, photos=photos, start=start):
            first = False
            yield page
    except MetaError as error:
        if start is None or not first or not error.permanent:
            raise
        yield from channel.comment_pages(remote_id, photos=photos)


def _stand(reader: Reader, publication: Publication, position: str) -> None:
    with reader.database.write() as session:
        session.get_one(Publication, publication.id).position = position
