"""Pausing, taking back from Meta's scheduler, taking down: against the sandbox, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update

from outreach import channels, consents, publishing
from outreach.errors import ConflictError, InvalidError, NotFoundError
from outreach.meta.protocol import Content
from outreach.publishing.pausing import _locked
from outreach.publishing.releasing import _claim as claim_release
from outreach.states import (
    HeldReason,
    Outcome,
    PublicationStatus,
    Role,
    TakedownReason,
    WithdrawalStatus,
)
from outreach.tables import AuditEvent, Channel, Medium, Pause, Post, Publication, PublishAttempt, Withdrawal
from tests.factories import NOW, make_user
from tests.integration.conftest import Stage
from tests.posting import posted, publish, schedule
from tests.reading import sqlite_only

S = PublicationStatus
UNSAFE, CONSENT = TakedownReason.UNSAFE, TakedownReason.CONSENT_WITHDRAWN


@pytest.fixture
def person(stage: Stage) -> str:
    with stage.database.write() as session:
        return str(make_user(session, Role.APPROVER, display_name="هدى").id)


def pause(stage: Stage, person: str, channel: str = "") -> None:
    publishing.pause(stage.database, why="تهديد", user_id=person, now=stage.clock.now(), channel=channel)


def resume(stage: Stage, person: str, channel: str = "") -> tuple[str, ...]:
    return publishing.resume(stage.database, user_id=person, now=stage.clock.now(), channel=channel)


def take_down(stage: Stage, person: str, *ids: str, why: TakedownReason = UNSAFE) -> publishing.Destroyed:
    how = {"user_id": person, "now": stage.clock.now()}
    _, destroyed = publishing.take_down(stage.database, stage.worker.media, ids, why, **how)
    return destroyed


def work(stage: Stage) -> None:
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def withdrawals(stage: Stage) -> list[tuple[str, str | None]]:
    with stage.database.read() as session:
        return [(each.status, each.error_code) for each in session.scalars(select(Withdrawal).order_by(Withdrawal.at))]


def attempts(stage: Stage, publication_id: str) -> list[tuple[str, str]]:
    """In no order: several are made at one moment of a clock that stands still."""
    tried = select(PublishAttempt).where(PublishAttempt.publication_id == publication_id)
    with stage.database.read() as session:
        return [(each.step, each.outcome) for each in session.scalars(tried)]


def entrusted(stage: Stage, text: str = "لدى ميتا", minutes: int = 60) -> str:
    """A post that waits in Meta's own scheduler."""
    publication_id = schedule(stage, "page", text)
    at = stage.clock.now() + timedelta(minutes=minutes)
    with stage.database.read() as session:
        channel = session.scalars(select(Channel).where(Channel.name == "page")).one()
    planner = stage.worker.open_channel(channel).schedule
    assert planner is not None
    remote_id = planner.arm(Content(text), {}, at)
    with stage.database.write() as session:
        armed = {"status": S.ENTRUSTED, "parts": {"post": remote_id}, "due_at": at}
        session.execute(update(Publication).where(Publication.id == publication_id).values(**armed))
    return publication_id


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


# -- taking down --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_published_post_is_deleted_and_that_is_read_back(stage: Stage, person: str, channel: str) -> None:
    publication_id = posted(stage, channel).id
    take_down(stage, person, publication_id)
    work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])
    assert ("retract", Outcome.OK) in attempts(stage, publication_id)
    with pytest.raises(ConflictError, match=r"takedown\.already"):
        take_down(stage, person, publication_id)
    with stage.database.read() as session:
        events = set(session.scalars(select(AuditEvent.event).where(AuditEvent.subject == publication_id)))
    assert {"publication.taken_down", "publication.withdrawn"} <= events


@sqlite_only
@pytest.mark.parametrize("kind", ["reset_after", "500_after", "400_after", "reset_before"])
def test_a_lost_answer_to_a_deletion_is_settled_by_reading(stage: Stage, person: str, kind: str) -> None:
    publication_id = posted(stage).id
    take_down(stage, person, publication_id)
    stage.fault(kind, method="DELETE")
    for _ in range(3):
        work(stage)
        stage.jump(minutes=2)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@pytest.mark.parametrize(("channel", "images"), [("page", 2), ("insta", 1)])
