"""The form of `outreach classify`: people and tests rely on it."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.classifier import Prediction
from outreach.classifier.rows import FileFormat, classify_rows, format_of
from outreach.errors import InvalidError
from outreach.states import Flag, ScoreStatus, Sentiment

KEYS = {"row", "scored", "reason", "sentiment", "sentiment_probabilities", "flags", "probabilities", "spans"}


class LengthScorer:
    """A scorer whose answers can be told apart: the span is the whole text."""

    version = "length"

    def __init__(self) -> None:
        self.batches: list[list[str]] = []

    def classify(self, texts: Sequence[str], *, attachments: Sequence[bool] | None = None) -> list[Prediction]:
        self.batches.append(list(texts))
        return [self._one(text) for text in texts]

    def _one(self, text: str) -> Prediction:
        if not text:
            return Prediction(ScoreStatus.NOTHING_TO_SCORE, "nothing_to_score", Sentiment.NEUTRAL, None, None)
        return Prediction(
            ScoreStatus.SCORED,
            None,
            Sentiment.NEGATIVE,
            dict.fromkeys(Sentiment, 1 / 3),
            dict.fromkeys(Flag, 0.25),
            flags=(Flag.ABUSE,),
            spans={Flag.ABUSE: ((0, len(text)),)},
        )


def _rows(data: bytes, kind: FileFormat | None, column: str = "text") -> list[dict[str, object]]:
    return list(classify_rows(io.BytesIO(data), format=kind, column=column, classifier=LengthScorer()))


def _lengths(rows: list[dict[str, object]]) -> list[object]:
    return [row["spans"][Flag.ABUSE][0][1] if row["scored"] else row["reason"] for row in rows]  # type: ignore[index]


def test_every_row_has_the_same_keys_scored_or_not() -> None:
    scored, empty = _rows("شلونكم\n\n".encode(), FileFormat.TEXT)
    assert set(scored) == set(empty) == KEYS
    assert scored["flags"] == ["abuse"]
    assert scored["spans"] == {"abuse": [[0, 6]]}
    assert set(scored["probabilities"]) == set(Flag)  # type: ignore[call-overload]
    assert empty == {
        "row": 2,
        "scored": False,
        "reason": "nothing_to_score",
        "sentiment": None,
        "sentiment_probabilities": None,
        "flags": [],
        "probabilities": None,
        "spans": {},
    }


def test_tsv_has_no_quoting_and_its_header_is_not_counted() -> None:
    data = 'id\ttext\n1\t"زين\n2\tab"c\r\n3\n'.encode()
    rows = _rows(data, FileFormat.TSV)
    assert [row["row"] for row in rows] == [1, 2, 3]
    assert _lengths(rows) == [4, 4, "no_column"]


def test_csv_may_hold_newlines_commas_and_quotes() -> None:
    data = 'text,id\n"a\nb",1\n"c,""d""",2\nزين,3\n'.encode()
    assert _lengths(_rows(data, FileFormat.CSV)) == [3, 5, 3]


def test_every_line_of_plain_text_counts() -> None:
    assert _lengths(_rows(b"ab\n\nabc\r\n\nlast", FileFormat.TEXT)) == [
        2,
        "nothing_to_score",
        3,
        "nothing_to_score",
        4,
    ]


def test_an_odd_line_separator_inside_a_comment_is_no_new_row() -> None:
    assert _lengths(_rows("a\u2028b\x0bc\n".encode(), FileFormat.TEXT)) == [5]


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (FileFormat.TEXT, b"ab\n\xff\xfe\nabc\n"),
        (FileFormat.TSV, b"text\nab\n\xff\xfe\nabc\n"),
        (FileFormat.CSV, b"text\nab\n\xff\xfe\nabc\n"),
    ],
)
def test_bad_utf8_is_a_row_with_a_reason(kind: FileFormat, data: bytes) -> None:
    assert _lengths(_rows(data, kind)) == [2, "bad_encoding", 3]


def test_bad_utf8_in_another_column_is_no_matter() -> None:
    assert _lengths(_rows(b"id\ttext\n\xff\tab\n", FileFormat.TSV)) == [2]


@pytest.mark.parametrize("kind", list(FileFormat))
def test_a_byte_order_mark_is_no_part_of_the_text(kind: FileFormat) -> None:
    head = b"" if kind is FileFormat.TEXT else b"text\n"
    assert _lengths(_rows(b"\xef\xbb\xbf" + head + b"ab\n", kind)) == [2]


@pytest.mark.parametrize("kind", [FileFormat.TSV, FileFormat.CSV])
def test_a_file_without_the_column_is_refused_without_quoting_it(kind: FileFormat) -> None:
    with pytest.raises(InvalidError) as caught:
        _rows("رقمي 0770 000 0000\nx\n".encode(), kind)
    assert caught.value.params == {"column": "text"}


def test_another_column_can_be_named() -> None:
    assert _lengths(_rows(b"text\tbody\na\tabc\n", FileFormat.TSV, column="body")) == [3]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.tsv", FileFormat.TSV),
        ("a.CSV", FileFormat.CSV),
        ("a.txt", FileFormat.TEXT),
        ("comments", FileFormat.TEXT),
        ("-", None),
    ],
)
def test_the_name_tells_the_form(name: str, kind: FileFormat | None) -> None:
    assert format_of(name) is kind


@pytest.mark.parametrize(
    ("data", "lengths"),
    [
        (b"id\ttext\n1\tab\n", [2]),  # a header with tabs
        (b"id,text\n1,ab\n", [2]),  # a header with commas
        (b"ab\nabc\n", [2, 3]),  # no header
        (b"", []),
    ],
)
def test_standard_input_is_told_by_its_first_line(data: bytes, lengths: list[int]) -> None:
    assert _lengths(_rows(data, None)) == lengths


class Pipe:
    """A writer that gives two comments and then waits to see their answers."""

    def __init__(self, chunks: list[bytes]) -> None:
        self.chunks = chunks

    def read1(self, _size: int = -1) -> bytes:
        return self.chunks.pop(0) if self.chunks else b""


@pytest.mark.parametrize("head", [b"", b"text\n"])
def test_answers_come_as_the_rows_arrive(head: bytes) -> None:
    pipe = Pipe([head + b"ab\nabc\n", b"abcd\n"])
    kind = FileFormat.CSV if head else FileFormat.TEXT
    answers = classify_rows(pipe, format=kind, column="text", classifier=LengthScorer())
    assert [next(answers)["row"], next(answers)["row"]] == [1, 2]
    assert len(pipe.chunks) == 1
    assert next(answers)["row"] == 3


def test_a_long_file_is_scored_in_batches_and_in_order() -> None:
    scorer = LengthScorer()
    data = b"".join(b"a" * (n % 7 + 1) + b"\n" for n in range(700))
    rows = list(classify_rows(io.BytesIO(data), format=FileFormat.TEXT, column="text", classifier=scorer))
    assert [row["row"] for row in rows] == list(range(1, 701))
    assert _lengths(rows) == [n % 7 + 1 for n in range(700)]
    assert max(map(len, scorer.batches)) > 1


@given(st.lists(st.binary(max_size=30).filter(lambda line: b"\n" not in line), max_size=20))
def test_any_bytes_give_one_row_a_line(lines: list[bytes]) -> None:
    rows = _rows(b"".join(line + b"\n" for line in lines), FileFormat.TEXT)
    assert [row["row"] for row in rows] == list(range(1, len(lines) + 1))
