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

#: Ordinary comments that may go to review for S0 and S1 together: of real pages; of our own, many of them traps.
#: The first keeps below the promised 5 %, because Iraqi talk of sources that no model saw runs higher: with 0.029 two
#: people cannot keep the targets of a night of 5,000 such comments (`make bench ONLY=alerts`). A trap more is
#: read in vain, a disclosure less may cost a life, so the second gives way to the first.
REAL_LOAD, SEED_LOAD = 0.027, 0.3
#: Of that, for flags that are certain by themselves, whatever the comment looks like as a whole.
_CERTAIN_LOAD = 0.1
ALERT_LOAD = 0.0025
#: A page also needs a comment that as a whole is surely serious; at the same load this finds nearly twice as many.
ALERT_GATE = 0.9
#: Where life is at stake, a flag may take a larger part of the budget.
_PART = dict.fromkeys(PAGED, 1.5)
#: Of ordinary comments of real pages, per flag of S2 and S3: with S0 and S1 together under 8 % of wrong alarms, by the
#: sample that is told in the card. Insults and hate are read off words of public sets whose makers mean more by them
#: than the guide does, so they get least for what they find.
_REAL = {
    Flag.HELP_SEEKING: 0.004,
    Flag.THREAT: 0.005,
    Flag.GENDERED_ABUSE: 0.009,
    Flag.HATE_SPEECH: 0.01,
    Flag.ABUSE: 0.036,
    Flag.SPAM: 0.01,
}
#: How much more a missed flag costs than one too many: of S0 and S1 once a comment goes to review anyway (most of those
#: that page), and of S2 and S3, whose load is capped besides, so that it is the cap that decides for most.
_RECALL_WEIGHT = {
    **dict.fromkeys(SERIOUS, 5.0),
    **dict.fromkeys(PAGED, 7.0),
    **dict.fromkeys((Flag.BLACKMAIL, Flag.STAFF_MISCONDUCT), 8.0),  # mostly hinted at: strangers' words for it vary
    Flag.HELP_SEEKING: 1.0,
    Flag.THREAT: 2.0,
    Flag.GENDERED_ABUSE: 1.75,
    Flag.HATE_SPEECH: 2.0,
    Flag.ABUSE: 1.5,
    Flag.SPAM: 2.0,
}
_HALVINGS = 30


@dataclass(frozen=True)
class Pools:
    """Probabilities (rows, 16) of ordinary comments that a model had not seen."""

    real: np.ndarray
    seed: np.ndarray

    def surely(self, least: float) -> Pools:
        """With nothing left of comments that as a whole are less than that."""
        return Pools(*(pool * (pool[:, -1:] >= least) for pool in (self.real, self.seed)))


@dataclass(frozen=True)
class Cuts:
    """`flags`: `review` for every flag, `certain` for those of S0 and S1, `alert` for those that page.
    `gate`: from where on a comment goes to review for S0 or S1 as a whole."""

    flags: Mapping[Flag, Mapping[str, float]]
    gate: float
    alert_gate: float = ALERT_GATE

    def alerted(self, scores: np.ndarray) -> np.ndarray:
        """(rows, 15): which flags page."""
        alert = np.array([self.flags[flag].get("alert", 2.0) for flag in Flag])
        return np.asarray((scores[:, :-1] >= alert) & (scores[:, -1:] >= self.alert_gate))

    def raised(self, scores: np.ndarray) -> np.ndarray:
        """(rows, 15): which flags go to review; the rule of the classifier, for many rows at once."""
        review = np.array([self.flags[flag]["review"] for flag in Flag])
        certain = np.array([self.flags[flag].get("certain", review[at]) for at, flag in enumerate(Flag)])
        found = scores[:, :-1] >= certain
        serious = len(SERIOUS)
        inside = scores[:, -1] >= self.gate
        found[:, :serious] |= inside[:, None] & (scores[:, :serious] >= review[:serious])
        likeliest = np.argmax(scores[:, :serious] / review[:serious], axis=1)
        found[inside, likeliest[inside]] = True
        return np.asarray(found)


