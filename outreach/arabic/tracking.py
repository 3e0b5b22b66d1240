"""A text that remembers, if asked to, which part of the original each of its characters came from."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

Span = tuple[int, int]
Replacement = str | Callable[[re.Match[str]], str]


class Tracked:
    """Two ways through the same steps: `spans` is None where only the text is wanted, which is many times faster."""

    def __init__(self, text: str, *, offsets: bool) -> None:
        self.text = text
        self.spans: list[Span] | None = [(i, i + 1) for i in range(len(text))] if offsets else None

    def translate(self, table: Mapping[int, str]) -> None:
        if self.spans is None:
            self.text = self.text.translate(table)
            return
        pieces = [(table[ord(char)], span) for char, span in zip(self.text, self.spans, strict=True)]
        self._take([(piece, [span] * len(piece)) for piece, span in pieces])

    def substitute(self, pattern: re.Pattern[str], replacement: Replacement) -> None:
        """As `pattern.sub`; every character put in maps to the whole of what it replaced."""
        if self.spans is None:
            self.text = pattern.sub(replacement, self.text)
            return
        pieces: list[tuple[str, list[Span]]] = []
        at = 0
        for match in pattern.finditer(self.text):
            pieces.append((self.text[at : match.start()], self.spans[at : match.start()]))
            new = replacement(match) if callable(replacement) else match.expand(replacement)
            whole = (self.spans[match.start()][0], self.spans[match.end() - 1][1]) if match.group() else (0, 0)
            pieces.append((new, [whole] * len(new)))
            at = match.end()
        pieces.append((self.text[at:], self.spans[at:]))
        self._take(pieces)

    def _take(self, pieces: list[tuple[str, list[Span]]]) -> None:
        self.text = "".join(piece for piece, _ in pieces)
        self.spans = [span for _, spans in pieces for span in spans]
