"""Cases of S0–S1 comments, and flags put or taken by people."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text, update

from outreach import moderation
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.states import CaseStatus, ReviewState, Route, Severity
from outreach.tables import Case, Comment, Flag
from tests.factories import make_flag


def test_an_overdue_disclosure_gets_a_case_once(room):
    late = room.queued("survivor_disclosure")
    room.later(minutes=55)
    room.queued("survivor_disclosure")
    room.queued("spam")
    _overdue(room)
    assert room.rows(Case) == []
    room.later(minutes=10)
    _overdue(room)
    _overdue(room)
    assert [(case.comment_id, case.opened_by, case.severity) for case in room.rows(Case)] == [
        (late, "overdue", Severity.S1)
    ]


def test_a_damaged_row_gets_its_case_like_the_others(room):
    damaged, late = room.queued("imminent_danger"), room.queued("imminent_danger")
    with room.database.write() as session:
        session.execute(update(Comment).where(Comment.id == damaged).values(times_sealed="k1:AAAA"))
    room.later(hours=2)
    _overdue(room)
    assert {case.comment_id for case in room.rows(Case)} == {damaged, late}


def test_a_case_is_acknowledged_by_one_focal_point_before_it_is_closed(room):
    comment_id = room.queued("imminent_danger!")
    (case,) = moderation.cases(room.database, room.focal)
    with pytest.raises(ConflictError) as refused:
        _close(room, room.focal, case.id)
    assert refused.value.code == "case.not_acknowledged"
    with pytest.raises(DeniedError):
        moderation.acknowledge(room.database, room.mod, case.id, now=room.now)
    moderation.acknowledge(room.database, room.focal, case.id, now=room.now)
    with pytest.raises(ConflictError) as refused:
        moderation.acknowledge(room.database, room.focal, case.id, now=room.now)
    assert (refused.value.code, refused.value.params["holder"]) == ("case.acknowledged", "Maryam")
    with pytest.raises(ConflictError) as refused:
        _close(room, room.focal, case.id)
    assert refused.value.code == "case.not_decided"
    room.decide(room.focal, comment_id, "keep", "handled")
    with pytest.raises(InvalidError):
        _close(room, room.focal, case.id, outcome="she said that")
    _close(room, room.focal, case.id)
    view = room.open(room.focal, comment_id).case
    assert (view.status, view.owner, view.outcome) == ("closed", "Maryam", "answered")
    with pytest.raises(ConflictError) as refused:
        _close(room, room.focal, case.id)
    assert refused.value.code == "case.closed"


def test_a_psea_case_is_the_psea_focal_points_alone(room):
    comment_id = room.queued("staff_misconduct")
    case_id = moderation.open_case(room.database, room.psea, comment_id, now=room.now)
    with pytest.raises(NotFoundError):
        moderation.acknowledge(room.database, room.focal, case_id, now=room.now)
    moderation.acknowledge(room.database, room.psea, case_id, now=room.now)
    room.decide(room.psea, comment_id, "keep", "handled")
    _close(room, room.psea, case_id)
    assert moderation.cases(room.database, room.focal) == []


def test_a_persons_word_opens_a_case_whatever_the_model_said(room):
    comment_id = room.queued("spam")
    case_id = moderation.open_case(room.database, room.mod, comment_id, now=room.now)
    assert moderation.open_case(room.database, room.mod, comment_id, now=room.now) == case_id
    (case,) = moderation.cases(room.database, room.focal)
    assert (case.severity, case.opened_by) == (Severity.S1, "person")


def test_a_person_raises_a_flag_that_the_model_missed(room):
    comment_id = room.queued("spam")
    moderation.add_flag(room.database, room.mod, comment_id, "survivor_disclosure", now=room.now)
    row = room.row(comment_id)
    assert (row.severity, row.review_state) == (Severity.S1, ReviewState.QUEUED)
    assert [case.opened_by for case in room.rows(Case)] == ["person"]
    with pytest.raises(ConflictError):
        moderation.add_flag(room.database, room.mod, comment_id, "survivor_disclosure", now=room.now)
    with pytest.raises(InvalidError):
        moderation.add_flag(room.database, room.mod, comment_id, "rude", now=room.now)


def test_a_flag_on_a_decided_comment_brings_it_back(room):
    comment_id = room.queued("spam")
    room.decide(room.mod, comment_id, "keep", "ordinary")
    moderation.add_flag(room.database, room.mod, comment_id, "imminent_danger", now=room.now)
    row = room.row(comment_id)
    assert (row.review_state, row.severity) == (ReviewState.QUEUED, Severity.S0)


def test_flagging_staff_misconduct_takes_the_item_out_of_ones_own_sight(room):
    comment_id = room.queued("survivor_disclosure")
    room.claim(room.mod, comment_id)
    moderation.add_flag(room.database, room.mod, comment_id, "staff_misconduct", now=room.now)
    assert room.ids(room.mod) == []
    assert room.row(comment_id).claimed_by_id is None
    with pytest.raises(NotFoundError):
        room.open(room.focal, comment_id)
    assert room.ids(room.psea) == [comment_id]
    assert [case.route for case in room.rows(Case)] == [Route.PSEA]


def test_only_a_focal_point_says_that_a_disclosure_flag_is_wrong(room):
    comment_id = room.queued("survivor_disclosure spam")
    with pytest.raises(DeniedError):
        moderation.dismiss_flag(room.database, room.mod, comment_id, "survivor_disclosure", now=room.now)
    moderation.dismiss_flag(room.database, room.focal, comment_id, "survivor_disclosure", now=room.now)
    row = room.row(comment_id)
    assert (row.severity, row.review_state) == (Severity.S3, ReviewState.QUEUED)
    moderation.dismiss_flag(room.database, room.mod, comment_id, "spam", now=room.now)
    row = room.row(comment_id)
    assert (row.severity, row.review_state) == (None, ReviewState.CLEAR)
    with pytest.raises(InvalidError):
        moderation.dismiss_flag(room.database, room.mod, comment_id, "spam", now=room.now)


def test_dismissing_staff_misconduct_gives_the_comment_back_to_the_others(room):
    comment_id = room.queued("staff_misconduct help_seeking")
    moderation.dismiss_flag(room.database, room.psea, comment_id, "staff_misconduct", now=room.now)
    assert room.ids(room.mod) == [comment_id]
    assert room.ids(room.psea) == []


def test_a_dismissed_flag_comes_back_with_a_new_text_only(room):
    comment_id = room.queued("survivor_disclosure")
    moderation.dismiss_flag(room.database, room.focal, comment_id, "survivor_disclosure", now=room.now)
    room.edit(comment_id, "survivor_disclosure مرة ثانية")
    room.classify()
    row = room.row(comment_id)
    assert (row.severity, row.review_state) == (Severity.S1, ReviewState.QUEUED)


def test_a_threat_is_s1_until_a_person_marks_it_general(room):
    comment_id = room.queued("threat")
    assert room.row(comment_id).severity == Severity.S1
    moderation.mark_threat_general(room.database, room.mod, comment_id, now=room.now)
    assert room.row(comment_id).severity == Severity.S2
    assert [flag.severity for flag in room.rows(Flag)] == [Severity.S2]
    with pytest.raises(InvalidError):
        moderation.mark_threat_general(room.database, room.mod, room.queued("spam"), now=room.now)


def _overdue(room):
    moderation.open_overdue_cases(room.database, now=room.now, settings=room.settings)


def _close(room, user, case_id, outcome="answered"):
    moderation.close(room.database, user, case_id, outcome=outcome, now=room.now)


def test_undoing_a_verdict_opens_its_closed_case_again(room):
    comment_id = room.queued("imminent_danger!")
    decision_id = room.decide(room.focal, comment_id, "keep", "handled")
    (case,) = room.rows(Case)
    _close(room, room.focal, case.id)
    room.undo(room.focal, decision_id)
    assert [case.status for case in room.rows(Case)] == [CaseStatus.OPEN]


def test_a_flag_put_while_another_is_written_lowers_neither_severity_nor_route(room):
    comment_id = room.queued("هلا")
    with ThreadPoolExecutor(1) as person:
        with room.database.write() as session:
            row = session.get_one(Comment, comment_id)
            make_flag(session, row, "self_harm", Severity.S0)
            row.severity, row.route, row.review_state = Severity.S0, Route.FOCAL, ReviewState.QUEUED
            session.flush()
            adding = person.submit(moderation.add_flag, room.database, room.mod, comment_id, "spam", now=room.now)
            _until_it_waits(room.database, session)
        refused = adding.exception(timeout=30)
    assert isinstance(refused, NotFoundError | None)
    row = room.row(comment_id)
    assert (row.severity, row.route) == (Severity.S0, Route.FOCAL)


def _until_it_waits(database, session):
    """SQLite lets nobody else begin to write; in PostgreSQL the other comes as far as the row that is being written."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    while not database.is_sqlite and not session.scalar(waiting):
        session.execute(text("SELECT pg_stat_clear_snapshot()"))
