"""Videos, reels and stories from an approved row to the feed, through every fault; what is unclear goes to a person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from outreach import campaigns, comments, planning, publishing
from outreach.publishing import Choice
from outreach.states import Outcome, PublicationStatus, Role
from outreach.tables import Medium, Publication, PublishAttempt
from outreach.wording import word
from tests.clips import clip
from tests.factories import make_user
from tests.integration.conftest import CAMPAIGN, Stage
from tests.posting import publish, schedule

KINDS = [("page", "feed"), ("page", "reel"), ("page", "story"), ("insta", "reel"), ("insta", "story")]
S = PublicationStatus


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """The kills run the same steps on PostgreSQL."""
    return sqlite_url


@pytest.fixture(autouse=True)
def quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


def put(stage: Stage, channel: str, form: str, text: str = "فيديو") -> str:
    return schedule(stage, channel, text, form=form, video=True)


def row(stage: Stage, publication: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication)


def steps(stage: Stage, publication: str) -> list[tuple[str, str]]:
    attempts = publishing.detail(stage.database, publication).attempts
    return [(each.step, each.outcome) for each in attempts]


def seen(stage: Stage) -> list[dict[str, Any]]:
    state = stage.state()
    return [each for each in (*state["posts"], *state["media"]) if each["visible"]]


def run(stage: Stage, rounds: int = 10) -> None:
    for _ in range(rounds):
        publish(stage)
        stage.jump(minutes=4)


@pytest.mark.parametrize(("channel", "form"), KINDS)
def test_a_video_goes_out_once_with_a_row_before_each_call(stage: Stage, channel: str, form: str) -> None:
    publication = put(stage, channel, form)
    publish(stage)
    found = row(stage, publication)
    (post,) = seen(stage)
    assert (found.status, found.remote_id, post["format"]) == (S.PUBLISHED, post["id"], form)
    first = {"feed": "video", "reel": "reel", "story": "video_story"}[form] if channel == "page" else "container"
    assert steps(stage, publication) == [(first, "ok"), ("upload", "ok"), ("release", "ok")]
    assert (found.next_read_at is None) is (form == "story")


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_picture_is_published_as_a_story(stage: Stage, channel: str) -> None:
    publication = schedule(stage, channel, "", images=1, form="story", first_comment="لا يُكتب")
    publish(stage)
    (post,) = seen(stage)
    assert (row(stage, publication).status, post["format"], stage.state()["comments"]) == (S.PUBLISHED, "story", [])


@pytest.mark.parametrize(("channel", "form"), [("page", "feed"), ("page", "reel"), ("insta", "reel")])
def test_an_upload_that_broke_off_goes_on(stage: Stage, channel: str, form: str) -> None:
    publication = put(stage, channel, form)
    path = "/videos$" if form == "feed" else "-upload/"
    stage.fault("reset_after" if form == "feed" else "upload_cut", path=path, skip=int(form == "feed"))
    run(stage)
    assert row(stage, publication).status == S.PUBLISHED
    assert len(seen(stage)) == 1
    starts = [step for step, _ in steps(stage, publication) if step not in ("upload", "release")]
    assert len(starts) == 1, "what was made before the break is still good"


@pytest.mark.parametrize("form", ["feed", "reel"])
@pytest.mark.parametrize("fault", ["reset_after", "500_after", "400_after"])
def test_a_finish_that_may_have_worked_is_read_back_and_not_repeated(stage: Stage, form: str, fault: str) -> None:
    publication = put(stage, "page", form)
    stage.fault(fault, path="/(videos|video_reels)$", skip=2 if form == "feed" else 1)
    run(stage)
    found = row(stage, publication)
    assert (found.status, [each["id"] for each in seen(stage)]) == (S.PUBLISHED, [found.remote_id])
    assert [outcome for step, outcome in steps(stage, publication) if step == "release"] == ["unknown"]


@pytest.mark.parametrize("form", ["feed", "reel", "story"])
def test_a_finish_that_may_not_have_worked_is_a_persons_to_repeat(stage: Stage, form: str) -> None:
    publication = put(stage, "page", form)
    stage.fault("reset_before", path="/(videos|video_reels|video_stories)$", skip=2 if form == "feed" else 1)
    run(stage, rounds=20)
    found = row(stage, publication)
    assert (found.status, found.retry_at, found.error_code) == (S.UNKNOWN, None, "publish.unclear")
    assert (seen(stage), len([1 for step, _ in steps(stage, publication) if step == "release"])) == ([], 1)
    with stage.database.write() as session:
        user = make_user(session, Role.APPROVER).id
    for choice in (Choice.IS_NOT_OUT, Choice.PUBLISH_NOW):
        publishing.decide(stage.database, publication, choice, user_id=user, now=stage.clock.now())
    run(stage)
    assert (row(stage, publication).status, len(seen(stage))) == (S.PUBLISHED, 1)


def test_a_story_whose_answer_was_lost_is_shown_to_a_person_at_once(stage: Stage) -> None:
    publication = put(stage, "page", "story")
    stage.fault("reset_after", path="/video_stories$", skip=1)
    publish(stage)
    stage.jump(minutes=1)
    publish(stage)
    found = row(stage, publication)
    assert (found.status, found.retry_at) == (S.UNKNOWN, None)
    (story,) = seen(stage)
    with stage.database.write() as session:
        user = make_user(session, Role.APPROVER).id
    publishing.decide(
        stage.database, publication, Choice.IS_OUT, user_id=user, now=stage.clock.now(), remote_id=story["id"]
    )
    run(stage)
    assert (row(stage, publication).status, len(seen(stage))) == (S.PUBLISHED, 1)


def test_meta_may_take_its_time_before_and_after_the_finish(stage: Stage) -> None:
    stage.tell("switches", video_seconds=400.0, container_seconds=400.0)
    ids = [put(stage, channel, form) for channel, form in KINDS]
    run(stage)
    assert {row(stage, publication).status for publication in ids} == {S.PUBLISHED}
    assert len(seen(stage)) == len(ids)


@pytest.mark.parametrize(("hours", "status"), [(3, S.PUBLISHED), (9, S.UNKNOWN)])
def test_a_video_that_meta_works_on_for_hours_is_waited_for_and_then_shown_to_a_person(
    stage: Stage, hours: int, status: S
) -> None:
    stage.tell("switches", video_seconds=hours * 3600.0)
    publication = put(stage, "page", "feed")
    for _ in range(28):
        publish(stage)
        stage.jump(minutes=17)
    found = row(stage, publication)
    assert (found.status, found.retry_at) == (status, None)
    assert len([1 for step, _ in steps(stage, publication) if step == "release"]) == 1


def test_a_video_that_meta_works_on_keeps_no_other_post_waiting(stage: Stage) -> None:
    stage.tell("switches", video_seconds=7200.0)
    video = put(stage, "page", "feed")
    publish(stage)
    post = schedule(stage, "page", "منشور آخر")
    publish(stage)
    assert (row(stage, video).status, row(stage, post).status) == (S.UNKNOWN, S.PUBLISHED)


@pytest.mark.parametrize(("channel", "form"), KINDS)
def test_what_expires_before_its_slot_is_made_again(stage: Stage, channel: str, form: str) -> None:
    publication = put(stage, channel, form)
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk))
    with stage.database.write() as session:
        session.get_one(Publication, publication).due_at = stage.clock.now() + timedelta(hours=25)
    stage.jump(hours=25)
    run(stage)
    assert (row(stage, publication).status, len(seen(stage))) == (S.PUBLISHED, 1)


@pytest.mark.parametrize(("video", "expected"), [(True, S.PREPARED), (False, S.SCHEDULED)])
def test_a_video_of_a_page_goes_up_hours_before_its_slot(stage: Stage, *, video: bool, expected: S) -> None:
    publication = schedule(stage, "page", "بعد ساعات", video=video, images=int(not video))
    with stage.database.write() as session:
        session.get_one(Publication, publication).due_at = stage.clock.now() + timedelta(hours=10)
    publish(stage)
    assert (row(stage, publication).status, seen(stage)) == (expected, [])


def test_a_long_upload_keeps_no_post_waiting(stage: Stage) -> None:
    ids = {name: schedule(stage, "page", name, video=name == "video") for name in ("video", "post")}
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk, videos=False))
    assert {name: row(stage, each).status for name, each in ids.items()} == {"video": S.SCHEDULED, "post": S.PREPARED}
    stage.until_quiet(lambda: publishing.prepare_due(desk, videos=True))
    assert row(stage, ids["video"]).status == S.PREPARED


def test_a_video_that_meta_refuses_stops_with_its_file_and_code(stage: Stage) -> None:
    publication = put(stage, "insta", "reel")
    stage.fault("container_error", path="/media$", subcode=2207026)
    run(stage)
    found = row(stage, publication)
    assert (found.status, found.error_code, found.error_params["subcode"]) == (S.FAILED, "meta.media_refused", 2207026)
    assert seen(stage) == []


@pytest.mark.parametrize(("channel", "form"), [("page", "feed"), ("page", "reel"), ("insta", "reel")])
def test_comments_under_a_video_are_read(stage: Stage, channel: str, form: str) -> None:
    publication = put(stage, channel, form)
    publish(stage)
    stage.tell("comment", post=row(stage, publication).remote_id, text="شكرا على الفيديو")
    counts = comments.pull(stage.worker.reader, row(stage, publication))
    assert counts[comments.Ingested.NEW] == 1


def test_a_campaign_with_a_video_goes_from_its_file_to_both_feeds(stage: Stage) -> None:
    (stage.folder / "call.mp4").write_bytes(clip())
    post = """
  - id: call-us
    kind: awareness
    at: 2026-11-26 12:30
    text: {ar: هيچ تتواصلين ويانا}
    media: [{file: call.mp4, alt: {ar: متطوعة تشرح}}]
    on: {insta: {format: reel}}