def test_what_is_prepared_stops_at_once_and_its_parts_are_deleted(
    stage: Stage, person: str, channel: str, images: int
) -> None:
    publication_id = schedule(stage, channel, "لن يظهر", images=images)
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    assert row(stage, publication_id).status == S.PREPARED
    take_down(stage, person, publication_id)
    assert row(stage, publication_id).status == S.RETRACTED
    publish(stage)
    work(stage)
    stage.jump(hours=1)
    publish(stage)
    assert stage.visible() == []
    assert [status for status, _ in withdrawals(stage)] == [WithdrawalStatus.DONE]
    assert all(post["deleted"] for post in stage.state()["posts"])


@sqlite_only
def test_what_waits_in_metas_scheduler_is_taken_down_for_good(stage: Stage, person: str) -> None:
    publication_id = entrusted(stage)
    take_down(stage, person, publication_id)
    work(stage)
    stage.jump(hours=2)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


def test_a_release_under_way_is_waited_for_and_then_deleted(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "في الطريق")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    claimed = claim_release(stage.worker.desk)
    assert claimed is not None
    take_down(stage, person, publication_id)
    work(stage)
    assert row(stage, publication_id).status == S.RELEASING
    stage.worker.open_channel(claimed[0].channel).release(claimed[0].parts)  # and then the process dies
    for _ in range(4):
        stage.jump(minutes=6)
        publish(stage)
        work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@sqlite_only
def test_a_release_that_came_to_nothing_is_not_tried_again(stage: Stage, person: str) -> None:
    publication_id = schedule(stage, "page", "في الطريق")
    stage.until_quiet(lambda: publishing.prepare_due(stage.worker.desk))
    claim_release(stage.worker.desk)  # the process dies before the call
    take_down(stage, person, publication_id)
    for _ in range(4):
        stage.jump(minutes=6)
        publish(stage)
        work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.RETRACTED, [])


@sqlite_only
def test_what_meta_does_not_let_us_delete_is_a_persons_and_is_watched_until_it_is_gone(
    stage: Stage, person: str
) -> None:
    publication_id = posted(stage, "insta").id
    take_down(stage, person, publication_id)
    stage.fault("error", method="DELETE", error={"code": 10, "message": "no"}, status=403)
    work(stage)
    (asked,) = publishing.takedowns(stage.database)
    assert (asked.status, asked.error_code) == (WithdrawalStatus.BY_HAND, "meta.permission")
    assert asked.hand_steps == "takedown.hand.instagram_account.published"
    stage.jump(minutes=3)
    work(stage)
    assert row(stage, publication_id).status == S.PUBLISHED  # still there, and not deleted behind her back
    by_hand = stage.worker.open_channel(row(stage, publication_id).channel)
    by_hand.retract(row(stage, publication_id).remote_id or "")
    stage.jump(minutes=3)
    work(stage)
    assert row(stage, publication_id).status == S.RETRACTED


def test_a_takedown_beside_a_first_comment_never_says_done_while_it_counts_as_out(stage: Stage, person: str) -> None:
    from outreach.publishing import first_comments, withdrawing

    publication_id = schedule(stage, "page", "منشور", first_comment="أول")
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    before = row(stage, publication_id)
    assert first_comments._claim(desk) is not None
    take_down(stage, person, publication_id)
    taken = withdrawing._claim(desk, None)
    assert taken is not None
    withdrawing._delete(desk, taken, before)  # read before the comment's lease was taken
    assert withdrawals(stage)[0][0] == WithdrawalStatus.PENDING
    stage.jump(minutes=6)
    work(stage)
    assert (row(stage, publication_id).status, withdrawals(stage)[0][0]) == (S.RETRACTED, WithdrawalStatus.DONE)


@sqlite_only
def test_what_a_person_did_not_take_back_in_time_counts_as_published(stage: Stage, person: str) -> None:
    """Meta refuses the withdrawal, and the slot comes: it is out, and neither armed nor forgotten."""
    publication_id = entrusted(stage)
    pause(stage, person)
    stage.fault("error", method="DELETE", error={"code": 10, "message": "no"}, status=403, times=20)
    work(stage)
    assert withdrawals(stage)[0][0] == WithdrawalStatus.BY_HAND
    stage.jump(minutes=90)
    work(stage)
    assert (row(stage, publication_id).status, stage.visible()) == (S.PUBLISHED, ["لدى ميتا"])
    assert withdrawals(stage)[0][0] == WithdrawalStatus.TOO_LATE
    assert publishing.standing(stage.database).armed == ()


