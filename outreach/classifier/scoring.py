"""Normalised texts to margins: the arithmetic of the training pipeline, done for a whole batch with numpy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outreach.arabic import cues, pair_number, skeleton
from outreach.classifier.hashing import char_ngrams, encoded, slices
from outreach.classifier.weights import F32, Model

#: Texts scored together: as many as keep the work inside the processor's cache.
BATCH = 256


@dataclass(frozen=True)
class Occurrences:
    """N-grams of a batch: which text, which bucket, and the words it spans (first, last), counted over the batch."""

    document: NDArray[np.intp]
    bucket: NDArray[np.intp]
    first: NDArray[np.intp]
    last: NDArray[np.intp]


def margins(model: Model, texts: Sequence[str]) -> F32:
    """(texts, 18): three sentiments, then the fifteen flags."""
    parts = [_batch(model, texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
    return np.concatenate(parts) if parts else np.zeros((0, len(model.bias)), dtype=np.float32)


def _batch(model: Model, texts: Sequence[str]) -> F32:
    chars, words = ngrams(model, texts)
    pairs = pair_features(texts)
    total = np.tile(model.bias, (len(texts), 1))
    for table, found in ((model.char, chars), (model.word, words), (model.pair, pairs)):
        total += _block(table, found, len(texts))
    return total


def _block(table: F32, found: Occurrences, count: int) -> F32:
    """Every bucket once a text; the sum of its weights over the length of the vector of its idf."""
    keys = np.sort(found.document * len(table) + found.bucket)
    fresh = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=fresh[1:])
    document, bucket = np.divmod(keys[fresh], len(table))
    sums = np.zeros((count, table.shape[1]), dtype=np.float32)
    if len(document):
        starts = np.flatnonzero(np.concatenate(([True], document[1:] != document[:-1])))
        sums[document[starts]] = np.add.reduceat(table[bucket], starts, axis=0)
    length = np.sqrt(sums[:, -1:])
    return np.divide(sums[:, :-1], np.where(length > 0, length, np.float32(1)), dtype=np.float32)


def ngrams(model: Model, texts: Sequence[str]) -> tuple[Occurrences, Occurrences]:
    bones = [skeleton(text) for text in texts]
    words = [bone.split() for bone in bones]
    owner = np.repeat(np.arange(len(texts)), [len(found) for found in words])
    flat = [word for found in words for word in found]
    sizes = np.fromiter(map(len, flat), dtype=np.intp, count=len(flat))
    return _chars(model, flat, sizes, owner), _words(model, flat, sizes, owner)


def _chars(model: Model, words: list[str], sizes: NDArray[np.intp], owner: NDArray[np.intp]) -> Occurrences:
    padded = encoded([f" {word} " for word in words])
    word_at = np.repeat(np.arange(len(words)), sizes + 2)
    f = model.features
    found = char_ngrams(padded, low=f["char_low"], high=f["char_high"], bits=f["char_bits"]) if len(padded) else []
    starts = np.concatenate([at for at, _ in found]) if found else np.zeros(0, dtype=np.intp)
    buckets = np.concatenate([bucket for _, bucket in found]) if found else np.zeros(0, dtype=np.uint32)
    word = word_at[starts]
    return Occurrences(owner[word], buckets.astype(np.intp), word, word)


def _words(model: Model, words: list[str], sizes: NDArray[np.intp], owner: NDArray[np.intp]) -> Occurrences:
    buffer = encoded([f"{word} " for word in words])
    begin = np.concatenate(([0], np.cumsum(sizes + 1)[:-1])).astype(np.intp) if words else np.zeros(0, dtype=np.intp)
    first, last = [np.arange(len(words))], [np.arange(len(words))]
    for more in range(1, model.features["word_high"]):
        same = np.flatnonzero(owner[more:] == owner[:-more])
        first.append(same)
        last.append(same + more)
    a, b = np.concatenate(first), np.concatenate(last)
    lengths = begin[b] + sizes[b] - begin[a]
    buckets = slices(buffer, begin[a], lengths, bits=model.features["word_bits"])
    return Occurrences(owner[a], buckets.astype(np.intp), a, b)


def pair_features(texts: Sequence[str]) -> Occurrences:
    numbers = [_pair_numbers(tuple(cues(text))) for text in texts]
    bucket = np.array([number for found in numbers for number in found], dtype=np.intp)
    document = np.repeat(np.arange(len(texts)), [len(found) for found in numbers])
    return Occurrences(document, bucket, document, document)


@lru_cache(maxsize=50_000)
def _pair_numbers(found: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(_all_pairs(found))


def _all_pairs(found: tuple[int, ...]) -> Iterator[int]:
    for i, first in enumerate(found):
        for second in found[i:]:
            yield pair_number(first, second)
