"""What stands at Meta and must not go out, against the sandbox: found, deleted, read back; never what is visible."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import requests
from sqlalchemy import select, update

from outreach import publishing
from outreach.states import ChannelStatus, HeldReason, LeftoverStatus, Outcome, PublicationStatus, Role
from outreach.tables import Channel, Leftover, Publication, PublishAttempt
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.integration.test_publishing import apply, only, put_on
from tests.posting import publish, schedule
from tests.reading import sqlite_only

pytestmark = sqlite_only  # the SQL is that of entrusting, which runs on both
S = PublicationStatus
TEXT = "ندعوكم إلى جلسة حوار مفتوح في مركز الشباب"
PHOTOS = """
  - id: photos
    kind: awareness
    at: 2026-11-26 12:20
    channels: [page]
    text: {ar: صور من الحوار}
    media:
      - {file: one.jpg, alt: {ar: صورة}}
      - {file: two.jpg, alt: {ar: صورة ثانية}}
"""


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


def standing(stage: Stage) -> list[dict[str, Any]]:
    """Posts at Meta, visible or not."""
    return [post for post in stage.state()["posts"] if not post["deleted"]]


def statuses(stage: Stage) -> list[str]:
    with stage.database.read() as session:
        return list(session.scalars(select(Leftover.status).order_by(Leftover.created_at, Leftover.step)))


def rounds(stage: Stage, count: int = 4) -> None:
    for _ in range(count):
        publish(stage)
        stage.jump(minutes=6)
    publish(stage)


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


@pytest.mark.parametrize("kind", ["reset_after", "500_after"])
def test_what_a_lost_answer_has_made_is_found_by_its_words_and_deleted(stage: Stage, kind: str) -> None:
    stage.fault(kind, path=r".*/feed$")
    ours = schedule(stage, "page", TEXT, ahead=timedelta(minutes=15))
    publish(stage)
    assert len(standing(stage)) == 1  # nobody knows its id
    rounds(stage)
    assert row(stage, ours).status == S.PUBLISHED
    assert [post["visible"] for post in standing(stage)] == [True]
    assert statuses(stage) == [LeftoverStatus.GONE]


def test_where_meta_refuses_to_list_it_is_asked_once(stage: Stage) -> None:
    stage.fault("reset_after", path=r".*/feed$")
    schedule(stage, "page", TEXT, ahead=timedelta(minutes=25))
    desk = stage.worker.desk
    publishing.prepare_due(desk)
    stage.jump(minutes=6)
    stage.fault("error", "GET", r".*/feed$", error={"code": 10, "message": "no"}, status=403, times=9)
    for _ in range(3):
        publishing.clean_up_due(desk)
    faults = requests.get(f"{stage.sandbox.base_url}/_sandbox/faults", timeout=10).json()["faults"]
    assert [each["struck"] for each in faults if each["kind"] == "error"] == [1]


def test_a_throttled_channel_is_not_searched(stage: Stage) -> None:
    stage.fault("reset_after", path=r".*/feed$")
    schedule(stage, "page", TEXT, ahead=timedelta(minutes=25))
    publishing.prepare_due(stage.worker.desk)
    stage.jump(minutes=6)
    asked: list[str] = []

    def none(channel: Channel) -> bool:
        asked.append(channel.name)
        return False

    assert not publishing.clean_up_due(replace(stage.worker.desk, has_room=none))
    assert asked == ["page"]
    assert publishing.clean_up_due(stage.worker.desk)


def test_a_draft_of_a_person_with_other_words_or_of_another_time_stays(stage: Stage) -> None:
    stage.fault("reset_before", path=r".*/feed$")
    with stage.sandbox.world.lock:
        from outreach.sandbox.objects import Post

        world = stage.sandbox.world
        for number, (text, age) in enumerate([(TEXT, 30), ("كلام آخر تماماً عن موضوع آخر", 0)]):
            made = world.now() - timedelta(minutes=age)
            page_id = stage.sandbox.page_id
            world.add(Post(f"{page_id}_99{number}", page_id, "another app", made, text))
    schedule(stage, "page", TEXT)
    rounds(stage)
    assert len([post for post in standing(stage) if not post["visible"]]) == 2


def test_what_a_change_leaves_behind_is_deleted_photos_too(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    assert only(stage).status == S.PREPARED
    put_on(stage, PHOTOS.replace("صور من الحوار", "صور أخرى"))
    stage.jump(minutes=25)
    publish(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["صور أخرى"])
    assert [post["visible"] for post in standing(stage)] == [True]
    assert sum(not photo["deleted"] for photo in stage.state()["photos"]) == 2
    assert set(statuses(stage)) == {LeftoverStatus.GONE}


@pytest.mark.parametrize("fate", ["held", "cancelled"])
def test_what_is_held_or_cancelled_leaves_nothing_at_meta(stage: Stage, fate: str) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    if fate == "cancelled":
        apply(stage, PHOTOS + "    status: cancelled\n")
    else:
        stage.jump(hours=5)
    publish(stage)
    assert only(stage).status == fate
    assert (standing(stage), [photo for photo in stage.state()["photos"] if not photo["deleted"]]) == ([], [])
    with stage.database.read() as session:
        cleaned = session.scalars(select(PublishAttempt.outcome).where(PublishAttempt.step == "clean_up")).all()
    assert set(cleaned) == {Outcome.OK}


def test_what_a_person_published_meanwhile_is_not_deleted_and_its_publication_says_so(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    apply(stage, PHOTOS + "    status: cancelled\n")
    (post,) = standing(stage)
    stage.tell("post", id=post["id"], publish=True)
    publish(stage)
    assert (stage.visible(), only(stage).status, only(stage).remote_id) == (["صور من الحوار"], S.PUBLISHED, post["id"])
    assert LeftoverStatus.OUT in statuses(stage)


def test_what_a_person_published_meanwhile_holds_the_new_version(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    (post,) = standing(stage)
    stage.tell("post", id=post["id"], publish=True)
    put_on(stage, PHOTOS.replace("صور من الحوار", "صور أخرى"))
    publish(stage)
    assert (only(stage).held_reason, only(stage).error_params["post"]) == (HeldReason.ALREADY_POSTED, post["id"])
    stage.jump(hours=1)
    publish(stage)
    assert stage.visible() == ["صور من الحوار"]


def test_an_adopted_twin_leaves_nothing_of_ours_behind(stage: Stage) -> None:
    stage.tell("post", on=stage.sandbox.page_id, text=TEXT)
    ours = schedule(stage, "page", TEXT)
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER).id
    choice = publishing.Choice.ADOPT
    publishing.decide(stage.database, ours, choice, user_id=person, now=stage.clock.now())
    publish(stage)
    assert [post["visible"] for post in standing(stage)] == [True]


def test_a_deletion_whose_answer_is_lost_is_read_back(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    apply(stage, PHOTOS + "    status: cancelled\n")
    stage.fault("reset_after", method="DELETE", path=r".*", times=3)
    rounds(stage)
    assert (standing(stage), set(statuses(stage))) == ([], {LeftoverStatus.GONE})


def test_a_paused_channel_is_not_written_to_for_what_nobody_sees(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    publish(stage)
    apply(stage, PHOTOS + "    status: cancelled\n")
    with stage.database.write() as session:
        session.execute(update(Channel).values(status=ChannelStatus.PAUSED))
    publish(stage)
    assert set(statuses(stage)) == {LeftoverStatus.WAITING}
    with stage.database.write() as session:
        session.execute(update(Channel).values(status=ChannelStatus.ACTIVE))
    publish(stage)
    assert set(statuses(stage)) == {LeftoverStatus.GONE}


def test_what_is_published_as_planned_is_no_leftover(stage: Stage) -> None:
    schedule(stage, "page", TEXT, images=2, first_comment="أول تعليق")
    schedule(stage, "insta", TEXT, images=2)
    rounds(stage, 2)
    assert statuses(stage) == []
    with stage.database.read() as session:
        assert set(session.scalars(select(PublishAttempt.settled))) == {True}
