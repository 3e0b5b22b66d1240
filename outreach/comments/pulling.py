"""Reads every post's comments in full, on a floor that follows its age; what is gone is proven, never inferred."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from outreach.clock import Clock
from outreach.comments.ingesting import Ingested, ingest, ingest_page, is_news
from outreach.db import Database, every_key
from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.states import ChannelStatus, CommentState, PublicationStatus
from outreach.tables import Channel, Comment, Publication

BATCH = 50  #: comments a transaction
LEASE = timedelta(minutes=15)
#: (age of the post, time between two complete reads); older posts are not read any more
FLOOR = (
    (timedelta(hours=48), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)
ABSENCES = 2  #: times that Meta must say "no such comment" before it counts as gone


@dataclass(frozen=True)
class Reader:
    """What reading needs of its process."""

    database: Database
    clock: Clock
    open_channel: Callable[[Channel], protocol.Channel]


def pull_due(reader: Reader) -> bool:
    """Read one post whose turn has come. True if there may be more."""
    publication = _claim(reader)
    if publication is None:
        return False
    read_in_full(reader, publication)
    return True


def read_in_full(reader: Reader, publication: Publication) -> MetaError | None:
    """Read one post now and write down when it was and when it is next; the error if Meta let it not end."""
    try:
        pull(reader, publication)
    except MetaError as error:
        _wait(reader, publication, error)
        return error
    _done(reader, publication)
    return None


def pull(reader: Reader, publication: Publication) -> dict[Ingested, int]:
    """Read one post's comments in full and count what was new. Raises MetaError; what was read until then is kept."""
    channel = reader.open_channel(publication.channel)
    counts = dict.fromkeys(Ingested, 0)
    seen: set[str] = set()
    for page in _pages(channel.comments(publication.remote_id or "")):
        seen.update(comment.id for comment in page)
        for outcome in _store(reader, publication, page):
            counts[outcome] += 1
    _look_for_missing(reader, publication, channel, seen)
    return counts


def _store(reader: Reader, publication: Publication, page: list[protocol.RemoteComment]) -> list[Ingested]:
    with reader.database.read() as session:
        if not is_news(session, publication, page):
            return [Ingested.SAME] * len(page)
    with reader.database.write() as session:
        return ingest_page(session, publication, page, reader.clock.now())


def read_soon(session: Session, publication_id: str, now: datetime) -> None:
    """Bring the next complete read of a post forward; one that is too old to be read has something new all the same."""
    later = or_(Publication.next_read_at.is_(None), Publication.next_read_at > now)
    session.execute(
        update(Publication)
        .where(Publication.id == publication_id, Publication.status == PublicationStatus.PUBLISHED, later)
        .values(next_read_at=now)
    )


def pull_status(database: Database, *, now: datetime) -> list[dict[str, Any]]:
    """Per channel: posts read, last complete read, the longest wait that is overdue in seconds, comments held."""
    with database.read() as session:
        return [_channel_status(session, channel, now) for channel in session.scalars(select(Channel))]


def next_read(published_at: datetime, now: datetime) -> datetime | None:
    """When a post of this age is read again; None when it is too old."""
    age = now - published_at
    return next((now + gap for limit, gap in FLOOR if age < limit), None)


def _pages(comments: Iterator[protocol.RemoteComment]) -> Iterator[list[protocol.RemoteComment]]:
    """Batches for one transaction each; what was read before a failure is handed on before the failure is."""
    page: list[protocol.RemoteComment] = []
    try:
        for comment in comments:
            page.append(comment)
            if len(page) == BATCH:
                yield page
                page = []
    except MetaError:
        yield page
        raise
    yield page


