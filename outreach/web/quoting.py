"""Words that people wrote, as safe HTML: direction by the text itself, what weighed in the score marked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from markupsafe import Markup, escape

Spans = Mapping[str, Iterable[tuple[int, int]]]


def quoted(text: str, spans: Spans | None = None, *, clamp: bool = False) -> Markup:
    """One element, without any white space of ours: the page keeps the writer's own line breaks."""
    kind = "words clamp" if clamp else "words"
    inner = Markup().join(
        Markup("<mark>{}</mark>").format(part) if marked else escape(part)
        for part, marked in segments(text, spans or {})
    )
    return Markup('<p class="{}" dir="auto">{}</p>').format(kind, inner)


def segments(text: str, spans: Spans) -> Iterator[tuple[str, bool]]:
    """The text in order, cut where marking begins and ends. Spans are half-open, in code points; any may overlap."""
    marked = bytearray(len(text))
    for start, end in (pair for pairs in spans.values() for pair in pairs):
        low, high = max(start, 0), min(end, len(text))
        if low < high:
            marked[low:high] = b"\1" * (high - low)
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marked[at] != marked[start]:
            yield text[start:at], bool(marked[start])
            start = at
