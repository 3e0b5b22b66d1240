"""How many calls each channel takes by the hour, for people and for the budget that Meta's headers tell of."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from outreach.comments.ingesting import whole_hour
from outreach.comments.reader import Reader
from outreach.tables import CallCount, Channel

DAY = timedelta(hours=24)
KEEP = timedelta(days=8)


def note_calls(session: Session, reader: Reader, channel: Channel, now: datetime) -> None:
    """Add the calls of this process since the last note, whatever they were for."""
    taken = reader.usage_of(channel).take(now)
    if not taken.calls:
        return
    hour = whole_hour(now)
    # Held until the end of the transaction: two processes must not both make the row of a new hour.
    session.execute(select(Channel.id).where(Channel.id == channel.id).with_for_update(key_share=True))
    row = session.scalar(select(CallCount).where(CallCount.channel_id == channel.id, CallCount.hour == hour))
    if row is None:
        row = CallCount(channel_id=channel.id, hour=hour, calls=0)
        session.add(row)
        session.execute(delete(CallCount).where(CallCount.channel_id == channel.id, CallCount.hour < now - KEEP))
    row.calls += taken.calls
    row.percent = taken.percent


def calls_of_a_day(session: Session, channel_id: str, now: datetime) -> tuple[int, float | None]:
    """Calls within the last day, and how full Meta's limit was when it last said so."""
    lately = (CallCount.channel_id == channel_id, CallCount.hour > now - DAY)
    calls = session.scalar(select(func.sum(CallCount.calls)).where(*lately))
    told = select(CallCount.percent).where(*lately, CallCount.percent.is_not(None))
    return int(calls or 0), session.scalar(told.order_by(CallCount.hour.desc()).limit(1))
