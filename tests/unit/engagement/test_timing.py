from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.engagement.timing import FEWEST_POSTS, PARTS_OF_DAY, Finding, Sample, compare, part_of_day

BASRA = ZoneInfo("Asia/Baghdad")
START = datetime(2026, 1, 3, 9, 30, tzinfo=UTC)  # a Saturday, 12:30 in Basra


def posts(count: int, seed: int, *, sundays: float = 1.0, kind: str = "awareness") -> list[Sample]:
    """A post a day; those of Sundays get so many times the usual."""
    chance = random.Random(seed)
    found = []
    for number in range(count):
        at = START + timedelta(days=number)
        usual = 100 * chance.lognormvariate(0, 0.3)
        found.append(Sample(at, kind, usual * sundays if at.astimezone(BASRA).weekday() == 6 else usual))
    return found


def test_with_few_posts_nothing_is_said() -> None:
    timing = compare(posts(FEWEST_POSTS - 1, 1, sundays=9), BASRA)
    assert (timing.posts, timing.days, timing.hours) == (FEWEST_POSTS - 1, (), ())


def test_a_day_that_does_much_better_is_called_so_with_its_uncertainty() -> None:
    days = {verdict.part: verdict for verdict in compare(posts(84, 2, sundays=3), BASRA).days}
    sunday = days[6]
    assert sunday.finding is Finding.BETTER
    assert 1 < (sunday.low or 0) < (sunday.times or 0) < (sunday.high or 0)


def test_one_post_that_went_viral_makes_no_day_better() -> None:
    plain = posts(70, 3)
    viral = [Sample(plain[0].published_at, "awareness", 100_000), *plain[1:]]
    assert {verdict.finding for verdict in compare(viral, BASRA).days} == {Finding.UNCLEAR}


def test_where_there_is_nothing_to_find_it_seldom_finds_anything() -> None:
    wrong = sum(
        any(verdict.finding in (Finding.BETTER, Finding.WORSE) for verdict in compare(posts(84, seed), BASRA).days)
        for seed in range(100)
    )
    assert wrong <= 20  # one in ten is promised


def test_a_kind_that_always_does_better_does_not_lend_its_day_a_good_name() -> None:
    talks = [each for each in posts(84, 4) if each.published_at.astimezone(BASRA).weekday() != 6]
    stories = [Sample(each.published_at, "story", each.interactions * 5) for each in posts(84, 5)
               if each.published_at.astimezone(BASRA).weekday() == 6]  # fmt: skip
    days = {verdict.part: verdict for verdict in compare([*talks, *stories], BASRA).days}
    assert days[6].finding is Finding.UNCLEAR


def test_all_posts_at_one_hour_leave_hours_unjudged() -> None:
    assert {verdict.finding for verdict in compare(posts(40, 6), BASRA).hours} == {Finding.TOO_FEW}


@pytest.mark.parametrize(("hour", "part"), [(0, 0), (5, 0), (6, 6), (11, 9), (20, 18), (23, 21)])
def test_every_hour_has_its_part_of_the_day(hour: int, part: int) -> None:
    assert part_of_day(datetime(2026, 1, 1, hour, 59, tzinfo=BASRA)) == part


moments = st.datetimes(datetime(2025, 1, 1), datetime(2026, 12, 31), timezones=st.just(UTC))


@given(st.lists(st.builds(Sample, moments, st.sampled_from("ab"), st.floats(0, 1e9)), max_size=60))
def test_any_history_gives_a_verdict_for_every_part_or_none(found: list[Sample]) -> None:
    timing = compare(found, BASRA)
    assert len(timing.days) in (0, 7)
    assert len(timing.hours) in (0, len(PARTS_OF_DAY))
    for verdict in (*timing.days, *timing.hours):
        judged = verdict.finding is not Finding.TOO_FEW
        assert judged == (verdict.times is not None)
