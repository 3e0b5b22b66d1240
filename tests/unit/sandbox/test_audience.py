"""When people see a post, and when they sleep."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.sandbox.audience import BASRA, awake
from outreach.sandbox.objects import Attention, Post
from outreach.sandbox.seeding import START, create_world
from outreach.sandbox.switches import Switches


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.integers())
def test_what_waits_for_the_morning_waits_some_hours_at_most(moment, seed):
    at = moment.replace(tzinfo=UTC)
    later = awake(random.Random(seed), at)
    assert timedelta(0) <= later - at < timedelta(hours=24)


def visible(seed):
    world, (channel,) = create_world(seed=seed)
    post = Post(f"{channel.page_id}_1", channel.page_id, "1", world.now(), "مرحبا")
    world.add(post)
    world.make_visible(post, world.now())
    return world, post


@pytest.mark.parametrize("seed", range(5))
def test_no_more_people_react_than_have_seen_the_post(seed):
    world, post = visible(seed)
    for hours in range(0, 200, 5):
        at = world.now() + timedelta(hours=hours)
        attention = post.attention
        assert sum(attention.reactions_by(at).values()) <= attention.reached(at) <= attention.views(at)


def test_talk_is_front_loaded_and_quiet_at_night():
    hours, ages = [], []
    for seed in range(20):
        world, _ = visible(seed)
        while world.fire_next(START + timedelta(days=10)):
            hours.append(world.now().astimezone(BASRA).hour)
            ages.append(world.now() - START)
    night = sum(hour in range(1, 7) for hour in hours)
    assert night < len(hours) / 12
    assert sum(age < timedelta(hours=24) for age in ages) > len(ages) / 2
    assert max(ages) < timedelta(days=8)


def test_without_an_audience_nothing_happens():
    world, (channel,) = create_world(switches=Switches(audience=False))
    post = Post(f"{channel.page_id}_1", channel.page_id, "1", world.now())
    world.add(post)
    world.make_visible(post, world.now())
    assert post.attention is None
    assert world.next_event_at() is None


@given(st.floats(0, 500), st.floats(0, 500))
def test_reach_only_grows(first, second):
    attention = Attention(START, 1000, timedelta(hours=9))
    early, late = sorted((first, second))
    assert attention.reached(START + timedelta(hours=early)) <= attention.reached(START + timedelta(hours=late)) <= 1000
