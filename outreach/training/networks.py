"""One hidden layer, learned a `Lesson` at a time and kept as one for all.

On the mean word vector of a comment it is a deep averaging network (Iyyer and others, 2015): linear heads add up words;
this sees that some of them stand in for others, and in what sort of talk they stand.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

_BATCH = 256
#: Decay brings the weights of idle units below this and on to subnormal numbers, which change no margin and take the
#: processor twenty times as long.
_NOTHING = 1e-12


@dataclass(frozen=True)
class NetworkSettings:
    hidden: int = 64  #: units a lesson; 128 find hardly more
    passes: int = 12  #: over the rows
    decay: float = 1e-3
    #: Of its log-odds beside a margin of the linear heads. Held out, .1 to .2 find the same.
    share: float = 0.15


@dataclass(frozen=True)
class Lesson:
    """`classes[i]` is the number of the class of row `rows[i]`. Two classes are the no and the yes of one head; of
    more, each has a head of its own."""

    heads: tuple[int, ...]
    rows: np.ndarray
    classes: np.ndarray
    weights: np.ndarray

    @property
    def teaches(self) -> bool:
        return len(np.unique(self.classes)) == max(2, len(self.heads))


@dataclass(frozen=True)
class Network:
    """`inner` (dimensions, units), `outer` (units, heads)."""

    inner: np.ndarray
    inner_bias: np.ndarray
    outer: np.ndarray
    outer_bias: np.ndarray

    def margins(self, vectors: np.ndarray) -> np.ndarray:
        """What to add to the margins of the linear heads, (rows, heads), for `vectors` (rows, dimensions)."""
        return np.asarray(np.maximum(vectors @ self.inner + self.inner_bias, 0) @ self.outer + self.outer_bias)


def learn_network(vectors: np.ndarray, lessons: Sequence[Lesson], *, heads: int, settings: NetworkSettings) -> Network:
    """The same vectors and lessons give the same network, however many threads the machine has."""
    with threadpool_limits(1):
        parts = [_learned(vectors[one.rows], one, heads, settings) for one in lessons if one.teaches]
    return Network(
        inner=np.hstack([np.zeros((vectors.shape[1], 0)), *(part.inner for part in parts)]).astype(np.float32),
        inner_bias=np.concatenate([np.zeros(0), *(part.inner_bias for part in parts)]).astype(np.float32),
        outer=np.vstack([np.zeros((0, heads)), *(part.outer for part in parts)]).astype(np.float32),
        outer_bias=sum((part.outer_bias for part in parts), np.zeros(heads)).astype(np.float32),
    )


def _learned(vectors: np.ndarray, lesson: Lesson, heads: int, settings: NetworkSettings) -> Network:
    """The root of the weights: a row that counts a seventh to a margin still shows what talk looks like."""
    model = MLPClassifier(
        (settings.hidden,), alpha=settings.decay, batch_size=min(_BATCH, len(lesson.rows)),
        max_iter=settings.passes, random_state=0,
    )  # fmt: skip
    weights = np.sqrt(lesson.weights)
    spread = float(vectors.std(axis=0).mean()) or 1.0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it is stopped early on purpose
        model.fit(vectors / spread, lesson.classes, sample_weight=weights / weights.mean())
    outer, outer_bias = np.zeros((settings.hidden, heads)), np.zeros(heads)
    outer[:, list(lesson.heads)] = settings.share * _levelled(model.coefs_[1])
    outer_bias[list(lesson.heads)] = settings.share * _levelled(model.intercepts_[1][None])[0]
    return Network(_rid_of_nothing(model.coefs_[0]) / spread, model.intercepts_[0], outer, outer_bias)


def _rid_of_nothing(weights: np.ndarray) -> np.ndarray:
    return np.where(np.abs(weights) < _NOTHING, 0, weights)


def _levelled(weights: np.ndarray) -> np.ndarray:
    """What all of several classes share tells them not apart."""
    return weights - weights.mean(axis=1, keepdims=True) if weights.shape[1] > 1 else weights
