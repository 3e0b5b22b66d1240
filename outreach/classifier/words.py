"""Words met so far and what each adds to a comment: worked out once, for all new words of a batch together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from outreach.arabic import TOKENS, known_as, skeleton, word_cues
from outreach.arabic.letters import ARABIC
from outreach.classifier.hashing import char_ngrams, encoded, slices
from outreach.classifier.weights import F32, HEADS, Model

Ints = NDArray[np.int64]
#: Words kept; beyond it all are forgotten and met anew, so that memory has an end.
CAPACITY = 1 << 17
_BLOCK = HEADS + 1  #: columns of a block: its sums, and the square of its length
CHAR, WORD = slice(0, _BLOCK), slice(_BLOCK, 2 * _BLOCK)
LEXICON = slice(2 * _BLOCK, None)  #: a word vector, and the same
_LETTER = frozenset(ARABIC)


class Words:
    """`rows[i]` is what word i adds to the three blocks of character n-grams, words and lexicon."""

    def __init__(self, model: Model, capacity: int = CAPACITY) -> None:
        self.model = model
        self.numbers: dict[str, int] = {}
        self.rows: F32 = np.empty((capacity, 2 * _BLOCK + model.lexicon.weights.shape[1] + 1), dtype=np.float32)
        self.cues = np.zeros(capacity, dtype=np.uint64)
        self.lettered = np.zeros(capacity, dtype=bool)  #: holds an Arabic letter, and stands for nothing else
        self.single = np.zeros(capacity, dtype=bool)  #: is one Arabic letter
        self.starts = np.zeros(capacity, dtype=np.int64)  #: of its bytes in the arena
        self.sizes = np.zeros(capacity, dtype=np.int64)
        self.arena = np.zeros(0, dtype=np.uint8)
        self._new: list[str] = []
        # Words and pairs are looked up for every comment, so this one table is unfolded; 21 MB.
        self._word_rows = model.word.rows(np.arange(len(model.word.weights)))

    def room_for(self, count: int) -> bool:
        return len(self.numbers) + count <= len(self.rows)

    def number(self, word: str) -> int:
        found = self.numbers.get(word)
        if found is None:
            found = self.numbers[word] = len(self.numbers)
            self._new.append(word)
        return found

    def learn(self) -> None:
        """Work out the rows of all words that were numbered since the last call."""
        if not self._new:
            return
        new, self._new = self._new, []
        first = len(self.numbers) - len(new)
        at = slice(first, first + len(new))
        bones = [skeleton(word) for word in new]
        self._store_bytes(at, bones)
        self.rows[at, CHAR] = self._char_rows(bones)
        self.rows[at, WORD] = self._word_rows[self._buckets(np.arange(first, at.stop))]
        self.rows[at, LEXICON] = self._lexicon_rows(new)
        self.cues[at] = [_mask(word_cues(word)) for word in new]
        self.lettered[at] = [word not in TOKENS and not _LETTER.isdisjoint(word) for word in new]
        self.single[at] = [len(word) == 1 and word in _LETTER for word in new]

    def _store_bytes(self, at: slice, bones: list[str]) -> None:
        """Each word's spelling is kept with a space behind it, so that two words end to end are a pair."""
        self.sizes[at] = [len(bone) + 1 for bone in bones]
        ends = np.cumsum(self.sizes[at])
        self.starts[at] = len(self.arena) + ends - self.sizes[at]
        self.arena = np.concatenate([self.arena, encoded([f"{bone} " for bone in bones])])

    def _char_rows(self, bones: list[str]) -> F32:
        f = self.model.features
        padded = encoded([f" {bone} " for bone in bones])
        word_at = np.repeat(np.arange(len(bones)), [len(bone) + 2 for bone in bones])
        total = np.zeros((len(bones), _BLOCK), dtype=np.float32)
        for starts, buckets in char_ngrams(padded, low=f["char_low"], high=f["char_high"], bits=f["char_bits"]):
            add_runs(total, word_at[starts], self.model.char.rows(buckets))
        return total

    def _lexicon_rows(self, new: list[str]) -> F32:
        rows = np.zeros((len(new), self.rows.shape[1] - LEXICON.start), dtype=np.float32)
        numbers = self.model.lexicon_words
        known = [(at, found) for at, word in enumerate(new) if (found := known_as(word, numbers)) is not None]
        if known:
            at, found = np.array(known).T
            rows[at] = self.model.lexicon.rows(found)
        return rows

    def _buckets(self, numbers: Ints) -> NDArray[np.uint32]:
        bits = self.model.features["word_bits"]
        return slices(self.arena, self.starts[numbers], self.sizes[numbers] - 1, bits=bits)

    def pair_rows(self, first: Ints, second: Ints) -> F32:
        """What the two words `first[i] second[i]`, side by side, add to the block of words."""
        order = np.column_stack([first, second]).ravel()
        sizes = self.sizes[order]
        ends = np.cumsum(sizes)
        begin = ends - sizes
        buffer = self.arena[np.repeat(self.starts[order] - begin, sizes) + np.arange(ends[-1] if len(ends) else 0)]
        lengths = sizes[::2] + sizes[1::2] - 1
        return self._word_rows[slices(buffer, begin[::2], lengths, bits=self.model.features["word_bits"])]


def _mask(cues: Iterable[int]) -> int:
    return sum(1 << cue for cue in cues)


def add_runs(total: F32, owner: Ints, rows: F32) -> None:
    """Add each row to its owner's; owners come in runs, in order."""
    if len(owner):
        starts = np.flatnonzero(np.concatenate(([True], owner[1:] != owner[:-1])))
        total[owner[starts]] += np.add.reduceat(rows, starts, axis=0)
