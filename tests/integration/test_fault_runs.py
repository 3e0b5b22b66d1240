"""Random histories of publishing under faults: whatever goes wrong, nothing goes out twice and nothing is forgotten."""

from __future__ import annotations

import pytest

from tests.faultruns import play
from tests.integration.conftest import Stage


@pytest.mark.parametrize("seed", range(3))
def test_whatever_goes_wrong_each_post_is_out_once_or_with_a_person(stage: Stage, seed: int) -> None:
    tally = play(stage, seed, posts=4, strikes=5, steps=12)
    assert (tally.duplicates, tally.losses, tally.untrue, tally.despite_pause) == (0, 0, 0, 0), tally.stories
    assert tally.published + tally.left_to_people + tally.retracted + tally.dropped == tally.posts
    assert tally.faults > 0
