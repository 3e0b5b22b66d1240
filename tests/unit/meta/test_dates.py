from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.meta.dates import parse_time

SEVEN = datetime(2026, 9, 3, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "written",
    [
        "2026-09-03T07:00:00+0000",  # node dates
        "2026-09-03T07:00:00+00:00",  # ISO 8601
        "2026-09-03T10:00:00+0300",  # another zone
        "2026-09-03T07:00:00Z",
        1788418800,  # webhooks
        1788418800.0,  # scheduled_publish_time reads back as a float
        "1788418800",
        1788418800000,  # Instagram messaging: milliseconds
    ],
)
def test_every_form_of_meta_is_the_same_moment(written):
    assert parse_time(written) == SEVEN
    assert parse_time(written).tzinfo is UTC


@pytest.mark.parametrize(
    "written", [None, True, "", "soon", "2026-09-03T07:00:00", [], float("nan"), float("inf"), -1e300, "9" * 400]
)
def test_what_is_no_time_is_a_value_error(written):
    with pytest.raises(ValueError):
        parse_time(written)


@given(st.datetimes(datetime(2004, 2, 4), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_node_dates_survive_any_zone(naive, minutes):
    moment = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert parse_time(moment.strftime("%Y-%m-%dT%H:%M:%S%z")) == moment


@given(st.text() | st.floats() | st.integers())
def test_nothing_but_a_value_error_ever_comes_out(value):
    with suppress(ValueError):
        assert parse_time(value).tzinfo is UTC
