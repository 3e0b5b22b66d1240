"""Small counts are not told: below five somebody could be recognised (safeguarding.md §6).

A sum is told only when all its parts are, so that a part cannot be worked out from the others.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

LEAST = 5
FEW = "<5"
Told = int | str | None  #: a count; FEW; None is "missing", which is not zero


def tell(count: int) -> int | str:
    """Zero is a small count as well: that nobody wrote tells something about who might have."""
    return count if count >= LEAST else FEW


def tell_parts(parts: Mapping[str, int]) -> dict[str, int | str]:
    return {name: tell(count) for name, count in parts.items()}


def tell_sum(parts: Iterable[int | str]) -> int | str | None:
    """None where a part is hidden."""
    numbers = list(parts)
    known = [number for number in numbers if isinstance(number, int)]
    return sum(known) if len(known) == len(numbers) else None


def tell_roughly(count: int) -> int | str:
    """To the nearest five: several exact sums together could give a hidden part away."""
    return FEW if count < LEAST else LEAST * round(count / LEAST)


def share_floor(part: int, whole: int) -> float | None:
    """A share in steps of five percent, never better than it is; None below five."""
    return math.floor(part / whole * 20 + 1e-9) / 20 if whole >= LEAST else None


def percentile(values: list[float], share: float) -> float | None:
    """By linear interpolation; None for fewer than five, where it would be one person's own."""
    if len(values) < LEAST:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
