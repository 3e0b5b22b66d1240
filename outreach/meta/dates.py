"""Times as Meta writes them, read into aware UTC datetimes (graph-api.md §2.4)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Meta counts days from midnight to midnight there, in summer and winter time (graph-api.md §9.1).
PACIFIC = ZoneInfo("America/Los_Angeles")
#: Numbers above this are milliseconds: as seconds they would lie after the year 5000.
_MILLISECONDS_FROM = 1e11


def parse_time(value: object) -> datetime:
    """Read `2026-09-03T07:00:00+0000`, ISO 8601 with a zone, or Unix (milli)seconds; ValueError for anything else."""
    if isinstance(value, str) and not _is_number(value):
        return _from_iso(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("not a time")  # noqa: TRY004  one kind of error for every unreadable time
    return _from_unix(float(value))


def _is_number(text: str) -> bool:
    return text.isascii() and text.replace(".", "", 1).isdigit()


def _from_iso(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return _in_range(lambda: moment.astimezone(UTC))


def _from_unix(number: float) -> datetime:
    seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else number
    return _in_range(lambda: datetime.fromtimestamp(seconds, UTC))


def _in_range(read: Callable[[], datetime]) -> datetime:
    try:
        return read()
    except (OverflowError, OSError):
        raise ValueError("a time out of range") from None


def day_end(now: datetime) -> datetime:
    """The last midnight in California: the end of the newest day that Meta has whole."""
    return _midnight(now.astimezone(PACIFIC).date())


def days_before(end: datetime, days: int) -> datetime:
    """The midnight so many of Meta's days before one; a day has 23 or 25 hours when clocks change."""
    return _midnight(end.astimezone(PACIFIC).date() - timedelta(days=days))


def day_of(end: datetime) -> date:
    """Which of Meta's days a period ends that ends at this moment."""
    return (end.astimezone(PACIFIC) - timedelta(hours=1)).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), PACIFIC).astimezone(UTC)
