"""Which days and hours did better for an audience, with the uncertainty that so few posts leave. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

FEWEST_POSTS = 20  #: of a channel; fewer show nothing but chance
FEWEST_IN_PART = 4
FEWEST_OF_KIND = 3  #: a kind of post with fewer is compared with all posts
CONFIDENCE = 0.9  #: that no part is called better or worse by chance, over all parts together
#: first hour of each part of the day
PARTS_OF_DAY = (0, 6, 9, 12, 15, 18, 21)


@dataclass(frozen=True)
class Sample:
    published_at: datetime
    kind: str
    interactions: float  #: after two days


class Finding(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    UNCLEAR = "unclear"  #: the difference may be chance
    TOO_FEW = "too_few"


@dataclass(frozen=True)
class Verdict:
    """Of one day of the week (Monday 0) or one part of the day (its first hour)."""

    part: int
    posts: int
    finding: Finding
    times: float | None = None  #: interactions against the usual for these kinds of post; 1.3 is thirty percent more
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Timing:
    posts: int
    days: tuple[Verdict, ...]  #: empty with too few posts
    hours: tuple[Verdict, ...]


def compare(samples: Iterable[Sample], zone: ZoneInfo) -> Timing:
    """Posts are compared with their own kind, on a logarithmic scale, so that one that went viral does not decide."""
    samples = tuple(samples)
    if len(samples) < FEWEST_POSTS:
        return Timing(len(samples), (), ())
    deviations = _deviations(samples)
    local = [sample.published_at.astimezone(zone) for sample in samples]
    days = _verdicts(range(7), [at.weekday() for at in local], deviations)
    hours = _verdicts(PARTS_OF_DAY, [part_of_day(at) for at in local], deviations)
    return Timing(len(samples), days, hours)


def part_of_day(at: datetime) -> int:
    return max(first for first in PARTS_OF_DAY if first <= at.hour)


def _deviations(samples: Sequence[Sample]) -> list[float]:
    """How far each post lies above or below the mean of its kind."""
    values = [math.log1p(sample.interactions) for sample in samples]
    usual = _mean(values)
    kinds: dict[str, list[float]] = {}
    for sample, value in zip(samples, values, strict=True):
        kinds.setdefault(sample.kind, []).append(value)
    means = {kind: _mean(found) if len(found) >= FEWEST_OF_KIND else usual for kind, found in kinds.items()}
    return [value - means[sample.kind] for sample, value in zip(samples, values, strict=True)]


def _verdicts(parts: Iterable[int], where: Sequence[int], deviations: Sequence[float]) -> tuple[Verdict, ...]:
    """One-way comparison with one spread for all parts and Bonferroni's correction for looking at many."""
    groups = {part: [value for value, at in zip(deviations, where, strict=True) if at == part] for part in parts}
    tested = {part: group for part, group in groups.items() if len(group) >= FEWEST_IN_PART}
    degrees = sum(map(len, tested.values())) - len(tested)
    if len(tested) < 2 or degrees < 1:  # noqa: PLR2004  with one part there is nothing to compare
        return tuple(Verdict(part, len(group), Finding.TOO_FEW) for part, group in groups.items())
    spread = math.sqrt(sum(_squares(group) for group in tested.values()) / degrees)
    reach = _quantile(degrees)(1 - (1 - CONFIDENCE) / (2 * len(tested)))
    return tuple(
        _verdict(part, group, reach * spread / math.sqrt(len(group)))
        if part in tested
        else Verdict(part, len(group), Finding.TOO_FEW)
        for part, group in groups.items()
    )


def _verdict(part: int, group: Sequence[float], margin: float) -> Verdict:
    middle = _mean(group)
    low, high = middle - margin, middle + margin
    finding = Finding.BETTER if low > 0 else Finding.WORSE if high < 0 else Finding.UNCLEAR
    return Verdict(part, len(group), finding, math.exp(middle), math.exp(low), math.exp(high))


def _quantile(degrees: int) -> Callable[[float], float]:
    """Of Student's t."""
    from scipy.special import stdtrit  # noqa: PLC0415  a tenth of a second that most commands do not need

    return lambda share: float(stdtrit(degrees, share))


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _squares(values: Sequence[float]) -> float:
    middle = _mean(values)
    return sum((value - middle) ** 2 for value in values)
