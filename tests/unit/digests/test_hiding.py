from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.digests.hiding import FEW, LEAST, percentile, share_floor, tell, tell_parts, tell_roughly, tell_sum

COUNTS = st.dictionaries(st.sampled_from("abcde"), st.integers(0, 40), min_size=2)


def _told(parts: dict[str, int]) -> tuple[dict[str, int | str], int | str | None]:
    told = tell_parts(parts)
    return told, tell_sum(told.values())


@given(COUNTS)
def test_whatever_a_small_count_is_the_reader_sees_the_same(parts: dict[str, int]) -> None:
    """So it cannot be worked out, from the sum either."""
    shown = _told(parts)
    for name, count in parts.items():
        if count < LEAST:
            assert all(_told({**parts, name: other}) == shown for other in range(LEAST))


@given(COUNTS)
def test_counts_from_five_are_told_as_they_are(parts: dict[str, int]) -> None:
    told, total = _told(parts)
    assert {name: told[name] for name in parts if parts[name] >= LEAST} == {
        name: count for name, count in parts.items() if count >= LEAST
    }
    assert total == (sum(parts.values()) if min(parts.values()) >= LEAST else None)


def test_zero_is_a_small_count() -> None:
    assert [tell(count) for count in (0, 1, 4, 5)] == [FEW, FEW, FEW, 5]


@given(st.integers(0, 1000))
def test_a_rough_count_hides_small_ones_and_is_never_far_off(count: int) -> None:
    told = tell_roughly(count)
    assert (told == FEW) == (count < LEAST)
    if isinstance(told, int):
        assert told % 5 == 0
        assert abs(told - count) <= 2


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_share_is_never_told_better_than_it_is(part: int, rest: int) -> None:
    share = share_floor(part, part + rest)
    assert (share is None) == (part + rest < LEAST)
    if share is not None:
        assert part / (part + rest) - 0.05 < share <= part / (part + rest) + 1e-9
        assert (share == 1) == (rest == 0)


@given(st.lists(st.floats(0, 1e6), min_size=5), st.sampled_from([0.5, 0.9]))
def test_a_percentile_lies_between_the_least_and_the_greatest(values: list[float], share: float) -> None:
    found = percentile(values, share)
    assert found is not None
    assert min(values) - 1e-6 <= found <= max(values) + 1e-6


def test_percentiles_as_the_textbook_has_them_and_none_for_fewer_than_five() -> None:
    assert percentile([10, 20, 30, 40, 50], 0.5) == 30
    assert percentile([0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100], 0.9) == 90
    assert percentile([10, 20, 30, 40], 0.5) is None
