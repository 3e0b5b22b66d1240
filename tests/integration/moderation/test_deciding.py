"""Verdicts, what they ask of Meta, and taking them back."""

from __future__ import annotations

import pytest

from outreach import moderation
from outreach.errors import ConflictError, DeniedError, InvalidError
from outreach.states import ActionStatus, CaseStatus, ReviewState
from outreach.tables import Action, AuditEvent, Case, Referral, ReviewDecision


def test_keeping_decides_and_asks_nothing_of_meta(room):
    comment_id = room.queued("spam")
    decision_id = room.decide(room.mod, comment_id, "keep", "wrong_flag")
    row = room.row(comment_id)
    assert (row.review_state, row.claimed_by_id, row.decided_at) == (ReviewState.DECIDED, None, room.now)
    assert room.rows(Action) == []
    (decision,) = room.rows(ReviewDecision)
    assert (decision.id, decision.user_id, decision.verdict, decision.reason) == (
        decision_id,
        room.mod.id,
        "keep",
        "wrong_flag",
    )


def test_hiding_is_pending_until_meta_has_done_it(room):
    comment_id = room.queued("spam")
    room.decide(room.mod, comment_id, "hide", "spam")
    (decision,) = room.open(room.mod, comment_id).history
    assert [(action.kind, action.status) for action in decision.actions] == [("hide", "pending")]
    assert room.row(comment_id).state == "visible"


def test_a_deletion_waits_until_it_can_no_longer_be_undone(room):
    comment_id = room.queued("spam")
    room.decide(room.mod, comment_id, "delete", "spam")
    (action,) = room.rows(Action)
    assert (action.retry_at - room.now).total_seconds() == room.settings.review.undo_minutes * 60


def test_a_second_decision_is_told_that_it_was_decided(room):
    comment_id = room.queued("spam")
    key = room.open(room.other, comment_id).seen_text_key
    room.decide(room.mod, comment_id, "keep", "ordinary")
    with pytest.raises(ConflictError) as refused:
        _decide(room, room.other, comment_id, key, "hide", "spam")
    assert refused.value.code == "review.decided"
    assert len(room.rows(ReviewDecision)) == 1


def test_an_edit_since_it_was_read_refuses_the_verdict(room):
    comment_id = room.queued("spam")
    key = room.open(room.mod, comment_id).seen_text_key
    room.edit(comment_id, "spam وأشياء أخرى")
    with pytest.raises(ConflictError) as refused:
        _decide(room, room.mod, comment_id, key, "keep", "ordinary")
    assert refused.value.code == "review.edited"


def test_an_item_held_by_another_cannot_be_decided(room):
    comment_id = room.queued("spam")
    key = room.open(room.mod, comment_id).seen_text_key
    room.claim(room.other, comment_id)
    with pytest.raises(ConflictError) as refused:
        _decide(room, room.mod, comment_id, key, "keep", "ordinary")
    assert refused.value.code == "review.held"


def test_a_veiled_item_must_be_claimed_and_read_before_a_verdict(room):
    comment_id = room.queued("threat")
    with pytest.raises(ConflictError) as refused:
        _decide(room, room.mod, comment_id, "", "hide", "threat")
    assert refused.value.code == "review.not_claimed"
    room.claim(room.mod, comment_id)
    with pytest.raises(ConflictError) as refused:
        _decide(room, room.mod, comment_id, room.open(room.mod, comment_id).seen_text_key or "", "hide", "threat")
    assert refused.value.code == "review.edited"


@pytest.mark.parametrize(
    ("verdict", "reason", "code"),
    [
        ("ban", "spam", "review.bad_verdict"),
        ("keep", "spam", "review.bad_reason"),
        ("hide", "", "review.bad_reason"),
        ("refer", "danger", "review.refer_to_missing"),
    ],
)
def test_an_unknown_verdict_or_reason_is_refused(room, verdict, reason, code):
    with pytest.raises(InvalidError) as refused:
        _decide(room, room.mod, room.queued("spam"), "", verdict, reason)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("verdict", "reason"), [("keep", "handled"), ("delete", "illegal"), ("hide", "protect_person")]
)
def test_a_disclosure_is_not_dismissed_before_a_focal_point_acknowledges(room, verdict, reason):
    comment_id = room.queued("survivor_disclosure")
    with pytest.raises(ConflictError) as refused:
        room.decide(room.mod, comment_id, verdict, reason)
    assert refused.value.code == "review.needs_focal_point"
    case_id = moderation.open_case(room.database, room.mod, comment_id, now=room.now)
    with pytest.raises(ConflictError):
        room.decide(room.mod, comment_id, verdict, reason)
    moderation.acknowledge(room.database, room.focal, case_id, now=room.now)
    room.decide(room.mod, comment_id, verdict, reason)
    assert room.row(comment_id).review_state == ReviewState.DECIDED


def test_a_focal_points_own_verdict_needs_nobody_and_takes_the_case(room):
    comment_id = room.queued("imminent_danger!")
    room.decide(room.focal, comment_id, "keep", "handled")
    (case,) = room.rows(Case)
    assert (case.status, case.owner_id) == (CaseStatus.ACKNOWLEDGED, room.focal.id)


def test_exposed_data_is_hidden_at_once_and_leaves_a_case(room):
    comment_id = room.queued("exposed_personal_data")
    room.decide(room.mod, comment_id, "hide", "personal_data")
    (case,) = room.rows(Case)
    assert (case.comment_id, case.status, case.opened_by) == (comment_id, CaseStatus.OPEN, "person")


