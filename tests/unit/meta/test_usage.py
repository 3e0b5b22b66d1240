from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.clock import SteppedClock
from outreach.errors import MetaError
from outreach.meta.usage import Reading, Usage, read_usage, regain_seconds

START = datetime(2026, 11, 25, 8, 0, tzinfo=UTC)


def business(*, calls=10, regain=0, kind="pages", subject="178"):
    limit = {
        "type": kind,
        "call_count": calls,
        "total_cputime": 3,
        "total_time": 4,
        "estimated_time_to_regain_access": regain,
    }
    return {"X-Business-Use-Case-Usage": json.dumps({subject: [limit]})}


def app(calls):
    return {"X-App-Usage": json.dumps({"call_count": calls, "total_time": 1, "total_cputime": 2})}


def used(*headers):
    clock = SteppedClock(START)
    usage = Usage(clock)
    for one in headers:
        usage.on_response("GET", "v26.0/1", 200, one)
    return clock, usage


def test_both_headers_are_read_with_minutes_as_minutes():
    assert read_usage({**app(28), **business(calls=97, regain=7)}) == (
        Reading("app", 28.0),
        Reading("178:pages", 97.0, timedelta(minutes=7)),
    )
    assert regain_seconds(business(regain=7)) == 420.0
    assert regain_seconds(app(100)) is None


def test_limits_of_other_products_do_not_concern_us():
    assert read_usage(business(kind="ads_insights")) == ()


def test_nothing_is_throttled_without_headers():
    _, usage = used({})
    assert usage.may_call(START)
    assert usage.throttled_until(START) is None


def test_calls_stop_until_the_time_that_meta_names():
    _, usage = used(business(calls=100, regain=30))
    assert usage.throttled_until(START) == START + timedelta(minutes=30)
    assert not usage.may_call(START + timedelta(minutes=29), urgent=True)
    assert usage.may_call(START + timedelta(minutes=30), urgent=True)


def test_a_full_app_limit_waits_although_meta_names_no_time():
    _, usage = used(app(100))
    assert not usage.may_call(START)
    assert usage.may_call(START + timedelta(minutes=10))


def test_above_eighty_per_cent_only_what_is_urgent_goes_at_once():
    _, usage = used(app(80))
    assert usage.slow(START)
    assert not usage.may_call(START)
    assert usage.may_call(START, urgent=True)
    assert usage.may_call(START + timedelta(seconds=10))


def test_below_eighty_per_cent_nothing_is_slow():
    _, usage = used(app(79))
    assert usage.may_call(START)


def test_a_later_lower_reading_ends_the_slow_down():
    clock, usage = used(app(95))
    clock.jump(START + timedelta(minutes=5))
    usage.on_response("GET", "v26.0/1", 200, app(40))
    assert usage.may_call(clock.now())


def test_an_old_reading_says_nothing_any_more():
    _, usage = used(app(95))
    assert not usage.slow(START + timedelta(hours=1))


def test_a_shorter_wait_never_shortens_a_longer_one():
    _, usage = used(business(regain=60), business(regain=5))
    assert usage.throttled_until(START) == START + timedelta(hours=1)


@pytest.mark.parametrize(("named", "wait"), [(90.0, 90), (None, 600)])
def test_a_refusal_without_headers_counts_too(named, wait):
    _, usage = used()
    usage.note(MetaError("meta.throttled", retry_after=named), START)
    assert usage.throttled_until(START) == START + timedelta(seconds=wait)


def test_another_refusal_throttles_nothing():
    _, usage = used()
    usage.note(MetaError("meta.permission"), START)
    assert usage.may_call(START)


def test_a_bare_429_throttles():
    _, usage = used()
    usage.on_response("GET", "v26.0/1", 429, {})
    assert not usage.may_call(START)


@given(st.text(), st.text())
def test_a_broken_header_is_as_good_as_none(first, second):
    assert isinstance(read_usage({"X-App-Usage": first, "X-Business-Use-Case-Usage": second}), tuple)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.sampled_from(["a", "type", "call_count", "estimated_time_to_regain_access"]), inner)
    ),
)


@given(values)
def test_no_header_can_break_the_limiter(value):
    _, usage = used({"X-App-Usage": json.dumps(value)}, {"X-Business-Use-Case-Usage": json.dumps({"1": [value]})})
    usage.may_call(START)


def test_threads_share_one_state():
    _, usage = used()
    threads = [
        threading.Thread(target=usage.on_response, args=("GET", "v26.0/1", 200, business(regain=n, subject=str(n))))
        for n in range(1, 20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert usage.throttled_until(START) == START + timedelta(minutes=19)
