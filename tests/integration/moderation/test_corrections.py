"""What decisions teach, and what they never give away."""

from __future__ import annotations

from outreach import moderation
from outreach.moderation import corrections
from outreach.states import Flag
from tests.integration.moderation.conftest import Room


def test_ordinary_comments_speak_of_every_flag_and_named_reasons_of_one(room: Room) -> None:
    room.decide(room.mod, room.queued("abuse كلام"), "keep", "ordinary")
    room.decide(room.mod, room.queued("spam كلام"), "hide", "spam")
    room.decide(room.mod, room.queued("gendered_abuse كلام"), "keep", "wrong_flag")
    found = {one.text.split()[0]: one.labels for one in corrections.corrections(room.database)}
    assert found["abuse"] == dict.fromkeys(Flag, False)
    assert found["spam"] == {Flag.SPAM: True}
    assert found["gendered_abuse"] == {Flag.GENDERED_ABUSE: False}


def test_undecided_and_undone_comments_teach_nothing(room: Room) -> None:
    room.queued("abuse كلام")
    decision = room.decide(room.mod, room.queued("spam كلام"), "keep", "wrong_flag")
    room.undo(room.mod, decision)
    assert corrections.corrections(room.database) == []


def test_disclosures_stay_out_unless_asked_for_and_staff_always(room: Room) -> None:
    grave = room.queued("blackmail كلام")
    room.decide(room.focal, grave, "refer", "blackmail", refer_to=room.focal.id)
    mixed = room.queued("spam survivor_disclosure كلام")
    moderation.dismiss_flag(room.database, room.focal, mixed, "spam", now=room.now)
    room.decide(room.focal, mixed, "refer", "disclosure", refer_to=room.focal.id)
    staff = room.queued("staff_misconduct كلام")
    room.decide(room.psea, staff, "keep", "handled")
    assert corrections.corrections(room.database) == []
    asked = corrections.corrections(room.database, disclosures=True)
    assert {one.text.split()[0]: one.labels for one in asked} == {
        "blackmail": {Flag.BLACKMAIL: True},
        "spam": {Flag.SPAM: False},
    }


def test_counts_say_how_often_people_agreed(room: Room) -> None:
    room.decide(room.mod, room.queued("spam كلام"), "hide", "spam")
    room.decide(room.mod, room.queued("spam غيره"), "keep", "wrong_flag")
    assert corrections.counts(corrections.corrections(room.database))[Flag.SPAM] == (1, 1)


def test_doubts_are_clear_comments_nearest_below_a_threshold(room: Room) -> None:
    near = room.queued("كلام عادي")
    room.queued("abuse كلام")
    found = corrections.doubtful(room.database, dict.fromkeys(Flag, 0.5), model="by-word", limit=5)
    assert [(one.comment_id, one.probability) for one in found] == [(near, 0.02)]
