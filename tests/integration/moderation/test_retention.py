"""What is forgotten and when; what stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from outreach import moderation, retention
from outreach.db import keyed
from outreach.states import CommentState, ReviewState
from outreach.tables import Alert, Case, Comment, CommentRevision, Flag, LoginFailure, Prediction, ReviewDecision


def _purge(room):
    return retention.purge_due(room.database, now=room.now, settings=room.settings)


def _is_purged(room, comment_id):
    return room.row(comment_id).state == CommentState.PURGED


def _close_case(room, comment_id):
    case_id = moderation.open_case(room.database, room.focal, comment_id, now=room.now)
    moderation.acknowledge(room.database, room.focal, case_id, now=room.now)
    if room.row(comment_id).review_state == ReviewState.QUEUED:
        room.decide(room.focal, comment_id, "keep", "handled")
    moderation.close(room.database, room.focal, case_id, outcome="answered", now=room.now)


def test_ordinary_words_go_after_ninety_days(room):
    comment_id = room.queued("هلا")
    room.later(days=89, hours=23)
    assert _purge(room).other == 0
    room.later(hours=2)
    assert _purge(room).other == 1
    assert _is_purged(room, comment_id)
    assert _purge(room) == retention.Purged()


def test_a_disclosure_goes_two_weeks_after_its_case_is_closed(room):
    comment_id = room.queued("survivor_disclosure")
    room.later(days=3)
    _close_case(room, comment_id)
    room.later(days=13, hours=23)
    assert _purge(room).serious == 0
    room.later(hours=2)
    assert _purge(room).serious == 1
    assert _is_purged(room, comment_id)


def test_a_dismissed_disclosure_goes_after_two_weeks_as_well(room):
    comment_id = room.queued("survivor_disclosure")
    moderation.dismiss_flag(room.database, room.focal, comment_id, "survivor_disclosure", now=room.now)
    room.later(days=15)
    assert _purge(room).serious == 1
    assert _is_purged(room, comment_id)


@pytest.mark.parametrize("state", ["waiting", "case open"])
def test_what_is_not_settled_keeps_its_words_however_old(room, state):
    comment_id = room.queued("survivor_disclosure")
    if state == "case open":
        room.decide(room.mod, comment_id, "refer", "disclosure", refer_to=room.focal.id)
    room.later(days=200)
    assert _purge(room).serious == 0
    assert room.row(comment_id).text == "survivor_disclosure"


@pytest.mark.parametrize("text", ["BREAK", "help_seeking", None])
def test_what_nobody_has_heard_keeps_its_words_until_somebody_has(room, text):
    comment_id = room.queued(text) if text else room.arrive("هلا")
    room.later(days=91)
    assert _purge(room).other == 0
    if text:
        room.decide(room.mod, comment_id, "keep", "ordinary")
    else:
        room.classify()
    assert _purge(room).other == 1


def test_a_tombstone_keeps_the_key_the_labels_and_the_week_and_nothing_else(room):
    comment_id = room.queued("spam كناري", permalink="https://example.org/canary")
    key = room.row(comment_id).remote_key
    room.edit(comment_id, "spam كناري ثاني")
    room.classify()
    room.decide(room.mod, comment_id, "keep", "ordinary")
    room.later(days=91)
    _purge(room)
    row = room.row(comment_id)
    assert (row.remote_key, row.severity) == (key, 30)
    sealed = (row.text_sealed, row.author_name_sealed, row.remote_id_sealed, row.permalink_sealed, row.times_sealed)
    assert sealed == (None,) * 5
    assert (row.text_key, row.author_key) == (None, None)
    local = row.hour + timedelta(hours=3)
    assert (local.strftime("%A %H:%M"), row.seen_hour) == ("Saturday 00:00", row.hour)
    assert room.rows(CommentRevision) == []
    assert [prediction.spans for prediction in room.rows(Prediction)] == [None, None]
    assert [flag.flag for flag in room.rows(Flag)] == ["spam"]
    assert [decision.text_key for decision in room.rows(ReviewDecision)] == [None]
    view = room.open(room.mod, comment_id)
    assert (view.text, view.author, view.item.state) == ("", None, "purged")


def test_a_purged_comment_is_not_classified_again(room):
    comment_id = room.queued("هلا")
    room.later(days=91)
    _purge(room)
    room.classify()
    assert len(room.rows(Prediction)) == 1
    assert _is_purged(room, comment_id)


def test_an_undecided_ordinary_flag_leaves_the_queue_with_its_words(room):
    comment_id = room.queued("spam")
    room.later(days=91)
    _purge(room)
    assert room.ids(room.mod) == []
    assert _is_purged(room, comment_id)


def test_purging_works_in_batches(room, monkeypatch):
    monkeypatch.setattr(retention, "BATCH", 3)
    for _ in range(7):
        room.arrive("هلا")
    room.classify()
    room.later(days=91)
    assert _purge(room).other == 7
    assert {row.state for row in room.rows(Comment)} == {CommentState.PURGED}


def test_old_notices_and_failed_sign_ins_are_forgotten_too(room):
    with room.database.write() as session:
        session.add(Alert(user_id=room.mod.id, kind="alert.s0", status="sent", tries=1, created_at=room.now))
        session.add(LoginFailure(subject_key=keyed(LoginFailure.subject_key, "login:x"), at=room.now))
    room.later(days=2, hours=1)
    found = _purge(room)
    assert (found.alerts, found.logins) == (1, 1)


def test_a_case_stays_as_codes(room):
    comment_id = room.queued("imminent_danger!")
    _close_case(room, comment_id)
    room.later(days=15)
    _purge(room)
    (case,) = room.rows(Case)
    assert (case.status, case.outcome) == ("closed", "answered")
