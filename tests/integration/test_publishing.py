"""Publishing against the sandbox: each post once, whatever Meta's answers, and on both databases."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image
from sqlalchemy import select, update

from outreach import campaigns, planning, publishing
from outreach.errors import ConflictError, DeniedError
from outreach.states import ChannelMode, Outcome, PublicationStatus, Role
from outreach.tables import Channel, Publication, PublishAttempt
from tests.factories import make_user
from tests.integration.conftest import CAMPAIGN, Stage
from tests.reading import sqlite_only

S = PublicationStatus
TEXT_POST = """
  - id: hello
    kind: awareness
    at: 2026-11-26 12:30
    channels: [page]
    text: {ar: السلام عليكم}
"""
PHOTOS = """
  - id: photos
    kind: awareness
    at: 2026-11-26 12:30
    text: {ar: صور من الحوار}
    media:
      - {file: one.jpg, alt: {ar: صورة}}
      - {file: two.jpg, alt: {ar: صورة ثانية}}
"""


def put_on(stage: Stage, posts: str, *, name: str = "test") -> None:
    """Write the file, apply it, have it approved by another person."""
    apply(stage, posts, name=name)
    with stage.database.write() as session:
        approver = make_user(session, Role.APPROVER)
    planning.approve(stage.database, name, user_id=approver.id, now=stage.clock.now())


def apply(stage: Stage, posts: str, *, name: str = "test", prune: bool = False) -> planning.Plan:
    path = stage.folder / f"{name}.yaml"
    path.write_text(CAMPAIGN.format(name=name, posts=posts))
    for number, image in enumerate(("one.jpg", "two.jpg")):
        Image.new("RGB", (1080, 1080), (40 * number, 90, 120)).save(Path(stage.folder) / image)
    file = campaigns.load(path)
    return planning.apply(stage.database, file, stage.worker.media, user_id=None, now=stage.clock.now(), prune=prune)


def publish(stage: Stage) -> None:
    desk = stage.worker.desk
    stage.until_quiet(
        lambda: publishing.hold_due(desk),
        lambda: publishing.prepare_due(desk),
        lambda: publishing.release_due(desk),
        lambda: publishing.settle_due(desk),
        lambda: publishing.comment_due(desk),
    )


def rows(stage: Stage) -> list[Publication]:
    with stage.database.read() as session:
        return list(session.scalars(select(Publication).order_by(Publication.channel_id, Publication.due_at)))


def only(stage: Stage) -> Publication:
    (row,) = rows(stage)
    return row


def test_a_text_post_goes_out_at_its_time_and_not_before(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    assert only(stage).status == S.PREPARED
    assert stage.visible() == []
    stage.jump(minutes=31)
    publish(stage)
    row = only(stage)
    assert (row.status, stage.visible()) == (S.PUBLISHED, ["السلام عليكم"])
    assert row.remote_id
    assert row.permalink


def test_photos_go_out_on_page_and_account(stage: Stage) -> None:
    put_on(stage, PHOTOS)
    for _ in range(6):
        publish(stage)
        stage.jump(minutes=7)
    assert [row.status for row in rows(stage)] == [S.PUBLISHED, S.PUBLISHED]
    assert stage.visible() == ["صور من الحوار"] * 2
    (post,) = stage.state()["posts"]
    assert len(post["photos"]) == 2


def test_a_first_comment_stands_once_under_its_post(stage: Stage) -> None:
    put_on(stage, TEXT_POST + "    first_comment: {ar: التسجيل في الرابط}\n")
    publish(stage)
    stage.jump(minutes=31)
    stage.fault("reset_after", path=".*/comments$")
    for _ in range(4):
        publish(stage)
        stage.jump(minutes=5)
    texts = [comment["text"] for comment in stage.state()["comments"] if comment["text"] == "التسجيل في الرابط"]
    assert len(texts) == 1
    assert only(stage).first_comment_id


@sqlite_only
def test_a_first_comment_that_a_person_wrote_already_is_not_written_again(stage: Stage) -> None:
    put_on(stage, TEXT_POST + "    first_comment: {ar: التسجيل في الرابط}\n")
    publish_until_out(stage)
    with stage.database.read() as session:
        channel = session.get_one(Channel, only(stage).channel_id)
    by_hand = stage.worker.open_channel(channel).add_comment(only(stage).remote_id or "", "التسجيل في الرابط")
    publish(stage)
    assert only(stage).first_comment_id == by_hand
    assert len([each for each in stage.state()["comments"] if each["text"] == "التسجيل في الرابط"]) == 1


def publish_until_out(stage: Stage) -> None:
    stage.jump(minutes=31)
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk), lambda: publishing.release_due(desk))


def test_an_unapproved_post_is_held_at_its_slot(stage: Stage) -> None:
    apply(stage, TEXT_POST)
    stage.jump(minutes=31)
    publish(stage)
    row = only(stage)
    assert (row.status, row.held_reason, stage.visible()) == (S.HELD, "not_approved", [])


@sqlite_only
def test_a_post_so_late_that_a_blackout_has_begun_is_held(stage: Stage) -> None:
    put_on(stage, TEXT_POST + "blackouts: [{from: 2026-11-26 12:45, to: 2026-11-26 20:00, reason: حداد}]\n")
    publish(stage)
    stage.jump(minutes=50)  # well within max_lateness
    desk = stage.worker.desk
    assert not publishing.release_due(desk)  # whoever comes first, hold or release
    row = only(stage)
    assert (row.status, row.held_reason, stage.visible()) == (S.HELD, "blackout", [])
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER)
    now = stage.clock.now()
    at = now + timedelta(hours=8)
    publishing.decide(stage.database, row.id, publishing.Choice.RESCHEDULE, user_id=person.id, now=now, at=at)
    stage.jump(hours=8)
    publish(stage)
    assert stage.visible() == ["السلام عليكم"]


@sqlite_only
def test_a_late_post_is_held_and_a_person_lets_it_go(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    stage.jump(hours=5)
    publish(stage)
    row = only(stage)
    assert (row.status, row.held_reason, stage.visible()) == (S.HELD, "late", [])
    with stage.database.write() as session:
        person = make_user(session, Role.COMMUNICATIONS)
    now = stage.clock.now()
    publishing.decide(stage.database, row.id, publishing.Choice.PUBLISH_NOW, user_id=person.id, now=now)
    publish(stage)
    assert stage.visible() == ["السلام عليكم"]


@sqlite_only
def test_a_read_only_channel_is_never_written_to(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    with stage.database.write() as session:
        session.query(Channel).update({"mode": ChannelMode.READ_ONLY})
    stage.jump(minutes=31)
    publish(stage)
    assert stage.visible() == []


@pytest.mark.parametrize("kind", ["reset_after", "500_after", "400_after", "html500"])
@pytest.mark.parametrize("path", [r".*/feed$", r".*/\d+_\d+$"])
def test_a_lost_answer_never_makes_a_second_post(stage: Stage, kind: str, path: str) -> None:
    put_on(stage, TEXT_POST)
    stage.fault(kind, path=path)
    for _ in range(8):
        publish(stage)
        stage.jump(minutes=9)
    assert stage.visible() == ["السلام عليكم"]
    assert only(stage).status == S.PUBLISHED


@pytest.mark.parametrize("kind", ["reset_after", "500_after", "400_after"])
def test_a_lost_answer_on_instagram_never_makes_a_second_post(stage: Stage, kind: str) -> None:
    put_on(stage, PHOTOS.replace("    media:", "    channels: [insta]\n    media:"))
    stage.fault(kind, path=r".*/media_publish$")
    for _ in range(8):
        publish(stage)
        stage.jump(minutes=9)
    assert stage.visible() == ["صور من الحوار"]
    assert only(stage).status == S.PUBLISHED


@sqlite_only
def test_a_connection_lost_before_the_release_is_tried_again(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    stage.jump(minutes=31)
    stage.fault("reset_before", path=r".*/\d+_\d+$")
    for _ in range(4):
        publish(stage)
        stage.jump(minutes=2)
    assert stage.visible() == ["السلام عليكم"]


@sqlite_only
def test_a_refused_image_fails_the_post_and_nothing_goes_out(stage: Stage) -> None:
    put_on(stage, PHOTOS.replace("    media:", "    channels: [insta]\n    media:"))
    stage.fault("error", path=r".*/media$", times=9, error={"code": 36003, "error_subcode": 2207009}, status=400)
    for _ in range(4):
        publish(stage)
        stage.jump(minutes=9)
    row = only(stage)
    assert (row.status, row.error_code, stage.visible()) == (S.FAILED, "meta.media_refused", [])


@sqlite_only
def test_a_dead_token_stops_the_channel_and_fails_no_post(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    stage.tell("token", token=stage.sandbox.page_token, subcode=460)
    publish(stage)
    with stage.database.read() as session:
        channel = session.query(Channel).filter_by(name="page").one()
    assert (channel.status, only(stage).status) == ("stopped", S.SCHEDULED)


@sqlite_only
def test_a_token_that_cannot_be_opened_leaves_the_post_to_a_person(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    with stage.database.write() as session:
        session.execute(update(Channel).values(token_sealed="k1:AAAA"))
    stage.jump(minutes=31)
    publish(stage)
    row = only(stage)
    assert (row.status, row.error_code) == (S.FAILED, "channel.no_token")


def test_every_call_has_an_attempt_row_with_its_outcome(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    stage.jump(minutes=31)
    publish(stage)
    with stage.database.read() as session:
        attempts = session.scalars(select(PublishAttempt).order_by(PublishAttempt.started_at)).all()
    assert [(attempt.step, attempt.outcome) for attempt in attempts] == [("post", Outcome.OK), ("release", Outcome.OK)]


def test_a_release_left_behind_by_a_killed_process_is_read_back(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    now = stage.jump(minutes=31)
    from outreach.publishing.releasing import _claim

    publication, _attempt = _claim(stage.worker.desk)
    stage.worker.open_channel(publication.channel).release(publication.parts)  # and then the process dies
    stage.clock.jump(now + timedelta(minutes=6))
    publish(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["السلام عليكم"])


def test_a_release_that_never_happened_is_made_after_reading_back(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    now = stage.jump(minutes=31)
    from outreach.publishing.releasing import _claim

    _claim(stage.worker.desk)  # the process dies between the attempt row and the call
    stage.clock.jump(now + timedelta(minutes=6))
    publish(stage)
    assert (only(stage).status, stage.visible()) == (S.PUBLISHED, ["السلام عليكم"])


def test_two_posts_on_one_channel_keep_their_distance(stage: Stage) -> None:
    put_on(stage, TEXT_POST + TEXT_POST.replace("hello", "again").replace("12:30", "12:31").replace("السلام", "سلام"))
    publish(stage)
    stage.jump(minutes=32)
    publish(stage)
    assert len(stage.visible()) == 1
    stage.jump(minutes=2)
    publish(stage)
    assert len(stage.visible()) == 2


def test_applying_twice_changes_nothing(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    assert apply(stage, TEXT_POST).is_empty
    assert only(stage).status == S.SCHEDULED


def test_any_change_voids_the_approval(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    apply(stage, TEXT_POST.replace("السلام عليكم", "أهلاً"))
    assert only(stage).status == S.DRAFT


def test_a_moved_post_stays_one_post(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish(stage)
    put_on(stage, TEXT_POST.replace("12:30", "13:30"))
    for _ in range(10):
        publish(stage)
        stage.jump(minutes=12)
    assert stage.visible() == ["السلام عليكم"]


def test_moving_a_published_post_is_refused(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    stage.jump(minutes=31)
    publish(stage)
    with pytest.raises(ConflictError, match=r"plan\.refused"):
        apply(stage, TEXT_POST.replace("12:30", "15:30"))
    with pytest.raises(ConflictError, match=r"plan\.refused"):
        apply(stage, TEXT_POST.replace("hello", "other").replace("12:30", "15:30"))


def test_an_absent_post_stays_unless_pruned(stage: Stage) -> None:
    second = TEXT_POST.replace("hello", "second").replace("12:30", "14:00").replace("السلام", "سلام")
    put_on(stage, TEXT_POST + second)
    apply(stage, TEXT_POST)
    assert {row.status for row in rows(stage)} == {S.SCHEDULED}
    apply(stage, TEXT_POST, prune=True)
    assert sorted(row.status for row in rows(stage)) == [S.CANCELLED, S.SCHEDULED]


def test_a_post_that_is_renamed_is_refused_while_its_old_self_would_go_out_too(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    renamed = TEXT_POST.replace("hello", "other").replace("12:30", "15:30")
    with pytest.raises(ConflictError, match=r"plan\.refused"):
        apply(stage, renamed)
    apply(stage, renamed, prune=True)
    assert sorted(row.status for row in rows(stage)) == [S.CANCELLED, S.DRAFT]


@sqlite_only
def test_a_published_post_does_not_go_out_again_under_another_id_and_first_comment(stage: Stage) -> None:
    put_on(stage, TEXT_POST)
    publish_until_out(stage)
    renamed = TEXT_POST.replace("hello", "other").replace("12:30", "15:30") + "    first_comment: {ar: أهلا}\n"
    with pytest.raises(ConflictError, match=r"plan\.refused"):
        apply(stage, renamed)


def test_who_applied_a_campaign_does_not_approve_it(stage: Stage) -> None:
    path = stage.folder / "own.yaml"
    path.write_text(CAMPAIGN.format(name="own", posts=TEXT_POST))
    with stage.database.write() as session:
        author = make_user(session, Role.COMMUNICATIONS, Role.APPROVER)
    now = stage.clock.now()
    planning.apply(stage.database, campaigns.load(path), stage.worker.media, user_id=author.id, now=now)
    with pytest.raises(DeniedError):
        planning.approve(stage.database, "own", user_id=author.id, now=now)


def test_applying_again_without_a_change_does_not_let_an_author_approve_herself(stage: Stage) -> None:
    path = stage.folder / "own.yaml"
    path.write_text(CAMPAIGN.format(name="own", posts=TEXT_POST))
    with stage.database.write() as session:
        author, other = make_user(session, Role.COMMUNICATIONS), make_user(session, Role.COMMUNICATIONS)
    now = stage.clock.now()
    for user in (author, other):
        planning.apply(stage.database, campaigns.load(path), stage.worker.media, user_id=user.id, now=now)
    with pytest.raises(DeniedError):
        planning.approve(stage.database, "own", user_id=author.id, now=now)
    assert planning.approve(stage.database, "own", user_id=other.id, now=now) == ("hello",)
