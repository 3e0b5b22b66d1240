from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from outreach.clock import Drift, RealClock, SteppedClock

START = datetime(2026, 11, 26, tzinfo=UTC)


@given(st.lists(st.integers(-10_000, 10_000)))
def test_a_stepped_clock_never_goes_back(steps: list[int]) -> None:
    clock, last = SteppedClock(START), START
    for step in steps:
        wanted = START + timedelta(seconds=step)
        clock.jump(wanted)
        assert clock.now() == max(last, wanted)
        last = clock.now()


def test_a_stepped_clock_stands_still_until_it_runs() -> None:
    clock = SteppedClock(START)
    assert clock.now() == clock.now() == START
    clock.run()
    clock.run()
    first = clock.now()
    clock.jump(START + timedelta(days=1))
    assert START <= first < START + timedelta(days=1) <= clock.now()


def test_the_real_clock_is_aware_and_utc() -> None:
    assert RealClock().now().utcoffset() == timedelta(0)


def test_a_clock_that_jumps_shows_its_drift() -> None:
    clock = SteppedClock(datetime(2026, 11, 26, 9, 0, tzinfo=UTC))
    drift = Drift(clock)
    clock.jump(clock.now() + timedelta(hours=1))
    assert 3590 < drift.seconds() <= 3600
