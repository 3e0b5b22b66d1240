"""Parameters and pages of a list, as handlers read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import MetaError
from outreach.sandbox.call import Call
from outreach.sandbox.seeding import START
from outreach.sandbox.switches import Switches
from outreach.sandbox.world import World

WORLD = World(seed=1, start=START, switches=Switches())


def call(**params: str) -> Call:
    return Call(WORLD, "GET", "1/comments", params, None, "http://host/v26.0", START)


def key(number: int) -> tuple[str, str]:
    return f"{number:05}", str(number)


@given(st.sets(st.integers(0, 500)), st.integers(1, 20), st.booleans())
def test_following_the_cursors_meets_everything_once(numbers, limit, newest_first):
    seen: list[int] = []
    more: dict[str, str] = {}
    while True:
        page = call(limit=str(limit), **more).listed(
            sorted(numbers), lambda n: {"n": n}, key=key, most=50, newest_first=newest_first
        )
        seen += [found["n"] for found in page["data"]]
        if "next" not in page.get("paging", {}):
            break
        more = {"after": page["paging"]["cursors"]["after"]}
    assert seen == sorted(numbers, reverse=newest_first)


def test_before_goes_back_one_page():
    first = call(limit="3").listed(range(9), lambda n: {"n": n}, key=key, most=50)
    second = call(limit="3", after=first["paging"]["cursors"]["after"]).listed(
        range(9), lambda n: {"n": n}, key=key, most=50
    )
    back = call(limit="3", before=second["paging"]["cursors"]["before"]).listed(
        range(9), lambda n: {"n": n}, key=key, most=50
    )
    assert [found["n"] for found in back["data"]] == [0, 1, 2]


def test_what_is_withheld_makes_pages_short_and_not_final():
    page = call(limit="2").listed(range(6), lambda n: None if n < 2 else {"n": n}, key=key, most=50)
    assert page["data"] == []
    assert "next" in page["paging"]


@pytest.mark.parametrize("cursor", ["x", "bm8=", "W10="])
def test_a_made_up_cursor_is_refused(cursor):
    with pytest.raises(MetaError):
        call(after=cursor).listed(range(3), lambda n: {"n": n}, key=key, most=50)


@given(st.integers(0, 4_000_000_000))
def test_a_moment_is_read_in_either_form(seconds):
    moment = call(since=str(seconds)).moment("since")
    assert call(since=moment.isoformat()).moment("since") == moment


@pytest.mark.parametrize("text", ["soon-ish", "99999999999999999999", ""])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(MetaError):
        call(since=text).moment("since")


@pytest.mark.parametrize(("text", "value"), [("true", True), ("1", True), ("false", False), ("0", False)])
def test_flags_have_four_spellings(text, value):
    assert call(published=text).flag("published", default=not value) is value


@given(st.text().filter(lambda text: text not in ("true", "false", "1", "0")))
def test_no_other_spelling_is_a_flag(text):
    with pytest.raises(MetaError):
        call(published=text).flag("published", default=True)


def test_events_fire_in_order_and_at_their_own_time():
    world = World(seed=1, start=START)
    seen = []
    for hours in (3, 1, 2):
        world.plan(START + timedelta(hours=hours), seen.append)
    assert world.next_event_at() == START + timedelta(hours=1)
    while world.fire_next(START + timedelta(hours=2)):
        assert world.now() == seen[-1]
    assert seen == [START + timedelta(hours=1), START + timedelta(hours=2)]
