"""From scores to a label of a set: where to cut is chosen on rows that are not judged. Macro-F1 of what comes out."""

from __future__ import annotations

import numpy as np

_GRID = np.linspace(-3.0, 3.0, 49)  #: of log-odds
_SWEEPS = 2  #: over the classes, because each one's best depends on the others


def macro_f1(truth: np.ndarray, guess: np.ndarray, classes: int) -> float:
    """Over the classes that `truth` holds."""
    hits = np.bincount(truth[truth == guess], minlength=classes)
    there = np.bincount(truth, minlength=classes)
    both = there + np.bincount(guess, minlength=classes)
    return float(np.mean(2 * hits[there > 0] / both[there > 0]))


def offsets(scores: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """What to add to the log-odds (rows, classes) for the best macro-F1 here; classes that never hold are shut out."""
    classes = scores.shape[1]
    present = np.flatnonzero(np.bincount(truth, minlength=classes))
    best = np.full(classes, -np.inf)
    best[present] = 0.0
    for _ in range(_SWEEPS):
        for at in present[1:]:
            best[at] = max(_grid(scores, best, at), key=lambda to: _tried(scores, truth, best, at, to))
    return best


def _grid(scores: np.ndarray, now: np.ndarray, at: int) -> np.ndarray:
    """Around what would have this class win as often as not."""
    others = np.delete(scores + now, at, axis=1).max(axis=1)
    low, middle, high = np.quantile(others - scores[:, at], (0.02, 0.5, 0.98))
    return np.unique(np.concatenate([_GRID, middle + _GRID, np.linspace(low, high, len(_GRID))]))


def _tried(scores: np.ndarray, truth: np.ndarray, now: np.ndarray, at: int, to: float) -> float:
    tried = now.copy()
    tried[at] = to
    return macro_f1(truth, (scores + tried).argmax(axis=1), scores.shape[1])


def tuned(scores: np.ndarray, truth: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Labels of every row, by offsets of the other folds."""
    guess = np.zeros(len(truth), dtype=np.int64)
    for fold in np.unique(folds):
        inside = folds == fold
        guess[inside] = (scores[inside] + offsets(scores[~inside], truth[~inside])).argmax(axis=1)
    return guess
