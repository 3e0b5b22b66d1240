"""Our own comments, `models/seed/*.tsv`: text, flags joined by +, sentiment, voice; labelled for all fifteen flags."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from outreach.errors import InvalidError
from outreach.states import Flag, Sentiment
from outreach.training.examples import SEED, Example, example

HEADER = ["text", "flags", "sentiment", "voice"]


def read_seed(folder: Path) -> list[Example]:
    return [row for path in sorted(folder.glob("*.tsv")) for row in _read_file(path)]


def _read_file(path: Path) -> Iterator[Example]:
    lines = path.read_text(encoding="utf-8").splitlines()
    if not lines or lines[0].split("\t") != HEADER:
        raise InvalidError("seed.header", file=path.name)
    for number, line in enumerate(lines[1:], start=2):
        if line.strip():
            yield _row(line, file=path.name, number=number)


def _row(line: str, *, file: str, number: int) -> Example:
    try:
        text, flags, sentiment, voice = line.split("\t")
        on = {Flag(name.strip()) for name in flags.split("+") if name.strip()}
        mood = Sentiment(sentiment.strip())
        writer = _named(voice.strip())
    except ValueError:
        raise InvalidError("seed.row", file=file, line=number) from None
    labels = {flag: flag in on for flag in Flag}
    return example(text, source=SEED, group=writer, labels=labels, sentiment=mood)


def _named(voice: str) -> str:
    """A row without a voice could stand on both sides of a split by writer."""
    if not voice:
        raise ValueError
    return voice
