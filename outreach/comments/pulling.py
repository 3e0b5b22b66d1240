"""Reads every post's comments in full, on a floor that follows its age; what is gone is proven, never inferred."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, not_, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from outreach.comments.adopting import photos_of
from outreach.comments.calls import note_calls
from outreach.comments.ingesting import Ingested, find_known, ingest, ingest_page, is_news, whole_hour
from outreach.comments.reader import Reader
from outreach.comments.tombstones import bury, is_too_old
from outreach.db import every_key
from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.states import CaseStatus, ChannelStatus, CommentState, PublicationStatus
from outreach.tables import Case, Channel, Comment, Publication

BATCH = 200  #: comments a transaction, so that nobody else waits long to write
LEASE = timedelta(minutes=15)
RETRY = timedelta(minutes=5)  #: after a failure for which Meta names no time
#: (age of the post, time between two complete reads); older posts are not read any more
FLOOR = (
    (timedelta(hours=48), timedelta(minutes=15)),
    (timedelta(days=7), timedelta(hours=2)),
    (timedelta(days=30), timedelta(days=1)),
    (timedelta(days=90), timedelta(days=7)),
)
HOT = FLOOR[0][1]  #: of a post with an open Case, whatever its age
ABSENCES = 2  #: times that Meta must say "no such comment" before it counts as gone
MOST_MISSING = 100  #: asked for by id in one read; the others are the next one's


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
        wait(reader, publication, error)
        return error
    done(reader, publication)
    return None


def pull(reader: Reader, publication: Publication) -> dict[Ingested, int]:
    """Read one post's comments in full and count what was new. Raises MetaError; what was read until then is kept."""
    channel = reader.open_channel(publication.channel)
    counts = dict.fromkeys(Ingested, 0)
    seen: set[str] = set()
    with reader.database.read() as session:
        photos = photos_of(session, publication)
    for page in channel.comment_pages(publication.remote_id or "", photos=photos):
        seen.update(comment.id for comment in page.comments)
        for outcome in store(reader, publication, page.comments):
            counts[outcome] += 1
    _look_for_missing(reader, publication, channel, seen)
    return counts


def store(reader: Reader, publication: Publication, comments: Sequence[protocol.RemoteComment]) -> list[Ingested]:
    """Keep what is new of some comments; what each of them was, in no particular order."""
    parts = (comments[start : start + BATCH] for start in range(0, len(comments), BATCH))
    return [outcome for part in parts for outcome in _store(reader, publication, part)]


def _store(reader: Reader, publication: Publication, page: Sequence[protocol.RemoteComment]) -> list[Ingested]:
    with reader.database.read() as session:
        known = find_known(session, publication.channel_id, page)
        old = [remote for remote in page if is_too_old(reader, remote, known)]
        kept = [remote for remote in page if remote not in old] if old else page
        news = is_news(known, kept)
    buried = bury(reader, publication, old) if old else []
    if not news:
        return [*buried, *[Ingested.SAME] * len(kept)]
    with reader.database.write() as session:
        return [*buried, *ingest_page(session, publication, kept, reader.clock.now())]


def read_soon(session: Session, publication_id: str, now: datetime) -> None:
    """Bring the next complete read of a post forward; one that is too old to be read has something new all the same."""
    later = or_(Publication.next_read_at.is_(None), Publication.next_read_at > now)
    session.execute(
        update(Publication)
        .where(Publication.id == publication_id, Publication.status == PublicationStatus.PUBLISHED, later)
        .values(next_read_at=now)
    )


def next_read(published_at: datetime, now: datetime, *, hot: bool = False) -> datetime | None:
    """When a post of this age is read again; None when it is too old."""
    if hot:
        return now + HOT
    age = now - published_at
    return next((now + gap for limit, gap in FLOOR if age < limit), None)


def is_late(now: datetime) -> ColumnElement[bool]:
    """Asked for and not given, whenever it is asked for again: its last complete read is older than its floor."""
    bands = (
        and_(Publication.published_at > now - limit, Publication.read_at < now - gap - RETRY) for limit, gap in FLOOR
    )
    never = and_(Publication.read_at.is_(None), Publication.counted_at < now - RETRY)
    gone = and_(Publication.remote_count.is_(None), Publication.counted_at.is_not(None))
    return and_(Publication.next_read_at.is_not(None), not_(gone), or_(never, *bands))


def is_hot() -> ColumnElement[bool]:
    """A post with an open Case: somebody's safety may hang on the next words under it."""
    open_case = and_(Case.comment_id == Comment.id, Case.status != CaseStatus.CLOSED)
    return exists().where(Comment.publication_id == Publication.id, open_case)


def keep_warm(session: Session, channel_id: str, now: datetime) -> None:
    """A post on which a Case was opened is read like a new one from now on."""
    later = or_(Publication.next_read_at.is_(None), Publication.next_read_at > now + HOT)
    session.execute(
        update(Publication)
        .where(Publication.channel_id == channel_id, Publication.status == PublicationStatus.PUBLISHED, later, is_hot())
        .values(next_read_at=now + HOT)
        .execution_options(synchronize_session=False)
    )


def forget_the_future(session: Session, channel_id: str, now: datetime) -> None:
    """Where the clock went back, what was read "later" is read again now: nothing waits for that time to return."""
    session.execute(
        update(Publication)
        .where(Publication.channel_id == channel_id, Publication.read_at > now + LEASE)
        .values(read_at=None, next_read_at=now)
        .execution_options(synchronize_session=False)
    )


