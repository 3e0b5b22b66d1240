"""Which words of a comment weighed most for a flag, as spans of the original text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from outreach.arabic import Normalised, normalise, pair_number, word_cues
from outreach.classifier.scoring import Occurrences, ngrams
from outreach.classifier.weights import F32, Model
from outreach.states import Flag, Sentiment

Span = tuple[int, int]
_TOP = 3
_SHARE = 0.4  # of the heaviest word; lighter ones would only colour the whole comment


def spans(model: Model, text: str, flags: tuple[Flag, ...]) -> dict[Flag, tuple[Span, ...]]:
    """Up to three spans a flag, in reading order; none where no word speaks for it."""
    plain = normalise(text)
    words = _word_spans(plain)
    if not words or not flags:
        return dict.fromkeys(flags, ())
    weights = _word_weights(model, plain.text)
    columns = {flag: len(Sentiment) + at for at, flag in enumerate(Flag)}
    return {flag: _heaviest(weights[:, columns[flag]], plain, words) for flag in flags}


def _word_spans(plain: Normalised) -> list[Span]:
    found, at = [], 0
    for word in plain.text.split():
        start = plain.text.index(word, at)
        at = start + len(word)
        found.append((start, at))
    return found


def _word_weights(model: Model, plain: str) -> F32:
    chars, words = ngrams(model, [plain])
    parts = plain.split()
    total = np.zeros((len(parts), len(model.bias)), dtype=np.float32)
    for table, found in ((model.char, chars), (model.word, words)):
        _share(total, table, found)
    _share_pairs(total, model.pair, parts)
    return total


def _share(total: F32, table: F32, found: Occurrences) -> None:
    """An n-gram's weight goes in halves to its first and last word; a bucket that occurs twice counts once."""
    _, where, times = np.unique(found.bucket, return_inverse=True, return_counts=True)
    rows = table[found.bucket] / times[where][:, None]
    length = np.sqrt(rows[:, -1].sum()) or np.float32(1)
    for ends in (found.first, found.last):
        np.add.at(total, ends, rows[:, :-1] / (2 * length))


def _share_pairs(total: F32, table: F32, words: list[str]) -> None:
    owners: dict[int, list[int]] = {}
    for at, word in enumerate(words):
        for cue in word_cues(word):
            owners.setdefault(cue, []).append(at)
    found = sorted(owners)
    pairs = [(a, b) for i, a in enumerate(found) for b in found[i:]]
    for a, b in pairs:
        half: NDArray[np.float32] = table[pair_number(a, b), :-1] / np.float32(2 * len(pairs) ** 0.5)
        for cue in (a, b):
            np.add.at(total, owners[cue], half / len(owners[cue]))


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
