"""Weeks of the digest: Saturday to Friday in the installation's time zone, and when the last one is due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

DAYS = 7
SATURDAY = 5
#: By then the last comments of the week are read and scored; from here on what was counted stays as it is.
SETTLED = timedelta(hours=24)


@dataclass(frozen=True)
class Week:
    first: date
    zone: str

    @property
    def name(self) -> str:
        return self.first.isoformat()

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS - 1)

    @property
    def start(self) -> datetime:
        return self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The first moment after the week."""
        return self._midnight(self.first + timedelta(days=DAYS))

    @property
    def days(self) -> tuple[date, ...]:
        return tuple(self.first + timedelta(days=number) for number in range(DAYS))

    def before(self) -> Week:
        return Week(self.first - timedelta(days=DAYS), self.zone)

    def after(self) -> Week:
        return Week(self.first + timedelta(days=DAYS), self.zone)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)


def week_with(day: date, zone: str) -> Week:
    return Week(day - timedelta(days=(day.weekday() - SATURDAY) % DAYS), zone)


def last_complete(at: datetime, zone: str) -> Week:
    return week_with(at.astimezone(ZoneInfo(zone)).date(), zone).before()


def last_due(now: datetime, *, weekday: int, hour: int, zone: str) -> datetime:
    """The latest moment, not after `now`, at which a digest was to go out (Monday is 0; local hour)."""
    local = now.astimezone(ZoneInfo(zone))
    day = local.date() - timedelta(days=(local.weekday() - weekday) % DAYS)
    due = datetime.combine(day, time(hour), ZoneInfo(zone)).astimezone(UTC)
    return due if due <= now else _a_week_earlier(day, hour, zone)


def _a_week_earlier(day: date, hour: int, zone: str) -> datetime:
    return datetime.combine(day - timedelta(days=DAYS), time(hour), ZoneInfo(zone)).astimezone(UTC)