"""
    path = stage.folder / "test.yaml"
    path.write_text(CAMPAIGN.format(name="test", posts=post))
    shown = planning.compare(stage.database, campaigns.load(path), now=stage.clock.now()).pictures
    assert {word(each.done[0].code, each.done[0].params, language="en") for each in shown} == {
        "video of 3.0 s, 540×960, goes out as it is"
    }
    planning.apply(stage.database, campaigns.load(path), stage.worker.media, user_id=None, now=stage.clock.now())
    again = planning.compare(stage.database, campaigns.load(path), now=stage.clock.now())
    assert again.is_empty
    with stage.database.write() as session:
        approver = make_user(session, Role.APPROVER).id
    planning.approve(stage.database, "test", user_id=approver, now=stage.clock.now())
    stage.jump(minutes=35)
    run(stage)
    assert sorted((each["format"], each["text"]) for each in seen(stage)) == [
        ("feed", "هيچ تتواصلين ويانا"), ("reel", "هيچ تتواصلين ويانا")]  # fmt: skip
    with stage.database.read() as session:
        (medium,) = session.scalars(select(Medium))
        left = session.scalars(select(PublishAttempt).where(PublishAttempt.outcome == Outcome.STARTED)).all()
    assert (medium.file_name, medium.width, medium.height, left) == ("call.mp4", 540, 960, [])
    (stage.folder / "call.mp4").write_bytes(clip(4))
    changed = planning.compare(stage.database, campaigns.load(path), now=stage.clock.now())
    assert [each.reason for each in changed.changes] == ["plan.already_out"] * 2
