"""What random histories of publishing have found, each as it was, in as few steps as it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from outreach import installation, jobs, publishing
from outreach.errors import ConflictError
from outreach.publishing import Choice
from outreach.states import HeldReason, Outcome, PauseKind, PublicationStatus, Role
from outreach.tables import Channel, Pause, Publication, PublishAttempt
from tests.factories import make_user
from tests.faultruns import machines
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