def _claim(reader: Reader) -> Publication | None:
    """Compare-and-set on `next_read_at`: a reader that dies leaves the post for the next one after the lease.

    Where Meta's limits leave little, posts with an open Case come first, then the youngest.
    """
    now = reader.clock.now()
    with reader.database.read() as session:
        due = select(Publication).where(*_due(session, reader, now))
        first = due.order_by(is_hot().desc(), Publication.published_at.desc()).limit(20)
        candidates = session.scalars(first).all()
    for publication in candidates:
        with reader.database.write() as session:
            if _set_next(session, publication, now + LEASE):
                return publication
    return None


def _due(session: Session, reader: Reader, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Published, its time has come, and its channel has calls left: for all, or for posts with an open Case only."""
    channels = session.scalars(select(Channel).where(Channel.status != ChannelStatus.STOPPED)).all()
    usages = {channel.id: reader.usage_of(channel) for channel in channels}
    free = [key for key, usage in usages.items() if usage.may_call(now)]
    urgent = [key for key, usage in usages.items() if usage.may_call(now, urgent=True)]
    allowed = or_(Publication.channel_id.in_(free), and_(Publication.channel_id.in_(urgent), is_hot()))
    return Publication.status == PublicationStatus.PUBLISHED, Publication.next_read_at <= now, allowed


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


def done(reader: Reader, publication: Publication) -> None:
    """Write down a complete read, and the difference to Meta's own count that it leaves."""
    now = reader.clock.now()
    with reader.database.write() as session:
        hot = bool(session.scalar(select(is_hot()).where(Publication.id == publication.id)))
        session.execute(
            update(Publication)
            .where(Publication.id == publication.id)
            .values(read_at=now, position_sealed=None, count_gap=Publication.remote_count - held(publication.id))
            .execution_options(synchronize_session=False)
        )
        _set_next(session, publication, next_read(publication.published_at or now, now, hot=hot))
        behind = session.scalar(
            select(func.count()).where(
                Publication.channel_id == publication.channel_id,
                Publication.status == PublicationStatus.PUBLISHED,
                or_(Publication.next_read_at <= now, is_late(now)),
            )
        )
        if not behind:
            session.execute(update(Channel).where(Channel.id == publication.channel_id).values(read_at=now))
        note_calls(session, reader, publication.channel, now)


def held(publication_id: Any) -> Any:
    """How many of its comments we hold that Meta counts: not those under single photos, nor what is proven gone."""
    return (
        select(func.count())
        .where(Comment.publication_id == publication_id, Comment.photo.is_(None), Comment.state != CommentState.GONE)
        .scalar_subquery()
    )


def wait(reader: Reader, publication: Publication, error: MetaError) -> None:
    """A post that Meta says is gone is asked for less and less; else the time that Meta names, or five minutes.

    A token or permission that a person mends must not cost the comments of the hours until then.
    """
    now = reader.clock.now()
    gone = error.code == "meta.gone"
    pause = timedelta(hours=6) if gone else timedelta(seconds=error.retry_after or 0) or RETRY
    uncounted = {"remote_count": None, "counted_at": now} if gone else {}
    with reader.database.write() as session:
        _set_next(session, publication, now + pause, **uncounted)
        note_refusal(session, publication.channel_id, error)
        note_calls(session, reader, publication.channel, now)


def note_refusal(session: Session, channel_id: str, error: MetaError) -> None:
    """A dead token is checked within the hour, so that the channel stops and somebody is told: nothing is heard."""
    if error.code == "meta.token_dead":
        session.execute(update(Channel).where(Channel.id == channel_id).values(checked_at=None))


def _look_for_missing(reader: Reader, publication: Publication, channel: protocol.Channel, seen: Iterable[str]) -> None:
    """Comments that we hold and the list no longer has are asked for by id, one by one."""
    with reader.database.read() as session:
        missing = list(_missing(session, publication, set(seen)))
    for comment_id, remote_id in missing[:MOST_MISSING]:
        remote = channel.comment(remote_id)
        with reader.database.write() as session:
            row = session.get_one(Comment, comment_id)
            if remote is not None:
                ingest(session, publication, remote, reader.clock.now())
            else:
                mark_absent(row, reader.clock.now())


def mark_absent(row: Comment, now: datetime) -> None:
    """Meta said that there is no such comment. Twice is proof, except for one that we hid ourselves."""
    row.absences += 1
    if row.absences >= ABSENCES and row.state == CommentState.VISIBLE:
        row.state = CommentState.GONE
        row.gone_hour = whole_hour(now)


def _missing(session: Session, publication: Publication, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Those already missed once come first, so that their proof does not wait."""
    keys = every_key(Comment.remote_key, seen)
    visible = (Comment.publication_id == publication.id, Comment.state == CommentState.VISIBLE)
    rows = session.execute(select(Comment.id, Comment.remote_key).where(*visible).order_by(Comment.absences.desc()))
    lacking = [row.id for row in rows if row.remote_key not in keys][:MOST_MISSING]
    for row in session.scalars(select(Comment).where(Comment.id.in_(lacking))):
        if row.remote_id:
            yield row.id, row.remote_id