@dataclass(frozen=True)
class Known:
    """The rows that speak about a flag, what they say, and which of them are our own."""

    rows: np.ndarray
    labels: np.ndarray
    own: np.ndarray


def choose(scores: np.ndarray, known: Mapping[Flag, Known], pools: Pools) -> Cuts:
    columns = {flag: scores[known[flag].rows, at] for at, flag in enumerate(Flag)}
    small = (REAL_LOAD * _CERTAIN_LOAD, SEED_LOAD * _CERTAIN_LOAD)
    alert = _shared_budget(PAGED, pools.surely(ALERT_GATE), (ALERT_LOAD, 2 * ALERT_LOAD))
    certain = _shared_budget(SERIOUS, pools, small)
    gate = _gate(pools, np.array([certain[flag] for flag in SERIOUS]))
    review = {
        flag: max(_best(columns[flag], known[flag], _RECALL_WEIGHT[flag]), _quiet(pools.real[:, at], flag))
        for at, flag in enumerate(Flag)
        if flag not in SERIOUS
    }
    inside = scores[:, -1] >= gate
    review |= {
        flag: _best_inside(columns[flag], known[flag], inside[known[flag].rows], _RECALL_WEIGHT[flag])
        for flag in SERIOUS
    }
    extra: dict[Flag, dict[str, float]] = {flag: {"certain": certain[flag]} for flag in SERIOUS}
    for flag in PAGED:
        extra[flag]["alert"] = max(alert[flag], review[flag])
    return Cuts({flag: {"review": review[flag], **extra.get(flag, {})} for flag in Flag}, gate, max(ALERT_GATE, gate))


def _gate(pools: Pools, certain: np.ndarray) -> float:
    """The lowest that keeps comments of S0 and S1 within both loads."""
    cuts = []
    for pool, load in ((pools.real, REAL_LOAD), (pools.seed, SEED_LOAD)):
        if len(pool):
            rest = pool[~(pool[:, : len(SERIOUS)] >= certain).any(axis=1), -1]
            allowed = max(0, int(load * len(pool)) - (len(pool) - len(rest)))
            cuts.append(np.sort(rest)[::-1][min(allowed, len(rest) - 1)])
    return float(np.nextafter(max(cuts, default=0.5), 2))


def _best_inside(scores: np.ndarray, known: Known, inside: np.ndarray, recall_weight: float) -> float:
    """Among comments that go to review anyway and that are our own."""
    rows = inside & known.own
    return min(0.5, _best(scores[rows], Known(known.rows[rows], known.labels[rows], known.own[rows]), recall_weight))


def _best(scores: np.ndarray, known: Known, recall_weight: float) -> float:
    """The best F-measure, our own comments and public ones weighing the same in all."""
    if not known.labels.any() or known.labels.all():
        return 1.0
    weights = np.where(known.own, 1 / max(1, known.own.sum()), 1 / max(1, (~known.own).sum()))
    precision, recall, cuts = precision_recall_curve(known.labels, scores, sample_weight=weights)
    square = recall_weight**2
    best = int(np.argmax((1 + square) * precision * recall / np.maximum(square * precision + recall, 1e-9)))
    return float(cuts[min(best, len(cuts) - 1)])


def _quiet(real: np.ndarray, flag: Flag) -> float:
    return float(np.quantile(real, 1 - _REAL[flag])) if len(real) and flag in _REAL else 0.0


def _shared_budget(flags: Sequence[Flag], pools: Pools, loads: tuple[float, float]) -> dict[Flag, float]:
    """The same share for each flag, as large as lets all of them together keep to the budget."""
    columns = [list(Flag).index(flag) for flag in flags]
    low_share, high_share = 0.0, max(loads)
    cuts = np.ones(len(flags))
    for _ in range(_HALVINGS):
        share = (low_share + high_share) / 2
        tried = _cuts(pools, columns, share, loads)
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