def test_referring_reaches_the_person_and_leaves_a_case(room):
    comment_id = room.queued("survivor_disclosure")
    people = [person.id for person in moderation.referees(room.database, room.mod, comment_id)]
    assert room.focal.id in people
    assert not {room.mod.id, room.psea.id, room.lead.id} & set(people)
    room.decide(room.mod, comment_id, "refer", "disclosure", refer_to=room.focal.id)
    (mine,) = moderation.referrals(room.database, room.focal)
    assert (mine.comment_id, mine.reason, mine.by) == (comment_id, "disclosure", "Zainab")
    moderation.acknowledge_referral(room.database, room.focal, mine.id, now=room.now)
    assert room.rows(Referral)[0].status == "acknowledged"
    assert [case.status for case in room.rows(Case)] == [CaseStatus.OPEN]


@pytest.mark.parametrize("who", ["psea", "lead"])
def test_nothing_is_referred_to_somebody_who_may_not_see_it(room, who):
    with pytest.raises(InvalidError) as refused:
        room.decide(room.mod, room.queued("spam"), "refer", "second_opinion", refer_to=getattr(room, who).id)
    assert refused.value.code == "review.refer_to_may_not_see"


def test_undoing_a_waiting_hide_cancels_it_and_brings_the_item_back(room):
    comment_id = room.queued("spam")
    decision_id = room.decide(room.mod, comment_id, "hide", "spam")
    room.later(minutes=9)
    assert room.open(room.mod, comment_id).history[0].undoable
    room.undo(room.mod, decision_id)
    assert [action.status for action in room.rows(Action)] == [ActionStatus.CANCELLED]
    assert room.row(comment_id).review_state == ReviewState.QUEUED
    events = [row.event for row in room.rows(AuditEvent) if row.event in {"comment.decided", "comment.undone"}]
    assert sorted(events) == ["comment.decided", "comment.undone"]
    first, second = sorted(room.rows(ReviewDecision), key=lambda row: row.at)
    assert (first.undone_at, second.undoes_id) == (room.now, first.id)


def test_undoing_a_hide_that_is_done_asks_for_an_unhide(room):
    comment_id = room.queued("spam")
    decision_id = room.decide(room.mod, comment_id, "hide", "spam")
    _set_action(room, status=ActionStatus.DONE, tries=1)
    room.undo(room.other, decision_id)
    assert sorted((action.kind, action.status) for action in room.rows(Action)) == [
        ("hide", "done"),
        ("unhide", "pending"),
    ]


def test_a_waiting_deletion_can_be_undone_and_a_done_one_cannot(room):
    waiting, done = room.queued("spam"), room.queued("spam")
    room.undo(room.mod, room.decide(room.mod, waiting, "delete", "spam"))
    assert [action.status for action in room.rows(Action)] == [ActionStatus.CANCELLED]
    decision_id = room.decide(room.mod, done, "delete", "spam")
    _set_action(room, status=ActionStatus.DONE, tries=1, decision_id=decision_id)
    with pytest.raises(ConflictError) as refused:
        room.undo(room.mod, decision_id)
    assert refused.value.code == "undo.deleted"
    assert room.row(done).review_state == ReviewState.DECIDED


def test_undoing_while_the_call_is_under_way_is_refused(room):
    decision_id = room.decide(room.mod, room.queued("spam"), "hide", "spam")
    _set_action(room, status=ActionStatus.RUNNING, tries=1)
    with pytest.raises(ConflictError) as refused:
        room.undo(room.mod, decision_id)
    assert refused.value.code == "undo.running"


def test_undoing_too_late_or_twice_is_refused(room):
    decision_id = room.decide(room.mod, room.queued("spam"), "keep", "ordinary")
    room.later(minutes=11)
    with pytest.raises(ConflictError) as refused:
        room.undo(room.mod, decision_id)
    assert refused.value.code == "undo.too_late"
    second = room.decide(room.mod, room.queued("spam"), "keep", "ordinary")
    undoing = room.undo(room.mod, second)
    with pytest.raises(ConflictError) as refused:
        room.undo(room.mod, second)
    assert refused.value.code == "undo.done_before"
    with pytest.raises(DeniedError):
        room.undo(room.mod, undoing)


def test_two_verdicts_at_once_leave_one_decision(room):
    """Both have read the same text; the database lets one through."""
    from concurrent.futures import ThreadPoolExecutor

    comment_id = room.queued("spam")
    key = room.open(room.mod, comment_id).seen_text_key

    def verdict(user):
        try:
            return _decide(room, user, comment_id, key, "keep", "ordinary")
        except ConflictError as error:
            return error.code

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(verdict, [room.mod, room.other]))
    assert sorted(answer == "review.decided" for answer in answers) == [False, True]
    assert len(room.rows(ReviewDecision)) == 1


def _decide(room, user, comment_id, key, verdict, reason):
    return moderation.decide(
        room.database,
        user,
        comment_id,
        seen_text_key=key,
        verdict=verdict,
        reason=reason,
        now=room.now,
        settings=room.settings,
    )


def _set_action(room, *, decision_id=None, **values):
    with room.database.write() as session:
        for action in session.query(Action):
            if decision_id in {None, action.decision_id}:
                for name, value in values.items():
                    setattr(action, name, value)
