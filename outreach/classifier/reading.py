"""Raw texts to numbered words. Most tokens read the same alone and are remembered; other texts are normalised whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, repeat

import numpy as np
from numpy.typing import NDArray

from outreach.arabic import normalised_text, words_alone
from outreach.classifier.weights import Model
from outreach.classifier.words import CAPACITY, Ints, Words

_SPACED = 3  #: single letters from which on they may be one word spelled out


@dataclass(frozen=True)
class Batch:
    """Numbered words of some texts, end to end: the first `sizes[0]` belong to text `order[0]`, and so on.
    `odd` maps each text that could not be read token by token to its normalised spelling."""

    words: Ints
    sizes: Ints
    order: Ints
    odd: dict[int, str]


class Reading:
    """Reads as `normalised_text` does, token by token wherever that gives the same words."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._start(CAPACITY)

    def _start(self, capacity: int) -> None:
        self.words = Words(self.model, capacity)
        self._codes = _Codes(self.words, capacity)

    def read(self, texts: Sequence[str]) -> Batch:
        letters = sum(map(len, texts))
        if not self.words.room_for(letters) or not self._codes.room_for(letters):
            self._start(max(CAPACITY, letters + 1))
        tokens = [text.split() for text in texts]
        counts = np.fromiter(map(len, tokens), dtype=np.int64, count=len(texts))
        codes = self._codes.of([*chain.from_iterable(tokens)])
        words, owner = self._codes.expanded(codes, np.repeat(np.arange(len(texts)), counts))
        self.words.learn()
        odd = self._odd(codes, counts, words, owner)
        return self._with_odd(texts, odd, words[~odd[owner]], np.bincount(owner, minlength=len(texts))[~odd])

    def _odd(self, codes: Ints, counts: Ints, words: Ints, owner: Ints) -> NDArray[np.bool_]:
        """Texts with a token that needs its neighbours, letters that may belong together, or no letter at all."""
        many = len(counts)
        strange = np.repeat(np.arange(many), counts)[codes == _ODD]
        odd = np.bincount(strange, minlength=many) > 0
        odd |= np.bincount(owner[self.words.single[words]], minlength=many) >= _SPACED
        odd |= np.bincount(owner[self.words.lettered[words]], minlength=many) == 0
        return odd

    def _with_odd(self, texts: Sequence[str], odd: NDArray[np.bool_], words: Ints, sizes: Ints) -> Batch:
        spelled = {at: normalised_text(texts[at]) for at in np.flatnonzero(odd).tolist()}
        numbered = [np.array([*map(self.words.number, text.split())], dtype=np.int64) for text in spelled.values()]
        self.words.learn()
        return Batch(
            words=np.concatenate([words, *numbered]),
            sizes=np.concatenate([sizes, np.array([*map(len, numbered)], dtype=np.int64)]),
            order=np.concatenate([np.flatnonzero(~odd), np.flatnonzero(odd)]),
            odd=spelled,
        )


_ODD = 0  #: the code of every token that needs its neighbours; such tokens are not kept
_NEW = -1


class _Codes(dict[str, int]):
    """Tokens as typed, each with a code that stands for its words: none, one or several."""

    def __init__(self, words: Words, capacity: int) -> None:
        super().__init__()
        self._words = words
        self._begin = np.zeros(capacity + 1, dtype=np.int64)
        self._sizes = np.zeros(capacity + 1, dtype=np.int64)
        self._flat = np.zeros(capacity, dtype=np.int64)
        self._used = 0

    def room_for(self, count: int) -> bool:
        return max(len(self), self._used) + count < len(self._flat)

    def of(self, tokens: list[str]) -> Ints:
        codes = np.fromiter(map(self.get, tokens, repeat(_NEW)), dtype=np.int64, count=len(tokens))
        for at in np.flatnonzero(codes == _NEW).tolist():
            codes[at] = self[tokens[at]]
        return codes

    def __missing__(self, token: str) -> int:
        found = words_alone(token)
        if found is None:
            return _ODD
        code = self[token] = len(self) + 1
        self._begin[code], self._sizes[code] = self._used, len(found)
        for word in found:
            self._flat[self._used] = self._words.number(word)
            self._used += 1
        return code

    def expanded(self, codes: Ints, owner: Ints) -> tuple[Ints, Ints]:
        """The words behind the codes, and the owner of each."""
        sizes = self._sizes[codes]
        ends = np.cumsum(sizes)
        count = int(ends[-1]) if len(ends) else 0
        at = np.repeat(self._begin[codes] - ends + sizes, sizes) + np.arange(count)
        return self._flat[at], np.repeat(owner, sizes)
