"""Numbered words to margins: the arithmetic of the training pipeline, done for a whole batch with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from outreach.arabic import CUE_NAMES
from outreach.classifier.reading import Batch, Reading
from outreach.classifier.weights import F32, Model
from outreach.classifier.words import CHAR, LEXICON, WORD, Ints
from outreach.states import Sentiment

#: Texts scored together: enough that the calls cost little beside the work; twice as many gain nothing measurable.
BATCH = 1024
_SERIOUS = slice(len(Sentiment), len(Sentiment) + 9)  #: S0 and S1, which come first


def margins(reading: Reading, texts: Sequence[str]) -> tuple[F32, dict[int, str]]:
    """(texts, HEADS), and the normalised spelling of those texts that had to be read whole."""
    total = np.empty((len(texts), len(reading.model.bias)), dtype=np.float32)
    odd: dict[int, str] = {}
    for at in range(0, len(texts), BATCH):
        batch = reading.read(texts[at : at + BATCH])
        total[at + batch.order] = _of_batch(reading, batch)
        odd |= {at + number: text for number, text in batch.odd.items()}
    return total, odd


def _of_batch(reading: Reading, batch: Batch) -> F32:
    return reading.model.combiner.margins(_signals(heads(reading, batch), reading, batch))


def _signals(said: F32, reading: Reading, batch: Batch) -> F32:
    """What the heads say, the last of them with the surest of S0 and S1 added, and how long the comment is: how many
    words, how many letters with the gap behind each word."""
    surest = said[:, _SERIOUS].max(axis=1, initial=-np.inf)
    upto = np.concatenate(([0], np.cumsum(reading.words.sizes[batch.words])))
    ends = np.cumsum(batch.sizes)
    letters = upto[ends] - upto[ends - batch.sizes]
    parts = [said[:, :-1], said[:, -1] + surest, np.log1p(batch.sizes), np.log1p(letters)]
    return np.column_stack(parts).astype(np.float32)


def heads(reading: Reading, batch: Batch) -> F32:
    """(texts, HEADS), before they are combined."""
    model, words = reading.model, reading.words
    owner = np.repeat(np.arange(len(batch.sizes)), batch.sizes)
    sums = _sums(words.rows, batch.words, batch.sizes)
    beside = np.flatnonzero(owner[1:] == owner[:-1])
    pairs = words.pair_rows(batch.words[beside], batch.words[beside + 1])
    sums[:, WORD] += _sums(pairs, np.arange(len(pairs)), np.maximum(batch.sizes - 1, 0))
    total = model.bias + _unit(sums[:, CHAR]) + _unit(sums[:, WORD]) + model.vectored.margins(_unit(sums[:, LEXICON]))
    return total + _cue_pairs(model, _masks(words.cues[batch.words], owner, len(sums)))


def _sums(table: F32, at: Ints, sizes: Ints) -> F32:
    """(texts, columns): rows `at` of the table added up, the first `sizes[0]` for the first text, and so on. All first
    words at once, then all second ones: four times as fast on wide rows as `add.reduceat`."""
    order = np.argsort(-sizes, kind="stable")
    first = (np.cumsum(sizes) - sizes)[order]
    longer = np.searchsorted(-sizes[order], -np.arange(sizes.max(initial=0)))
    sums = np.zeros((len(sizes), table.shape[1]), dtype=np.float32)
    for nth, count in enumerate(longer.tolist()):
        sums[:count] += table[at[first[:count] + nth]]
    found = np.empty_like(sums)
    found[order] = sums
    return found


def _unit(sums: F32) -> F32:
    """Each row over the root of its last column."""
    length = np.sqrt(sums[:, -1:])
    return np.divide(sums[:, :-1], np.where(length > 0, length, np.float32(1)), dtype=np.float32)


def _masks(cues: NDArray[np.uint64], owner: Ints, count: int) -> NDArray[np.uint64]:
    """Which classes of words occur in each text, a bit each."""
    masks = np.zeros(count, dtype=np.uint64)
    if len(owner):
        starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        masks[owner[starts]] = np.bitwise_or.reduceat(cues, starts)
    return masks


def _cue_pairs(model: Model, masks: NDArray[np.uint64]) -> F32:
    """Every class and every two classes that occur together; as many as there are make up the length."""
    bytes_of = np.ascontiguousarray(masks).astype("<u8").view(np.uint8).reshape(len(masks), 8)
    bits = np.ascontiguousarray(np.unpackbits(bytes_of, axis=1, bitorder="little").T[: len(CUE_NAMES)])
    first, second = _pair_ends()
    both = (bits[first] & bits[second]).astype(np.float32)  # classes down, texts across: half the time
    count = bits.sum(axis=0, dtype=np.float32)
    length = np.sqrt(np.maximum(count * (count + 1) / 2, 1))
    return np.asarray((model.pair.T @ both / length).T, dtype=np.float32)


@lru_cache(maxsize=1)
def _pair_ends() -> tuple[Ints, Ints]:
    first, second = np.triu_indices(len(CUE_NAMES))
    return first, second
