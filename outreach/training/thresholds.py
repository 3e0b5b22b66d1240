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
#: Iraqi talk of sources that no model saw ran at 1.6 times the first figure, so it keeps below the promised 5 %.
REAL_LOAD, SEED_LOAD = 0.035, 0.12
ALERT_LOAD = 0.0025
#: Where life is at stake, a flag may take a larger part of the budget.
_PART = dict.fromkeys(PAGED, 1.5)
#: Of ordinary comments of real pages, per flag of S2 and S3. Insults are not rare there, and few of them are labelled.
_REAL = {
    Flag.HELP_SEEKING: 0.01,
    Flag.THREAT: 0.015,
    Flag.GENDERED_ABUSE: 0.01,
    Flag.HATE_SPEECH: 0.03,
    Flag.ABUSE: 0.08,
    Flag.SPAM: 0.025,
}
_HALVINGS = 30


@dataclass(frozen=True)
class Pools:
    """Probabilities (rows, 15) of ordinary comments that a model had not seen."""

    real: np.ndarray
    seed: np.ndarray


@dataclass(frozen=True)
class Known:
    """The rows that speak about a flag, what they say, and which of them are our own."""

    rows: np.ndarray
    labels: np.ndarray
    own: np.ndarray


def choose(scores: np.ndarray, known: Mapping[Flag, Known], pools: Pools) -> dict[Flag, dict[str, float]]:
    """The result holds `review` for every flag and `alert` for those that page."""
    columns = {flag: scores[known[flag].rows, at] for at, flag in enumerate(Flag)}
    review = {
        flag: max(_best(columns[flag], known[flag]), _quiet(pools.real[:, at], flag)) for at, flag in enumerate(Flag)
    }
    enough = {flag: _reaching(columns[flag], known[flag].labels, flag) for flag in Flag}
    review |= _shared_budget(SERIOUS, pools, (REAL_LOAD, SEED_LOAD), ceiling=enough)
    alert = _shared_budget(PAGED, pools, (ALERT_LOAD, 4 * ALERT_LOAD), ceiling={})
    return {
        flag: {"review": review[flag]} | ({"alert": max(alert[flag], review[flag])} if flag in alert else {})
        for flag in Flag
    }


def _best(scores: np.ndarray, known: Known) -> float:
    """The best F1, our own comments and public ones weighing the same in all."""
    if not known.labels.any() or known.labels.all():
        return 1.0
    weights = np.where(known.own, 1 / max(1, known.own.sum()), 1 / max(1, (~known.own).sum()))
    precision, recall, cuts = precision_recall_curve(known.labels, scores, sample_weight=weights)
    best = int(np.argmax(2 * precision * recall / np.maximum(precision + recall, 1e-9)))
    return float(cuts[min(best, len(cuts) - 1)])


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
    flags = [tuple(Flag)[at] for at in columns]
    parts = [
        [
            np.quantile(pool[:, at], 1 - min(1.0, _PART.get(flag, 1.0) * share * load / loads[0]))
            for at, flag in zip(columns, flags, strict=True)
        ]
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
