"""What random histories of publishing have found, each as it was, in as few steps as it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from outreach import installation, jobs, publishing
from outreach.errors import ConflictError
from outreach.publishing import Choice
from outreach.states import (
    HeldReason,
    Outcome,
    PauseKind,
    PublicationStatus,
    Role,
    TakedownReason,
    WithdrawalStatus,
)
from outreach.tables import Channel, Pause, Publication, PublishAttempt
from tests.factories import make_user
from tests.faultruns import machines, people
from tests.faultruns.history import History
from tests.integration.conftest import Stage
from tests.posting import publish, schedule
from tests.reading import sqlite_only

pytestmark = sqlite_only  # the SQL is that of publishing, which runs on both
S = PublicationStatus
TEXT = "ندعوكم إلى جلسة حوار مفتوح في مركز الشباب"


@pytest.fixture
def person(stage: Stage) -> str:
    stage.tell("switches", audience=False)
    with stage.database.write() as session:
        return str(make_user(session, Role.APPROVER).id)


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def entrusts(stage: Stage, *, wanted: bool) -> None:
    with stage.database.write() as session:
        session.execute(update(Channel).where(Channel.name == "page").values(entrusts=wanted))


def decide(stage: Stage, publication_id: str, choice: Choice, person: str) -> None:
    publishing.decide(stage.database, publication_id, choice, user_id=person, now=stage.clock.now())


def resume(stage: Stage, person: str) -> None:
    publishing.resume(stage.database, user_id=person, now=stage.clock.now(), after_restore=True)
    installation.adopt(stage.worker.opened)


def read_back(stage: Stage) -> None:
    assert jobs.read_back(stage.worker, publishing.unread(stage.database)) == []


@pytest.fixture
def history(stage: Stage, person: str) -> History:
    return machines.alone(stage, person)


def test_what_was_entrusted_after_the_backup_goes_out_once_whatever_a_person_decides(
    stage: Stage, person: str, history: History
) -> None:
    ours = schedule(stage, "page", TEXT, ahead=timedelta(hours=1))
    machines.back_up(history, stage.worker)
    entrusts(stage, wanted=True)
    publish(stage)
    assert row(stage, ours).status == S.ENTRUSTED
    machines.restore(history, stage.worker)
    read_back(stage)
    found = row(stage, ours)
    assert (found.status, found.held_reason) == (S.HELD, HeldReason.PAUSED)
    assert [each.publication.id for each in publishing.standing(stage.database).armed] == [ours]
    resume(stage, person)
    decide(stage, ours, Choice.PUBLISH_NOW, person)
    for minutes in (1, 10, 60):
        stage.jump(minutes=minutes)
        publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


def test_what_meta_holds_is_named_while_a_restored_state_waits(stage: Stage, person: str, history: History) -> None:
    entrusts(stage, wanted=True)
    ours = schedule(stage, "page", TEXT, ahead=timedelta(hours=1))
    publish(stage)
    machines.back_up(history, stage.worker)
    machines.restore(history, stage.worker)
    (armed,) = publishing.standing(stage.database).armed
    assert (armed.publication.id, armed.error_code) == (ours, "pause.restored")


def test_a_story_that_went_out_after_the_backup_is_never_called_held_for_a_pause(
    stage: Stage, person: str, history: History
) -> None:
    story = schedule(stage, "insta", "قصة", images=1, form="story")
    machines.back_up(history, stage.worker)
    publish(stage)
    assert row(stage, story).status == S.PUBLISHED
    machines.restore(history, stage.worker)
    read_back(stage)
    found = row(stage, story)
    assert (found.status, found.held_reason) == (S.HELD, HeldReason.ALREADY_POSTED)


def test_a_clock_set_back_in_the_middle_of_preparing_leaves_no_attempt_open(stage: Stage, person: str) -> None:
    ours = schedule(stage, "page", TEXT)
    with stage.database.write() as session:
        session.execute(update(Publication).values(status=S.PREPARING, retry_at=stage.clock.now()))
        attempt = PublishAttempt(publication_id=ours, step="post", number=1, started_at=stage.clock.now())
        attempt.outcome = Outcome.STARTED
        session.add(attempt)
        session.add(Pause(kind=PauseKind.RESTORED, at=stage.clock.now()))
    read_back(stage)
    with stage.database.read() as session:
        assert session.scalars(select(PublishAttempt.outcome)).all() == [Outcome.UNKNOWN]


@pytest.mark.parametrize("choice", [Choice.IS_NOT_OUT, Choice.DROP])
def test_a_video_that_meta_still_works_on_is_not_called_absent(stage: Stage, person: str, choice: Choice) -> None:
    """Nobody sees it yet; in some minutes it is out, and dropped or published again it would be untrue or twice."""
    stage.tell("switches", video_seconds=400)
    ours = schedule(stage, "page", TEXT, video=True)
    publish(stage)
    found = row(stage, ours)
    assert (found.status, found.error_code, stage.visible()) == (S.UNKNOWN, "meta.processing", [])
    assert choice not in publishing.choices(publishing.detail(stage.database, ours).publication)
    with pytest.raises(ConflictError, match=r"publication\.being_read"):
        decide(stage, ours, choice, person)
    stage.jump(minutes=10)
    publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


def test_our_own_post_that_meta_sent_before_entrusting_was_turned_off_is_published_not_already_posted(
    stage: Stage, person: str
) -> None:
    entrusts(stage, wanted=True)
    ours = schedule(stage, "page", TEXT, ahead=timedelta(minutes=30))
    publish(stage)
    entrusts(stage, wanted=False)
    stage.jump(minutes=33)  # our machine slept; Meta did not
    for _ in range(3):
        publish(stage)
        stage.jump(minutes=2)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


def test_words_altered_in_the_planner_are_told_of_a_post_that_a_pause_found_to_be_out(
    stage: Stage, person: str
) -> None:
    entrusts(stage, wanted=True)
    ours = schedule(stage, "page", TEXT, ahead=timedelta(hours=1))
    publish(stage)
    stage.tell("post", id=row(stage, ours).parts["post"], text="غير الكلام")
    stage.tell("post", id=row(stage, ours).parts["post"], publish=True)
    publishing.pause(stage.database, why="تهديد", user_id=person, now=stage.clock.now(), channel="page")
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
    found = row(stage, ours)
    assert (found.status, found.altered) == (S.PUBLISHED, {"text": "غير الكلام"})


def test_what_was_taken_down_after_the_backup_is_not_called_published(
    stage: Stage, person: str, history: History
) -> None:
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    machines.back_up(history, stage.worker)
    how = {"user_id": person, "now": stage.clock.now()}
    publishing.take_down(stage.database, stage.worker.media, [ours], TakedownReason.MISTAKE, **how)
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
    assert stage.visible() == []
    machines.restore(history, stage.worker)
    assert row(stage, ours).status == S.PUBLISHED
    read_back(stage)
    assert row(stage, ours).status == S.RETRACTED


def test_nothing_is_decided_on_before_meta_is_read_back(stage: Stage, person: str, history: History) -> None:
    ours = schedule(stage, "page", TEXT)
    machines.back_up(history, stage.worker)
    publish(stage)
    machines.restore(history, stage.worker)
    with pytest.raises(ConflictError, match=r"pause\.not_read_back"):
        decide(stage, ours, Choice.DROP, person)
    read_back(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


def test_a_new_token_takes_up_the_takedown_that_the_dead_one_left_to_a_person(
    stage: Stage, person: str, history: History
) -> None:
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    stage.tell("token", token=stage.sandbox.channel.page_token, subcode=460)
    how = {"user_id": person, "now": stage.clock.now()}
    publishing.take_down(stage.database, stage.worker.media, [ours], TakedownReason.UNSAFE, **how)
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
    assert [each.status for each in publishing.takedowns(stage.database)] == [WithdrawalStatus.BY_HAND]
    people.renew(history)
    stage.jump(minutes=3)
    stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
    assert (row(stage, ours).status, stage.visible()) == (S.RETRACTED, [])


def test_what_was_armed_without_an_answer_and_let_out_early_by_a_person_is_taken_down(
    stage: Stage, person: str
) -> None:
    entrusts(stage, wanted=True)
    ours = schedule(stage, "page", TEXT, ahead=timedelta(hours=1))
    stage.fault("reset_after", path=r".*/feed$")
    publishing.entrust_due(stage.worker.desk)
    (armed,) = stage.state()["posts"]
    stage.tell("post", id=armed["id"], publish=True)
    how = {"user_id": person, "now": stage.clock.now()}
    publishing.take_down(stage.database, stage.worker.media, [ours], TakedownReason.UNSAFE, **how)
    for _ in range(6):
        stage.jump(minutes=3)
        publish(stage)
        stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
    assert (row(stage, ours).status, stage.visible()) == (S.RETRACTED, [])


def test_a_machine_set_back_with_its_keys_arms_nothing_twice(stage: Stage, person: str) -> None:
    """Nothing inside tells that it was set back; but what stands in Meta's schedule is looked for before arming."""
    entrusts(stage, wanted=True)
    ours = schedule(stage, "page", TEXT, images=1, ahead=timedelta(hours=1))
    publish(stage)
    with stage.database.write() as session:
        session.execute(delete(PublishAttempt))
        session.execute(update(Publication).values(status=S.SCHEDULED, parts={}, retry_at=None, prepared_at=None))
    publish(stage)
    assert row(stage, ours).status == S.ENTRUSTED
    stage.jump(hours=2)
    publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


@pytest.mark.parametrize(("channel", "form"), [("page", "feed"), ("page", "reel"), ("insta", "reel")])
def test_an_upload_breaks_off_when_the_process_is_to_stop_and_goes_on_later(
    stage: Stage, person: str, channel: str, form: str
) -> None:
    stage.tell("switches", video_chunk_bytes=3000)
    ours = schedule(stage, channel, TEXT, video=True, form=form)
    stage.worker.stopping.set()
    publishing.prepare_due(stage.worker.desk)
    with stage.database.read() as session:
        tried = select(PublishAttempt).where(PublishAttempt.step == "upload")
        (upload,) = session.scalars(tried).all()
    found = row(stage, ours)
    assert (found.status, found.error_code) == (S.SCHEDULED, "publish.upload_stopped")
    assert upload.outcome == (Outcome.OK if form == "feed" else Outcome.FAILED)  # a chunk, or the rest of the file
    stage.worker.stopping.clear()
    stage.jump(minutes=1)
    publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])
