"""A comment that is gone: told, locked, forgotten; and respected where nobody's safety hangs on it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from outreach import alerts, moderation, retention
from outreach.comments.ingesting import ingest, whole_hour
from outreach.comments.pulling import mark_absent
from outreach.errors import ConflictError, DeniedError, InvalidError, NotFoundError
from outreach.meta.protocol import RemoteComment
from outreach.notices.composing import compose
from outreach.states import ActionStatus, CommentState, ReviewState
from outreach.tables import Action, Alert, AuditEvent, Comment


def _go(room, comment_id):
    """As two readings of its id do it."""
    with room.database.write() as session:
        row = session.get_one(Comment, comment_id)
        mark_absent(row, room.now)
        mark_absent(row, room.now)


def _case(room, text="survivor_disclosure", owner=None):
    """A comment with a Case that its focal point has acknowledged, decided and not closed."""
    owner = owner or room.focal
    comment_id = room.queued(text)
    case_id = moderation.open_case(room.database, owner, comment_id, now=room.now)
    moderation.acknowledge(room.database, owner, case_id, now=room.now)
    room.decide(owner, comment_id, "keep", "handled")
    return comment_id, case_id


def _forget(room):
    return retention.forget_gone(room.database, now=room.now, settings=room.settings)


def _tell(room):
    alerts.raise_due(room.database, now=room.now, settings=room.settings)
    return [(alert.user_id, alert.count) for alert in room.rows(Alert) if alert.kind == "alert.gone"]


def _view(room, user, comment_id):
    return room.open(user, comment_id).case.gone


def test_twice_absent_is_gone_and_what_we_hid_stays_hidden(room):
    seen, hidden = room.queued("هلا"), room.arrive("هلا", state=CommentState.HIDDEN)
    with room.database.write() as session:
        mark_absent(session.get_one(Comment, seen), room.now)
    assert (room.row(seen).state, room.row(seen).gone_hour) == (CommentState.VISIBLE, None)
    _go(room, seen)
    _go(room, hidden)
    assert (room.row(seen).state, room.row(seen).gone_hour) == (CommentState.GONE, whole_hour(room.now))
    assert (room.row(hidden).state, room.row(hidden).gone_hour) == (CommentState.HIDDEN, None)


def test_who_deletes_her_comment_is_forgotten_within_a_day_where_there_is_no_case(room):
    ordinary, decided = room.queued("هلا"), room.queued("spam")
    room.decide(room.mod, decided, "keep", "ordinary")
    for comment_id in (ordinary, decided):
        _go(room, comment_id)
    room.later(hours=23)
    assert _forget(room) == 0
    room.later(hours=1)
    assert _forget(room) == 2
    for comment_id in (ordinary, decided):
        row = room.row(comment_id)
        assert (row.state, row.text_sealed, row.author_name_sealed) == (CommentState.PURGED, None, None)
    assert _forget(room) == 0


def test_a_deleted_call_for_help_is_heard_before_it_is_forgotten(room):
    comment_id = room.queued("survivor_disclosure")
    _go(room, comment_id)
    room.later(days=1)
    assert _forget(room) == 0
    room.decide(room.focal, comment_id, "keep", "handled")
    assert _forget(room) == 1


def test_a_closed_case_keeps_no_words_that_were_taken_back(room):
    comment_id, case_id = _case(room)
    _go(room, comment_id)
    room.later(days=1)
    assert _forget(room) == 0
    moderation.close(room.database, room.focal, case_id, outcome="answered", now=room.now)
    assert _forget(room) == 1


def test_words_under_an_open_case_go_a_day_after_the_focal_point_knows(room):
    comment_id, case_id = _case(room)
    with pytest.raises(ConflictError) as refused:
        moderation.note_gone(room.database, room.focal, case_id, now=room.now)
    assert refused.value.code == "case.not_gone"
    _go(room, comment_id)
    room.later(days=30)
    assert _forget(room) == 0
    with pytest.raises(DeniedError):
        moderation.note_gone(room.database, room.mod, case_id, now=room.now)
    moderation.note_gone(room.database, room.focal, case_id, now=room.now)
    view = _view(room, room.focal, comment_id)
    assert (view.words_go_at - view.seen_at).total_seconds() == 24 * 3600
    room.later(hours=23, minutes=59)
    assert _forget(room) == 0
    room.later(minutes=1)
    assert retention.purge_due(room.database, now=room.now, settings=room.settings).gone == 1
    assert room.row(comment_id).state == CommentState.PURGED
    moderation.close(room.database, room.focal, case_id, outcome="not_safe_to_contact", now=room.now)


def test_a_report_about_staff_stays_sealed_until_its_focal_point_closes_it(room):
    comment_id, case_id = _case(room, "staff_misconduct", room.psea)
    _go(room, comment_id)
    moderation.note_gone(room.database, room.psea, case_id, now=room.now)
    with pytest.raises(NotFoundError):
        moderation.note_gone(room.database, room.focal, case_id, now=room.now)
    room.later(days=400)
    assert retention.purge_due(room.database, now=room.now, settings=room.settings).gone == 0
    view = _view(room, room.psea, comment_id)
    assert (view.sealed, view.words_go_at) == (True, None)
    assert room.row(comment_id).text == "staff_misconduct"
    moderation.close(room.database, room.psea, case_id, outcome="answered", now=room.now)
    assert _forget(room) == 1


def test_the_focal_point_of_its_route_is_told_once_and_reads_no_word_of_it(room):
    comment_id, case_id = _case(room)
    staff, _ = _case(room, "staff_misconduct", room.psea)
    for one in (comment_id, staff):
        _go(room, one)
    assert sorted(_tell(room)) == sorted([(room.focal.id, 1), (room.psea.id, 1)])
    room.later(hours=1)
    assert len(_tell(room)) == 2
    (alert,) = [each for each in room.rows(Alert) if each.user_id == room.focal.id and each.kind == "alert.gone"]
    for language, words in (("ar", "ولا يُعرف أيهما"), ("en", "by her or by the Page: unknown")):
        _, body = compose(alert, language, "https://desk.example.org", sandbox=False)
        assert words in body
        assert "survivor_disclosure" not in body
        assert "https://desk.example.org/cases" in body
    moderation.note_gone(room.database, room.focal, case_id, now=room.now)
    room.later(days=3)  # what she took note of is not told again; what nobody did is
    with room.database.write() as session:
        session.query(Alert).delete()
    told = _tell(room)
    assert [user for user, _ in told] == [room.psea.id]


def test_at_night_only_a_matter_of_life_is_told(room):
    grave, _ = _case(room, "imminent_danger")
    other, _ = _case(room)
    room.later(hours=12)  # midnight in Basra
    _go(room, grave)
    _go(room, other)
    assert _tell(room) == [(room.focal.id, 1)]


def test_a_gone_comment_is_locked_until_a_named_person_says_why(room):
    comment_id, case_id = _case(room)
    with room.database.write() as session:  # something new about it, so that it waits for a verdict again
        session.get_one(Comment, comment_id).review_state = ReviewState.QUEUED
    _go(room, comment_id)
    for verdict, reason in (("hide", "protect_person"), ("delete", "personal_data")):
        with pytest.raises(ConflictError) as refused:
            room.decide(room.focal, comment_id, verdict, reason)
        assert refused.value.code == "case.locked"
    assert room.rows(Action) == []
    with pytest.raises(DeniedError):
        moderation.unlock(room.database, room.mod, case_id, reason="still_there", now=room.now)
    with pytest.raises(InvalidError):
        moderation.unlock(room.database, room.focal, case_id, reason="she said so", now=room.now)
    room.later(minutes=1)
    moderation.unlock(room.database, room.focal, case_id, reason="still_there", now=room.now)
    with pytest.raises(ConflictError):
        moderation.unlock(room.database, room.focal, case_id, reason="still_there", now=room.now)
    view = _view(room, room.focal, comment_id)
    assert (view.locked, view.unlocked_by, view.unlock_reason) == (False, "Maryam", "still_there")
    with room.database.read() as session:
        event = session.scalars(select(AuditEvent).where(AuditEvent.event == "case.unlocked")).one()
    assert (event.user_id, event.subject, event.details["reason"]) == (room.focal.id, comment_id, "still_there")
    room.decide(room.focal, comment_id, "hide", "protect_person")
    assert [action.kind for action in room.rows(Action)] == ["hide"]


def test_what_was_asked_of_meta_before_it_was_gone_is_not_done_after(room):
    comment_id, _ = _case(room)
    with room.database.write() as session:
        session.get_one(Comment, comment_id).review_state = ReviewState.QUEUED
    room.decide(room.focal, comment_id, "hide", "protect_person")
    _go(room, comment_id)

    def never(channel):
        raise AssertionError(channel)

    moderation.run_actions(room.database, never, now=room.now)
    (action,) = room.rows(Action)
    assert (action.status, action.error_code) == (ActionStatus.FAILED, "action.locked")


def test_the_page_says_it_in_words_and_takes_both_answers(room):
    """What web and terminal show of it comes from these views."""
    comment_id, _ = _case(room)
    (case,) = moderation.cases(room.database, room.focal)
    assert (case.comment_state, case.gone) == (CommentState.VISIBLE, None)
    _go(room, comment_id)
    (case,) = moderation.cases(room.database, room.focal)
    assert case.comment_state == CommentState.GONE
    assert case.gone.locked
    assert not case.gone.sealed


def test_what_came_back_and_went_again_is_told_and_locked_again(room):
    comment_id, case_id = _case(room)
    _go(room, comment_id)
    moderation.note_gone(room.database, room.focal, case_id, now=room.now)
    moderation.unlock(room.database, room.focal, case_id, reason="still_there", now=room.now)
    with room.database.write() as session:  # as reading it again does
        row = session.get_one(Comment, comment_id)
        row.state, row.absences, row.gone_hour = CommentState.VISIBLE, 0, None
    room.later(hours=30)
    assert _forget(room) == 0
    _go(room, comment_id)
    view = _view(room, room.focal, comment_id)
    assert (view.locked, view.seen_at) == (True, None)
    assert _forget(room) == 0


def test_what_reading_finds_again_is_gone_no_more(room):
    comment_id = room.arrive("هلا", remote_id="55_777")
    _go(room, comment_id)
    room.later(days=1)
    with room.database.write() as session:
        row = session.get_one(Comment, comment_id)
        ingest(session, row.publication, RemoteComment("55_777", "هلا", room.now), room.now)
    assert (room.row(comment_id).state, room.row(comment_id).gone_hour) == (CommentState.VISIBLE, None)
    assert _forget(room) == 0


def test_what_we_deleted_ourselves_is_told_to_nobody_and_keeps_its_time(room):
    """A decision did that, and who decided knows."""
    comment_id, _ = _case(room)
    with room.database.write() as session:
        session.get_one(Comment, comment_id).state = CommentState.GONE
    assert _tell(room) == []
    assert _view(room, room.focal, comment_id) is None
    room.later(days=2)
    assert _forget(room) == 0
