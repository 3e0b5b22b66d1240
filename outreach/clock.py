"""The only reader of the time. A live installation has the real clock; demo and tests may step theirs."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """The current time, aware, UTC."""
        ...


class RealClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class SteppedClock:
    """A clock that stands still until it is moved; `run()` lets it tick in real time from where it stands."""

    def __init__(self, start: datetime) -> None:
        self._base = start
        self._running_since: float | None = None
        self._lock = threading.Lock()

    def now(self) -> datetime:
        with self._lock:
            return self._read()

    def jump(self, to: datetime) -> None:
        """Move to a later time; an earlier one is ignored, since time never goes back."""
        with self._lock:
            self._base = max(to, self._read())
            if self._running_since is not None:
                self._running_since = time.monotonic()

    def run(self) -> None:
        with self._lock:
            self._running_since = self._running_since or time.monotonic()

    def _read(self) -> datetime:
        if self._running_since is None:
            return self._base
        return self._base + timedelta(seconds=time.monotonic() - self._running_since)


class Drift:
    """How far a clock has jumped against the machine's own counter since this was made, in seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wall, self._counter = clock.now(), time.monotonic()

    def seconds(self) -> float:
        return (self._clock.now() - self._wall).total_seconds() - (time.monotonic() - self._counter)