def _claim(reader: Reader) -> Publication | None:
    """Compare-and-set on `next_read_at`: a reader that dies leaves the post for the next one after the lease."""
    now = reader.clock.now()
    due = (
        select(Publication)
        .join(Channel)
        .where(
            Publication.status == PublicationStatus.PUBLISHED,
            Publication.next_read_at <= now,
            Channel.status != ChannelStatus.STOPPED,
        )
        .order_by(Publication.next_read_at)
        .limit(20)
    )
    with reader.database.write() as session:
        for publication in session.scalars(due):
            if _set_next(session, publication, now + LEASE):
                return publication
    return None


def _set_next(session: Session, publication: Publication, at: datetime | None, **values: Any) -> bool:
    changed = session.execute(
        update(Publication)
        .where(Publication.id == publication.id, Publication.next_read_at == publication.next_read_at)
        .values(next_read_at=at, **values)
        .execution_options(synchronize_session=False)
    )
    won = bool(changed.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE
    if won:
        set_committed_value(publication, "next_read_at", at)
    return won


def _done(reader: Reader, publication: Publication) -> None:
    now = reader.clock.now()
    with reader.database.write() as session:
        _set_next(session, publication, next_read(publication.published_at or now, now), read_at=now)
        behind = session.scalar(
            select(func.count()).where(
                Publication.channel_id == publication.channel_id,
                Publication.status == PublicationStatus.PUBLISHED,
                Publication.next_read_at <= now,
            )
        )
        if not behind:
            session.execute(update(Channel).where(Channel.id == publication.channel_id).values(read_at=now))


def _wait(reader: Reader, publication: Publication, error: MetaError) -> None:
    """A post that Meta says is gone is asked for less and less; else the time that Meta names, or five minutes.

    A token or permission that a person mends must not cost the comments of the hours until then. A dead token is
    checked within the hour, so that the channel stops and somebody is told: nothing on it is heard meanwhile.
    """
    now = reader.clock.now()
    pause = timedelta(hours=6) if error.code == "meta.gone" else timedelta(seconds=error.retry_after or 300)
    with reader.database.write() as session:
        _set_next(session, publication, now + pause)
        if error.code == "meta.token_dead":
            session.execute(update(Channel).where(Channel.id == publication.channel_id).values(checked_at=None))


def _look_for_missing(reader: Reader, publication: Publication, channel: protocol.Channel, seen: Iterable[str]) -> None:
    """Comments that we hold and the list no longer has are asked for by id, one by one."""
    with reader.database.read() as session:
        missing = list(_missing(session, publication, set(seen)))
    for comment_id, remote_id in missing:
        remote = channel.comment(remote_id)
        with reader.database.write() as session:
            row = session.get_one(Comment, comment_id)
            if remote is not None:
                ingest(session, publication, remote, reader.clock.now())
            else:
                mark_absent(row)


def mark_absent(row: Comment) -> None:
    """Meta said that there is no such comment. Twice is proof, except for one that we hid ourselves."""
    row.absences += 1
    if row.absences >= ABSENCES and row.state == CommentState.VISIBLE:
        row.state = CommentState.GONE


def _missing(session: Session, publication: Publication, seen: set[str]) -> Iterator[tuple[str, str]]:
    keys = every_key(Comment.remote_key, seen)
    held = select(Comment).where(Comment.publication_id == publication.id, Comment.state == CommentState.VISIBLE)
    for row in session.scalars(held):
        if row.remote_key not in keys and row.remote_id:
            yield row.id, row.remote_id


def _channel_status(session: Session, channel: Channel, now: datetime) -> dict[str, Any]:
    read = select(func.count(), func.min(Publication.next_read_at)).where(
        Publication.channel_id == channel.id,
        Publication.status == PublicationStatus.PUBLISHED,
        Publication.next_read_at.is_not(None),
    )
    posts, oldest = session.execute(read).one()
    held = session.scalar(select(func.count()).where(Comment.channel_id == channel.id))
    return {
        "channel": channel.name,
        "status": channel.status,
        "posts_read": posts,
        "last_complete_read": channel.read_at.isoformat() if channel.read_at else None,
        "overdue_seconds": max(0, int((now - oldest).total_seconds())) if oldest else 0,
        "comments": held,
    }
