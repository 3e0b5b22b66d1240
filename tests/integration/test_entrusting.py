"""Meta's own scheduler as a safety net, against the sandbox: posts go out while we are down, and are verified."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from outreach import publishing
from outreach.errors import ConflictError
from outreach.publishing import Choice, entrusting
from outreach.states import HeldReason, LeftoverStatus, Outcome, PublicationStatus, Role
from outreach.tables import Approval, Channel, Leftover, Publication, PublishAttempt
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.integration.test_publishing import apply, only, put_on
from tests.integration.test_twins import poster, with_image
from tests.posting import publish, schedule
from tests.reading import sqlite_only

S = PublicationStatus
TEXT = "ندعوكم إلى جلسة حوار مفتوح في مركز الشباب"
POST = """
  - id: hello
    kind: awareness
    at: 2026-11-26 14:30
    channels: [page]
    text: {ar: السلام عليكم}
"""


@pytest.fixture(autouse=True)
def _entrusts(stage: Stage) -> None:
    stage.tell("switches", audience=False)
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=True))


def work(stage: Stage) -> None:
    """Everything that publishing has to do now, with entrusting."""
    publish(stage)


def later(stage: Stage, text: str = TEXT, *, hours: float = 3, images: int = 0) -> str:
    publication_id = schedule(stage, "page", text, images=images)
    due_at = stage.clock.now() + timedelta(hours=hours)
    with stage.database.write() as session:
        session.execute(update(Publication).where(Publication.id == publication_id).values(due_at=due_at))
    return publication_id


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def left(stage: Stage) -> list[Leftover]:
    with stage.database.read() as session:
        return list(session.scalars(select(Leftover).order_by(Leftover.created_at)))


def armed(stage: Stage) -> list[dict[str, Any]]:
    return [post for post in stage.state()["posts"] if post["scheduled_at"] and not post["deleted"]]


def decide(stage: Stage, publication_id: str, choice: Choice, **how: Any) -> None:
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER).id
    publishing.decide(stage.database, publication_id, choice, user_id=person, now=stage.clock.now(), **how)


@pytest.mark.parametrize("images", [0, 1, 2])
def test_an_entrusted_post_goes_out_while_we_are_down_and_is_verified_afterwards(stage: Stage, images: int) -> None:
    ours = later(stage, images=images)
    work(stage)
    assert (row(stage, ours).status, len(armed(stage)), stage.visible()) == (S.ENTRUSTED, 1, [])
    assert datetime.fromisoformat(armed(stage)[0]["scheduled_at"]) == row(stage, ours).due_at
    stage.jump(hours=20)  # the power is out all the time
    assert stage.visible() == [TEXT]
    work(stage)
    out = row(stage, ours)
    assert (out.status, out.altered, out.published_at) == (S.PUBLISHED, {}, out.due_at)
    assert out.permalink
    assert stage.visible() == [TEXT]
    assert left(stage) == []


@sqlite_only
def test_without_the_option_nothing_is_entrusted(stage: Stage) -> None:
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=False))
    ours = later(stage)
    work(stage)
    assert (row(stage, ours).status, stage.state()["posts"]) == (S.SCHEDULED, [])


@sqlite_only
def test_an_unapproved_post_is_not_entrusted(stage: Stage) -> None:
    ours = later(stage)
    with stage.database.write() as session:
        session.execute(update(Approval).values(withdrawn_at=stage.clock.now()))
    work(stage)
    assert (row(stage, ours).status, armed(stage)) == (S.SCHEDULED, [])


@pytest.mark.parametrize("kind", ["reset_after", "500_after", "400_after", "html500", "reset_before"])
def test_a_lost_answer_never_arms_a_second_post(stage: Stage, kind: str) -> None:
    ours = later(stage)
    stage.fault(kind, path=r".*/feed$")
    for _ in range(4):
        work(stage)
        assert len(armed(stage)) <= 1
        stage.jump(minutes=6)
    assert (row(stage, ours).status, len(armed(stage))) == (S.ENTRUSTED, 1)
    stage.jump(hours=4)
    work(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


@sqlite_only
def test_a_lost_answer_is_found_after_the_post_went_out(stage: Stage) -> None:
    ours = later(stage, hours=0.5)
    stage.fault("reset_after", path=r".*/feed$")
    assert publishing.entrust_due(stage.worker.desk)
    stage.jump(hours=1)
    work(stage)
    stage.jump(minutes=1)
    work(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


@sqlite_only
def test_what_was_prepared_for_us_is_never_taken_for_what_meta_will_publish(stage: Stage) -> None:
    """The answer to arming is lost: an invisible post from before must not pass for the armed one."""
    ours = later(stage, hours=0.45)
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=False))
    stage.fault("error", "GET", r"/[0-9]+_[0-9]+$", times=9, error={"code": 2, "message": "later"}, status=500)
    publishing.prepare_due(stage.worker.desk)
    assert (row(stage, ours).status, list(row(stage, ours).parts)) == (S.SCHEDULED, ["post"])
    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10)
    with stage.database.write() as session:
        session.execute(update(Channel).values(entrusts=True))
    stage.jump(minutes=2)
    stage.fault("reset_after", path=r".*/feed$")
    assert publishing.entrust_due(stage.worker.desk)
    assert (row(stage, ours).status, row(stage, ours).parts) == (S.ENTRUSTED, {})
    for _ in range(8):
        stage.jump(minutes=10)
        work(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


def test_a_channel_paused_while_photos_are_uploaded_arms_nothing(stage: Stage) -> None:
    ours = later(stage, images=1)
    desk = stage.worker.desk
    claimed = entrusting._claim(desk)
    assert claimed is not None
    with stage.database.write() as session:
        session.execute(update(Channel).values(status="paused"))
    entrusting._hand_over(desk, claimed)
    assert (row(stage, ours).status, armed(stage)) == (S.PREPARING, [])


@sqlite_only
def test_a_refusal_of_the_schedule_leaves_publishing_to_us(stage: Stage) -> None:
    ours = later(stage)
    stage.fault(
        "error", path=r".*/feed$", error={"code": 100, "message": "The specified scheduled publish time is invalid."}
    )
    work(stage)
    assert (row(stage, ours).status, row(stage, ours).error_code) == (S.SCHEDULED, "entrust.refused")
    for _ in range(8):
        stage.jump(minutes=25)
        work(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


@sqlite_only
@pytest.mark.parametrize(
    ("change", "field"), [({"text": "غير الكلام"}, "text"), ({"at": "2026-11-26T13:00:00+00:00"}, "due_at")]
)
def test_what_a_person_alters_in_the_planner_is_shown_and_not_undone(
    stage: Stage, change: dict[str, str], field: str
) -> None:
    ours = later(stage)
    work(stage)
    stage.tell("post", id=row(stage, ours).parts["post"], **change)
    stage.jump(minutes=40)
    work(stage)
    altered = row(stage, ours)
    assert (altered.status, altered.altered) == (S.ENTRUSTED, {field: next(iter(change.values()))})
    assert [each.altered for each in publishing.overview(stage.database, status="entrusted")] == [altered.altered]
    stage.jump(hours=5)
    work(stage)
    assert row(stage, ours).status == S.PUBLISHED
    assert stage.visible() == [change.get("text", TEXT)]
    assert ("text" in row(stage, ours).altered) == (field == "text")


@sqlite_only
def test_an_image_that_a_person_replaced_in_the_planner_is_shown(stage: Stage) -> None:
    ours = with_image(stage, "page", TEXT, poster(210))
    with stage.database.write() as session:
        session.get_one(Publication, ours).due_at += timedelta(hours=3)
    work(stage)
    remote_id = row(stage, ours).parts["post"]
    copy = base64.b64encode(poster(210, size=500, quality=60)).decode()  # another upload of the same image
    stage.tell("post", id=remote_id, image=copy)
    stage.jump(minutes=40)
    work(stage)
    assert row(stage, ours).altered == {}
    stage.tell("post", id=remote_id, image=base64.b64encode(poster(333)).decode())
    stage.fault("html500", method="GET", path=".*carrier.*")
    stage.jump(minutes=40)
    work(stage)
    assert row(stage, ours).altered == {}  # not looked at yet
    stage.jump(minutes=40)
    work(stage)
    assert (row(stage, ours).status, row(stage, ours).altered) == (S.ENTRUSTED, {"picture": "1"})
    stage.jump(hours=2)
    work(stage)
    assert (row(stage, ours).status, row(stage, ours).altered) == (S.PUBLISHED, {"picture": "1"})


@sqlite_only
def test_what_a_person_removes_from_the_planner_is_left_to_a_person(stage: Stage) -> None:
    ours = later(stage)
    work(stage)
    stage.tell("post", id=row(stage, ours).parts["post"], delete=True)
    stage.jump(minutes=40)
    work(stage)
    assert (row(stage, ours).status, row(stage, ours).held_reason) == (S.HELD, HeldReason.ALTERED)
    stage.jump(hours=5)
    work(stage)
    assert stage.visible() == []


@sqlite_only
def test_what_a_person_publishes_early_from_the_planner_is_published_once(stage: Stage) -> None:
    ours = later(stage)
    work(stage)
    stage.tell("post", id=row(stage, ours).parts["post"], publish=True)
    stage.jump(hours=5)
    work(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.PUBLISHED, [TEXT])


@sqlite_only
def test_a_change_reaches_meta_before_the_new_post_goes_out(stage: Stage) -> None:
    put_on(stage, POST)
    work(stage)
    assert only(stage).status == S.ENTRUSTED
    put_on(stage, POST.replace("السلام عليكم", "أهلاً بكم"))
    assert only(stage).status == S.SCHEDULED
    work(stage)
    assert [post["text"] for post in armed(stage)] == ["أهلاً بكم"]
    assert [(each.armed, each.status) for each in left(stage)] == [(True, LeftoverStatus.GONE)]
    stage.jump(hours=4)
    work(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["أهلاً بكم"])


def test_a_moved_post_moves_at_meta(stage: Stage) -> None:
    put_on(stage, POST)
    work(stage)
    put_on(stage, POST.replace("14:30", "18:30"))
    work(stage)
    assert [post["scheduled_at"] for post in armed(stage)] == [only(stage).due_at.isoformat()]
    stage.jump(hours=8)
    work(stage)
    assert stage.visible() == ["السلام عليكم"]


@sqlite_only
def test_a_cancellation_reaches_meta(stage: Stage) -> None:
    put_on(stage, POST)
    work(stage)
    apply(stage, POST + "    status: cancelled\n")
    work(stage)
    assert (only(stage).status, armed(stage)) == (S.CANCELLED, [])
    stage.jump(hours=8)
    work(stage)
    assert stage.visible() == []
    with stage.database.read() as session:
        steps = session.execute(select(PublishAttempt.step, PublishAttempt.outcome)).all()
    assert ("clean_up", Outcome.OK) in [tuple(each) for each in steps]


@sqlite_only
def test_a_cancellation_that_comes_too_late_says_that_it_is_out(stage: Stage) -> None:
    put_on(stage, POST)
    work(stage)
    stage.jump(hours=4)
    apply(stage, POST + "    status: cancelled\n")
    work(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["السلام عليكم"])


@sqlite_only
def test_a_change_that_comes_too_late_is_left_to_a_person_and_never_a_second_post(stage: Stage) -> None:
    put_on(stage, POST)
    work(stage)
    stage.jump(hours=2, minutes=28)
    put_on(stage, POST.replace("السلام عليكم", "أهلاً بكم"))
    stage.jump(minutes=4)
    work(stage)
    assert (only(stage).status, only(stage).held_reason) == (S.HELD, HeldReason.ALREADY_POSTED)
    assert stage.visible() == ["السلام عليكم"]
    decide(stage, only(stage).id, Choice.ADOPT)
    work(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["السلام عليكم"])


@sqlite_only
def test_nothing_else_goes_out_while_meta_does_not_confirm_that_the_old_post_is_gone(stage: Stage) -> None:
    ours = later(stage)
    work(stage)
    decide(stage, ours, Choice.PUBLISH_NOW)
    stage.fault("500_after", method="GET", path=r".*/\d+_\d+$", times=1000)
    for _ in range(3):
        work(stage)
        stage.jump(minutes=3)
    assert stage.visible() == []
    assert [each.status for each in left(stage)] == [LeftoverStatus.WAITING]
    requests_delete(stage)
    for _ in range(6):
        work(stage)
        stage.jump(minutes=15)
    assert (row(stage, ours).status, stage.visible(), armed(stage)) == (S.PUBLISHED, [TEXT], [])


def requests_delete(stage: Stage) -> None:
    import requests

    requests.delete(f"{stage.sandbox.base_url}/_sandbox/faults", json={}, timeout=20).raise_for_status()


@sqlite_only
def test_the_same_post_made_by_hand_just_before_holds_the_entrusted_one(stage: Stage) -> None:
    ours = later(stage)
    work(stage)
    theirs = stage.tell("post", on=stage.sandbox.page_id, text=TEXT)["id"]
    stage.jump(hours=2, minutes=56)
    work(stage)
    held = row(stage, ours)
    assert (held.status, held.held_reason, held.error_params["post"]) == (S.HELD, HeldReason.ALREADY_POSTED, theirs)
    assert armed(stage) == []
    stage.jump(hours=1)
    assert stage.visible() == [TEXT]


@sqlite_only
def test_withdrawing_confirms_that_meta_has_it_no_more(stage: Stage) -> None:
    ours = later(stage, images=1)
    work(stage)
    desk = stage.worker.desk
    stage.fault("reset_before", method="DELETE", path=r".*/\d+_\d+$")
    assert not entrusting.withdraw(desk, ours)
    assert len(armed(stage)) == 1
    with stage.database.read() as session:
        assert entrusting.still_armed(session, row(stage, ours))
    assert entrusting.withdraw(desk, ours)
    assert (armed(stage), row(stage, ours).status, row(stage, ours).held_reason) == ([], S.HELD, HeldReason.PAUSED)


def test_what_is_just_being_handed_over_is_not_decided_on(stage: Stage) -> None:
    ours = later(stage)
    stage.fault("reset_after", path=r".*/feed$")
    assert publishing.entrust_due(stage.worker.desk)
    assert not entrusting.withdraw(stage.worker.desk, ours)
    with pytest.raises(ConflictError, match="being_entrusted"):
        decide(stage, ours, Choice.DROP)


@sqlite_only
def test_a_post_that_meta_never_publishes_is_held_as_late(stage: Stage) -> None:
    ours = later(stage)
    work(stage)
    remote_id = row(stage, ours).parts["post"]
    stage.sandbox.world.nodes[remote_id].__dict__["scheduled_at"] = row(stage, ours).due_at
    stage.sandbox.world._due.clear()
    stage.jump(hours=6)
    work(stage)
    assert (row(stage, ours).status, row(stage, ours).held_reason, stage.visible()) == (S.HELD, HeldReason.LATE, [])
    assert armed(stage) == []


@pytest.mark.parametrize("lost", [False, True], ids=["known", "answer lost"])
def test_a_crisis_pause_takes_back_what_was_entrusted(stage: Stage, *, lost: bool) -> None:
    ours = later(stage)
    if lost:
        stage.fault("reset_after", path=r".*/feed$")
    assert publishing.entrust_due(stage.worker.desk)
    with stage.database.write() as session:
        person = make_user(session, Role.LEAD).id
    publishing.pause(stage.database, why="تهديد", user_id=person, now=stage.clock.now(), channel="")
    for _ in range(3):
        stage.until_quiet(lambda: publishing.withdraw_due(stage.worker.desk))
        work(stage)
        stage.jump(minutes=3)
    assert (row(stage, ours).status, armed(stage)) == (S.HELD, [])
    assert publishing.standing(stage.database).armed == ()
    stage.jump(hours=5)
    work(stage)
    assert stage.visible() == []


@sqlite_only
@pytest.mark.parametrize(
    ("change", "status"), [({"status": "paused"}, S.HELD), ({"entrusts": False}, S.SCHEDULED)], ids=["paused", "off"]
)
def test_a_channel_that_is_paused_or_entrusts_no_more_takes_its_posts_back(
    stage: Stage, change: dict[str, Any], status: S
) -> None:
    ours = later(stage)
    work(stage)
    with stage.database.write() as session:
        session.execute(update(Channel).values(**change))
    work(stage)
    assert (row(stage, ours).status, armed(stage)) == (status, [])
