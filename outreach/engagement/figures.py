"""Reads snapshots for people: what each post and channel reached, rates with their definitions, who follows.

A figure is the last that Meta gave, with the time it is of. Missing stays missing, in rates too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from outreach.db import Database
from outreach.engagement.measuring import AUDIENCE
from outreach.engagement.timing import Sample
from outreach.errors import NotFoundError
from outreach.meta.dates import day_of
from outreach.meta.metrics import POST_FIGURES
from outreach.states import Format, PublicationStatus
from outreach.tables import Campaign, Channel, EngagementSnapshot, Post, Publication

MEASURES = ("views", "reach", "reactions", "comments", "shares", "saves", "clicks")
INTERACTIONS = ("reactions", "comments", "shares", "saves")  #: what people do with a post for others to see or keep
#: rate → what is divided by the people reached
RATES: Mapping[str, tuple[str, ...]] = {
    "engagement": INTERACTIONS,
    "discussion": ("comments",),
    "sharing": ("shares",),
}
FEWEST_REACHED = 20  #: people; a rate of fewer is chance
#: age at which posts are compared: most of what a post gets comes within two days
COMPARED_AT, COMPARED_WITHIN = timedelta(hours=48), (timedelta(hours=36), timedelta(hours=96))
_S = EngagementSnapshot


@dataclass(frozen=True)
class PostFigures:
    publication_id: str
    campaign: str | None  #: None: a post made by hand, which was adopted
    post: str | None
    kind: str | None
    channel: str
    channel_kind: str
    form: str
    published_at: datetime
    permalink: str | None
    values: Mapping[str, float | None]  #: by measure; None: Meta gave none
    as_of: datetime | None  #: of the last reading that gave anything

    def rate(self, name: str) -> float | None:
        """Interactions for each person reached; one person may interact more than once."""
        reach = self.values.get("reach")
        parts = [self.values[part] for part in RATES[name] if part in self.values]
        if not reach or reach < FEWEST_REACHED or not parts or None in parts:
            return None
        return sum(part for part in parts if part is not None) / reach


@dataclass(frozen=True)
class Audience:
    """Who follows a channel, as far as Meta says: `parts` by dimension, the biggest first."""

    channel: str
    as_of: datetime
    dimension: str  #: city, country, age or gender
    parts: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Followers:
    channel: str
    days: tuple[tuple[date, float], ...]  #: one figure a day; days without one are left out


def post_figures(
    database: Database,
    *,
    campaign: str | None = None,
    post: str | None = None,
    channel: str | None = None,
    since: datetime | None = None,
) -> tuple[PostFigures, ...]:
    """Published posts, the newest first; also those that were made by hand, unless a campaign is named."""
    with database.read() as session:
        rows = session.scalars(_published(campaign=campaign, post=post, channel=channel, since=since)).unique().all()
        told = _last(session, [row.id for row in rows])
        return tuple(_figures(row, told.get(row.id, {})) for row in rows)


def figures_of(database: Database, publication_id: str) -> PostFigures:
    """Raises NotFoundError for a post that is not out."""
    with database.read() as session:
        row = session.scalar(_published().where(Publication.id == publication_id))
        if row is None:
            raise NotFoundError("insights.nothing")
        return _figures(row, _last(session, [row.id]).get(row.id, {}))


def _published(
    *,
    campaign: str | None = None,
    post: str | None = None,
    channel: str | None = None,
    since: datetime | None = None,
) -> Select[Publication]:
    query = (
        select(Publication)
        .join(Channel)
        .outerjoin(Post, Publication.post_id == Post.id)
        .outerjoin(Campaign, Post.campaign_id == Campaign.id)
        .where(Publication.status == PublicationStatus.PUBLISHED, Publication.published_at.is_not(None))
        .order_by(Publication.published_at.desc(), Publication.id)
    )
    for column, wanted in ((Campaign.name, campaign), (Post.name, post), (Channel.name, channel)):
        query = query.where(column == wanted) if wanted else query
    return query.where(Publication.published_at >= since) if since else query


def _last(session: Session, ids: Sequence[str]) -> dict[str, dict[str, tuple[float, datetime]]]:
    """Publication → metric → its last figure and when it was read."""
    rows = session.execute(
        select(_S.publication_id, _S.metric, _S.value, _S.taken_at)
        .where(_S.publication_id.in_(ids), _S.value.is_not(None), _S.period == "lifetime")
        .order_by(_S.taken_at)
    )
    found: dict[str, dict[str, tuple[float, datetime]]] = {}
    for publication_id, metric, value, taken_at in rows:
        found.setdefault(str(publication_id), {})[metric] = (float(value or 0), taken_at)
    return found


def _figures(row: Publication, told: Mapping[str, tuple[float, datetime]]) -> PostFigures:
    names = POST_FIGURES[row.channel.kind]
    used = {measure: told[metric] for measure, metric in names.items() if metric in told}
    assert row.published_at is not None  # noqa: S101  the query asks for it
    return PostFigures(
        publication_id=row.id,
        campaign=row.post.campaign.name if row.post else None,
        post=row.post.name if row.post else None,
        kind=row.post.kind if row.post else None,
        channel=row.channel.name,
        channel_kind=row.channel.kind,
        form=row.content.get("format") or Format.FEED,
        published_at=row.published_at,
        permalink=row.permalink,
        values={measure: used[measure][0] if measure in used else None for measure in names},
        as_of=max((at for _, at in used.values()), default=None),
    )


def samples(database: Database, channel: str) -> tuple[Sample, ...]:
    """What each post of a channel had got at the age at which posts are compared; stories, which end, left out."""
    with database.read() as session:
        rows = session.scalars(_published(channel=channel)).unique().all()
        lasting = [row for row in rows if row.content.get("format") != Format.STORY]
        got = _at_age(session, lasting)
    return tuple(
        Sample(row.published_at, row.post.kind if row.post else "", got[row.id])
        for row in lasting
        if row.published_at is not None and row.id in got
    )


def _at_age(session: Session, rows: Iterable[Publication]) -> dict[str, float]:
    """Interactions at the reading nearest to two days, of posts of which every part was given then."""
    published = {row.id: row for row in rows}
    readings: dict[tuple[str, datetime], dict[str, float]] = {}
    for publication_id, metric, value, taken_at in session.execute(
        select(_S.publication_id, _S.metric, _S.value, _S.taken_at).where(
            _S.publication_id.in_(list(published)), _S.value.is_not(None), _S.period == "lifetime"
        )
    ):
        readings.setdefault((str(publication_id), taken_at), {})[metric] = float(value or 0)
    best: dict[str, tuple[timedelta, float]] = {}
    for (publication_id, taken_at), told in readings.items():
        row = published[publication_id]
        names = [metric for measure, metric in POST_FIGURES[row.channel.kind].items() if measure in INTERACTIONS]
        age = taken_at - (row.published_at or taken_at)
        if COMPARED_WITHIN[0] <= age <= COMPARED_WITHIN[1] and all(name in told for name in names):
            near = (abs(age - COMPARED_AT), sum(told[name] for name in names))
            best[publication_id] = min(best.get(publication_id, near), near)
    return {publication_id: value for publication_id, (_, value) in best.items()}


def growth(database: Database, publication_id: str) -> tuple[tuple[datetime, Mapping[str, float]], ...]:
    """Each reading of a post in turn: when, and what Meta gave."""
    query = (
        select(_S.taken_at, _S.metric, _S.value)
        .where(_S.publication_id == publication_id, _S.value.is_not(None), _S.period == "lifetime")
        .order_by(_S.taken_at)
    )
    with database.read() as session:
        row = session.get(Publication, publication_id)
        names = {} if row is None else {metric: measure for measure, metric in POST_FIGURES[row.channel.kind].items()}
        readings: dict[datetime, dict[str, float]] = {}
        for taken_at, metric, value in session.execute(query):
            if metric in names:
                readings.setdefault(taken_at, {})[names[metric]] = float(value or 0)
    return tuple(readings.items())


def audiences(database: Database) -> tuple[Audience, ...]:
    """The last that Meta said of each channel's followers."""
    query = (
        select(Channel.name, _S)
        .join(Channel, Channel.id == _S.channel_id)
        .where(_S.metric.in_(AUDIENCE))
        .order_by(_S.taken_at)
    )
    found: dict[tuple[str, str], Audience] = {}
    with database.read() as session:
        for name, row in session.execute(query):
            if row.breakdown:
                dimension = row.metric.replace("/", "_").rpartition("_")[2]
                parts = sorted(row.breakdown.items(), key=lambda part: (-part[1], part[0]))
                found[name, dimension] = Audience(name, row.taken_at, dimension, tuple(parts))
    return tuple(found[key] for key in sorted(found))


def followers(database: Database, *, since: datetime) -> tuple[Followers, ...]:
    """Each channel's followers by day: Meta's figure for its own day, else the count when it was read."""
    query = (
        select(Channel.name, _S.metric, _S.value, _S.period_end, _S.taken_at)
        .join(Channel, Channel.id == _S.channel_id)
        .where(_S.publication_id.is_(None), _S.metric.in_(("followers_count", "page_follows")), _S.taken_at >= since)
        .where(_S.value.is_not(None))
        .order_by(_S.metric, _S.taken_at)  # Meta's own day comes last and wins
    )
    found: dict[str, dict[date, float]] = {}
    with database.read() as session:
        for name, _, value, end, taken_at in session.execute(query):
            found.setdefault(name, {})[day_of(end) if end else taken_at.date()] = float(value or 0)
    return tuple(Followers(name, tuple(sorted(days.items()))) for name, days in sorted(found.items()))
