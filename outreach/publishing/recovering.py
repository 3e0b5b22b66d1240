"""After a restore: what Meta shows and we do not know of is matched with what we still hold for unpublished."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.meta import protocol
from outreach.publishing import twins
from outreach.publishing.desk import (
    ENTRUST,
    Desk,
    abandon_attempts,
    change,
    content_of,
    end_attempt,
    format_of,
    hold,
    start_attempt,
    take_over,
)
from outreach.states import Format, HeldReason, PauseKind, PublicationStatus
from outreach.tables import Channel, Pause, Publication, PublishAttempt

_S = PublicationStatus
IsSame = Callable[[Desk, Publication, protocol.RemotePost], bool]
Settle = Callable[[Session, Publication, protocol.RemotePost, datetime], bool]
LOOKED_AT = timedelta(days=30)  #: before the last commit: what is older is hardly taken down since
DAY = timedelta(hours=23)  #: that a story lasts, to be sure
#: Our clock may have been wrong by hours, and a call begun before the last commit was answered after it; what is known
#: is left out in any case.
SKEW = timedelta(hours=24)
#: what may be out although we do not know it; UNKNOWN and RELEASING are read back like any other
DOUBTFUL = (_S.DRAFT, _S.APPROVED, _S.SCHEDULED, _S.PREPARING, _S.PREPARED, _S.HELD, _S.FAILED)


@dataclass(frozen=True)
class Compared:
    """What reading one channel back came to, in posts."""

    ours: int = 0  #: found out, and published here too from now on
    alike: int = 0  #: look like one of ours, in other words or only in an image: held
    armed: int = 0  #: found in Meta's scheduler: held
    foreign: int = 0  #: made by hand, by another tool, or from files that were applied after the backup
    absent: int = 0  #: due meanwhile and proven not to be out: held
    gone: int = 0  #: published before, and taken down since


@dataclass(frozen=True)
class Unread:
    """A channel that a restore has paused, and since when it must be read back."""

    pause_id: str
    channel: Channel
    since: datetime


def unread(database: Database, *, channel: str = "") -> tuple[Unread, ...]:
    """What has not been compared with Meta yet."""
    channels = select(Channel).order_by(Channel.name)
    with database.read() as session:
        rows = session.scalars(channels.where(Channel.name == channel) if channel else channels).all()
        pauses = session.scalars(select(Pause).where(Pause.kind == PauseKind.RESTORED, Pause.ended_at.is_(None))).all()
    return tuple(
        Unread(pause.id, row, pause.since or pause.at)
        for pause in pauses
        for row in rows
        if pause.channel_id in (None, row.id) and row.id not in pause.read_back
    )


def compare(desk: Desk, todo: Unread) -> Compared:
    """Read the channel since the last commit and match, each post once: by its id, else by words and images.

    Reads alone, one call for each post of the last month. Raises MetaError: what cannot be read is not taken for
    absent.
    """
    channel = desk.open_channel(todo.channel)
    posts = sorted(channel.recent_posts(todo.since - SKEW), key=lambda post: post.created_at)
    left = [post for post in posts if not _is_known(desk.database, todo.channel, post)]
    missing = len(left)
    # Surest first, for all posts: a campaign's posts may differ in one word, and none may take another's place.
    for is_same in (_is_part, _same_words):
        left = [post for post in left if not _taken(desk, todo.channel, post, is_same, _publish)]
    ours = missing - len(left)
    is_alike = functools.partial(_is_alike, channel)
    left = [post for post in left if not _taken(desk, todo.channel, post, is_alike, _doubt)]
    armed = _hold_armed(desk, channel, todo)
    alike = missing - ours - len(left)
    gone = _retract_gone(desk, channel, todo, {post.id for post in posts})
    foreign = sum(post.created_at >= todo.since for post in left)
    return Compared(ours, alike, armed, foreign, _hold_absent(desk, todo), gone)


def note(database: Database, todo: Unread, compared: Compared, *, now: datetime, actions: int = 0) -> None:
    """Remember that this channel is compared: only then may a person let it go on."""
    with database.write() as session:
        row = session.get_one(Pause, todo.pause_id, with_for_update={"of": Pause})
        done = {**asdict(compared), "actions": actions, "at": now.isoformat()}
        row.read_back = {**row.read_back, todo.channel.id: done}
        published = (Publication.channel_id == todo.channel.id, Publication.status == _S.PUBLISHED)
        session.execute(update(Publication).where(*published).values(next_read_at=now))


def _is_known(database: Database, channel: Channel, post: protocol.RemotePost) -> bool:
    known = select(Publication.id).where(
        Publication.channel_id == channel.id,
        Publication.remote_id == post.id,
        Publication.origin != "adopted",
    )
    with database.read() as session:
        return session.scalar(known) is not None


def _taken(desk: Desk, channel: Channel, post: protocol.RemotePost, is_same: IsSame, settle: Settle) -> bool:
    """Whether a publication of ours is this post; of several, the one that was due nearest to it is."""
    with desk.database.read() as session:
        rows = session.scalars(_doubtful(channel)).all()
    same = [each for each in rows if post.id not in each.distinct_from and is_same(desk, each, post)]
    if not same:
        return False
    with desk.database.write() as session:
        found = min(same, key=lambda each: abs(each.due_at - post.created_at))
        return settle(session, found, post, desk.clock.now())


def _is_part(desk: Desk, publication: Publication, post: protocol.RemotePost) -> bool:
    with desk.database.read() as session:
        return post.id in _parts(session, publication)


def _same_words(desk: Desk, publication: Publication, post: protocol.RemotePost) -> bool:
    return bool(post.text.strip()) and twins.has_words(content_of(desk, publication), post.text)


def _is_alike(channel: protocol.Channel, desk: Desk, publication: Publication, post: protocol.RemotePost) -> bool:
    return next(twins.alike(channel, content_of(desk, publication), [post]), None) is not None


def _doubtful(channel: Channel) -> Select[Publication]:
    return select(Publication).where(
        Publication.channel_id == channel.id, Publication.origin == "campaign", Publication.status.in_(DOUBTFUL)
    )


def _parts(session: Session, publication: Publication) -> set[str]:
    made = select(PublishAttempt.remote_id).where(
        PublishAttempt.publication_id == publication.id, PublishAttempt.remote_id.is_not(None)
    )
    return {*map(str, publication.parts.values()), *(each for each in session.scalars(made) if each)}


def _publish(session: Session, publication: Publication, post: protocol.RemotePost, now: datetime) -> bool:
    if publication.status != _S.HELD:
        hold(session, publication, HeldReason.ALREADY_POSTED)
    take_over(session, publication, post.id)
    out = {"remote_id": post.id, "permalink": post.permalink, "published_at": post.created_at, "next_read_at": now}
    idle: dict[str, Any] = {"held_reason": None, "retry_at": None, "tries": 0, "error_code": None, "error_params": {}}
    return change(session, publication, _S.PUBLISHED, **out, **idle)


def _doubt(session: Session, publication: Publication, post: protocol.RemotePost, _now: datetime) -> bool:
    """A person compares the two, and adopts it, publishes ours all the same, or drops it."""
    twin = {"error_code": twins.CODE, "error_params": twins.described([post])}
    reason = HeldReason.ALREADY_POSTED
    return change(session, publication, _S.HELD, held_reason=reason, retry_at=None, **twin)


def _hold_armed(desk: Desk, channel: protocol.Channel, todo: Unread) -> int:
    """What was entrusted to Meta meanwhile goes out by itself: ours may not go out beside it."""
    planner = channel.schedule
    if planner is None:
        return 0
    with desk.database.read() as session:
        rows = session.scalars(_doubtful(todo.channel)).all()
    matched: dict[str, list[tuple[timedelta, Publication, protocol.Entrusted]]] = {}
    for row in rows:
        for seen in planner.find(content_of(desk, row), None, todo.since - SKEW):
            if not seen.published:
                away = abs(row.due_at - (seen.at or row.due_at))
                matched.setdefault(seen.remote_id, []).append((away, row, seen))
    nearest = (min(each, key=lambda one: one[0]) for each in matched.values())
    return sum(_remember_armed(desk, row, seen) for _, row, seen in nearest)


def _remember_armed(desk: Desk, publication: Publication, seen: protocol.Entrusted) -> bool:
    """It is ours to take back once a person resumes, as if its attempt had not been lost; until then it may go out."""
    now = desk.clock.now()
    known = select(PublishAttempt.id).where(PublishAttempt.remote_id == seen.remote_id)
    with desk.database.write() as session:
        if session.scalar(known.limit(1)) is None:
            attempt = start_attempt(session, publication, ENTRUST, seen.created_at)
            session.flush()
            end_attempt(session, attempt, now, remote_id=seen.remote_id)
        return publication.status == _S.HELD or hold(session, publication, HeldReason.PAUSED)


def _retract_gone(desk: Desk, channel: protocol.Channel, todo: Unread, seen: set[str]) -> int:
    """What was out and was taken down since, by us or on the page. A story ends by itself after a day."""
    published = select(Publication).where(
        Publication.channel_id == todo.channel.id,
        Publication.origin == "campaign",
        Publication.status == _S.PUBLISHED,
        Publication.published_at > todo.since - LOOKED_AT,
    )
    with desk.database.read() as session:
        rows = session.scalars(published.where(Publication.remote_id.not_in(seen))).all()
    day_ago = desk.clock.now() - DAY
    lasting = (row for row in rows if format_of(row) is not Format.STORY or (row.published_at or day_ago) > day_ago)
    gone = [row for row in lasting if row.remote_id and not channel.exists(row.remote_id)]
    with desk.database.write() as session:
        return sum(change(session, row, _S.RETRACTED, next_read_at=None, retry_at=None) for row in gone)


def _hold_absent(desk: Desk, todo: Unread) -> int:
    """Due meanwhile, and not found: a person decides whether it still goes out. No list shows stories, so one that is
    not found may be out all the same."""
    with desk.database.write() as session:
        rows = session.scalars(_doubtful(todo.channel).where(Publication.due_at <= desk.clock.now())).all()
        doubted = (row for row in rows if row.held_reason in (None, HeldReason.ALREADY_POSTED, HeldReason.PAUSED))
        clear = (row for row in doubted if row.error_code != twins.CODE)
        waiting = [row for row in clear if row.status not in (_S.FAILED, _S.DRAFT, _S.APPROVED)]
        for row in waiting:
            abandon_attempts(session, row, desk.clock.now())
        return sum(hold(session, row, _why(row)) for row in waiting)


def _why(publication: Publication) -> HeldReason:
    return HeldReason.ALREADY_POSTED if format_of(publication) is Format.STORY else HeldReason.PAUSED
