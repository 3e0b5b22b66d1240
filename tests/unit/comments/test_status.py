"""Why Meta's own count of comments differs from ours, as far as known."""

from __future__ import annotations

from typing import Any

import pytest

from outreach.comments.status import Counted, explain


@pytest.mark.parametrize(
    ("given", "reasons"),
    [
        ({"remote": 5, "held": 5}, {}),
        # counted since the last complete read
        ({"remote": 7, "held": 5, "read_since": False, "gone": 2}, {"not_yet_read": 2}),
        ({"remote": 3, "held": 5, "read_since": False}, {"not_yet_read": 2}),
        # Meta goes on counting what was deleted, and counts what it never gives
        ({"remote": 7, "held": 5, "gone": 1}, {"deleted": 1, "not_given": 1}),
        ({"remote": 7, "held": 5, "gone": 9}, {"deleted": 2}),
        # we hold what Meta does not count
        ({"remote": 4, "held": 6, "hidden": 1, "own": 3}, {"hidden": 1, "own": 1}),
        (
            {"remote": 0, "held": 6, "hidden": 1, "own": 1, "purged": 2},
            {"hidden": 1, "own": 1, "forgotten": 2, "unexplained": 2},
        ),
    ],
)  # fmt: skip
def test_a_difference_is_laid_to_what_is_known(given: dict[str, Any], reasons: dict[str, int]) -> None:
    found = explain(Counted(**{"read_since": True, **given}))
    assert {reason: count for reason, count in found.items() if count} == reasons
    assert sum(found.values()) == abs(given["remote"] - given["held"])
