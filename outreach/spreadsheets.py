"""Spreadsheets in: CSV and XLSX as rows of text and times under their own numbers. Formulas are never worked out."""

from __future__ import annotations

import csv
import sys
import warnings
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from outreach.errors import InvalidError

LARGEST = 1 << 30  #: bytes of an XLSX once unpacked: what says more is no list of comments
EXACT_DIGITS = 15  #: that a spreadsheet keeps of a number; Meta's ids are longer
DELIMITERS = ",;\t"


class Odd(StrEnum):
    """A cell that holds no value that could be trusted."""

    FORMULA = "formula"
    ERROR = "error"
    ROUNDED = "rounded"  #: a number that lost digits


Cell = str | datetime | Odd | None


@dataclass(frozen=True)
class Row:
    """`number` is the one that spreadsheet programs show, 1 for the heading."""

    number: int
    cells: tuple[Cell, ...] = field(repr=False)

    def __getitem__(self, column: int) -> Cell:
        return self.cells[column] if column < len(self.cells) else None


def read(file: Path, *, sheet: str | None = None) -> Iterator[Row]:
    """The heading first; empty rows are left out. Raises InvalidError for a file that is no spreadsheet.

    A workbook with several sheets needs one to be named.
    """
    rows = _xlsx(file, sheet) if file.suffix.lower() in {".xlsx", ".xlsm"} else _csv(file)
    return (row for row in rows if any(cell not in (None, "") for cell in row.cells))


def _csv(file: Path) -> Iterator[Row]:
    csv.field_size_limit(min(sys.maxsize, 1 << 24))
    with _refusing(file), file.open(encoding=_encoding(file), newline="") as source:
        first = source.readline()
        source.seek(0)
        delimiter = max(DELIMITERS, key=first.count)
        for number, cells in enumerate(csv.reader(source, delimiter=delimiter), 1):
            yield Row(number, tuple(cell.strip() for cell in cells))


def _encoding(file: Path) -> str:
    """Excel's "Unicode text" is UTF-16; what is neither that nor UTF-8 is refused, a guess may store gibberish."""
    with file.open("rb") as source:
        return "utf-16" if source.read(2) in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"


def _xlsx(file: Path, sheet: str | None) -> Iterator[Row]:
    with _refusing(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of openpyxl, about styles that nobody here looks at
        _refuse_huge(file)
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        try:
            chosen = _sheet(book.sheetnames, sheet)
            for number, cells in enumerate(book[chosen].iter_rows(), 1):
                yield Row(number, tuple(map(_cell, cells)))
        finally:
            book.close()


def _refuse_huge(file: Path) -> None:
    with zipfile.ZipFile(file) as packed:
        if sum(each.file_size for each in packed.infolist()) > LARGEST:
            raise InvalidError("spreadsheet.too_large", file=str(file))


def _sheet(names: Sequence[str], wanted: str | None) -> str:
    if wanted is None and len(names) > 1:
        raise InvalidError("spreadsheet.sheets", sheets=", ".join(names))
    chosen = names[0] if wanted is None else wanted
    if chosen not in names:
        raise InvalidError("spreadsheet.sheets", sheets=", ".join(names))
    return chosen


def _cell(cell: Any) -> Cell:
    value = cell.value
    if value is None:
        return None
    if cell.data_type == "f":
        return Odd.FORMULA
    if cell.data_type == "e":
        return Odd.ERROR
    if isinstance(value, datetime):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and len(str(abs(value))) > EXACT_DIGITS:
        return Odd.ROUNDED
    return str(value).strip()


@contextmanager
def _refusing(file: Path) -> Iterator[None]:
    """Whatever a broken file makes the readers say is one refusal, without a word of what is in it."""
    try:
        yield
    except UnicodeDecodeError:
        raise InvalidError("spreadsheet.encoding", file=str(file)) from None
    except FileNotFoundError:
        raise InvalidError("spreadsheet.missing", file=str(file)) from None
    except InvalidError:
        raise
    except (OSError, csv.Error, zipfile.BadZipFile, InvalidFileException, ParseError, KeyError, ValueError) as error:
        raise InvalidError("spreadsheet.unreadable", file=str(file), error=type(error).__name__) from None


def headings(rows: Iterable[Row]) -> tuple[str, ...]:
    """Of the first row, as text."""
    first = next(iter(rows), Row(1, ()))
    return tuple(str(cell or "") for cell in first.cells)
