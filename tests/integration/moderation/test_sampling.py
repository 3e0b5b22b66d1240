"""The weekly check of unflagged comments: drawn by lot, put in the queue, counted with an honest interval."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from outreach import alerts, moderation
from outreach.errors import NotFoundError
from outreach.moderation import QueueFilter, corrections
from outreach.settings import ReviewSettings, Settings
from outreach.states import Flag, ReviewState, Severity
from outreach.tables import Alert, AuditEvent, Case, Comment
from tests.integration.moderation.conftest import Room
from tests.reading import sqlite_only


def draw(room: Room, size: int = 3) -> list[str]:
    """The ids of those that wait for a check."""
    settings = Settings(review=ReviewSettings(sample_size=size))
    assert not moderation.draw_sample(room.database, now=room.now, settings=settings)
    with room.database.read() as session:
        found = session.scalars(select(Comment.id).where(Comment.severity == Severity.SAMPLE).order_by(Comment.id))
        return list(found)


def unflagged(room: Room, count: int) -> list[str]:
    return [room.queued(f"كلام عادي {number}") for number in range(count)]


def test_last_week_s_unflagged_comments_are_drawn_once_and_the_same_by_whoever_draws(room: Room) -> None:
    plain = unflagged(room, 12)
    flagged = room.queued("spam كلام")
    empty = room.queued("")
    room.later(days=7)
    young = unflagged(room, 2)
    drawn = draw(room, 5)
    assert len(drawn) == 5
    assert set(drawn) < set(plain)
    assert not {flagged, empty, *young} & set(drawn)
    with room.database.write() as session:  # as if it had never been
        for row in session.scalars(select(Comment).where(Comment.id.in_(drawn))):
            row.review_state, row.severity = ReviewState.CLEAR, None
        for event in session.scalars(select(AuditEvent)):
            session.delete(event)
    assert draw(room, 5) == drawn
    assert draw(room, 12) == drawn, "once a week"
    with room.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.event.in_(("sample.drawn", "comment.sampled"))))
        assert sorted((one.event, one.details.get("drawn"), one.details.get("of")) for one in events) == [
            *[("comment.sampled", None, None)] * 5,
            ("sample.drawn", 5, 12),
        ]


@sqlite_only
def test_a_sample_waits_below_everything_and_pages_nobody(room: Room) -> None:
    unflagged(room, 3)
    room.later(days=8)
    sampled = draw(room)
    spam = room.queued("spam كلام")
    found = moderation.queue(room.database, room.mod, now=room.now, settings=room.settings)
    assert found.items[0].id == spam
    assert {item.id for item in found.items[1:]} == set(sampled)
    assert not any(item.overdue or item.veiled for item in found.items)
    room.later(days=10)
    alerts.raise_due(room.database, now=room.now, settings=room.settings)
    moderation.open_overdue_cases(room.database, now=room.now, settings=room.settings)
    assert room.rows(Alert) == []
    assert room.rows(Case) == []


@sqlite_only
def test_what_people_find_is_counted_and_teaches(room: Room) -> None:
    unflagged(room, 4)
    room.later(days=8)
    right, missed, passed_on, open_one = draw(room, 4)
    room.decide(room.mod, right, "keep", "ordinary")
    moderation.add_flag(room.database, room.mod, missed, Flag.HELP_SEEKING, now=room.now)
    room.decide(room.mod, missed, "keep", "support")
    room.decide(room.mod, passed_on, "refer", "help", refer_to=room.focal.id)
    seen = moderation.checks(room.database, room.mod, now=room.now)
    assert (seen.checked, seen.missed) == (3, 2)
    assert seen.low < 2 / 3 < seen.high
    labels = [one.labels for one in corrections.corrections(room.database, disclosures=True)]
    assert dict.fromkeys(Flag, False) in labels
    assert {Flag.HELP_SEEKING: True} in labels
    undone = room.decide(room.mod, open_one, "keep", "ordinary")
    room.undo(room.mod, undone)
    assert moderation.checks(room.database, room.mod, now=room.now).checked == 3
    unflagged(room, 1)
    room.later(days=8)
    draw(room)
    with room.database.read() as session:
        last = session.scalars(
            select(AuditEvent).where(AuditEvent.event == "sample.drawn").order_by(AuditEvent.at)
        ).all()[-1]
    assert (last.details["checked"], last.details["at_most"]) == (3, seen.high), "for the digest"
    room.later(weeks=13)
    assert moderation.checks(room.database, room.mod, now=room.now).checked == 0


@sqlite_only
def test_a_report_about_staff_that_was_missed_leaves_every_sight_and_count_but_one(room: Room) -> None:
    unflagged(room, 2)
    room.later(days=8)
    staff, other = draw(room, 2)
    moderation.add_flag(room.database, room.mod, staff, Flag.STAFF_MISCONDUCT, now=room.now)
    room.decide(room.mod, other, "keep", "ordinary")
    assert moderation.checks(room.database, room.mod, now=room.now).missed == 0
    with pytest.raises(NotFoundError):
        moderation.open_item(room.database, room.mod, staff, now=room.now, settings=room.settings)
    waiting = QueueFilter(severity=Severity.SAMPLE)
    assert moderation.queue(room.database, room.mod, now=room.now, settings=room.settings, filter=waiting).total == 0
