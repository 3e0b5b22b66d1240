"""Spreadsheets as people save them: numbers, formulas, encodings, damage."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from outreach import spreadsheets
from outreach.errors import InvalidError
from outreach.spreadsheets import Odd


def cells(file, **options):
    return [(row.number, row.cells) for row in spreadsheets.read(file, **options)]


@pytest.fixture
def book(tmp_path):
    def write(*rows, sheets=("Sheet",)):
        workbook = Workbook()
        workbook.active.title = sheets[0]
        for name in sheets[1:]:
            workbook.create_sheet(name)
        for row in rows:
            workbook.active.append(row)
        workbook.save(tmp_path / "list.xlsx")
        return tmp_path / "list.xlsx"

    return write


def test_cells_of_a_workbook_are_text_times_and_what_cannot_be_trusted(book):
    at = datetime(2026, 1, 2, 3, 4)
    file = book(["a", "b", "c", "d", "e"], [" هلا ", 12, at, "=1+1", 17841400008460056], [], [None, "x"])
    assert cells(file) == [
        (1, ("a", "b", "c", "d", "e")),
        (2, ("هلا", "12", at, Odd.FORMULA, Odd.ROUNDED)),
        (4, (None, "x", None, None, None)),
    ]


def test_a_workbook_with_several_sheets_needs_one_to_be_named(book):
    file = book(["a"], sheets=("first", "second"))
    with pytest.raises(InvalidError) as refused:
        cells(file)
    assert refused.value.params["sheets"] == "first, second"
    assert cells(file, sheet="first") == [(1, ("a",))]
    with pytest.raises(InvalidError):
        cells(file, sheet="third")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_is_read_however_a_program_saves_it(tmp_path, encoding, delimiter):
    file = tmp_path / "list.csv"
    file.write_text(f'id{delimiter}text\r\n1{delimiter}"سطر\nوآخر"\r\n\r\n2{delimiter}=SUM(1)\r\n', encoding=encoding)
    assert cells(file) == [(1, ("id", "text")), (2, ("1", "سطر\nوآخر")), (4, ("2", "=SUM(1)"))]


def test_an_old_arabic_encoding_is_refused_rather_than_garbled(tmp_path):
    file = tmp_path / "list.csv"
    file.write_bytes("النص\nهلا".encode("cp1256"))
    with pytest.raises(InvalidError) as refused:
        cells(file)
    assert refused.value.code == "spreadsheet.encoding"


@given(content=st.binary(max_size=400), name=st.sampled_from(["x.csv", "x.xlsx"]))
def test_no_bytes_break_it(tmp_path_factory, content, name):
    file = tmp_path_factory.mktemp("odd") / name
    file.write_bytes(content)
    with suppress(InvalidError):
        cells(file)


def test_a_missing_file_and_a_bomb_are_refused(tmp_path, book, monkeypatch):
    with pytest.raises(InvalidError) as refused:
        cells(tmp_path / "none.csv")
    assert refused.value.code == "spreadsheet.missing"
    monkeypatch.setattr(spreadsheets, "LARGEST", 100)
    with pytest.raises(InvalidError) as refused:
        cells(book(["a"]))
    assert refused.value.code == "spreadsheet.too_large"
