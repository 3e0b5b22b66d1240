"""Text to numbers, the scikit-learn way. The classifier does the same with numpy; a test holds the two together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags, hstack
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfTransformer
from sklearn.preprocessing import normalize

from outreach.arabic import pair_names, pairs, skeleton
from outreach.training.vectors import WordVectors, learn_vectors


@dataclass(frozen=True)
class FeatureSettings:
    char_bits: int = 19  #: log2 of the buckets for character n-grams within words
    word_bits: int = 18
    char_low: int = 2
    char_high: int = 5
    char_weight: float = 1.0
    word_weight: float = 0.7
    lexicon_weight: float = 0.36
    pair_weight: float = 0.5
    lexicon_words: int = 40_000
    dimensions: int = 128  #: of the word vectors

    def as_dict(self) -> dict[str, float]:
        return asdict(self)


_WORD = r"\S+"
Counts = tuple[csr_matrix, csr_matrix, csr_matrix, csr_matrix]


@dataclass(frozen=True)
class Idf:
    char: np.ndarray
    word: np.ndarray


class Features:
    """Four blocks side by side, each of unit length: character n-grams, words and pairs of them, words of the lexicon,
    pairs of word classes. An n-gram that occurs twice counts as two of its own, so that a comment is the sum of its
    words and scoring need not know n-grams at all.
    """

    def __init__(
        self, settings: FeatureSettings, *, idf: Idf | None = None, vectors: WordVectors | None = None
    ) -> None:
        self.settings, self.idf, self.vectors = settings, idf, vectors
        self._char = HashingVectorizer(
            analyzer="char_wb", ngram_range=(settings.char_low, settings.char_high), n_features=2**settings.char_bits,
            norm=None, alternate_sign=False, lowercase=False, dtype=np.float32,
        )  # fmt: skip
        self._word = HashingVectorizer(
            ngram_range=(1, 2), n_features=2**settings.word_bits, token_pattern=_WORD,
            norm=None, alternate_sign=False, lowercase=False, dtype=np.float32,
        )  # fmt: skip
        self._pairs = CountVectorizer(
            analyzer=pairs, vocabulary={name: i for i, name in enumerate(pair_names())}, binary=True, dtype=np.float32
        )

    def fit(self, texts: Sequence[str], *, spoken: Sequence[bool]) -> csr_matrix:
        """Learn idf from normalised texts, words and vectors from those `spoken`; gives what `transform` would."""
        open_texts = [text for text, freely in zip(texts, spoken, strict=True) if freely]
        self.vectors = learn_vectors(open_texts, words=self.settings.lexicon_words, dimensions=self.settings.dimensions)
        counts = self._counts(texts)
        self.idf = Idf(_idf(counts[0]), _idf(counts[1]))
        return self._weighed(counts)

    def transform(self, texts: Sequence[str]) -> csr_matrix:
        return self._weighed(self._counts(texts))

    def _counts(self, texts: Sequence[str]) -> Counts:
        assert self.vectors is not None  # noqa: S101  fit comes first; a mistake of ours, not a user's
        bones = [skeleton(text) for text in texts]
        lexicon = CountVectorizer(analyzer=self.vectors.known, vocabulary=self.vectors.numbers, dtype=np.float32)
        counts = (self._char.transform(bones), self._word.transform(bones), lexicon.transform(texts))
        return (*counts, self._pairs.transform(texts))

    def _weighed(self, counts: Counts) -> csr_matrix:
        assert self.idf is not None  # noqa: S101
        assert self.vectors is not None  # noqa: S101
        blocks = [
            _unit(counts[0], self.idf.char, self.settings.char_weight),
            _unit(counts[1], self.idf.word, self.settings.word_weight),
            _unit(counts[2], self.vectors.idf, self.settings.lexicon_weight),
            normalize(counts[3]) * self.settings.pair_weight,
        ]
        return hstack(blocks, format="csr", dtype=np.float32)

    def condensed(self, matrix: csr_matrix) -> csr_matrix:
        """With the mean vector of a text's words, at the end, in place of its words of the lexicon."""
        low, high = self._lexicon_columns()
        dense = csr_matrix(matrix[:, low:high] @ self._vectors())
        return hstack([matrix[:, :low], matrix[:, high:], dense], format="csr", dtype=np.float32)

    @property
    def dimensions(self) -> int:
        return int(self._vectors().shape[1])

    def _vectors(self) -> np.ndarray:
        assert self.vectors is not None  # noqa: S101
        return self.vectors.vectors

    def _lexicon_columns(self) -> tuple[int, int]:
        assert self.vectors is not None  # noqa: S101
        low = 2**self.settings.char_bits + 2**self.settings.word_bits
        return low, low + len(self.vectors.words)


def _unit(counts: csr_matrix, idf: np.ndarray, weight: float) -> csr_matrix:
    """Rows over the root of the sum of squares of single occurrences; scikit-learn's `normalize` would square sums."""
    length = np.sqrt(np.asarray(counts @ np.square(idf)))
    return diags(weight / np.where(length > 0, length, 1)) @ counts.multiply(idf).tocsr()


def _idf(counts: csr_matrix) -> np.ndarray:
    """Rounded to what the model file holds, so that training sees the numbers that scoring will use."""
    idf = np.asarray(TfidfTransformer().fit(counts).idf_)
    return idf.astype(np.float16).astype(np.float32)
