"""What went out in a week, and what waits for somebody to act."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from outreach.digests.calendar import Week
from outreach.states import ChannelStatus, PublicationStatus
from outreach.tables import Channel, Publication

_P = PublicationStatus
OUT = (_P.PUBLISHED, _P.RETRACTED)
ENDING_SOON = timedelta(days=14)


def count_posts(session: Session, week: Week) -> list[dict[str, Any]]:
    """By channel: due in the week, published in it, and what did not go out. Cancelled posts were not planned."""
    due = and_(Publication.origin == "campaign", Publication.due_at >= week.start, Publication.due_at < week.end)
    out = and_(Publication.status.in_(OUT), Publication.published_at >= week.start, Publication.published_at < week.end)
    rows = session.execute(
        select(
            Channel.name,
            Channel.kind,
            _count(and_(due, Publication.status != _P.CANCELLED)).label("planned"),
            _count(and_(out, Publication.origin == "campaign")).label("published"),
            _count(and_(out, Publication.origin != "campaign")).label("adopted"),
            _count(and_(due, Publication.status == _P.HELD)).label("held"),
            _count(and_(due, Publication.status == _P.FAILED)).label("failed"),
            _count(and_(due, Publication.status == _P.UNKNOWN)).label("unknown"),
        )
        .outerjoin(Publication, and_(Publication.channel_id == Channel.id, or_(due, out)))
        .group_by(Channel.name, Channel.kind)
        .order_by(Channel.name)
    )
    return [dict(row) for row in rows.mappings()]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def find_tasks(session: Session, week: Week, *, now: datetime) -> dict[str, Any]:
    """What to do next: as it stands now, not in the week."""
    rows = session.execute(select(Publication.status, func.count()).where(_waiting(now)).group_by(Publication.status))
    counts = {status: count for status, count in rows}  # noqa: C416  rows are not pairs to mypy
    return {
        "approvals": counts.get(_P.DRAFT, 0),
        "held": counts.get(_P.HELD, 0),
        "failed": counts.get(_P.FAILED, 0),
        "unknown": counts.get(_P.UNKNOWN, 0),
        "planned": _planned(session, week.after()),
        "tokens": _tokens(session.scalars(select(Channel).order_by(Channel.name)), now),
        "stopped": list(
            session.scalars(select(Channel.name).where(Channel.status == ChannelStatus.STOPPED).order_by(Channel.name))
        ),
    }


def _waiting(now: datetime) -> ColumnElement[bool]:
    to_approve = and_(Publication.status == _P.DRAFT, Publication.due_at >= now)
    return or_(to_approve, Publication.status.in_((_P.HELD, _P.FAILED, _P.UNKNOWN)))


def _planned(session: Session, week: Week) -> int:
    return (
        session.scalar(
            select(func.count())
            .select_from(Publication)
            .where(
                Publication.origin == "campaign",
                Publication.due_at >= week.start,
                Publication.due_at < week.end,
                Publication.status != _P.CANCELLED,
            )
        )
        or 0
    )


def _tokens(channels: Iterable[Channel], now: datetime) -> list[dict[str, str]]:
    """Channels whose access ends within two weeks, the nearest end of each."""
    ends = [
        (channel.name, min(filter(None, (channel.token_expires_at, channel.data_access_expires_at)), default=None))
        for channel in channels
    ]
    return [
        {"channel": name, "ends": end.isoformat()} for name, end in ends if end is not None and end <= now + ENDING_SOON
    ]
