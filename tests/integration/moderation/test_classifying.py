"""From a comment that was read to its place in the queue."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from outreach import moderation
from outreach.states import CaseStatus, ReviewState, Route, Severity
from outreach.tables import Case, Comment, Flag, Prediction
from tests.factories import make_flag


def test_ordinary_talk_is_not_queued(room):
    assert room.row(room.queued("هلا بيكم")).review_state == ReviewState.CLEAR


def test_a_flagged_comment_is_queued_with_its_severity_and_route(room):
    row = room.row(room.queued("forced_marriage"))
    assert (row.review_state, row.severity, row.route) == (ReviewState.QUEUED, Severity.S1, Route.FOCAL)


def test_emoji_alone_are_not_queued_and_a_picture_is(room):
    assert room.row(room.queued(" ")).review_state == ReviewState.CLEAR
    row = room.row(room.queued(" ", has_attachment=True))
    assert (row.review_state, row.severity) == (ReviewState.QUEUED, Severity.NOT_SCORED)


def test_flags_of_a_comment_with_a_picture_count_all_the_same(room):
    row = room.row(room.queued("self_harm", has_attachment=True))
    assert (row.severity, row.route) == (Severity.S0, Route.FOCAL)


def test_our_own_comments_are_never_queued(room):
    row = room.row(room.queued("threat", own=True))
    assert (row.review_state, row.severity) == (ReviewState.CLEAR, None)


def test_a_text_that_breaks_the_classifier_is_queued_as_not_scored_and_the_others_are_scored(room):
    broken, fine = room.arrive("BREAK"), room.arrive("spam")
    room.classify()
    assert (room.row(broken).review_state, room.row(broken).severity) == (ReviewState.QUEUED, Severity.NOT_SCORED)
    assert room.row(fine).severity == Severity.S3
    (prediction,) = [row for row in room.rows(Prediction) if row.comment_id == broken]
    assert (prediction.status, prediction.reason) == ("not_scored", "error")


def test_a_text_that_cannot_be_opened_is_queued_and_stops_nobody(room):
    damaged, fine = room.arrive("spam"), room.arrive("spam")
    with room.database.write() as session:
        session.execute(update(Comment).where(Comment.id == damaged).values(text_sealed="k1:AAAA"))
    room.classify()
    assert room.row(damaged).severity == Severity.NOT_SCORED
    assert room.row(fine).severity == Severity.S3


def test_classifying_goes_on_until_nothing_is_pending(room):
    for _ in range(5):
        room.arrive("spam")
    more = [
        moderation.classify_pending(room.database, _by_word(), now=room.now, settings=room.settings, limit=2)
        for _ in range(3)
    ]
    assert more == [True, True, False]
    assert {row.review_state for row in room.rows(Comment)} == {ReviewState.QUEUED}


def test_an_s0_that_passes_the_alert_threshold_opens_a_case_and_another_does_not(room):
    paged, silent = room.queued("imminent_danger!"), room.queued("imminent_danger")
    assert [case.comment_id for case in room.rows(Case)] == [paged]
    assert room.row(silent).severity == Severity.S0


def test_child_at_risk_pages_by_setting(room):
    room.settings = room.settings.model_copy(
        update={"review": room.settings.review.model_copy(update={"child_at_risk_pages": False})}
    )
    row = room.row(room.queued("child_at_risk!"))
    assert row.severity == Severity.S0
    assert room.rows(Case) == []


def test_a_text_edited_while_it_was_scored_is_scored_again(room):
    comment_id = room.arrive("هلا")

    class Slow(type(_by_word())):  # type: ignore[misc]
        def classify(self, texts, *, attachments=None):
            if "هلا" in texts:
                room.edit(comment_id, "threat")
            return super().classify(texts, attachments=attachments)

    room.classify(Slow())
    assert room.row(comment_id).review_state == ReviewState.PENDING
    room.classify()
    assert room.row(comment_id).severity == Severity.S1


@pytest.mark.parametrize("first", ["هلا", "spam"])
def test_an_edit_that_is_worse_brings_a_decided_comment_back(room, first):
    comment_id = room.queued(first)
    if first == "spam":
        room.decide(room.mod, comment_id, "keep", "ordinary")
    room.edit(comment_id, "threat")
    room.classify()
    row = room.row(comment_id)
    assert (row.review_state, row.severity, row.decided_at) == (ReviewState.QUEUED, Severity.S1, None)


def test_an_edit_that_is_no_worse_leaves_a_decision_standing(room):
    comment_id = room.queued("spam")
    room.decide(room.mod, comment_id, "keep", "ordinary")
    room.edit(comment_id, "spam مرة ثانية")
    room.classify()
    assert room.row(comment_id).review_state == ReviewState.DECIDED
    assert not room.classify()


@pytest.mark.parametrize("first", ["survivor_disclosure", "BREAK"])
def test_new_words_under_a_decided_disclosure_or_unscored_comment_are_seen_by_a_person(room, first):
    comment_id = room.queued(first)
    room.decide(room.focal, comment_id, "keep", "handled")
    room.edit(comment_id, f"{first} وصار شي جديد")
    room.classify()
    assert room.row(comment_id).review_state == ReviewState.QUEUED


@pytest.mark.parametrize("state", [ReviewState.PENDING, ReviewState.CLEAR])
def test_a_row_that_cannot_be_placed_is_queued_and_stops_nobody(room, state):
    broken, sound = room.arrive("هلا"), room.arrive("threat")
    if state == ReviewState.CLEAR:
        room.classify()
        for comment_id in (broken, sound):
            room.edit(comment_id, "threat")
    with room.database.write() as session:
        make_flag(session, session.get_one(Comment, broken), "no_such_flag", Severity.S3)
    room.classify()
    assert room.row(sound).severity == Severity.S1
    row = room.row(broken)
    assert (row.review_state, row.severity) == (ReviewState.QUEUED, Severity.NOT_SCORED)


def test_an_edit_never_lowers_what_was_flagged(room):
    comment_id = room.queued("survivor_disclosure")
    room.edit(comment_id, "ماكو شي")
    room.classify()
    row = room.row(comment_id)
    assert (row.review_state, row.severity) == (ReviewState.QUEUED, Severity.S1)
    (flag,) = room.open(room.mod, comment_id).item.flags
    assert flag.earlier


def test_an_edited_unscored_comment_stays_in_the_queue(room):
    comment_id = room.queued(" ", has_attachment=True)
    room.edit(comment_id, "هلا بيكم")
    with room.database.write() as session:
        session.get_one(Comment, comment_id).has_attachment = False
    room.classify()
    assert room.row(comment_id).review_state == ReviewState.QUEUED


def test_abuse_of_women_under_a_disclosure_is_s2_whichever_came_first(room):
    top = room.arrive("هلا")
    publication = room.row(top).publication_id
    before = room.arrive("gendered_abuse", parent_id=top)
    room.classify()
    assert room.row(before).severity == Severity.S3
    with room.database.write() as session:
        session.execute(update(Comment).values(publication_id=publication))
    room.queued("survivor_disclosure", parent_id=top)
    after = room.queued("gendered_abuse", parent_id=top)
    assert (room.row(before).severity, room.row(after).severity) == (Severity.S2, Severity.S2)
    assert {flag.severity for flag in room.rows(Flag) if flag.flag == "gendered_abuse"} == {Severity.S2}


def test_a_staff_misconduct_report_does_not_show_in_its_thread(room):
    top = room.queued("staff_misconduct")
    assert room.row(room.queued("gendered_abuse", parent_id=top)).severity == Severity.S3


def test_an_edit_that_raises_an_alert_opens_a_closed_case_again(room):
    comment_id = room.queued("imminent_danger!")
    (case,) = room.rows(Case)
    moderation.acknowledge(room.database, room.focal, case.id, now=room.now)
    room.decide(room.focal, comment_id, "keep", "handled")
    moderation.close(room.database, room.focal, case.id, outcome="answered", now=room.now)
    room.edit(comment_id, "imminent_danger self_harm!")
    room.classify()
    (case,) = room.rows(Case)
    assert (case.status, case.route) == (CaseStatus.OPEN, Route.FOCAL)


def test_a_case_acknowledged_as_s1_opens_again_when_it_becomes_a_matter_of_life(room):
    comment_id = room.queued("survivor_disclosure")
    case_id = moderation.open_case(room.database, room.focal, comment_id, now=room.now)
    moderation.acknowledge(room.database, room.focal, case_id, now=room.now)
    room.edit(comment_id, "survivor_disclosure imminent_danger!")
    room.classify()
    (case,) = room.rows(Case)
    assert (case.status, case.severity, case.owner_id) == (CaseStatus.OPEN, Severity.S0, None)


def _by_word():
    from tests.integration.moderation.conftest import ByWord

    return ByWord()


def test_the_shipped_classifier_serves_the_queue(room):
    """The real model, by what its rules make certain."""
    from outreach import classifier

    model = room.settings.models_dir / room.settings.model
    if not (model / "weights.npz").exists():
        pytest.skip("no model is installed: outreach train")
    phone, emoji, english = (
        room.arrive("هذا رقمي 0770 000 0000 ساعدوني"),
        room.arrive("❤️❤️"),
        room.arrive("Where are you located please?"),
    )
    room.classify(classifier.load(model))
    (flag,) = [row for row in room.rows(Flag) if row.comment_id == phone and row.flag == "exposed_personal_data"]
    assert flag.score >= 0.9
    assert room.row(phone).severity <= Severity.S1
    assert room.row(emoji).review_state == ReviewState.CLEAR
    assert room.row(english).severity == Severity.NOT_SCORED
    assert room.open(room.mod, english).item.not_scored == "language_english"
