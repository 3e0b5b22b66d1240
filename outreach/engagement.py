"""Figures of posts and channels, read into append-only snapshots. Missing is not zero; uniques are never summed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from outreach.clock import Clock
from outreach.db import Database
from outreach.errors import MetaError
from outreach.meta import protocol
from outreach.states import ChannelStatus, PublicationStatus
from outreach.tables import Channel, EngagementSnapshot, Publication

#: (age of the post, time between two snapshots); Meta refreshes most metrics once a day (graph-api.md §9.1)
CADENCE = (
    (timedelta(hours=48), timedelta(hours=3)),
    (timedelta(days=7), timedelta(days=1)),
    (timedelta(days=30), timedelta(days=3)),
    (timedelta(days=90), timedelta(days=14)),
)
ACCOUNT_EVERY = timedelta(hours=24)
#: a day for the series, a week for its uniques, which cannot be added up from days
ACCOUNT_SPANS = (timedelta(days=1), timedelta(days=7))
#: stands for a day on which Meta gave nothing, so that the gap is shown and the next try waits its turn
ASKED_IN_VAIN = protocol.Metric("unread", "day", None)


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
        metrics = gauge.open_channel(publication.channel).post_insights(publication.remote_id or "")
    except MetaError:
        return True  # its next turn comes with the cadence; nothing is stored that Meta did not say
    with gauge.database.write() as session:
        _store(session, publication.channel_id, publication.id, metrics, now)
    return True


def _claim_post(gauge: Gauge, now: datetime) -> Publication | None:
    with gauge.database.write() as session:
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
        )
        .order_by(Publication.measured_at)
        .limit(1)
    )


def _measure_channel(gauge: Gauge) -> bool:
    now = gauge.clock.now()
    channel = _next_channel(gauge.database, now)
    if channel is None:
        return False
    try:
        opened = gauge.open_channel(channel)
        metrics = tuple(metric for span in ACCOUNT_SPANS for metric in opened.account_insights(now - span, now))
    except MetaError:
        metrics = ()
    with gauge.database.write() as session:
        session.execute(select(Channel.id).where(Channel.id == channel.id).with_for_update(key_share=True))
        if session.scalar(_waiting_channels(now).where(Channel.id == channel.id)) is not None:
            _store(session, channel.id, None, metrics or (ASKED_IN_VAIN,), now)
    return True


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
