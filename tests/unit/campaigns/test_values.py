"""Times, durations and days as people write them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from outreach.campaigns import values


@given(st.datetimes(datetime(2020, 1, 1), datetime(2100, 12, 31)))
def test_a_local_time_reads_back_to_the_minute(moment):
    assert values.read_local(f"{moment:%Y-%m-%d %H:%M}") == moment.replace(second=0, microsecond=0)


@given(st.integers(0, 300), st.integers(0, 23), st.integers(0, 59))
def test_a_duration_is_the_sum_of_its_parts(days, hours, minutes):
    total = timedelta(days=days, hours=hours, minutes=minutes)
    if total:
        assert values.read_duration(f"{days}d {hours}h {minutes}m") == total


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused_with_a_code(text):
    readers = (values.read_local, values.read_duration, values.read_slot, values.read_date, values.read_time)
    for reader in (*readers, values.check_rule, values.check_zone, values.check_link):
        assert _outcome(reader, text) in {"read", "campaign"}


def _outcome(reader, text):
    try:
        reader(text)
    except PydanticCustomError as error:
        return error.type.partition(".")[0]
    return "read"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2h", timedelta(hours=2)),
        ("30m", timedelta(minutes=30)),
        ("1d 12h", timedelta(hours=36)),
        ("1d12h", timedelta(hours=36)),
    ],
)
def test_durations_have_days_hours_and_minutes(text, expected):
    assert values.read_duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "h", "0m", "-1h", "1.5h", "3 weeks", "367d", "2h later", "9999d"])
def test_a_duration_that_is_none_is_refused(text):
    with pytest.raises(PydanticCustomError) as raised:
        values.read_duration(text)
    assert raised.value.type == "campaign.duration"


@pytest.mark.parametrize(
    ("text", "weekday", "clock"),
    [
        ("sun 18:30", 6, time(18, 30)),
        ("Wednesday 9:05", 2, time(9, 5)),
        ("السبت 20:00", 5, time(20)),
        ("الأحد ١٨:٣٠", 6, time(18, 30)),  # Arabic digits, as a Basrawi keyboard gives them
    ],
)
def test_a_slot_is_a_day_and_a_time_in_either_language(text, weekday, clock):
    assert values.read_slot(text) == (weekday, clock)


@pytest.mark.parametrize(
    ("reader", "text", "code"),
    [
        (values.read_slot, "sunny 18:30", "campaign.weekday"),
        (values.read_slot, "su 18:30", "campaign.weekday"),
        (values.read_slot, "sun", "campaign.time"),
        (values.read_time, "24:00", "campaign.time"),
        (values.read_time, "6:30 pm", "campaign.time"),
        (values.read_date, "2026-02-30", "campaign.date"),
        (values.read_date, "26-11-2026", "campaign.date"),
        (values.read_date, "2206-11-26", "campaign.year"),
        (values.read_local, "2026-11-26", "campaign.local_time"),
        (values.read_local, "2026-11-26T18:30+03:00", "campaign.offset"),
        (values.read_local, "2026-11-26T18:30Z", "campaign.offset"),
        (values.read_local, "2026-11-26 25:30", "campaign.time"),
        (values.check_zone, "Asia/Bagdad", "campaign.timezone"),
        (values.check_zone, "../../etc/passwd", "campaign.timezone"),
        (values.check_rule, "FREQ=SECONDLY", "campaign.rule_frequency"),
        (values.check_rule, "FREQ=DAILY;COUNT=3", "campaign.rule_part"),
        (values.check_rule, "FREQ=DAILY;INTERVAL=0", "campaign.rule"),  # dateutil would never return
        (values.check_rule, "FREQ=MONTHLY;BYMONTHDAY=99", "campaign.rule"),
        (values.check_rule, "FREQ=WEEKLY;BYDAY=XX", "campaign.rule"),
        (values.check_link, "https://[", "campaign.link"),
    ],
)
def test_a_value_that_is_wrong_says_which_kind_it_should_be(reader, text, code):
    with pytest.raises(PydanticCustomError) as raised:
        reader(text)
    assert raised.value.type == code


def test_a_wrong_zone_comes_with_the_one_that_was_meant():
    with pytest.raises(PydanticCustomError) as raised:
        values.check_zone("Asia/Bagdad")
    assert raised.value.context["suggestion"] == "Asia/Baghdad"


def test_a_blackout_may_be_a_day_or_a_moment():
    assert values.read_day_or_local("2026-12-01") == date(2026, 12, 1)
    assert values.read_day_or_local("2026-12-01 11:00") == datetime(2026, 12, 1, 11)
