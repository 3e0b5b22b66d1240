"""Times of publications: keys that survive a move, blackouts, clocks that jump, and what may not be said twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import slots
from outreach.campaigns import Campaign

BAGHDAD = ZoneInfo("Asia/Baghdad")
BERLIN = ZoneInfo("Europe/Berlin")


def post(ident: str = "p", /, **fields: Any) -> dict[str, Any]:
    if not fields.keys() & {"at", "slots", "every"}:
        fields["at"] = "2026-11-26 18:30"
    return {"id": ident, "kind": "awareness", "text": {"ar": f"نص {ident}"}, **fields}


def campaign(*posts: dict[str, Any], **fields: Any) -> Campaign:
    header = {
        "campaign": "c",
        "title": {"ar": "حملة"},
        "timezone": "Asia/Baghdad",
        "channels": ["basra-page"],
        "window": {"from": "2026-11-25", "to": "2026-12-10"},
        **fields,
    }
    return Campaign.model_validate({**header, "posts": list(posts)})


def plan(*posts: dict[str, Any], **fields: Any) -> tuple[slots.PlannedPublication, ...]:
    return slots.plan(campaign(*posts, **fields))


def codes(*posts: dict[str, Any], **fields: Any) -> list[tuple[str, str]]:
    made = campaign(*posts, **fields)
    return [(problem.code, problem.severity) for problem in slots.problems(made, slots.plan(made))]


def numbers(*posts: dict[str, Any], **fields: Any) -> dict[int, str]:
    planned = plan(*posts, **fields)
    return {each.occurrence: f"{each.due_at.astimezone(BAGHDAD):%a %d %H:%M}" for each in planned}


def test_a_post_comes_once_on_each_channel_in_utc():
    planned = plan(post(), channels=["basra-page", "basra-instagram"])
    assert [(each.channel, each.occurrence, each.due_at) for each in planned] == [
        ("basra-instagram", 1, datetime(2026, 11, 26, 15, 30, tzinfo=UTC)),
        ("basra-page", 1, datetime(2026, 11, 26, 15, 30, tzinfo=UTC)),
    ]


def test_moving_a_post_keeps_its_key():
    before, after = plan(post(at="2026-11-26 18:30")), plan(post(at="2026-12-02 09:00"))
    assert (before[0].occurrence, before[0].content_hash) == (after[0].occurrence, after[0].content_hash)
    assert before[0].due_at != after[0].due_at


def test_slots_number_the_week_and_the_place_in_the_list():
    assert numbers(post(slots=["sun 18:30", "wed 20:00"])) == {
        101: "Sun 29 18:30",
        102: "Wed 25 20:00",
        201: "Sun 06 18:30",
        202: "Wed 02 20:00",
        302: "Wed 09 20:00",
    }


def test_moving_or_adding_a_slot_renumbers_none_of_the_others():
    moved = numbers(post(slots=["mon 08:00", "wed 20:00", "fri 10:00"]))
    kept = numbers(post(slots=["sun 18:30", "wed 20:00"]))
    assert kept.keys() <= moved.keys()
    assert {moved[number] for number in (102, 202, 302)} == {kept[number] for number in (102, 202, 302)}


def test_a_series_is_numbered_through_and_keeps_its_numbers_when_its_time_moves():
    rule = {"rrule": "FREQ=WEEKLY;BYDAY=SU,TH", "at": "18:30"}
    early = numbers(post(every=rule))
    assert early == {1: "Thu 26 18:30", 2: "Sun 29 18:30", 3: "Thu 03 18:30", 4: "Sun 06 18:30", 5: "Thu 10 18:30"}
    assert numbers(post(every={**rule, "at": "09:00"})).keys() == early.keys()


def test_a_series_ends_with_its_count_its_last_day_or_the_window():
    rule = {"rrule": "FREQ=DAILY", "at": "10:00"}
    assert len(plan(post(every={**rule, "count": "3"}))) == 3
    assert len(plan(post(every={**rule, "until": "2026-11-29"}))) == 5
    assert len(plan(post(every=rule))) == 16


def test_a_blackout_leaves_out_an_occurrence_and_keeps_the_numbers():
    blackout = [{"from": "2026-11-29", "to": "2026-11-30", "reason": "حداد"}]
    planned = plan(post(every={"rrule": "FREQ=WEEKLY;BYDAY=SU,TH", "at": "18:30"}), blackouts=blackout)
    skipped = [each for each in planned if not each.goes_out]
    assert [(each.occurrence, each.skipped) for each in skipped] == [(2, slots.Skipped("blackout", "حداد"))]
    assert [each.occurrence for each in planned] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("at", "is_out"),
    [
        ("2026-11-27 10:59", True),
        ("2026-11-27 11:00", False),  # the first moment belongs to the blackout
        ("2026-11-27 13:29", False),
        ("2026-11-27 13:30", True),  # the last does not
        ("2026-12-01 00:00", False),  # a day counts whole
        ("2026-12-01 23:59", False),
        ("2026-12-02 00:00", True),
    ],
)
def test_a_blackout_has_clear_ends(at, is_out):
    blackouts = [
        {"from": "2026-11-27 11:00", "to": "2026-11-27 13:30", "reason": "صلاة الجمعة"},
        {"from": "2026-12-01", "to": "2026-12-01", "reason": "حداد"},
    ]
    assert plan(post(at=at), blackouts=blackouts)[0].goes_out is is_out


def test_a_blackout_is_kept_with_its_first_moment_and_the_first_after_it():
    found = slots.blackouts(campaign(post(), blackouts=[{"from": "2026-11-29", "to": "2026-11-30", "reason": "حداد"}]))
    assert found == [{"from": "2026-11-28T21:00:00+00:00", "to": "2026-11-30T21:00:00+00:00", "reason": "حداد"}]


def test_a_single_post_in_a_blackout_is_an_error_and_a_recurring_one_a_warning():
    blackouts = [{"from": "2026-11-29", "to": "2026-11-29", "reason": "حداد"}]
    assert codes(post(at="2026-11-29 10:00"), blackouts=blackouts) == [("slots.blackout", "error")]
    recurring = post(slots=["sun 10:00"], repeat="true")
    assert codes(recurring, blackouts=blackouts) == [("slots.blackout_skipped", "warning")]


def test_a_post_outside_of_the_window_is_an_error():
    assert codes(post(at="2026-12-11 00:00")) == [("slots.outside_window", "error")]
    assert codes(post(at="2026-12-10 23:59")) == []


def test_a_time_that_does_not_exist_moves_on_by_the_gap():
    due, note = slots.to_utc(datetime(2026, 3, 29, 2, 30), BERLIN)
    assert (due.astimezone(BERLIN).strftime("%H:%M"), note) == ("03:30", "gap")


def test_a_time_that_comes_twice_means_the_first():
    due, note = slots.to_utc(datetime(2026, 10, 25, 2, 30), BERLIN)
    assert (due, note) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), "fold")


def test_doubtful_times_are_reported():
    spring = {"timezone": "Europe/Berlin", "window": {"from": "2026-03-01", "to": "2026-03-31"}}
    assert codes(post(at="2026-03-29 02:30"), **spring) == [("slots.gap", "error")]
    nightly = post(every={"rrule": "FREQ=DAILY", "at": "02:30"}, repeat="true")
    assert codes(nightly, **spring) == [("slots.gap_moved", "warning")]
    autumn = {"timezone": "Europe/Berlin", "window": {"from": "2026-10-01", "to": "2026-10-31"}}
    assert codes(post(at="2026-10-25 02:30"), **autumn) == [("slots.fold", "warning")]


ZONES = st.sampled_from(
    ["Asia/Baghdad", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "America/New_York", "Asia/Beirut"]
)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)), ZONES)
def test_every_local_time_becomes_one_moment_and_reads_back_unless_it_is_in_a_gap(local, zone):
    due, note = slots.to_utc(local, ZoneInfo(zone))
    assert due.tzinfo is UTC
    back = due.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert (back == local) is (note != "gap")
    assert timedelta() <= back - local <= timedelta(hours=1)


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 23)), min_size=1, max_size=6), st.integers(0, 60))
def test_no_two_occurrences_share_a_number(days, length):
    names = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    end = date(2026, 11, 25) + timedelta(days=length)
    planned = plan(
        post(slots=[f"{names[day]} {hour}:00" for day, hour in days]),
        window={"from": "2026-11-25", "to": end.isoformat()},
    )
    assert len({each.occurrence for each in planned}) == len(planned)


def test_two_posts_in_one_minute_on_one_channel_are_an_error():
    assert codes(post("a"), post("b")) == [("slots.same_minute", "error")]
    assert codes(post("a"), post("b", at="2026-11-26 18:31")) == []
    assert codes(post("a"), post("b", status="cancelled")) == []


def test_saying_the_same_within_fourteen_days_needs_repeat():
    again = {"text": {"ar": "نص a"}}
    wide = {"window": {"from": "2026-11-01", "to": "2026-12-31"}}
    assert codes(post("a"), post("b", at="2026-12-10 18:29", **again)) == [("slots.repeated", "error")]
    assert codes(post("a"), post("b", at="2026-12-10 18:30", **again), **wide) == []
    assert codes(post("a"), post("b", at="2026-12-10 18:29", repeat="true", **again)) == []


def test_a_series_that_never_comes_is_an_error_and_a_short_one_a_warning():
    never = {"rrule": "FREQ=DAILY;INTERVAL=7;BYDAY=SU", "at": "10:00"}
    assert codes(post(every=never)) == [("slots.short", "error")]
    short = {"rrule": "FREQ=WEEKLY;BYDAY=SU", "at": "10:00", "count": "5"}
    assert codes(post(every=short, repeat="true")) == [("slots.short", "warning")]


def test_an_invitation_that_goes_out_after_its_event_is_reported():
    event = {"starts": "2026-11-26 17:00"}
    assert codes(post(kind="dialogue", event=event)) == [("slots.after_event", "warning")]
    assert codes(post(kind="dialogue", event={"starts": "2026-11-26 19:00"})) == []


def test_a_channel_override_replaces_the_field_whole_and_an_empty_one_removes_it():
    override = {"text": {"ar": "قصير"}, "link": None, "at": "2026-11-26 20:00"}
    planned = plan(
        post(text={"ar": "طويل", "en": "long"}, link="https://example.org/x", on={"basra-instagram": override}),
        channels=["basra-page", "basra-instagram"],
    )
    page, instagram = planned
    assert (page.content.text, page.content.link) == ("طويل\n\nlong", "https://example.org/x")
    assert (instagram.content.text, instagram.content.link) == ("قصير", None)
    assert instagram.due_at - page.due_at == timedelta(minutes=90)


def test_languages_are_ordered_and_a_missing_one_falls_back_to_what_is_there():
    text = {"ar": "عربي", "en": "English"}
    assert plan(post(text=text), defaults={"languages": ["en", "ar"]})[0].content.text == "English\n\nعربي"
    assert plan(post(text=text), defaults={"languages": ["en"]})[0].content.text == "English"
    assert plan(post(text={"ar": "عربي"}), defaults={"languages": ["en"]})[0].content.text == "عربي"


def test_a_content_note_stands_above_each_language():
    note = {"ar": "تنبيه", "en": "Note"}
    content = plan(post(text={"ar": "نص", "en": "text"}, content_note=note))[0].content
    assert content.text == "تنبيه\n\nنص\n\nNote\n\ntext"


@pytest.mark.parametrize(
    ("link", "tagged"),
    [
        ("https://example.org", "https://example.org?utm_source=basra-page&utm_campaign=c"),
        ("https://example.org/a?b=1#top", "https://example.org/a?b=1&utm_source=basra-page&utm_campaign=c#top"),
        ("https://example.org/?utm_source=mine", "https://example.org/?utm_source=mine&utm_campaign=c"),
        ("https://example.org/?q=%D8%A8&x", "https://example.org/?q=%D8%A8&x&utm_source=basra-page&utm_campaign=c"),
    ],
)
def test_utm_tags_join_the_link_and_change_nothing_else(link, tagged):
    utm = {"source": "{channel}", "campaign": "{campaign}"}
    assert plan(post(link=link), defaults={"utm": utm})[0].content.link == tagged


def test_a_post_with_its_own_utm_drops_the_default_ones():
    link = {"link": "https://example.org/", "utm": {}}
    assert plan(post(**link), defaults={"utm": {"source": "x"}})[0].content.link == "https://example.org/"


def test_a_link_placed_by_the_author_is_not_attached_as_well():
    content = plan(
        post(link="https://example.org/", first_comment={"ar": "هنا: {link}"}), defaults={"utm": {"source": "x"}}
    )[0].content
    assert content.link is None
    assert content.first_comment == "هنا: https://example.org/?utm_source=x"


CHANGES = [
    {"text": {"ar": "آخر"}},
    {"link": "https://example.org/"},
    {"first_comment": {"ar": "تعليق"}},
    {"media": [{"file": "media/a.jpg", "alt": {"ar": "صورة"}}]},
    {"kind": "notice"},
    {"consent": "CR-1"},
]


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_what_an_approver_sees_changes_the_hash(change):
    assert plan(post())[0].content_hash != plan({**post(), **change})[0].content_hash


def test_a_change_of_time_or_status_leaves_the_hash():
    assert plan(post())[0].content_hash == plan(post(at="2026-12-01 10:00", status="cancelled"))[0].content_hash
