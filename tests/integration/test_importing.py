"""Comments from a file: each once, none lost, nothing that Meta said is overwritten."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from openpyxl import Workbook

from outreach import spreadsheets
from outreach.clock import SteppedClock
from outreach.comments.importing import Bad, BadRow, Form, choose_columns, keep, posts_of, take
from outreach.comments.reader import Reader
from outreach.errors import InvalidError
from outreach.states import CommentState, ReviewState
from outreach.tables import Comment, CommentRevision, Flag
from tests.factories import NOW, make_channel, make_comment, make_publication
from tests.integration.moderation.conftest import ByWord

HEADING = ("comment_id", "post link", "created time", "message", "author name", "author id")


@dataclass
class Desk:
    database: Any
    folder: Any
    clock: SteppedClock
    classifier: Any

    def file(self, *rows):
        book = Workbook()
        book.active.append(HEADING)
        for row in rows:
            book.active.append(row)
        book.save(self.folder / "list.xlsx")
        return self.folder / "list.xlsx"

    def run(self, *rows, dry_run=False, dates="iso"):
        file = self.file(*rows)
        heading, *_ = spreadsheets.read(file)
        form = Form(choose_columns([str(cell) for cell in heading.cells], {}), "Asia/Baghdad", dates)
        body = list(spreadsheets.read(file))[1:]
        found = list(take(body, form, posts_of(self.database), now=self.clock.now()))
        bad = [each for each in found if isinstance(each, BadRow)]
        counts, left = keep(self.reader, [each for each in found if not isinstance(each, BadRow)], dry_run=dry_run)
        assert counts["new"] + counts["known"] + counts["old"] + len(bad) + len(left) == len(rows)
        return counts, [(each.number, each.reason) for each in (*bad, *left)]

    @property
    def reader(self):
        never = {"open_channel": None, "usage_of": None}
        model = self.classifier
        return Reader(self.database, self.clock, **never, classifier=lambda: model, keep=timedelta(days=90), zone="UTC")

    def rows(self, table=Comment):
        with self.database.read() as session:
            return list(session.query(table).all())


@pytest.fixture
def desk(database, tmp_path):
    with database.write() as session:
        channel = make_channel(session, remote_id="100")
        make_publication(
            session,
            channel,
            status="published",
            remote_id="100_200",
            published_at=NOW,
            permalink="https://www.facebook.com/page/posts/pfbid02abc",
        )
    return Desk(database, tmp_path, SteppedClock(NOW), ByWord())


AT = (NOW - timedelta(days=2)).replace(tzinfo=None)
POST = "https://www.facebook.com/page/posts/pfbid02abc?ref=x"


def test_a_file_is_stored_once_however_often_it_is_imported(desk):
    rows = (
        ("200_1", POST, AT, "هلا بيكم", "أم سجاد", "77"),
        ("2", "100_200", "2026-11-20 18:30", "survivor_disclosure", None, None),
    )
    assert desk.run(*rows, dry_run=True)[0]["new"] == 2
    assert desk.rows() == []
    counts, bad = desk.run(*rows)
    assert (counts["new"], bad) == (2, [])
    held = {row.remote_id: row for row in desk.rows()}
    assert held.keys() == {"200_1", "200_2"}
    first, second = held["200_1"], held["200_2"]
    assert (first.text, first.author_name, first.review_state) == ("هلا بيكم", "أم سجاد", ReviewState.PENDING)
    assert first.author_key is not None
    assert "2026-11-20T15:30:00+00:00" in second.times  # 18:30 in Basra
    counts, bad = desk.run(*rows)
    assert (counts["known"], counts["new"], bad) == (2, 0, [])
    assert len(desk.rows()) == 2


def test_every_row_that_cannot_be_taken_is_listed_with_its_number_and_reason(desk):
    good = ("200_1", POST, AT, "هلا", None, None)
    rows = (
        good,
        ("200_2", POST, AT, "=HYPERLINK(1)", None, None),
        ("200_3", POST, AT, None, None, None),
        ("200_4", POST, AT, "س" * 20_001, None, None),
        ("200_5", POST, "03/04/2026 10:00", "هلا", None, None),
        ("200_6", POST, "2027-01-01", "هلا", None, None),
        ("200_7", "https://www.facebook.com/x/posts/999", AT, "هلا", None, None),
        ("not an id", POST, AT, "هلا", None, None),
        (17841400008460056, POST, AT, "هلا", None, None),
        ("1.78414E+16", POST, AT, "هلا", None, None),
        good,
    )
    counts, bad = desk.run(*rows)
    assert counts["new"] == 1
    assert bad == [
        (3, Bad.FORMULA),
        (4, Bad.NO_TEXT),
        (5, Bad.TOO_LONG),
        (6, Bad.TIME),
        (7, Bad.FUTURE),
        (8, Bad.POST),
        (9, Bad.COMMENT),
        (10, Bad.ROUNDED),
        (11, Bad.ROUNDED),
        (12, Bad.TWICE),
    ]


def test_a_day_first_date_is_read_only_when_it_is_said_so(desk):
    counts, bad = desk.run(("200_1", POST, "03/11/2026 10:00", "هلا", None, None), dates="dmy")
    assert (counts["new"], bad) == (1, [])
    assert "2026-11-03T07:00:00+00:00" in desk.rows()[0].times


def test_what_is_held_or_forgotten_is_not_changed_by_a_file(desk):
    with desk.database.write() as session:
        post = make_publication(
            session, make_channel(session), status="published", remote_id="300_400", published_at=NOW
        )
        make_comment(session, post, remote_id="400_1", text="كما قالت ميتا", state=CommentState.HIDDEN)
        make_comment(session, post, remote_id="400_2", text=None, text_key=None, state=CommentState.PURGED)
    counts, _ = desk.run(*((f"400_{n}", "300_400", AT, "كلام قديم", None, None) for n in (1, 2)))
    assert (counts["known"], counts["new"]) == (2, 0)
    assert {(row.text, row.state) for row in desk.rows()} == {("كما قالت ميتا", "hidden"), (None, "purged")}
    assert desk.rows(CommentRevision) == []


def test_words_older_than_retention_are_scored_and_never_stored(desk):
    old = (NOW - timedelta(days=200)).replace(tzinfo=None)
    counts, bad = desk.run(("200_1", POST, old, "survivor_disclosure", "أم سجاد", "77"))
    assert (counts["old"], counts["grave"], bad) == (1, 1, [])
    (row,) = desk.rows()
    assert (row.state, row.text_sealed, row.author_key, row.author_name_sealed) == ("purged", None, None, None)
    assert [flag.flag for flag in desk.rows(Flag)] == ["survivor_disclosure"]
    assert desk.run(("200_1", POST, old, "survivor_disclosure", None, None))[0]["known"] == 1


def test_old_words_that_nothing_could_score_are_listed_for_another_try(desk):
    desk.classifier = None
    old = (NOW - timedelta(days=200)).replace(tzinfo=None)
    counts, bad = desk.run(("200_1", POST, old, "هلا", None, None))
    assert (counts["old"], bad) == (0, [(2, Bad.NOT_SCORED)])
    assert desk.rows() == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_columns_are_guessed_in_both_languages_or_named_and_never_invented(desk):
    arabic = ("رقم التعليق", "المنشور", "التاريخ", "النص")
    assert choose_columns(arabic, {}) == {"text": 3, "time": 2, "post": 1, "comment": 0}
    assert choose_columns(("A", "B", "C", "D"), dict(zip(("text", "time", "post", "comment"), "DCBA", strict=True)))
    with pytest.raises(InvalidError) as refused:
        choose_columns(("text", "time", "post"), {})
    assert refused.value.params["field"] == "comment"
    with pytest.raises(InvalidError):
        choose_columns(arabic, {"author": "no such column"})
