"""What a finished model finds in comments that others wrote for the flags, who had not seen ours.

Our own figures, held out by voice, share their few writers; these comments share neither writers nor words with what
the model learned, and no weight or threshold comes from them. They lie in `strangers/`, beside the folder of our own
comments.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score

from outreach.states import Flag, Sentiment
from outreach.training.examples import Example
from outreach.training.fitting import SERIOUS
from outreach.training.seed import read_seed
from outreach.training.thresholds import Cuts
from outreach.training.unseen import Scores

_BUDGET = 0.05  #: of their ordinary comments, for the figure that needs none of our thresholds


def strangers(scores: Scores, cuts: Cuts, *, seed: Path) -> dict[str, Any]:
    """Nothing where there are no such comments; raises InvalidError for a bad row."""
    rows = read_seed(seed.with_name("strangers"))
    if not rows:
        return {}
    moods, flags = scores([row.text for row in rows])
    return _figures(rows, moods, flags, cuts.raised(flags))


def _figures(rows: Sequence[Example], moods: np.ndarray, scores: np.ndarray, raised: np.ndarray) -> dict[str, Any]:
    held = np.array([[row.labels[flag] for flag in Flag] for row in rows])
    ordinary, serious = ~_any(held), _any(held[:, : len(SERIOUS)])
    seen = _any(raised[:, : len(SERIOUS)])
    truth = np.array([list(Sentiment).index(row.sentiment) for row in rows if row.sentiment])
    return {
        "rows": len(rows),
        "ordinary": int(ordinary.sum()),
        "serious": int(serious.sum()),
        "found": _share(seen[serious]),
        "review_s0_s1": _share(seen[ordinary]),
        "review_any": _share(_any(raised[ordinary])),
        "found_at_budget": _share(scores[serious, -1] >= np.quantile(scores[ordinary, -1], 1 - _BUDGET)),
        "sentiment_accuracy": _share(moods.argmax(axis=1) == truth),
        "flags": {
            flag.value: _flag(held[:, at], raised[:, at], scores[:, at], seen if flag in SERIOUS else None)
            for at, flag in enumerate(Flag)
            if held[:, at].any()
        },
    }


def _flag(held: np.ndarray, raised: np.ndarray, scores: np.ndarray, seen: np.ndarray | None) -> dict[str, Any]:
    return {
        "positives": int(held.sum()),
        "recall": _share(raised[held]),
        "seen": None if seen is None else _share(seen[held]),
        "precision": _share(held[raised]),
        "pr_auc": round(float(average_precision_score(held, scores)), 3),
    }


def _any(rows: np.ndarray) -> np.ndarray:
    return np.asarray(rows.any(axis=1))


def _share(rows: np.ndarray) -> float | None:
    """None where there is nothing to have a share of."""
    return round(float(rows.mean()), 3) if len(rows) else None
