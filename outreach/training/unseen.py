"""What a finished model says of whole sources that it did not train on: sets of the other licence classes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.metrics import average_precision_score, f1_score

from outreach.classifier import Classifier
from outreach.classifier.predicting import Probabilities, raised
from outreach.states import Flag, Sentiment
from outreach.training.examples import Example, key
from outreach.training.sets import read_sets

_CLASSES = frozenset("ABC")
_FEWEST = 30  #: of either kind

Figures = dict[str, dict[str, dict[str, Any]]]


def unseen(
    classifier: Classifier, *, data: Path | None, licences: Sequence[str], known: Collection[Example]
) -> Figures:
    """Per set and flag, or `sentiment`; rows that some training set holds too are left out."""
    if data is None:
        return {}
    keys = {key(row.text) for row in known}
    rows = [row for row in read_sets(data, licences=_CLASSES - set(licences)) if key(row.text) not in keys]
    found: Figures = {}
    for source in sorted({row.source for row in rows}):
        ours = [row for row in rows if row.source == source]
        chances = classifier.probabilities([row.text for row in ours])
        if figures := _figures(classifier, ours, chances):
            found[source] = figures
    return found


def _figures(classifier: Classifier, rows: Sequence[Example], chances: Probabilities) -> dict[str, dict[str, Any]]:
    flags = np.array([_raised(classifier, chances, at) for at in range(len(rows))])
    found = {
        flag.value: one
        for at, flag in enumerate(Flag)
        if (one := _flag(rows, chances.flags[:, at], flags[:, at], flag))
    }
    mood = _mood(rows, chances.moods)
    return found | ({"sentiment": mood} if mood else {})


def _raised(classifier: Classifier, chances: Probabilities, at: int) -> list[bool]:
    each = dict(zip(Flag, chances.flags[at].tolist(), strict=True))
    on = raised(classifier.model, each, anyone=float(chances.any_serious[at]))
    return [flag in on for flag in Flag]


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
