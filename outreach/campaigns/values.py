"""The values that campaign files are written with: times, durations, days, names. Text in, typed value out.

Every scalar of a file arrives as text (reading.py), so 18:30 is never the number 1110 and `no` is never False.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dateutil.rrule import rrulestr
from pydantic import AfterValidator, PlainValidator, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

YEARS = range(2020, 2101)  #: outside of these a date is a slip of the finger
LONGEST = timedelta(days=366)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
SLUG = r"^[a-z0-9]+(-[a-z0-9]+)*$"
SLUG_LENGTH = 64
UTM_KEYS = ("source", "medium", "campaign", "content", "term")
UTM_WORDS = ("campaign", "channel", "post", "kind")
DAYS = {
    **{name: number for number, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **dict(zip(("الاثنين", "الثلاثاء", "الأربعاء", "الخميس", "الجمعة", "السبت", "الأحد"), range(7), strict=True)),
}

_RULE_PARTS = {"FREQ", "INTERVAL", "BYDAY", "BYMONTHDAY", "WKST"}
_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_TIME = r"(\d{1,2}):(\d{2})"
_DATE_PATTERN = re.compile(_DATE)
_TIME_PATTERN = re.compile(_TIME)
_LOCAL_PATTERN = re.compile(rf"{_DATE}[ T]{_TIME}(?::00)?")
_OFFSET = re.compile(r"\d(Z|[+-]\d{2}:?\d{2})$")
_DURATION_PATTERN = re.compile(r"(?:\d{1,4}[dhm] ?)+")


class WeeklySlot(NamedTuple):
    weekday: int  #: Monday is 0
    at: time


def _wrong(code: str, read: object, **params: object) -> PydanticCustomError:
    return PydanticCustomError(f"campaign.{code}", code, {"read": str(read)[:40], **params})


def _numbers(match: re.Match[str]) -> list[int]:
    return [int(group) for group in match.groups()]


def read_date(value: object) -> date:
    if type(value) is date:
        return value
    match = _DATE_PATTERN.fullmatch(str(value).strip())
    if not match:
        raise _wrong("date", value)
    year, month, number = _numbers(match)
    try:
        day = date(year, month, number)
    except ValueError:
        raise _wrong("date", value) from None
    if day.year not in YEARS:
        raise _wrong("year", value, first=YEARS.start, last=YEARS.stop - 1)
    return day


def read_time(value: object) -> time:
    if isinstance(value, time):
        return value
    match = _TIME_PATTERN.fullmatch(str(value).strip())
    if not match:
        raise _wrong("time", value)
    hour, minute = _numbers(match)
    try:
        return time(hour, minute)
    except ValueError:
        raise _wrong("time", value) from None


def read_local(value: object) -> datetime:
    """A wall-clock time in the campaign's own time zone, hence naive."""
    if isinstance(value, datetime) and value.tzinfo is None:
        return value
    text = str(value).strip()
    if _OFFSET.search(text) and "T" in text.upper():
        raise _wrong("offset", value)
    match = _LOCAL_PATTERN.fullmatch(text)
    if not match:
        raise _wrong("local_time", value)
    day, clock = re.split("[ T]", text, maxsplit=1)
    return datetime.combine(read_date(day), read_time(clock[: clock.index(":") + 3]))


def read_day_or_local(value: object) -> date | datetime:
    if isinstance(value, date):
        return value
    return read_date(value) if _DATE_PATTERN.fullmatch(str(value).strip()) else read_local(value)


def read_duration(value: object) -> timedelta:
    """`2h`, `30m`, `1d`, `1d 12h`: from one minute to a year."""
    if isinstance(value, timedelta):
        return value
    text = str(value).strip().lower()
    if not _DURATION_PATTERN.fullmatch(text):
        raise _wrong("duration", value)
    parts = re.findall(r"(\d+)([dhm])", text)
    total = sum((int(number) * UNITS[unit] for number, unit in parts), timedelta())
    if not timedelta() < total <= LONGEST:
        raise _wrong("duration", value)
    return total


