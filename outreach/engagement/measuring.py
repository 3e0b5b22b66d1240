"""Reads figures of posts and channels into append-only snapshots. Missing is not zero."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.clock import Clock
from outreach.db import Database
from outreach.errors import MetaError
from outreach.meta import metrics as table
from outreach.meta import protocol
from outreach.meta.dates import day_end, days_before
from outreach.states import ChannelStatus, Format, PublicationStatus
from outreach.tables import Channel, EngagementSnapshot, Publication

#: (age of the post, time between two snapshots); Meta refreshes most metrics once a day (graph-api.md §9.1)
CADENCE = (
    (timedelta(hours=48), timedelta(hours=3)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=90), timedelta(days=14)),
)
#: a story's figures end with it after a day (graph-api.md §9.2): the last are taken near its end, and tried often
STORY_CLOSING = (timedelta(hours=20), timedelta(hours=23))
STORY_EVERY = timedelta(hours=1)  #: in these hours
STORY_AGAIN = timedelta(minutes=20)  #: after a reading that failed
ACCOUNT_EVERY = timedelta(hours=24)
#: who follows changes slowly
AUDIENCE_EVERY = timedelta(days=7)
#: of Meta's days: the last two for the series, since yesterday's may come late, and a week for its uniques, which
#: cannot be added up from days
ACCOUNT_SPANS = ((1, 0), (2, 1), (7, 0))
#: stands for a day on which Meta gave nothing, so that the gap is shown and the next try waits its turn
ASKED_IN_VAIN = protocol.Metric("unread", "day", None)


AUDIENCE = [
    measure.label
    for subject in (table.Subject.PAGE_AUDIENCE, table.Subject.ACCOUNT_AUDIENCE)
    for measure in table.of(subject)
]
_FORM = func.coalesce(Publication.content["format"].as_string(), Format.FEED)


@dataclass(frozen=True)
class Gauge:
    """What measuring needs of its process."""

    database: Database
    clock: Clock
    open_channel: Callable[[Channel], protocol.Channel]


def measure_due(gauge: Gauge) -> bool:
    """Take one snapshot that is due, of a post or of a channel. True if there may be more."""
    return _measure_post(gauge) or _measure_channel(gauge)


def _measure_post(gauge: Gauge) -> bool:
    now = gauge.clock.now()
    publication = _claim_post(gauge, now)
    if publication is None:
        return False
    try:
        metrics = _ask(gauge, publication)
    except MetaError:
        return True  # its next turn comes with the cadence; nothing is stored that Meta did not say
    with gauge.database.write() as session:
        _store(session, publication.channel_id, publication.id, metrics, now)
    return True


def _ask(gauge: Gauge, publication: Publication) -> tuple[protocol.Metric, ...]:
    content = publication.content
    video = any(medium.get("video") for medium in content.get("media") or ())
    form = Format(content.get("format") or Format.FEED)
    opened = gauge.open_channel(publication.channel)
    return opened.post_insights(publication.remote_id or "", form, video=video)


def _claim_post(gauge: Gauge, now: datetime) -> Publication | None:
    with gauge.database.write() as session:
        story = session.scalar(_closing_story(now))
        if story is not None and _take(session, story, now):
            return story
        for limit, gap in CADENCE:
            publication = session.scalar(_due(now, limit, gap))
            if publication is not None and _take(session, publication, now):
                return publication
    return None


def _take(session: Session, publication: Publication, now: datetime) -> bool:
    """Compare-and-set, so that of two processes one measures."""
    was = publication.measured_at
    same = Publication.measured_at.is_(None) if was is None else Publication.measured_at == was
    taken = session.execute(
        update(Publication)
        .where(Publication.id == publication.id, same)
        .values(measured_at=now)
        .execution_options(synchronize_session=False)
    )
    return bool(taken.rowcount == 1)  # type: ignore[attr-defined]  # a CursorResult for UPDATE


def _due(now: datetime, limit: timedelta, gap: timedelta) -> Select[Publication]:
    return (
        select(Publication)
        .join(Channel)
        .where(
            Publication.status == PublicationStatus.PUBLISHED,
            Publication.published_at > now - limit,
            Channel.status != ChannelStatus.STOPPED,
            or_(Publication.measured_at.is_(None), Publication.measured_at <= now - gap),
            Publication.published_at <= now - timedelta(minutes=30),
            or_(_FORM != Format.STORY, Publication.published_at > now - STORY_CLOSING[1]),
        )
        .order_by(Publication.measured_at)
        .limit(1)
    )


def _closing_story(now: datetime) -> Select[Publication]:
    """A story in its last hours without figures of the last hour."""
    first, last = STORY_CLOSING
    fresh = select(EngagementSnapshot.id).where(
        EngagementSnapshot.publication_id == Publication.id,
        EngagementSnapshot.taken_at > now - STORY_EVERY,
        EngagementSnapshot.value.is_not(None),
    )
    return (
        select(Publication)
        .join(Channel)
        .where(
            Publication.status == PublicationStatus.PUBLISHED,
            _FORM == Format.STORY,
            Publication.published_at.between(now - last, now - first),
            Channel.status != ChannelStatus.STOPPED,
            or_(Publication.measured_at.is_(None), Publication.measured_at <= now - STORY_AGAIN),
            ~fresh.exists(),
        )
        .limit(1)
    )


def _measure_channel(gauge: Gauge) -> bool:
    now = gauge.clock.now()
    channel = _next_channel(gauge.database, now)
    if channel is None:
        return False
    metrics = _ask_channel(gauge, channel, now)
    with gauge.database.write() as session:
        session.execute(select(Channel.id).where(Channel.id == channel.id).with_for_update(key_share=True))
        if session.scalar(_waiting_channels(now).where(Channel.id == channel.id)) is not None:
            _store(session, channel.id, None, metrics or (ASKED_IN_VAIN,), now)
    return True


def _ask_channel(gauge: Gauge, channel: Channel, now: datetime) -> tuple[protocol.Metric, ...]:
    """A channel's days as Meta counts them, and weekly who follows; nothing of what cannot be read today."""
    end = day_end(now)
    try:
        opened = gauge.open_channel(channel)
        spans = ((days_before(end, first), days_before(end, last)) for first, last in ACCOUNT_SPANS)
        found = tuple(metric for since, until in spans for metric in opened.account_insights(since, until))
        return (*found, *opened.audience_insights(end)) if _is_audience_due(gauge.database, channel, now) else found
    except MetaError:
        return ()


