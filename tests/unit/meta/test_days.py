from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.meta.dates import PACIFIC, day_end, day_of, days_before

moments = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("now", "end"),
    [
        (datetime(2026, 7, 1, 6, 59, tzinfo=UTC), datetime(2026, 6, 30, 7, tzinfo=UTC)),
        (datetime(2026, 7, 1, 7, 0, tzinfo=UTC), datetime(2026, 7, 1, 7, tzinfo=UTC)),
        (datetime(2026, 12, 1, 7, 30, tzinfo=UTC), datetime(2026, 11, 30, 8, tzinfo=UTC)),
    ],
)
def test_metas_day_ends_at_midnight_in_california(now: datetime, end: datetime) -> None:
    assert day_end(now) == end


def test_a_day_has_23_or_25_hours_when_clocks_change() -> None:
    autumn, spring = datetime(2026, 11, 2, 8, tzinfo=UTC), datetime(2026, 3, 9, 7, tzinfo=UTC)
    assert autumn - days_before(autumn, 1) == timedelta(hours=25)
    assert spring - days_before(spring, 1) == timedelta(hours=23)


@given(moments, st.integers(1, 30))
def test_every_moment_lies_in_the_day_that_ends_after_it(now: datetime, days: int) -> None:
    end = day_end(now)
    assert end <= now < end + timedelta(hours=25)
    assert day_of(end) == end.astimezone(PACIFIC).date() - timedelta(days=1)
    assert (day_of(end) - day_of(days_before(end, days))).days == days


def test_a_page_reports_its_day_by_the_end() -> None:
    assert day_of(datetime(2026, 9, 3, 7, tzinfo=UTC)) == date(2026, 9, 2)
