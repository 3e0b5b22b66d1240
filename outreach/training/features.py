"""Text to numbers, the scikit-learn way. The classifier does the same with numpy; a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from outreach.arabic import pair_names, pairs, skeleton


@dataclass(frozen=True)
class FeatureSettings:
    char_bits: int = 18  #: log2 of the buckets for character n-grams within words
    word_bits: int = 16
    char_low: int = 2
    char_high: int = 4
    word_high: int = 2
    char_weight: float = 1.0
    word_weight: float = 0.7
    pair_weight: float = 0.5

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


@dataclass(frozen=True)
class Idf:
    char: np.ndarray
    word: np.ndarray


_WORD = r"\S+"


class Features:
    """Three blocks side by side, each of unit length: character n-grams, words, pairs of word classes."""

    def __init__(self, settings: FeatureSettings) -> None:
        self.settings = settings
        self._char = HashingVectorizer(
            analyzer="char_wb", ngram_range=(settings.char_low, settings.char_high), n_features=2**settings.char_bits,
            binary=True, norm=None, alternate_sign=False, lowercase=False, dtype=np.float32,
        )  # fmt: skip
        self._word = HashingVectorizer(
            ngram_range=(1, settings.word_high), n_features=2**settings.word_bits, token_pattern=_WORD,
            binary=True, norm=None, alternate_sign=False, lowercase=False, dtype=np.float32,
        )  # fmt: skip
        self._pairs = CountVectorizer(
            analyzer=pairs, vocabulary={name: i for i, name in enumerate(pair_names())}, binary=True, dtype=np.float32
        )
        self.idf: Idf | None = None

    def counts(self, texts: Sequence[str]) -> tuple[csr_matrix, csr_matrix, csr_matrix]:
        """Which n-grams, words and pairs occur; `texts` are normalised."""
        bones = [skeleton(text) for text in texts]
        return self._char.transform(bones), self._word.transform(bones), self._pairs.transform(texts)

    def fit(self, counts: tuple[csr_matrix, csr_matrix, csr_matrix]) -> None:
        self.idf = Idf(_idf(counts[0]), _idf(counts[1]))

    def weigh(self, counts: tuple[csr_matrix, csr_matrix, csr_matrix]) -> csr_matrix:
        assert self.idf is not None  # noqa: S101  fit comes first; a mistake of ours, not a user's
        blocks = [
            normalize(counts[0].multiply(self.idf.char).tocsr()) * self.settings.char_weight,
            normalize(counts[1].multiply(self.idf.word).tocsr()) * self.settings.word_weight,
            normalize(counts[2]) * self.settings.pair_weight,
        ]
        return hstack(blocks, format="csr", dtype=np.float32)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        return self.weigh(self.counts(texts))


def _idf(counts: csr_matrix) -> np.ndarray:
    """Rounded to what the model file holds, so that training sees the numbers that scoring will use."""
    idf = np.asarray(TfidfTransformer().fit(counts).idf_)
    return idf.astype(np.float16).astype(np.float32)
