"""A set's own head above the shared ones: it learns what they do not know, and nothing that is not there."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from outreach.training.adapting import adapted

ROWS = 300


def test_what_the_shared_heads_do_not_know_is_learned_from_the_set() -> None:
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 3, ROWS)
    assert _right(_telling(truth, rng), _noise(rng), truth) > 0.9


def test_what_the_shared_heads_know_is_kept() -> None:
    rng = np.random.default_rng(2)
    truth = rng.integers(0, 2, ROWS)
    assert _right(csr_matrix(_noise(rng)), _telling(truth, rng).toarray(), truth) > 0.9


def test_nothing_is_learned_by_heart() -> None:
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, ROWS)
    assert _right(_telling(truth, rng), _noise(rng), rng.permutation(truth)) < 0.45


def test_a_class_that_the_set_does_not_hold_is_never_likely() -> None:
    rng = np.random.default_rng(4)
    truth = 2 * rng.integers(0, 2, ROWS)
    found = adapted(_telling(truth, rng), _noise(rng), truth, **_folds())
    assert found.shape == (ROWS, 3)
    assert not (found.argmax(axis=1) == 1).any()


def _right(features: csr_matrix, shared: np.ndarray, truth: np.ndarray) -> float:
    found = adapted(features, shared, truth, **_folds())
    return float((found.argmax(axis=1) == truth).mean())


def _folds() -> dict[str, np.ndarray]:
    return {"folds": np.arange(ROWS) % 3, "finer": np.arange(ROWS) % 6}


def _telling(truth: np.ndarray, rng: np.random.Generator) -> csr_matrix:
    return csr_matrix(np.eye(3)[truth] + rng.normal(0, 0.3, (ROWS, 3)))


def _noise(rng: np.random.Generator) -> np.ndarray:
    return rng.normal(0, 1, (ROWS, 4))
