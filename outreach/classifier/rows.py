"""A file of comments to one answer a row: TSV without quoting, CSV, or plain text, read as it arrives."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TextIO

from outreach.classifier.predicting import BAD_ENCODING, NO_COLUMN, Prediction, Scorer
from outreach.errors import InvalidError
from outreach.states import ScoreStatus

_BATCH = 256
_CHUNK = 1 << 16
_BOM = b"\xef\xbb\xbf"
_DIGITS = 6


class FileFormat(StrEnum):
    TSV = "tsv"  #: a header, no quoting: every line is a row
    CSV = "csv"  #: a header; quoted fields may hold newlines
    TEXT = "text"  #: no header; every line is a row, empty ones too


class Reader(Protocol):
    def read1(self, size: int = -1, /) -> bytes: ...


@dataclass
class Lines:
    """Lines of a stream with their newline; `waiting` tells whether another is here already."""

    stream: Reader
    _ready: list[bytes] = field(default_factory=list)
    _rest: bytes = b""
    _ended: bool = False
    _started: bool = False

    @property
    def waiting(self) -> bool:
        return bool(self._ready)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        while not self._ready:
            if self._ended:
                raise StopIteration
            self._read()
        return self._ready.pop()

    def peek(self) -> bytes:
        """The next line, left where it is; nothing at the end."""
        line = next(self, b"")
        if line:
            self._ready.append(line)
        return line

    def _read(self) -> None:
        chunk = self.stream.read1(_CHUNK)
        self._ended = not chunk
        held = self._rest + chunk
        if not self._started and (len(held) >= len(_BOM) or self._ended):
            self._started = True
            held = held.removeprefix(_BOM)
        *whole, self._rest = held.split(b"\n")
        lines = [line + b"\n" for line in whole]
        if self._ended and self._rest:
            lines.append(self._rest)
        self._ready = lines[::-1]


@dataclass(frozen=True)
class Row:
    number: int
    text: str
    reason: str | None = None  #: why its text could not be read


def format_of(name: str) -> FileFormat | None:
    """By the file's name; None for `-`, which is told by `sniff`."""
    if name == "-":
        return None
    return {".tsv": FileFormat.TSV, ".tab": FileFormat.TSV, ".csv": FileFormat.CSV}.get(
        Path(name).suffix.lower(), FileFormat.TEXT
    )


def sniff(lines: Lines, column: str) -> FileFormat:
    """A first line that names the column is a header; anything else is plain text."""
    header = lines.peek().decode("utf-8", "replace").strip("\r\n")
    if column in header.split("\t"):
        return FileFormat.TSV
    return FileFormat.CSV if column in next(csv.reader([header]), []) else FileFormat.TEXT


def classify_rows(
    stream: Reader,
    *,
    format: FileFormat | None,  # noqa: A002  the option's name
    column: str,
    classifier: Scorer,
) -> Iterator[dict[str, Any]]:
    """One answer a data row, in order, once the rows at hand are scored. Raises InvalidError without the column."""
    lines = Lines(stream)
    chosen = format or sniff(lines, column)
    reader = {FileFormat.TSV: _tsv, FileFormat.CSV: _csv, FileFormat.TEXT: _text}[chosen]
    batch: list[Row] = []
    for row in reader(lines, column):
        batch.append(row)
        if len(batch) >= _BATCH or not lines.waiting:
            yield from _answers(batch, classifier)
            batch = []
    yield from _answers(batch, classifier)


def _tsv(lines: Lines, column: str) -> Iterator[Row]:
    header = _decoded(next(lines, b"")).strip("\r\n").split("\t")
    at = _column(header, column)
    for number, line in enumerate(lines, start=1):
        fields = _decoded(line).rstrip("\n").removesuffix("\r").split("\t")
        yield _row(number, fields, at)


def _csv(lines: Lines, column: str) -> Iterator[Row]:
    csv.field_size_limit(sys.maxsize)
    rows = csv.reader(_decoded(line) for line in lines)
    at = _column(next(rows, []), column)
    for number, fields in enumerate((fields for fields in rows if fields), start=1):
        yield _row(number, fields, at)


def _text(lines: Lines, _column: str) -> Iterator[Row]:
    for number, line in enumerate(lines, start=1):
        yield _row(number, [_decoded(line).rstrip("\n").removesuffix("\r")], 0)


def _decoded(line: bytes) -> str:
    """Bytes that are no UTF-8 survive as lone surrogates, so that only their own row is lost."""
    return line.decode("utf-8", "surrogateescape")


def _column(header: list[str], column: str) -> int:
    if column not in header:
        raise InvalidError("classify.no_column", column=column)
    return header.index(column)


def _row(number: int, fields: list[str], at: int) -> Row:
    if at >= len(fields):
        return Row(number, "", NO_COLUMN)
    broken = any("\ud800" <= char <= "\udfff" for char in fields[at])
    return Row(number, "", BAD_ENCODING) if broken else Row(number, fields[at])


def _answers(batch: list[Row], classifier: Scorer) -> Iterator[dict[str, Any]]:
    predictions = iter(classifier.classify([row.text for row in batch if row.reason is None]))
    for row in batch:
        yield _answer(row.number, next(predictions)) if row.reason is None else _unread(row)


def _answer(number: int, prediction: Prediction) -> dict[str, Any]:
    if prediction.status is not ScoreStatus.SCORED:
        return _unread(Row(number, "", prediction.reason))
    return {
        "row": number,
        "scored": True,
        "reason": None,
        "sentiment": prediction.sentiment,
        "sentiment_probabilities": _rounded(prediction.sentiment_probabilities or {}),
        "flags": list(prediction.flags),
        "probabilities": _rounded(prediction.probabilities or {}),
        "spans": {flag: [list(span) for span in found] for flag, found in prediction.spans.items()},
    }


def _unread(row: Row) -> dict[str, Any]:
    empty: dict[str, Any] = {
        "sentiment": None,
        "sentiment_probabilities": None,
        "flags": [],
        "probabilities": None,
        "spans": {},
    }
    return {"row": row.number, "scored": False, "reason": row.reason, **empty}


def _rounded(chances: Any) -> dict[str, float]:
    return {name: round(chance, _DIGITS) for name, chance in chances.items()}


def write_rows(
    source: Reader,
    out: TextIO,
    *,
    format: FileFormat | None,  # noqa: A002
    column: str,
    classifier: Scorer,
) -> Iterator[int]:
    """Write a JSON line a row, flushed; yields each row's number, for whoever shows progress."""
    for answer in classify_rows(source, format=format, column=column, classifier=classifier):
        out.write(json.dumps(answer, ensure_ascii=False) + "\n")
        out.flush()
        yield answer["row"]
