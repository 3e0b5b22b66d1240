from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.digests.calendar import last_complete, last_due, week_with

BAGHDAD = "Asia/Baghdad"
BERLIN = "Europe/Berlin"  # has summer time, so some weeks have 167 or 169 hours
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("day", "first"),
    [
        (date(2026, 11, 28), "2026-11-28"),  # a Saturday begins its own week
        (date(2026, 12, 4), "2026-11-28"),  # the Friday after it still belongs to it
        (date(2026, 12, 5), "2026-12-05"),
    ],
)
def test_a_week_runs_from_saturday_to_friday(day: date, first: str) -> None:
    week = week_with(day, BAGHDAD)
    assert week.name == first
    assert week.first <= day <= week.last
    assert [each.weekday() for each in week.days] == [5, 6, 0, 1, 2, 3, 4]


def test_a_week_starts_at_local_midnight() -> None:
    week = week_with(date(2026, 11, 28), BAGHDAD)
    assert week.start == datetime(2026, 11, 27, 21, tzinfo=UTC)
    assert week.end == datetime(2026, 12, 4, 21, tzinfo=UTC)


@given(MOMENTS, st.sampled_from([BAGHDAD, BERLIN, "UTC"]))
def test_the_last_complete_week_is_over_and_the_one_after_it_is_not(now: datetime, zone: str) -> None:
    week = last_complete(now, zone)
    assert week.end <= now < week.after().end
    assert week.after().start == week.end
    assert week.before().end == week.start


@given(MOMENTS, st.integers(0, 6), st.integers(0, 23), st.sampled_from([BAGHDAD, BERLIN]))
def test_a_digest_was_last_due_within_the_last_week(now: datetime, weekday: int, hour: int, zone: str) -> None:
    due = last_due(now, weekday=weekday, hour=hour, zone=zone)
    assert due <= now < due + timedelta(days=7, hours=1)


@pytest.mark.parametrize(
    ("now", "due"),
    [
        (datetime(2026, 12, 6, 4, 59, tzinfo=UTC), datetime(2026, 11, 29, 5, tzinfo=UTC)),  # a minute early
        (datetime(2026, 12, 6, 5, 0, tzinfo=UTC), datetime(2026, 12, 6, 5, tzinfo=UTC)),  # Sunday, 8:00 in Basra
    ],
)
def test_a_digest_is_due_on_its_day_and_hour_in_local_time(now: datetime, due: datetime) -> None:
    assert last_due(now, weekday=6, hour=8, zone=BAGHDAD) == due