def read_slot(value: object) -> WeeklySlot:
    if isinstance(value, WeeklySlot):
        return value
    day, _, clock = str(value).strip().partition(" ")
    number = DAYS.get(day, DAYS.get(day.lower()[:3]))
    if number is None or (day.isascii() and not _is_day_name(day.lower())):
        raise _wrong("weekday", value)
    return WeeklySlot(number, read_time(clock))


def _is_day_name(name: str) -> bool:
    full = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return any(len(name) > 2 and day.startswith(name) for day in full)  # noqa: PLR2004  "sun" is the shortest form


def check_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        known = get_close_matches(name, available_timezones(), n=1)
        raise _wrong("timezone", name, suggestion=known[0] if known else "Asia/Baghdad") from None
    return name


def check_rule(rule: str) -> str:
    """RFC 5545, by days, weeks or months; its clock time, start and end have fields of their own."""
    parts = dict(part.partition("=")[::2] for part in rule.upper().removeprefix("RRULE:").split(";"))
    if parts.get("FREQ") not in {"DAILY", "WEEKLY", "MONTHLY"}:
        raise _wrong("rule_frequency", rule)
    foreign = parts.keys() - _RULE_PARTS
    if foreign:
        raise _wrong("rule_part", min(foreign), allowed=", ".join(sorted(_RULE_PARTS)))
    try:
        # dateutil takes numbers that can never come true, and would look for them for a very long time
        if not 1 <= int(parts.get("INTERVAL", 1)) <= LONGEST.days:
            raise _wrong("rule", rule)
        if any(not 1 <= abs(int(day)) <= 31 for day in parts.get("BYMONTHDAY", "1").split(",")):  # noqa: PLR2004
            raise _wrong("rule", rule)
        rrulestr(rule, dtstart=datetime(2026, 1, 1))  # noqa: DTZ001  wall-clock time, only tried for syntax
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
        raise _wrong("rule", rule) from None
    return rule


def check_utm(tags: dict[str, str]) -> dict[str, str]:
    for key, template in tags.items():
        if key not in UTM_KEYS:
            raise _wrong("utm_key", key, allowed=", ".join(UTM_KEYS))
        for word in re.findall(r"\{([^}]*)\}", template):
            if word not in UTM_WORDS:
                raise _wrong("utm_word", word, allowed=", ".join(UTM_WORDS))
    return tags


def check_link(link: str) -> str:
    try:
        host = urlsplit(link).hostname
    except ValueError:
        host = None
    if not host:
        raise _wrong("link", link)
    return link


_DATE_JSON = r"^\d{4}-\d{1,2}-\d{1,2}"
_TIME_JSON = r"\d{1,2}:\d{2}$"
Day = Annotated[date, PlainValidator(read_date), WithJsonSchema({"type": "string", "pattern": f"{_DATE_JSON}$"})]
Clock = Annotated[time, PlainValidator(read_time), WithJsonSchema({"type": "string", "pattern": f"^{_TIME_JSON}"})]
Local = Annotated[
    datetime, PlainValidator(read_local), WithJsonSchema({"type": "string", "pattern": f"{_DATE_JSON}[ T]{_TIME_JSON}"})
]
DayOrLocal = Annotated[
    date | datetime,
    PlainValidator(read_day_or_local),
    WithJsonSchema({"type": "string", "pattern": f"{_DATE_JSON}([ T]{_TIME_JSON[:-1]})?$"}),
]
Duration = Annotated[
    timedelta, PlainValidator(read_duration), WithJsonSchema({"type": "string", "pattern": r"^(\d{1,4}[dhm] ?)+$"})
]
Slot = Annotated[
    WeeklySlot, PlainValidator(read_slot), WithJsonSchema({"type": "string", "pattern": rf"^\S+ {_TIME_JSON}"})
]
Zone = Annotated[str, AfterValidator(check_zone)]
Rule = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(check_rule)]
Slug = Annotated[str, StringConstraints(strip_whitespace=True, max_length=SLUG_LENGTH, pattern=SLUG)]
ConsentNumber = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^CR-\d{1,6}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Link = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=2000, pattern=r"^https://[^\s/]+\S*$"),
    AfterValidator(check_link),
]
Utm = Annotated[dict[str, str], AfterValidator(check_utm)]
