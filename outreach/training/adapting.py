"""One set's own head above the shared ones: what the model gives once it learns a set's idea of a label, as a plain SVM
that was given nothing but that set does. Nothing of it is shipped: what a set means by "offensive" is not what we mean.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

_COST = 0.05  #: our features are many more than the plain SVM's, and a set is small
_ABOVE = 0.05  #: cost of the upper head
_TOLERANCE = 0.01
_NEVER = -30.0  #: log-odds of a class that the set does not hold


def adapted(
    features: csr_matrix, shared: np.ndarray, truth: np.ndarray, *, folds: np.ndarray, finer: np.ndarray
) -> np.ndarray:
    """Log-odds (rows, classes) from models that saw neither a row nor its group, of the rows of one set.

    `shared`: margins (rows, any) by the one model of all sets, held out by `folds`. `finer` divides each fold in two:
    the upper head learns from margins that were held out again among its own rows, so that it does not take for
    insight what the lower one had learned by heart.
    """
    spread = (shared - shared.mean(axis=0)) / np.maximum(shared.std(axis=0), 1e-6)
    found = np.full((len(truth), int(truth.max()) + 1), _NEVER)
    below = _held_out(features, truth, folds)
    for fold in np.unique(folds):
        out, rest = folds == fold, folds != fold
        within = _held_out(features[rest], truth[rest], finer[rest])
        loudness = np.maximum(within.std(axis=0), 1e-6)
        upper = LogisticRegression(C=_ABOVE, max_iter=500)
        upper.fit(np.column_stack([within / loudness, spread[rest]]), truth[rest])
        heard = np.column_stack([below[out] / loudness, spread[out]])
        found[np.ix_(out, upper.classes_)] = upper.predict_log_proba(heard)
    return found


def _held_out(features: csr_matrix, truth: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Margins of every row by a head of this set alone, (rows, classes), of two classes that of the higher alone."""
    margins = np.zeros((len(truth), int(truth.max()) + 1))
    for fold in np.unique(folds):
        out = folds == fold
        head = LinearSVC(C=_COST, class_weight="balanced", tol=_TOLERANCE, random_state=0)
        head.fit(features[~out], truth[~out])
        found = head.decision_function(features[out]).reshape(int(out.sum()), -1)
        margins[np.ix_(out, head.classes_[-found.shape[1] :])] = found
    return margins
