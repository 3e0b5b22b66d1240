"""Commands about people's own words: what is held, erased, gone; and lists that come in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from outreach import moderation
from outreach.cli import comments, review, subjects
from outreach.comments.pulling import mark_absent
from outreach.db import keyed
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.subjects.holding import belonging
from outreach.tables import AuditEvent, Case, Comment, Erasure, User
from outreach.wording import word
from tests.factories import make_channel, make_comment, make_publication
from tests.integration.cli.test_review import desk  # noqa: F401  a fixture

HER = "7700112233"
WORDS = "چنت خايفة وگلت اسكت"


@pytest.fixture
def hers(desk):  # noqa: F811
    """A comment and its author's second one, on a channel that no Meta answers for."""
    with desk.opened.database.write() as session:
        channel = make_channel(session, token=None)
        post = make_publication(session, channel, status="published", remote_id="100_200")
        for number in (1, 2):
            make_comment(
                session, post, remote_id=f"200_{number}", text=WORDS, author_key=keyed(Comment.author_key, HER)
            )
    desk.sign_in("maryam")
    return desk


@pytest.mark.parametrize("language", ["ar", "en"])
def test_everything_that_may_be_held_has_a_name(language):
    tables = {table.__tablename__ for table, _ in belonging(["1"])}
    for name in tables | {"comments", "tombstones", "audit_events", "alerts", "webhook_deliveries"}:
        assert not word(f"value.{name}", {}, language=language).startswith("value."), name


def test_what_is_held_is_counted_given_out_and_erased_after_asking(hers, tmp_path):
    found = json.loads(hers.run(subjects.app, "find", "200_1", "--json").stdout)
    assert found == [{"table": "comments", "rows": 2}, {"table": "audit_events", "rows": 1}]  # this very search
    file = tmp_path / "hers.json"
    hers.run(subjects.app, "export", "200_1", "--file", str(file))
    assert file.read_text().count(WORDS) == 2
    refused = hers.run(subjects.app, "erase", "200_1", text="n\n")
    assert refused.exit_code == 1
    assert hers.rows(Erasure) == []
    done = hers.run(subjects.app, "erase", "200_1", text="y\n")
    (receipt,) = hers.rows(Erasure)
    assert receipt.id in done.stdout
    assert [row.text_sealed for row in hers.rows(Comment)] == [None, None]
    assert "subject.erased" in {event.event for event in hers.rows(AuditEvent)}
    assert WORDS not in done.output


def test_only_focal_points_may_ask(hers):
    hers.sign_in("zainab")
    for command in (("find", "200_1"), ("erase", "200_1"), ("requests",)):
        with pytest.raises(DeniedError):
            hers.run(subjects.app, *command)
    hers.sign_in("maryam")
    with pytest.raises(NotFoundError):
        hers.run(subjects.app, "find", "200_9")
    assert "No request" in hers.run(subjects.app, "requests").stdout


def test_a_gone_comment_is_noted_and_unlocked_with_a_reason(hers):
    comment_id = hers.comment("survivor_disclosure")
    hers.json("show", comment_id)
    case_id = moderation.open_case(hers.opened.database, _user(hers), comment_id, now=hers.opened.clock.now())
    with pytest.raises(ConflictError):
        hers.run(review.app, "gone", case_id)
    with hers.opened.database.write() as session:
        row = session.get_one(Comment, comment_id)
        for _ in range(2):
            mark_absent(row, hers.opened.clock.now() - timedelta(hours=1))
    assert "by her or by the Page: unknown" in hers.run(review.app, "cases").stdout
    hers.run(review.app, "gone", case_id)
    with pytest.raises(InvalidError):
        hers.run(review.app, "unlock", case_id, "whatever")
    hers.run(review.app, "unlock", case_id, "she_wrote")
    shown = hers.run(review.app, "show", comment_id).stdout
    assert "Its words go on" in shown
    assert "Maryam: She wrote to us herself since" in shown
    (case,) = hers.rows(Case)
    assert case.gone_seen_at is not None
    assert case.unlocked_at is not None
    events = {event.event: event for event in hers.rows(AuditEvent) if event.subject == comment_id}
    assert events["case.unlocked"].details["reason"] == "she_wrote"
    assert events["case.unlocked"].user_id == events["case.gone_seen"].user_id


def _user(hers):
    return next(user for user in hers.rows(User) if user.login == "maryam")


@pytest.mark.parametrize("asked", [False, True])
def test_a_list_is_imported_after_its_columns_were_agreed_on(hers, tmp_path, asked):
    file = tmp_path / "list.csv"
    file.write_text("id,post,date,text\n200_7,100_200,2026-01-01 10:00,هلا\n200_8,999,2026-01-01 10:00,هلا\n")
    before = len(hers.rows(Comment))
    dry = hers.run(comments.app, "import", str(file), "--dry-run", "--json")
    (report,) = json.loads(dry.stdout)
    assert (report["rows"], report["bad"], report["bad_rows"]) == (2, 1, [{"row": 3, "reason": "post"}])
    if asked:
        assert hers.run(comments.app, "import", str(file), text="n\n").exit_code == 1
        assert len(hers.rows(Comment)) == before
        found = hers.run(comments.app, "import", str(file), text="y\n")
    else:
        found = hers.run(comments.app, "import", str(file), "--yes")
    assert found.exit_code == 1  # one row could not be taken
    assert "outreach pull --since" in " ".join(found.stdout.split())
    assert "هلا" not in found.output
    assert len(hers.rows(Comment)) == before + 1