@sqlite_only
def test_where_meta_cannot_be_asked_a_person_says_that_it_is_gone(stage: Stage, person: str) -> None:
    publication_id = posted(stage).id
    take_down(stage, person, publication_id)
    stage.tell("token", token=stage.sandbox.page_token, subcode=460)
    work(stage)
    assert [each.error_code for each in publishing.takedowns(stage.database)] == ["meta.token_dead"]
    publishing.confirm_gone(stage.database, publication_id, user_id=person, now=stage.clock.now())
    assert row(stage, publication_id).status == S.RETRACTED
    assert publishing.takedowns(stage.database) == ()


@sqlite_only
def test_a_read_only_channel_is_not_written_to_by_a_takedown_either(stage: Stage, person: str) -> None:
    publication_id = posted(stage).id
    with stage.database.write() as session:
        session.execute(update(Channel).values(mode="read_only"))
    take_down(stage, person, publication_id)
    work(stage)
    assert withdrawals(stage) == [(WithdrawalStatus.BY_HAND, "withdraw.read_only")]
    assert len(stage.visible()) == 1


# -- consent ------------------------------------------------------------------------------------------------------


def rest_on_consent(stage: Stage, *ids: str) -> None:
    consents.add(stage.database, "CR-1", consents.Terms(("facebook",)), until=None, user_id=None, now=NOW)
    with stage.database.write() as session:
        posts = select(Publication.post_id).where(Publication.id.in_(ids))
        session.execute(update(Post).where(Post.id.in_(posts)).values(consent="CR-1"))


def keep_media(stage: Stage, publication_id: str) -> list[str]:
    shas = [item["sha256"] for item in row(stage, publication_id).content["media"]]
    with stage.database.write() as session:
        for sha in shas:
            if session.get(Medium, sha) is None:
                session.add(Medium(id=sha, file_name="x.jpg", width=1, height=1, bytes=1, created_at=NOW))
    return shas


def test_a_withdrawn_consent_takes_all_that_rests_on_it_and_our_copies(stage: Stage, person: str) -> None:
    out = posted(stage, "insta").id
    waiting = schedule(stage, "page", "قصتها", images=2)
    rest_on_consent(stage, out, waiting)
    shas = keep_media(stage, out) + keep_media(stage, waiting)
    destroyed = take_down(stage, person, out, why=CONSENT)
    work(stage)
    publish(stage)
    assert ({row(stage, each).status for each in (out, waiting)}, stage.visible()) == ({S.RETRACTED}, [])
    assert destroyed == publishing.Destroyed(("x.jpg",), {})
    assert not any(stage.worker.media.place(sha).exists() for sha in shas)
    with stage.database.read() as session:
        assert session.scalars(select(Medium)).all() == []
    assert consents.listed(stage.database)[0].withdrawn_at == stage.clock.now()


@sqlite_only
def test_a_file_that_another_post_shows_is_kept_and_that_is_said(stage: Stage, person: str) -> None:
    story = schedule(stage, "page", "قصتها", images=1)
    other = schedule(stage, "page", "دعوة", images=1)
    rest_on_consent(stage, story)
    (sha,) = keep_media(stage, story)
    destroyed = take_down(stage, person, story, why=CONSENT)
    other_post = row(stage, other).post
    assert other_post is not None
    assert (destroyed.files, dict(destroyed.kept)) == ((), {"x.jpg": other_post.name})
    assert stage.worker.media.place(sha).exists()


@sqlite_only
def test_a_consent_that_has_ended_is_shown_while_its_story_is_out(stage: Stage, person: str) -> None:
    out = posted(stage).id
    rest_on_consent(stage, out)
    assert publishing.consent_ended(stage.database, now=stage.clock.now()) == ()
    consents.withdraw(stage.database, "CR-1", user_id=None, now=stage.clock.now())
    assert [each.id for each in publishing.resting_on(stage.database, "CR-1")] == [out]
    assert [each.id for each in publishing.consent_ended(stage.database, now=stage.clock.now())] == [out]
    take_down(stage, person, out, why=CONSENT)
    work(stage)
    assert publishing.consent_ended(stage.database, now=stage.clock.now()) == ()
    assert publishing.resting_on(stage.database, "CR-1") == ()


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
