"""Word vectors from the training texts themselves: words that keep the same company lie close together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.utils.extmath import randomized_svd

from outreach.arabic import known_as

_WINDOW = 6  #: words to either side; the n-th counts 1/n
_RARE = 4  #: words seen less often have no company to speak of
_SMOOTHING = 0.75  #: of context frequencies, as Levy and Goldberg (2015) have it
_GAP = -1
#: Steps to one, in a model file: vectors are kept as whole numbers of them, and training sees what scoring will.
STEPS = 127


@dataclass(frozen=True)
class WordVectors:
    words: tuple[str, ...]
    idf: np.ndarray
    vectors: np.ndarray  #: (words, dimensions), each about of unit length, in whole steps

    @cached_property
    def numbers(self) -> dict[str, int]:
        return {word: at for at, word in enumerate(self.words)}

    def known(self, text: str) -> list[str]:
        """The words of a normalised text that have a vector, or whose stem has one."""
        found = (known_as(word, self.numbers) for word in text.split())
        return [self.words[at] for at in found if at is not None]


def learn_vectors(texts: Sequence[str], *, words: int, dimensions: int) -> WordVectors:
    """Positive pointwise mutual information of neighbours, reduced by a truncated SVD with a fixed seed."""
    times = Counter(word for text in texts for word in text.split())
    kept = sorted((word for word, count in times.items() if count >= _RARE), key=lambda word: (-times[word], word))
    kept = kept[:words]
    idf = np.log(1e6 / np.array([times[word] for word in kept], dtype=float))
    vectors = _reduced(_associations(_neighbours(texts, kept)), min(dimensions, max(1, len(kept) - 1)))
    return WordVectors(tuple(kept), idf.astype(np.float16).astype(np.float32), vectors)


def _neighbours(texts: Sequence[str], words: Sequence[str]) -> csr_matrix:
    numbers = {word: at for at, word in enumerate(words)}
    gap = [_GAP] * _WINDOW
    flat = np.array(
        [n for text in texts for n in (*(numbers.get(w, _GAP) for w in text.split()), *gap)], dtype=np.int64
    )
    shape = (len(words), len(words))
    total = csr_matrix(shape)
    for apart in range(1, _WINDOW + 1):
        a, b = flat[:-apart], flat[apart:]
        both = (a != _GAP) & (b != _GAP)
        found = csr_matrix((np.full(int(both.sum()), 1 / apart), (a[both], b[both])), shape=shape)
        total = total + found + found.T
    return total


def _associations(together: csr_matrix) -> csr_matrix:
    pairs = together.tocoo()
    often = np.asarray(together.sum(axis=1)).ravel()
    context = often**_SMOOTHING / max((often**_SMOOTHING).sum(), 1)
    strength = np.log(pairs.data / (often[pairs.row] * context[pairs.col]))
    positive = strength > 0
    return csr_matrix((strength[positive], (pairs.row[positive], pairs.col[positive])), shape=together.shape)


def _reduced(matrix: csr_matrix, dimensions: int) -> np.ndarray:
    left, sizes, _ = randomized_svd(matrix, dimensions, n_iter=3, random_state=0)
    vectors = left * np.sqrt(sizes)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(np.round(STEPS * vectors / np.where(length > 0, length, 1)) / STEPS, dtype=np.float32)
