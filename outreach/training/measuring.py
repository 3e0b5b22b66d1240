"""Figures of held-out predictions: per flag, per source, per sentiment. Never a text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from outreach.states import Flag, Sentiment
from outreach.training.examples import SEED, Example
from outreach.training.fitting import SERIOUS
from outreach.training.thresholds import Cuts, Pools


def figures(
    examples: Sequence[Example], moods: np.ndarray, scores: np.ndarray, cuts: Cuts, pools: Pools
) -> dict[str, Any]:
    sources = sorted({row.source for row in examples})
    raised, alerted = cuts.raised(scores), cuts.alerted(scores)
    return {
        "flags": {
            flag.value: _per_source(
                examples, scores[:, at], (raised[:, at], alerted[:, at]), flag=flag, cuts=cuts.flags[flag]
            )
            for at, flag in enumerate(Flag)
        },
        "sentiment": {source: found for source in sources if (found := _moods(examples, moods, source))},
        "seen": _seen(examples, raised),
        "load": {"real": loads(pools.real, cuts), "seed": loads(pools.seed, cuts)},
    }


def _per_source(
    examples: Sequence[Example],
    scores: np.ndarray,
    on: tuple[np.ndarray, np.ndarray],
    *,
    flag: Flag,
    cuts: Mapping[str, float],
) -> dict[str, Any]:
    """`on`: which rows go to review, and which page."""
    known: dict[str, list[int]] = {}
    for at, row in enumerate(examples):
        if flag in row.labels:
            known.setdefault(row.source, []).append(at)
    return {
        source: _binary(
            np.array([examples[at].labels[flag] for at in rows]), scores[rows], (on[0][rows], on[1][rows]), cuts
        )
        for source, rows in sorted(known.items())
    }


def _binary(
    labels: np.ndarray, scores: np.ndarray, on: tuple[np.ndarray, np.ndarray], cuts: Mapping[str, float]
) -> dict[str, Any]:
    found: dict[str, Any] = {"rows": len(labels), "positives": int(labels.sum())}
    for name, raised in zip(("review", "alert"), on, strict=True):
        if name in cuts:
            found[name] = _at(labels, raised) | {"threshold": round(cuts[name], 4)}
    if labels.any() and not labels.all():
        found["pr_auc"] = round(float(average_precision_score(labels, scores)), 3)
    return found


def _at(labels: np.ndarray, raised: np.ndarray) -> dict[str, float | None]:
    """None where nothing was there to find, or nothing was raised: missing is not zero."""
    hits = int((labels & raised).sum())
    return {
        "recall": round(hits / int(labels.sum()), 3) if labels.any() else None,
        "precision": round(hits / int(raised.sum()), 3) if raised.any() else None,
        "f1": round(2 * hits / int(labels.sum() + raised.sum()), 3) if labels.any() else None,
        "false_alarms": round(float(raised[~labels].mean()), 4) if not labels.all() else None,
    }


def _seen(examples: Sequence[Example], flags: np.ndarray) -> dict[str, float | None]:
    """Of our own comments that hold a serious flag: the share that goes to review for S0-S1, whatever the flag."""
    raised = np.asarray(flags[:, : len(SERIOUS)].any(axis=1))
    own = np.array([row.source == SEED for row in examples])
    holds = np.array([[own[at] and row.labels.get(flag, False) for flag in SERIOUS] for at, row in enumerate(examples)])
    found = {flag.value: _share(raised, holds[:, at]) for at, flag in enumerate(SERIOUS)}
    return found | {"any_s0_s1": _share(raised, np.asarray(holds.any(axis=1)))}


def _share(raised: np.ndarray, rows: np.ndarray) -> float | None:
    return round(float(raised[rows].mean()), 3) if rows.any() else None


def _moods(examples: Sequence[Example], moods: np.ndarray, source: str) -> dict[str, Any] | None:
    rows = [at for at, row in enumerate(examples) if row.source == source and row.sentiment]
    if not rows:
        return None
    order = list(Sentiment)
    truth = np.array([order.index(mood) for at in rows if (mood := examples[at].sentiment)])
    guess = moods[rows].argmax(axis=1)
    each = f1_score(truth, guess, labels=range(len(order)), average=None, zero_division=0)
    present = [at for at in range(len(order)) if (truth == at).any()]
    return {
        "rows": len(rows),
        "accuracy": round(float((truth == guess).mean()), 3),
        "macro_f1": round(float(np.mean([each[at] for at in present])), 3),
        "f1": {order[at].value: round(float(each[at]), 3) for at in present},
    }


def loads(pool: np.ndarray, cuts: Cuts) -> dict[str, Any]:
    """Shares of ordinary comments that would be raised."""
    if not len(pool):
        return {"rows": 0}
    raised, alerted = cuts.raised(pool), cuts.alerted(pool)
    return {
        "rows": len(pool),
        "review_s0_s1": _mean(raised[:, : len(SERIOUS)].any(axis=1)),
        "review_any": _mean(raised.any(axis=1)),
        "alert": _mean(alerted.any(axis=1)),
        "alert_s0": _mean(alerted[:, :2].any(axis=1)),
        "per_flag": {flag.value: _mean(raised[:, at]) for at, flag in enumerate(Flag)},
    }


def _mean(raised: Any) -> float:
    return round(float(np.mean(raised)), 4)


def counts(examples: Sequence[Example]) -> dict[str, Any]:
    return {
        "rows": dict(sorted(Counter(row.source for row in examples).items())),
        "voices": len({row.group for row in examples if row.source == SEED}),
        "positives": {flag.value: sum(row.labels.get(flag, False) for row in examples) for flag in Flag},
        "seed_positives": {
            flag.value: sum(row.labels.get(flag, False) for row in examples if row.source == SEED) for flag in Flag
        },
    }
