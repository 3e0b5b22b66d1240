"""How surely a share is known from a sample."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.moderation.sampling import wilson

TINY = 1e-9  #: of rounding


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_holds_what_was_found_and_is_never_narrower_with_less(found: int, more: int) -> None:
    low, high = wilson(found, found + more)
    assert 0 <= low <= high <= 1
    if found + more:
        assert low - TINY <= found / (found + more) <= high + TINY
        wider = wilson(found * 4, (found + more) * 4)
        assert wider[1] - wider[0] < high - low
    assert wilson(0, 10)[1] > 0.25, "nothing found among ten says little"
