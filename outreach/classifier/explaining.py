"""Which words of a comment weighed most for a flag, as spans of the original text."""

from __future__ import annotations

import numpy as np

from outreach.arabic import Normalised, normalise, pair_number, word_cues
from outreach.classifier.reading import Reading
from outreach.classifier.weights import F32
from outreach.classifier.words import CHAR, LEXICON, WORD
from outreach.states import Flag, Sentiment

Span = tuple[int, int]
_TOP = 3
_SHARE = 0.4  # of the heaviest word; lighter ones would only colour the whole comment


def spans(reading: Reading, text: str, flags: tuple[Flag, ...]) -> dict[Flag, tuple[Span, ...]]:
    """Up to three spans a flag, in reading order; none where no word speaks for it."""
    plain = normalise(text)
    words = _word_spans(plain)
    if not words or not flags:
        return dict.fromkeys(flags, ())
    weights = word_weights(reading, plain.text.split())
    columns = {flag: len(Sentiment) + at for at, flag in enumerate(Flag)}
    return {flag: _heaviest(weights[:, columns[flag]], plain, words) for flag in flags}


def _word_spans(plain: Normalised) -> list[Span]:
    found, at = [], 0
    for word in plain.text.split():
        start = plain.text.index(word, at)
        at = start + len(word)
        found.append((start, at))
    return found


def word_weights(reading: Reading, parts: list[str]) -> F32:
    """What each word adds to the margins; a pair of words gives half to each."""
    words = reading.words
    numbers = np.array([*map(words.number, parts)], dtype=np.int64)
    words.learn()
    rows = words.rows[numbers]
    pairs = words.pair_rows(numbers[:-1], numbers[1:])
    rows[:-1, WORD] += pairs / 2
    rows[1:, WORD] += pairs / 2
    vectors = shares(rows[:, LEXICON])
    total = shares(rows[:, CHAR]) + shares(rows[:, WORD]) + vectors @ reading.model.vectored.slope(vectors.sum(axis=0))
    return np.asarray(total + _pair_shares(reading.model.pair, parts), dtype=np.float32)


def shares(block: F32) -> F32:
    """Each word's part of the whole comment's block, which is of unit length."""
    return np.asarray(block[:, :-1] / (np.sqrt(block[:, -1].sum()) or np.float32(1)), dtype=np.float32)


def _pair_shares(table: F32, words: list[str]) -> F32:
    owners: dict[int, list[int]] = {}
    for at, word in enumerate(words):
        for cue in word_cues(word):
            owners.setdefault(cue, []).append(at)
    total = np.zeros((len(words), table.shape[1]), dtype=np.float32)
    found = sorted(owners)
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i:]]
    for a, b in pairs:
        half = table[pair_number(a, b)] / np.float32(2 * len(pairs) ** 0.5)
        for cue in (a, b):
            total[owners[cue]] += half / len(owners[cue])
    return total


def _heaviest(weights: F32, plain: Normalised, words: list[Span]) -> tuple[Span, ...]:
    order = [int(at) for at in np.argsort(-weights, kind="stable")[:_TOP] if weights[at] > 0]
    chosen = sorted(at for at in order if weights[at] >= _SHARE * weights[order[0]])
    merged: list[Span] = []
    for start, end in (plain.original(*words[at]) for at in chosen):
        if merged and start <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
