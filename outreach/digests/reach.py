"""Meta's figures for a week: per channel and per post, each with its metric and the moment it is of.

A figure that counts people is never added to another. A figure that Meta did not give is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from outreach.digests.calendar import DAYS, Week
from outreach.digests.outputs import OUT
from outreach.states import ChannelKind
from outreach.tables import Channel, Comment, EngagementSnapshot, Publication

_S = EngagementSnapshot
POSTS = 12  #: of a week, told one by one; the rest is a number
#: Meta's days end at midnight in California (graph-api.md §9.1), about half a day after ours
OFFSET = timedelta(hours=12)
NEAR = timedelta(hours=24)


@dataclass(frozen=True)
class Source:
    """Where a figure comes from. `day`: the sum of the week's days; otherwise one figure over seven days."""

    metric: str
    period: str


@dataclass(frozen=True)
class Figure:
    metric: str
    value: float | None
    at: datetime | None  #: end of the period that it covers, or when it was read
    days: int | None = None  #: of seven that Meta gave, where it is a sum of days

    def as_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {"metric": self.metric, "value": self.value}
        found["at"] = self.at.isoformat() if self.at else None
        return found if self.days is None else {**found, "days": self.days}


CHANNEL_SOURCES: Mapping[str, Mapping[str, Source]] = {
    ChannelKind.FACEBOOK_PAGE: {
        "views": Source("page_media_view", "week"),
        "reach": Source("page_total_media_view_unique", "week"),
        "reactions": Source("page_actions_post_reactions_total", "day"),
        "interactions": Source("page_post_engagements", "day"),
    },
    ChannelKind.INSTAGRAM_ACCOUNT: {
        "views": Source("views", "range"),
        "reach": Source("reach", "range"),
        "reactions": Source("likes", "range"),
        "interactions": Source("total_interactions", "range"),
    },
}
POST_SOURCES: Mapping[str, Mapping[str, str]] = {
    ChannelKind.FACEBOOK_PAGE: {
        "views": "post_media_view",
        "reach": "post_total_media_view_unique",
        "reactions": "reactions",
    },
    ChannelKind.INSTAGRAM_ACCOUNT: {"views": "views", "reach": "reach", "reactions": "likes"},
}


def channel_figures(session: Session, week: Week) -> list[dict[str, Any]]:
    channels = session.execute(select(Channel.id, Channel.name, Channel.kind).order_by(Channel.name)).all()
    return [
        {
            "channel": name,
            **{key: _figure(session, week, ident, source).as_json() for key, source in CHANNEL_SOURCES[kind].items()},
        }
        for ident, name, kind in channels
    ]


def _figure(session: Session, week: Week, channel_id: str, source: Source) -> Figure:
    found = _latest_by_end(session, week, channel_id, source)
    if source.period == "day":
        return _sum_of_days(source.metric, {end: value for end, value in found.items() if end > week.start + OFFSET})
    near = min(found, key=lambda end: abs(end - week.end), default=None)
    if near is None or abs(near - week.end) > NEAR:
        return Figure(source.metric, None, None)
    return Figure(source.metric, found[near], near)


def _sum_of_days(metric: str, found: Mapping[datetime, float]) -> Figure:
    """Six days are not a week: with one missing the sum is missing, and says how many there are."""
    whole = len(found) == DAYS
    return Figure(metric, sum(found.values()) if whole else None, max(found, default=None), len(found))


def _latest_by_end(session: Session, week: Week, channel_id: str, source: Source) -> dict[datetime, float]:
    """End of period → the value that was read last."""
    day = source.period == "day"
    rows = session.execute(
        select(_S.period_end, _S.value)
        .where(
            _S.channel_id == channel_id,
            _S.publication_id.is_(None),
            _S.metric == source.metric,
            _S.period == source.period,
            _S.value.is_not(None),
            _S.period_end > (week.start if day else week.end - NEAR),
            _S.period_end <= (week.end + OFFSET if day else week.end + NEAR),
        )
        .order_by(_S.taken_at)
    )
    return {end: value for end, value in rows if end is not None and value is not None}


def post_figures(session: Session, week: Week) -> dict[str, Any]:
    """The posts published in the week, in their order, each with its own figures."""
    published = (
        Publication.status.in_(OUT),
        Publication.published_at >= week.start,
        Publication.published_at < week.end,
    )
    total = session.scalar(select(func.count()).select_from(Publication).where(*published)) or 0
    rows = session.scalars(select(Publication).where(*published).order_by(Publication.published_at).limit(POSTS)).all()
    ids = [row.id for row in rows]
    figures, comments = _post_snapshots(session, ids), _comments(session, ids)
    return {
        "total": total,
        "posts": [_post(row, figures.get(row.id, {}), comments.get(row.id, 0)) for row in rows],
    }


def _post(row: Publication, found: Mapping[str, Figure], comments: int) -> dict[str, Any]:
    sources = POST_SOURCES[row.channel.kind]
    return {
        "post": row.post.name if row.post else None,
        "campaign": row.post.campaign.name if row.post else None,
        "channel": row.channel.name,
        "published_at": row.published_at.isoformat() if row.published_at else None,
        "comments": comments,
        **{key: found.get(metric, Figure(metric, None, None)).as_json() for key, metric in sources.items()},
    }


def _post_snapshots(session: Session, ids: Iterable[str]) -> dict[str, dict[str, Figure]]:
    """The last that Meta said of each metric, missing included."""
    rows = session.execute(
        select(_S.publication_id, _S.metric, _S.value, _S.taken_at)
        .where(_S.publication_id.in_(list(ids)), _S.period == "lifetime")
        .order_by(_S.taken_at)
    )
    found: dict[str, dict[str, Figure]] = {}
    for publication_id, metric, value, taken_at in rows:
        found.setdefault(str(publication_id), {})[metric] = Figure(metric, value, taken_at)
    return found


def _comments(session: Session, ids: Iterable[str]) -> dict[str, int]:
    rows = session.execute(
        select(Comment.publication_id, func.count())
        .where(Comment.publication_id.in_(list(ids)), Comment.own.is_(False))
        .group_by(Comment.publication_id)
    )
    return {publication_id: count for publication_id, count in rows}  # noqa: C416  rows are not pairs to mypy
