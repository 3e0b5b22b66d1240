"""How near a channel is to Meta's rate limits, read from the usage headers of every answer (graph-api.md §8)."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from outreach.clock import Clock
from outreach.errors import MetaError

SLOW_FROM = 80.0  #: per cent of a limit
FULL_FROM = 100.0
SLOW_SPACING = timedelta(seconds=10)
#: Where Meta names no time: limits roll over an hour or a day, so asking every ten minutes costs nothing.
UNNAMED_WAIT = timedelta(minutes=10)
#: A reading says nothing any more after the shortest window that Meta counts in.
STALE_AFTER = timedelta(hours=1)

APP_LIMIT = 4  #: the code of a refusal that covers every token of the app (graph-api.md §8)
TOO_MANY_MESSAGES = 80006
MESSAGES = ":messenger"

_OURS = frozenset({"pages", "instagram", "messenger"})


@dataclass(frozen=True)
class Reading:
    """One limit: how full it is, and how long Meta says until calls are answered again."""

    subject: str  #: "app", or business object and type: "1789:pages"
    percent: float
    regain: timedelta = timedelta(0)


@dataclass(frozen=True)
class Taken:
    """Calls since somebody asked last, and how full the fullest limit is; None: Meta has told of none lately."""

    calls: int
    percent: float | None


def read_usage(headers: Mapping[str, str]) -> tuple[Reading, ...]:
    """Every limit that an answer tells of; headers may be absent, and a broken one is as good as none."""
    return (*_app_usage(headers), *_business_usage(headers))


def regain_seconds(headers: Mapping[str, str]) -> float | None:
    """The longest wait that Meta names, in seconds (the header counts minutes); None where it names none."""
    longest = max((reading.regain for reading in read_usage(headers)), default=timedelta(0))
    return longest.total_seconds() or None


class Usage:
    """The limits of one token, shared by every thread that calls with it. Its `on_response` is the client's hook."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._readings: dict[str, tuple[Reading, datetime]] = {}
        self._until: datetime | None = None
        self._last_call: datetime | None = None
        self._calls = 0

    def on_response(self, method: str, path: str, status: int, headers: Mapping[str, str]) -> None:  # noqa: ARG002
        now = self._clock.now()
        readings = [each for each in read_usage(headers) if not each.subject.endswith(MESSAGES)]
        with self._lock:
            self._last_call = now
            self._calls += 1
            for reading in readings:
                self._readings[reading.subject] = (reading, now)
                self._hold(now, _wait(reading))
            if status == 429 and not readings:  # noqa: PLR2004
                self._hold(now, UNNAMED_WAIT)

    def note(self, error: MetaError, now: datetime) -> None:
        """Take a refusal for too many calls into account: its answer may have had no usage header.

        One for too many messages covers these alone; who sends them waits by the error itself.
        """
        if error.code == "meta.throttled" and error.graph_code != TOO_MANY_MESSAGES:
            with self._lock:
                self._hold(now, timedelta(seconds=error.retry_after) if error.retry_after else UNNAMED_WAIT)

    def take(self, now: datetime) -> Taken:
        """What was used since the last time this was asked; whoever asks must write it down."""
        with self._lock:
            calls, self._calls = self._calls, 0
            return Taken(calls, max((reading.percent for reading in self._fresh(now)), default=None))

    def throttled_until(self, now: datetime) -> datetime | None:
        """Calls before this time only lengthen the wait; None when calls are answered."""
        with self._lock:
            return self._until if self._until and self._until > now else None

    def slow(self, now: datetime) -> bool:
        with self._lock:
            return self._is_slow(now)

    def may_call(self, now: datetime, *, urgent: bool = False) -> bool:
        """Whether to call now: never while throttled; above 80 %, only what is urgent or one call in ten seconds."""
        if self.throttled_until(now):
            return False
        with self._lock:
            rested = self._last_call is None or now - self._last_call >= SLOW_SPACING
            return urgent or rested or not self._is_slow(now)

    def _is_slow(self, now: datetime) -> bool:
        return any(reading.percent >= SLOW_FROM for reading in self._fresh(now))

    def _fresh(self, now: datetime) -> Iterator[Reading]:
        return (reading for reading, seen in self._readings.values() if now - seen < STALE_AFTER)

    def _hold(self, now: datetime, wait: timedelta) -> None:
        if wait:
            self._until = max(self._until or now, now + wait)


def _wait(reading: Reading) -> timedelta:
    if reading.regain:
        return reading.regain
    return UNNAMED_WAIT if reading.percent >= FULL_FROM else timedelta(0)


def _app_usage(headers: Mapping[str, str]) -> Iterator[Reading]:
    counts = _parsed(headers, "X-App-Usage")
    if counts:
        yield Reading("app", _percent(counts))


def _business_usage(headers: Mapping[str, str]) -> Iterator[Reading]:
    for subject, limits in _parsed(headers, "X-Business-Use-Case-Usage").items():
        for limit in limits if isinstance(limits, list) else ():
            if isinstance(limit, dict) and str(limit.get("type")) in _OURS:
                minutes = _figure(limit.get("estimated_time_to_regain_access"))
                yield Reading(f"{subject}:{limit['type']}", _percent(limit), timedelta(minutes=minutes))


def _parsed(headers: Mapping[str, str], name: str) -> dict[str, object]:
    value = headers.get(name) or headers.get(name.lower())
    try:
        parsed = json.loads(value) if value else {}
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


def _percent(counts: Mapping[str, object]) -> float:
    return max(_figure(counts.get(name)) for name in ("call_count", "total_time", "total_cputime"))


def _figure(value: object) -> float:
    """A plain number up to 100,000 (69 days in minutes), else 0: a header must not be able to break the caller."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    return float(value) if 0 <= value <= 1e5 else 0.0  # noqa: PLR2004
