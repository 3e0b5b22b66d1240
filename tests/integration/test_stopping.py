"""The crisis pause, and many decisions at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from outreach import channels, publishing
from outreach.errors import ConflictError, InvalidError, NotFoundError
from outreach.publishing.pausing import _locked
from outreach.publishing.releasing import _claim as claim_release
from outreach.states import (
    HeldReason,
    Outcome,
    WithdrawalStatus,
)
from outreach.tables import AuditEvent, Pause, Publication
from tests.factories import NOW
from tests.integration.conftest import Stage
from tests.posting import publish, schedule
from tests.reading import sqlite_only
from tests.stopping import S, attempts, entrusted, pause, person, resume, row, withdrawals, work

__all__ = ["person"]  # fixtures

# -- the pause ----------------------------------------------------------------------------------------------------


def test_a_pause_stops_every_release_and_what_was_due_in_it_waits_for_a_person(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "قبل الخبر")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    pause(stage, person)
    stage.jump(minutes=1)
    publish(stage)
    held = row(stage, publication_id)
    assert (held.status, held.held_reason, stage.visible()) == (S.HELD, HeldReason.PAUSED, [])
    assert set(resume(stage, person)) == {"insta", "page"}
    publish(stage)
    assert stage.visible() == []  # nothing leaves by itself when the pause ends
    publishing.decide(
        stage.database, publication_id, publishing.Choice.PUBLISH_NOW, user_id=person, now=stage.clock.now()
    )
    publish(stage)
    assert stage.visible() == ["قبل الخبر"]


def test_a_pause_that_comes_between_the_look_and_the_claim_still_holds(
    stage: Stage, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    schedule(stage, "page", "في اللحظة نفسها")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    from outreach.publishing import releasing

    looked = releasing._may_go

    def late_pause(desk: object, session: object, publication: object, now: object) -> bool:
        """The last look says yes, and then, before the UPDATE, the pause is there."""
        allowed = looked(desk, session, publication, now)  # type: ignore[arg-type]
        session.add(Pause(kind="crisis", at=NOW))  # type: ignore[attr-defined]
        session.flush()  # type: ignore[attr-defined]
        return allowed

    monkeypatch.setattr(releasing, "_may_go", late_pause)
    assert claim_release(stage.worker.desk) is None
    assert stage.visible() == []


def test_a_pause_while_twins_are_looked_for_stops_the_release(stage: Stage, person: str) -> None:
    from outreach.publishing import releasing

    publication_id = schedule(stage, "page", "قبل الخبر")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    claimed = claim_release(stage.worker.desk)
    assert claimed is not None
    pause(stage, person)
    assert releasing._look(stage.worker.desk, *claimed) is None
    publish(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.HELD, [])
    assert Outcome.STARTED not in {outcome for _, outcome in attempts(stage, publication_id)}


def test_a_pause_while_the_first_comment_is_looked_for_stops_it(stage: Stage, person: str) -> None:
    from outreach.publishing import first_comments

    stage.tell("switches", audience=False)
    schedule(stage, "page", "منشور", first_comment="أول")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    claimed = first_comments._claim(desk)
    assert claimed is not None
    pause(stage, person)
    assert first_comments._write(desk, claimed, stage.worker.open_channel(claimed.channel)) is None
    assert stage.state()["comments"] == []


def test_a_pause_comes_to_no_deadlock_with_a_campaign_that_is_applied(stage: Stage) -> None:
    """That has its rows locked, and adds one which refers to a channel."""
    if stage.database.is_sqlite:
        return  # one writer at a time
    publication_id = schedule(stage, "page", "منشور")
    with stage.database.write() as pausing_one, stage.database.write() as applying:
        assert len(_locked(pausing_one, "")) == 2
        applying.execute(text("SET LOCAL lock_timeout = '300ms'"))
        old = applying.get_one(Publication, publication_id)
        copied = {name: getattr(old, name) for name in ("channel_id", "post_id", "due_at", "content", "content_hash")}
        applying.add(Publication(occurrence=7, status=S.DRAFT, **copied))
        applying.flush()
        applying.rollback()


@sqlite_only
def test_what_meta_still_worked_on_when_its_slot_came_in_a_pause_waits_for_a_person(stage: Stage, person: str) -> None:
    stage.tell("switches", container_seconds=90)
    publication_id = schedule(stage, "insta", "قبل الخبر", images=1)
    publishing.prepare_due(stage.worker.desk)
    assert row(stage, publication_id).status == S.PREPARING
    pause(stage, person)
    stage.jump(minutes=10)
    publish(stage)
    resume(stage, person)
    stage.jump(minutes=1)
    publish(stage)
    held = row(stage, publication_id)
    assert (held.status, held.held_reason, stage.visible()) == (S.HELD, HeldReason.PAUSED, [])


@sqlite_only
def test_one_channel_is_paused_and_the_other_goes_on(stage: Stage, person: str) -> None:
    pause(stage, person, "page")
    schedule(stage, "page", "صفحة")
    schedule(stage, "insta", "حساب", images=1)
    publish(stage)
    assert stage.visible() == ["حساب"]


@sqlite_only
def test_of_a_pause_of_all_one_channel_can_be_let_go(stage: Stage, person: str) -> None:
    pause(stage, person)
    assert resume(stage, person, "insta") == ("insta",)
    schedule(stage, "page", "صفحة")
    schedule(stage, "insta", "حساب", images=1)
    publish(stage)
    assert stage.visible() == ["حساب"]
    (left,) = publishing.standing(stage.database).pauses
    assert (left.channel, left.why, left.by) == ("page", "تهديد", "هدى")


@sqlite_only
def test_pausing_needs_a_reason_and_a_channel_that_is_there_and_is_written_down(stage: Stage, person: str) -> None:
    with pytest.raises(InvalidError, match=r"pause\.why"):
        publishing.pause(stage.database, why="  ", user_id=person, now=NOW)
    with pytest.raises(NotFoundError, match=r"channel\.not_found"):
        pause(stage, person, "nowhere")
    with pytest.raises(ConflictError, match=r"pause\.none"):
        resume(stage, person)
    pause(stage, person)
    resume(stage, person)
    with stage.database.read() as session:
        events = session.scalars(select(AuditEvent).where(AuditEvent.event.like("pause.%")))
        assert sorted((each.event, each.user_id) for each in events) == [
            ("pause.begun", person),
            ("pause.ended", person),
        ]
        assert "تهديد" not in (session.scalars(select(Pause)).one().why_sealed or "")


@sqlite_only
def test_what_meta_would_send_by_itself_is_taken_back_and_confirmed(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage)
    pause(stage, person)
    armed = publishing.standing(stage.database).armed
    assert [each.publication.id for each in armed] == [publication_id]
    work(stage)
    assert publishing.standing(stage.database).armed == ()
    held = row(stage, publication_id)
    assert (held.status, held.held_reason, held.parts) == (S.HELD, HeldReason.PAUSED, {})
    assert ("withdraw", Outcome.OK) in attempts(stage, publication_id)
    stage.jump(hours=2)
    assert stage.visible() == []


@sqlite_only
def test_while_meta_cannot_be_reached_it_is_said_what_will_go_out_and_when(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage)
    pause(stage, person)
    stage.fault("reset_before", method="DELETE", times=2)
    work(stage)
    (armed,) = publishing.standing(stage.database).unreachable
    assert (armed.publication.id, armed.publication.due_at) == (publication_id, row(stage, publication_id).due_at)
    stage.jump(minutes=20)
    work(stage)
    stage.jump(minutes=20)
    work(stage)
    assert publishing.standing(stage.database).armed == ()
    stage.jump(hours=2)
    assert stage.visible() == []


@sqlite_only
def test_what_meta_has_sent_before_it_could_be_taken_back_is_said(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage, minutes=15)
    pause(stage, person)
    stage.jump(minutes=30)
    work(stage)
    found = publishing.standing(stage.database)
    assert (found.armed, [each.id for each in found.too_late]) == ((), [publication_id])
    assert row(stage, publication_id).status == S.PUBLISHED


@sqlite_only
def test_a_lost_answer_to_taking_back_is_settled_by_reading(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage)
    pause(stage, person)
    stage.fault("reset_after", method="DELETE")
    work(stage)
    assert row(stage, publication_id).status == S.HELD
    assert withdrawals(stage) == [(WithdrawalStatus.DONE, None)]
    assert ("withdraw", Outcome.UNKNOWN) in attempts(stage, publication_id)


def test_no_trial_shows_itself_while_publishing_stands_still(stage: Stage, person: str) -> None:
    pause(stage, person, "page")
    how = {"user_id": person, "now": stage.clock.now()}
    with pytest.raises(ConflictError, match=r"pause\.stands"):
        channels.test_post(stage.database, stage.worker.open_channel, "page", **how)
    assert stage.visible() == []


# -- many decisions at once ---------------------------------------------------------------------------------------


def held(stage: Stage, text: str, reason: HeldReason = HeldReason.LATE) -> str:
    publication_id = schedule(stage, "page", text)
    with stage.database.write() as session:
        waits = {"status": S.HELD, "held_reason": reason, "due_at": stage.clock.now() - timedelta(hours=5)}
        session.execute(update(Publication).where(Publication.id == publication_id).values(**waits))
    return publication_id


def decide_all(stage: Stage, person: str, choice: publishing.Choice, **how: object) -> int:
    given = {"user_id": person, "now": stage.clock.now(), "spacing": timedelta(minutes=1), **how}
    ids = publishing.decidable(stage.database, choice)
    return publishing.decide_all(stage.database, ids, choice, **given)  # type: ignore[arg-type]


def test_publish_now_for_all_is_never_a_burst(stage: Stage, person: str) -> None:
    for number in range(4):
        held(stage, f"رقم {number}")
    assert decide_all(stage, person, publishing.Choice.PUBLISH_NOW) == 4
    seen = []
    for _ in range(4):
        publish(stage)
        seen.append(len(stage.visible()))
        stage.jump(seconds=61)
    assert seen == [1, 2, 3, 4]


@sqlite_only
def test_what_looks_already_posted_or_lacks_consent_is_decided_one_by_one(stage: Stage, person: str) -> None:
    late, twin, story = (
        held(stage, "متأخر"), held(stage, "مكرر", HeldReason.ALREADY_POSTED), held(stage, "قصة", HeldReason.CONSENT)
    )  # fmt: skip
    assert publishing.decidable(stage.database, publishing.Choice.PUBLISH_NOW) == (late,)
    how = {"user_id": person, "now": stage.clock.now()}
    with pytest.raises(InvalidError, match=r"posts\.not_for_all"):
        publishing.decide_all(stage.database, [late, twin], publishing.Choice.PUBLISH_NOW, **how)
    with pytest.raises(InvalidError, match=r"posts\.not_for_all"):
        publishing.decide_all(stage.database, [late], publishing.Choice.IS_OUT, **how)
    assert {row(stage, each).status for each in (late, twin, story)} == {S.HELD}  # all or nothing
    assert decide_all(stage, person, publishing.Choice.DROP) == 3
    assert {row(stage, each).status for each in (late, twin, story)} == {S.CANCELLED}


@sqlite_only
def test_a_new_time_next_to_another_post_is_refused_with_the_next_free_one(stage: Stage, person: str) -> None:
    at = stage.clock.now() + timedelta(hours=1)
    how = {"user_id": person, "now": stage.clock.now(), "at": at, "spacing": timedelta(minutes=10)}
    first, second = held(stage, "أول"), held(stage, "ثان")
    publishing.decide(stage.database, first, publishing.Choice.RESCHEDULE, **how)
    with pytest.raises(InvalidError, match=r"too_close.*free=2026-11-26 13:10"):
        publishing.decide(stage.database, second, publishing.Choice.RESCHEDULE, **how)
    assert publishing.decide_all(stage.database, [second], publishing.Choice.RESCHEDULE, **how) == 1
    assert [row(stage, each).due_at - at for each in (first, second)] == [timedelta(0), timedelta(minutes=10)]
    assert {row(stage, each).status for each in (first, second)} == {S.SCHEDULED}  # the approval is of the content
