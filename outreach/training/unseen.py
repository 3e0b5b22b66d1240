"""What a finished model says of whole sources that it did not train on: sets of the other licence classes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from outreach.states import Flag, Sentiment
from outreach.training.examples import Example, key
from outreach.training.measuring import loads
from outreach.training.sets import read_sets, read_unlabelled
from outreach.training.thresholds import Cuts

_CLASSES = frozenset("ABC")
_FEWEST = 30  #: of either kind

Figures = dict[str, dict[str, dict[str, Any]]]
#: Normalised texts to probabilities of sentiments (rows, 3) and of flags (rows, 16).
Scores = Callable[[Sequence[str]], tuple[np.ndarray, np.ndarray]]


def unseen(
    scores: Scores, cuts: Cuts, *, data: Path | None, licences: Sequence[str], known: Collection[Example]
) -> Figures:
    """Per set and flag, or `sentiment`; rows that some training set holds too are left out."""
    if data is None:
        return {}
    keys = {key(row.text) for row in known}
    rows = [row for row in read_sets(data, licences=_CLASSES - set(licences)) if key(row.text) not in keys]
    found: Figures = {}
    for source in sorted({row.source for row in rows}):
        ours = [row for row in rows if row.source == source]
        moods, flags = scores([row.text for row in ours])
        if figures := _figures(ours, moods, flags, cuts.raised(flags)):
            found[source] = figures
    return found


def unlabelled(scores: Scores, cuts: Cuts, *, data: Path | None) -> dict[str, Any]:
    """Shares of Iraqi texts without labels that would be raised; nearly all of it is everyday talk."""
    rows = read_unlabelled(data) if data else []
    return loads(scores([row.text for row in rows])[1], cuts) if rows else {}


def _figures(
    rows: Sequence[Example], moods: np.ndarray, flags: np.ndarray, raised: np.ndarray
) -> dict[str, dict[str, Any]]:
    found = {flag.value: one for at, flag in enumerate(Flag) if (one := _flag(rows, flags[:, at], raised[:, at], flag))}
    mood = _mood(rows, moods)
    return found | ({"sentiment": mood} if mood else {})


def _flag(rows: Sequence[Example], scores: np.ndarray, on: np.ndarray, flag: Flag) -> dict[str, Any] | None:
    told = [at for at, row in enumerate(rows) if flag in row.labels]
    labels = np.array([rows[at].labels[flag] for at in told], dtype=bool)
    if min(labels.sum(), (~labels).sum()) < _FEWEST:
        return None
    return {
        "rows": len(told),
        "macro_f1": round(float(f1_score(labels, on[told], average="macro")), 3),
        "recall": round(float(on[told][labels].mean()), 3),
        "false_alarms": round(float(on[told][~labels].mean()), 3),
        "pr_auc": round(float(average_precision_score(labels, scores[told])), 3),
    }


def _mood(rows: Sequence[Example], moods: np.ndarray) -> dict[str, Any] | None:
    told = [at for at, row in enumerate(rows) if row.sentiment]
    if len(told) < _FEWEST:
        return None
    order = list(Sentiment)
    truth = [order.index(mood) for at in told if (mood := rows[at].sentiment)]
    guess = moods[told].argmax(axis=1)
    return {"rows": len(told), "macro_f1": round(float(f1_score(truth, guess, average="macro")), 3)}