def _is_audience_due(database: Database, channel: Channel, now: datetime) -> bool:
    asked = select(EngagementSnapshot.id).where(
        EngagementSnapshot.channel_id == channel.id,
        EngagementSnapshot.metric.in_(AUDIENCE),
        EngagementSnapshot.taken_at > now - AUDIENCE_EVERY,
    )
    with database.read() as session:
        return session.scalar(asked.limit(1)) is None


def _next_channel(database: Database, now: datetime) -> Channel | None:
    with database.read() as session:
        return session.scalar(_waiting_channels(now).limit(1))


def _waiting_channels(now: datetime) -> Select[Channel]:
    """Those whose own figures were not asked for within a day."""
    last = (
        select(EngagementSnapshot.channel_id, func.max(EngagementSnapshot.taken_at).label("at"))
        .where(EngagementSnapshot.publication_id.is_(None))
        .group_by(EngagementSnapshot.channel_id)
        .subquery()
    )
    return (
        select(Channel)
        .outerjoin(last, last.c.channel_id == Channel.id)
        .where(Channel.status != ChannelStatus.STOPPED, or_(last.c.at.is_(None), last.c.at <= now - ACCOUNT_EVERY))
    )


def _store(
    session: Session,
    channel_id: str,
    publication_id: str | None,
    metrics: Iterable[protocol.Metric],
    now: datetime,
) -> None:
    for metric in metrics:
        session.add(
            EngagementSnapshot(
                channel_id=channel_id,
                publication_id=publication_id,
                metric=metric.name,
                period=metric.period,
                value=metric.value,
                breakdown=dict(metric.breakdown),
                unique=metric.unique,
                period_end=metric.end,
                taken_at=now,
            )
        )
