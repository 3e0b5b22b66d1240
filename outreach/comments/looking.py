"""One cheap call a channel: posts that we did not make are adopted, and a read is brought forward where counts moved.

Meta's counts are not exact, so they never stand for a read: every post keeps its floor (graph-api.md §6.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from outreach.comments.adopting import ON_THEIR_WAY, adopt, find_posts, keep_photos
from outreach.comments.calls import note_calls
from outreach.comments.pulling import FLOOR, forget_the_future, keep_warm, note_refusal, read_soon
from outreach.comments.reader import Reader
from outreach.errors import MetaError
from outreach.meta.protocol import RemotePost
from outreach.states import ChannelStatus, CommentState
from outreach.tables import Channel, Comment, Publication

EVERY = timedelta(minutes=10)
SLOWLY = timedelta(minutes=30)  #: above 80 % of Meta's limit
DEEPLY = timedelta(hours=2)  #: all posts that are still read, not the newest alone: their own floor may be a week
SOON = timedelta(minutes=10)  #: what is read by then anyway is not hurried
OLDEST = FLOOR[-1][0]


def look_due(reader: Reader) -> bool:
    """Look at the newest posts of one channel whose turn has come. True if there may be more."""
    channel = _claim(reader)
    if channel is None:
        return False
    look(reader, channel)
    return True


def look(reader: Reader, channel: Channel) -> MetaError | None:
    """What Meta let not be seen is seen the next time."""
    now = reader.clock.now()
    try:
        posts = _newest(reader, channel, now)
    except MetaError as error:
        with reader.database.write() as session:
            note_refusal(session, channel.id, error)
            note_calls(session, reader, channel, now)
        return error
    with reader.database.write() as session:
        take_in(session, channel, posts, now)
        keep_warm(session, channel.id, now)
        forget_the_future(session, channel.id, now)
        note_calls(session, reader, channel, now)
    return None


def take_in(session: Session, channel: Channel, posts: Sequence[RemotePost], now: datetime) -> list[Publication]:
    """Posts as Meta lists them: unknown ones are adopted, counts compared, single photos noted."""
    known = find_posts(session, channel, [post.id for post in posts])
    held = _held(session, known.values())
    found = []
    for post in posts:
        publication = known.get(post.id)
        if publication is None:
            young = now - post.created_at < OLDEST
            publication = adopt(session, channel, post, at=now if young else None)
            publication.remote_count, publication.counted_at = post.comment_count, now
        elif publication.status not in ON_THEIR_WAY:
            _compare(session, publication, post, held.get(publication.id, 0), now)
        found.append(publication)
    return found


def _claim(reader: Reader) -> Channel | None:
    """Compare-and-set on `looked_at`; a channel that is short of calls is looked at less often."""
    now = reader.clock.now()
    with reader.database.read() as session:
        due = or_(Channel.looked_at.is_(None), Channel.looked_at <= now - EVERY, Channel.looked_at > now)
        waiting = session.scalars(select(Channel).where(Channel.status != ChannelStatus.STOPPED, due)).all()
    for channel in waiting:
        usage = reader.usage_of(channel)
        slow = usage.slow(now) and channel.looked_at is not None and now - channel.looked_at < SLOWLY
        if not slow and usage.may_call(now, urgent=True) and _take(reader, channel, now):
            return channel
    return None


def _take(reader: Reader, channel: Channel, now: datetime) -> bool:
    """The row in hand keeps the time of the look before: from there on posts may be new."""
    same = Channel.looked_at.is_(None) if channel.looked_at is None else Channel.looked_at == channel.looked_at
    with reader.database.write() as session:
        taken = session.execute(
            update(Channel)
            .where(Channel.id == channel.id, same)
            .values(looked_at=now)
            .execution_options(synchronize_session=False)
        )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _newest(reader: Reader, channel: Channel, now: datetime) -> Sequence[RemotePost]:
    """One call; every two hours, and after a time without looks, all posts that are young enough to be read."""
    opened = reader.open_channel(channel)
    deep = channel.looked_at is None or _turn(channel.looked_at) != _turn(now)
    if deep and not reader.usage_of(channel).slow(now):
        return opened.recent_posts(now - OLDEST)
    return opened.newest_posts()


def _turn(at: datetime) -> int:
    return int(at.timestamp() // DEEPLY.total_seconds())


def _held(session: Session, publications: Iterable[Publication]) -> Mapping[str, int]:
    """What we hold that Meta counts, by post."""
    ids = [publication.id for publication in publications]
    counted = (Comment.publication_id.in_(ids), Comment.photo.is_(None), Comment.state != CommentState.GONE)
    rows = session.execute(
        select(Comment.publication_id, func.count()).where(*counted).group_by(Comment.publication_id)
    )
    return {row[0]: row[1] for row in rows}


def _compare(session: Session, publication: Publication, post: RemotePost, held: int, now: datetime) -> None:
    """A difference that the last complete read did not leave is news; what is read soon anyway need not be hurried."""
    keep_photos(session, publication, post)
    if publication.origin == "adopted" and publication.published_at != post.created_at:
        publication.published_at, publication.permalink = post.created_at, post.permalink
    if post.comment_count is None:
        return
    if publication.remote_count != post.comment_count:
        publication.remote_count, publication.counted_at = post.comment_count, now
    moved = post.comment_count - held != publication.count_gap
    soon = publication.next_read_at is not None and publication.next_read_at <= now + SOON
    if moved and not soon:
        session.flush()
        read_soon(session, publication.id, now)
