"""How far reading is, channel by channel, and why Meta's own counts differ from ours."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from outreach.comments.calls import calls_of_a_day
from outreach.comments.pulling import is_late, next_read
from outreach.db import Database
from outreach.states import CommentState, PublicationStatus
from outreach.tables import Channel, Comment, Publication

#: why Meta counts more or fewer comments than we hold, in the order in which a difference is laid to them
REASONS = ("not_yet_read", "deleted", "not_given", "hidden", "own", "forgotten", "unexplained")


@dataclass(frozen=True)
class Counted:
    """One post: Meta's own count of its comments, and what we hold of what it counts."""

    remote: int
    held: int
    read_since: bool  #: read in full after Meta's count last moved
    hidden: int = 0
    gone: int = 0
    own: int = 0
    purged: int = 0


def explain(post: Counted) -> Mapping[str, int]:
    """The difference laid to its likely reasons, as far as known."""
    gap = post.remote - post.held
    if gap and not post.read_since:
        return {"not_yet_read": abs(gap)}
    if gap > 0:
        # Meta goes on counting what was deleted; restricted people and filtered words are counted and never given.
        return _lay(gap, {"deleted": post.gone}, rest="not_given")
    return _lay(-gap, {"hidden": post.hidden, "own": post.own, "forgotten": post.purged}, rest="unexplained")


def _lay(gap: int, most: Mapping[str, int], *, rest: str) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for reason, limit in most.items():
        found[reason] = min(gap, limit)
        gap -= found[reason]
    return {**found, rest: gap}


def pull_status(database: Database, *, now: datetime) -> list[dict[str, Any]]:
    """Per channel: posts read, those that Meta did not let be read in time, last complete read, the longest wait that
    is overdue in seconds, calls of a day,
    comments held, Meta's own count of them, and the difference by reason."""
    with database.read() as session:
        return [_channel(session, row, now) for row in session.scalars(select(Channel).order_by(Channel.name))]


def _channel(session: Session, channel: Channel, now: datetime) -> dict[str, Any]:
    posts, oldest = session.execute(
        select(func.count(), func.min(Publication.next_read_at)).where(
            Publication.channel_id == channel.id,
            Publication.status == PublicationStatus.PUBLISHED,
            Publication.next_read_at.is_not(None),
        )
    ).one()
    late = _late(session, channel, now)
    calls, percent = calls_of_a_day(session, channel.id, now)
    counted = _counted(session, channel)
    reasons: Counter[str] = Counter()
    for post in counted:
        reasons.update(explain(post))
    return {
        "channel": channel.name,
        "status": channel.status,
        "posts_read": posts,
        "last_complete_read": channel.read_at.isoformat() if channel.read_at else None,
        "posts_late": len(late),
        "overdue_seconds": max(0, *(int((now - at).total_seconds()) for at in (*late, oldest or now))),
        "last_look": channel.looked_at.isoformat() if channel.looked_at else None,
        "calls_24h": calls,
        "limit_percent": percent,
        "comments": session.scalar(select(func.count()).where(Comment.channel_id == channel.id)),
        "counted_by_meta": sum(post.remote for post in counted),
        "counted_by_us": sum(post.held for post in counted),
        "gap": sum(post.remote - post.held for post in counted),
        "gap_reasons": {reason: reasons[reason] for reason in REASONS if reasons[reason]},
    }


def _late(session: Session, channel: Channel, now: datetime) -> list[datetime]:
    """When posts should have been read that Meta did not let be read: they are asked for again, and not due before."""
    here = (Publication.channel_id == channel.id, Publication.status == PublicationStatus.PUBLISHED, is_late(now))
    rows = session.execute(select(Publication.published_at, Publication.read_at, Publication.counted_at).where(*here))
    return [next_read(row.published_at, row.read_at) or now if row.read_at else row.counted_at for row in rows]


def _counted(session: Session, channel: Channel) -> list[Counted]:
    """Every post that Meta gave a count of."""
    posts = (
        Publication.channel_id == channel.id,
        Publication.status == PublicationStatus.PUBLISHED,
        Publication.remote_count.is_not(None),
    )
    states = CommentState
    sums = (
        _many(Comment.state != states.GONE).label("held"),
        _many(Comment.state == states.HIDDEN).label("hidden"),
        _many(Comment.state == states.GONE).label("gone"),
        _many((Comment.state != states.GONE) & Comment.own).label("own"),
        _many(Comment.state == states.PURGED).label("purged"),
    )
    ours = (
        select(Comment.publication_id, *sums)
        .where(Comment.channel_id == channel.id, Comment.photo.is_(None))
        .group_by(Comment.publication_id)
        .subquery()
    )
    columns = (Publication.remote_count, Publication.counted_at, Publication.read_at)
    rows = session.execute(
        select(*columns, ours).outerjoin(ours, ours.c.publication_id == Publication.id).where(*posts)
    )
    names = [name for name in Counted.__dataclass_fields__ if name not in {"remote", "read_since"}]
    return [
        Counted(
            remote=row.remote_count,
            read_since=row.read_at is not None and row.read_at >= row.counted_at,
            **{name: getattr(row, name) or 0 for name in names},
        )
        for row in rows
    ]


def _many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
