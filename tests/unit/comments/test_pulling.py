"""How often a post is read in full."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach.comments.pulling import next_read
from tests.factories import NOW


@pytest.mark.parametrize(
    ("age", "gap"),
    [
        (timedelta(0), timedelta(minutes=15)),
        (timedelta(hours=47), timedelta(minutes=15)),
        (timedelta(hours=49), timedelta(hours=2)),
        (timedelta(days=8), timedelta(days=1)),
        (timedelta(days=31), timedelta(days=7)),
    ],
)
def test_the_floor_follows_the_age_of_the_post(age: timedelta, gap: timedelta) -> None:
    assert next_read(NOW - age, NOW) == NOW + gap
    assert next_read(NOW - age, NOW, hot=True) == NOW + timedelta(minutes=15)


def test_very_old_posts_are_not_read_unless_a_case_is_open() -> None:
    assert next_read(NOW - timedelta(days=91), NOW) is None
    assert next_read(NOW - timedelta(days=91), NOW, hot=True) == NOW + timedelta(minutes=15)
