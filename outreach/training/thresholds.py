"""Where a probability becomes a flag (review) and where it pages somebody (alert): two budgets of ordinary comments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import precision_recall_curve

from outreach.states import Flag
from outreach.training.fitting import SERIOUS

S0 = (Flag.IMMINENT_DANGER, Flag.SELF_HARM)
PAGED = (*S0, Flag.CHILD_AT_RISK)

#: Recall beyond which a lower threshold would only add work.
_ENOUGH = {**dict.fromkeys(SERIOUS, 0.97), **dict.fromkeys(PAGED, 0.99)}
#: Ordinary comments that may go to review for S0 and S1 together: of real pages; of our own, half of them traps.
REAL_LOAD, SEED_LOAD = 0.045, 0.14
ALERT_LOAD = 0.004
#: Of comments known not to hold the flag, and of real ones where no public set annotates it, per flag of S2 and S3.
_FALSE = {Flag.ABUSE: 0.05, Flag.HELP_SEEKING: 0.03, Flag.THREAT: 0.03}
_FALSE_OTHERS = 0.02
_REAL = {Flag.HELP_SEEKING: 0.01, Flag.THREAT: 0.01, Flag.SPAM: 0.02}
_HALVINGS = 30


@dataclass(frozen=True)
class Pools:
    """Probabilities (rows, 15) of ordinary comments that a model had not seen."""

    real: np.ndarray
    seed: np.ndarray


def choose(
    scores: np.ndarray, known: Mapping[Flag, tuple[np.ndarray, np.ndarray]], pools: Pools
) -> dict[Flag, dict[str, float]]:
    """`known[flag]` is (rows, labels). The result holds `review` for every flag and `alert` for those that page."""
    review = {
        flag: max(_conduct(scores[rows, at], labels, flag), _quiet(pools.real[:, at], flag))
        for at, flag, rows, labels in _each(known)
    }
    enough = {flag: _reaching(scores[rows, at], labels, flag) for at, flag, rows, labels in _each(known)}
    review |= _shared_budget(SERIOUS, pools, (REAL_LOAD, SEED_LOAD), ceiling=enough)
    alert = _shared_budget(PAGED, pools, (ALERT_LOAD, 4 * ALERT_LOAD), ceiling={})
    return {
        flag: {"review": review[flag]} | ({"alert": max(alert[flag], review[flag])} if flag in alert else {})
        for flag in Flag
    }


def _each(known: Mapping[Flag, tuple[np.ndarray, np.ndarray]]) -> list[tuple[int, Flag, np.ndarray, np.ndarray]]:
    return [(at, flag, *known[flag]) for at, flag in enumerate(Flag)]


def _conduct(scores: np.ndarray, labels: np.ndarray, flag: Flag) -> float:
    """The best F1, but never more than the flag's share of false alarms."""
    if not labels.any() or labels.all():
        return 1.0
    precision, recall, cuts = precision_recall_curve(labels, scores)
    best = np.argmax(2 * precision * recall / np.maximum(precision + recall, 1e-9))
    floor = np.quantile(scores[~labels], 1 - _FALSE.get(flag, _FALSE_OTHERS))
    return float(max(cuts[min(int(best), len(cuts) - 1)], floor))


def _quiet(real: np.ndarray, flag: Flag) -> float:
    return float(np.quantile(real, 1 - _REAL[flag])) if len(real) and flag in _REAL else 0.0


def _reaching(scores: np.ndarray, labels: np.ndarray, flag: Flag) -> float:
    """The highest threshold that still finds enough of them."""
    if not labels.any():
        return 1.0
    return float(np.quantile(scores[labels], 1 - _ENOUGH.get(flag, 1.0)))


def _shared_budget(
    flags: Sequence[Flag], pools: Pools, loads: tuple[float, float], *, ceiling: Mapping[Flag, float]
) -> dict[Flag, float]:
    """The same share for each flag, as large as lets all of them together keep to the budget."""
    columns = [list(Flag).index(flag) for flag in flags]
    high = np.array([ceiling.get(flag, 0.0) for flag in flags])
    low_share, high_share = 0.0, max(loads)
    cuts = np.ones(len(flags))
    for _ in range(_HALVINGS):
        share = (low_share + high_share) / 2
        tried = np.maximum(_cuts(pools, columns, share, loads), high)
        if _within(pools, columns, tried, loads):
            low_share, cuts = share, tried
        else:
            high_share = share
    return dict(zip(flags, map(float, cuts), strict=True))


def _cuts(pools: Pools, columns: Sequence[int], share: float, loads: tuple[float, float]) -> np.ndarray:
    parts = [
        np.quantile(pool[:, columns], 1 - min(1.0, share * load / loads[0]), axis=0)
        for pool, load in zip((pools.real, pools.seed), loads, strict=True)
        if len(pool)
    ]
    return np.asarray(np.nextafter(np.max(parts, axis=0), 2))


def _within(pools: Pools, columns: Sequence[int], cuts: np.ndarray, loads: tuple[float, float]) -> bool:
    return all(
        load_of(pool[:, columns], cuts) <= most for pool, most in zip((pools.real, pools.seed), loads, strict=True)
    )


def load_of(scores: np.ndarray, cuts: np.ndarray) -> float:
    """The share of rows with any score at its threshold."""
    return float((scores >= cuts).any(axis=1).mean()) if len(scores) else 0.0
