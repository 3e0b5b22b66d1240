"""The human double post, against the sandbox: what a person posted by hand holds ours, and a person decides."""

from __future__ import annotations

import base64
import io
from datetime import timedelta

import pytest
from PIL import Image, ImageDraw
from sqlalchemy import select

from outreach import comments, publishing
from outreach.publishing import Choice
from outreach.states import Outcome, PublicationStatus, Role
from outreach.tables import Comment, Publication, PublishAttempt
from tests.factories import make_user
from tests.integration.conftest import Stage
from tests.posting import publish, schedule
from tests.reading import sqlite_only

pytestmark = sqlite_only  # the SQL is that of entrusting, which runs on both
S = PublicationStatus
TEXT = "ندعوكم إلى جلسة حوار مفتوح عن السلامة في الحي يوم الخميس الساعة السادسة مساءً في مركز الشباب"
NEARLY = "ندعوكم الى جلسة حوار مفتوح عن السلامه في الحي، يوم الخميس الساعة السابعة مساء في مركز الشباب 🌷"


@pytest.fixture(autouse=True)
def _quiet(stage: Stage) -> None:
    stage.tell("switches", audience=False)


def by_hand(stage: Stage, channel: str, text: str, image: bytes = b"") -> str:
    on = stage.sandbox.page_id if channel == "page" else stage.sandbox.ig_id
    order = {"on": on, "text": text, **({"image": base64.b64encode(image).decode()} if image else {})}
    return str(stage.tell("post", **order)["id"])


def poster(length: int, *, size: int = 900, quality: int = 90) -> bytes:
    image = Image.new("RGB", (900, 900), (245, 240, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 900, 120), fill=(90, 30, 110))
    for number in range(4):
        draw.rectangle((80, 220 + 150 * number, 80 + (length * (number + 1)) % 700, 300 + 150 * number), fill="black")
    out = io.BytesIO()
    image.resize((size, size)).save(out, "JPEG", quality=quality)
    return out.getvalue()


def with_image(stage: Stage, channel: str, text: str, image: bytes) -> str:
    sha = stage.worker.media.put(image)
    publication_id = schedule(stage, channel, text)
    with stage.database.write() as session:
        row = session.get_one(Publication, publication_id)
        row.content = {**row.content, "media": [{"sha256": sha, "alt": "", "file": "x.jpg"}]}
    return publication_id


def row(stage: Stage, publication_id: str) -> Publication:
    with stage.database.read() as session:
        return session.get_one(Publication, publication_id)


def decide(stage: Stage, publication_id: str, choice: Choice, **how: str) -> None:
    with stage.database.write() as session:
        person = make_user(session, Role.APPROVER).id
    publishing.decide(stage.database, publication_id, choice, user_id=person, now=stage.clock.now(), **how)


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_post_that_a_person_made_by_hand_holds_ours(stage: Stage, channel: str) -> None:
    theirs = by_hand(stage, channel, NEARLY)
    stage.jump(hours=3)
    ours = with_image(stage, channel, TEXT, poster(310))
    publish(stage)
    held = row(stage, ours)
    assert (held.status, held.held_reason, held.error_params["post"]) == (S.HELD, "already_posted", theirs)
    assert stage.visible() == [NEARLY]
    with stage.database.read() as session:
        last = session.scalars(select(PublishAttempt).where(PublishAttempt.step == "release")).one()
    assert (last.outcome, last.error_code) == (Outcome.FAILED, "publish.already_posted")


def test_what_is_older_than_a_day_or_says_something_else_holds_nothing(stage: Stage) -> None:
    by_hand(stage, "page", TEXT)
    stage.jump(hours=25)
    by_hand(stage, "page", "شكراً لكل من حضر جلسة اليوم")
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    assert row(stage, ours).status == S.PUBLISHED


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_the_same_image_under_other_words_holds_ours(stage: Stage, channel: str) -> None:
    theirs = by_hand(stage, channel, "تعالوا ويانا", poster(310, size=720, quality=50))
    ours = with_image(stage, channel, TEXT, poster(310))
    publish(stage)
    assert (row(stage, ours).held_reason, row(stage, ours).error_params["post"]) == ("already_posted", theirs)


def test_another_image_under_other_words_does_not(stage: Stage) -> None:
    by_hand(stage, "page", "تعالوا ويانا", poster(190))
    ours = with_image(stage, "page", TEXT, poster(310))
    publish(stage)
    assert row(stage, ours).status == S.PUBLISHED


def test_our_own_earlier_posts_are_no_twins(stage: Stage) -> None:
    stage.worker.settings.publishing.spacing_seconds = 0
    ids = [with_image(stage, channel, TEXT, poster(310)) for channel in ("page", "insta")]
    publish(stage)
    again = [with_image(stage, channel, TEXT, poster(310)) for channel in ("page", "insta")]
    publish(stage)
    assert {row(stage, each).status for each in (*ids, *again)} == {S.PUBLISHED}


def test_an_adopted_post_becomes_the_publication_with_its_comments_and_figures(stage: Stage) -> None:
    theirs = by_hand(stage, "page", TEXT)
    stage.jump(minutes=5)
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    decide(stage, ours, Choice.ADOPT)
    adopted = row(stage, ours)
    assert (adopted.status, adopted.remote_id, adopted.held_reason) == (S.PUBLISHED, theirs, None)
    assert adopted.permalink
    assert adopted.published_at == stage.clock.now() - timedelta(minutes=5)
    stage.tell("comment", post=theirs, text="كلش زين")
    comments.pull(stage.worker.reader, adopted)
    with stage.database.read() as session:
        assert session.scalars(select(Comment.publication_id)).all() == [ours]
    publish(stage)
    assert stage.visible() == [TEXT]


def test_publishing_all_the_same_is_a_persons_word_about_that_post_alone(stage: Stage) -> None:
    by_hand(stage, "page", TEXT)
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    decide(stage, ours, Choice.PUBLISH_NOW)
    second = by_hand(stage, "page", NEARLY)
    publish(stage)
    assert (row(stage, ours).status, row(stage, ours).error_params["post"]) == (S.HELD, second)
    decide(stage, ours, Choice.PUBLISH_NOW)
    publish(stage)
    assert row(stage, ours).status == S.PUBLISHED
    assert sorted(stage.visible()) == sorted([TEXT, NEARLY, TEXT])


def test_a_dropped_post_stays_dropped(stage: Stage) -> None:
    by_hand(stage, "page", TEXT)
    ours = schedule(stage, "page", TEXT)
    publish(stage)
    decide(stage, ours, Choice.DROP)
    publish(stage)
    assert (row(stage, ours).status, stage.visible()) == (S.CANCELLED, [TEXT])


@pytest.mark.parametrize("path", [r".*/published_posts$", r".*/carrier/.*"])
def test_what_cannot_be_read_is_tried_again_and_never_skipped(stage: Stage, path: str) -> None:
    by_hand(stage, "page", "تعالوا ويانا", poster(190))
    ours = with_image(stage, "page", TEXT, poster(310))
    stage.fault("html500", method="GET", path=path, times=4)
    publish(stage)
    assert (row(stage, ours).status, row(stage, ours).error_code) == (S.PREPARED, "meta.unavailable")
    assert stage.visible() == ["تعالوا ويانا"]
    for _ in range(6):
        stage.jump(minutes=8)
        publish(stage)
    assert row(stage, ours).status == S.PUBLISHED


def test_a_channel_that_cannot_be_read_until_it_is_late_leaves_the_post_to_a_person(stage: Stage) -> None:
    ours = schedule(stage, "page", TEXT)
    stage.fault("html500", method="GET", path=r".*/published_posts$", times=1000)
    for _ in range(14):
        publish(stage)
        stage.jump(minutes=10)
    assert (row(stage, ours).status, row(stage, ours).held_reason, stage.visible()) == (S.HELD, "late", [])


def test_a_release_costs_one_call_more_than_its_write(stage: Stage) -> None:
    schedule(stage, "page", TEXT)
    desk = stage.worker.desk
    stage.until_quiet(lambda: publishing.prepare_due(desk))
    before = stage.sandbox._app.graph.calls
    publishing.release_due(desk)
    assert stage.sandbox._app.graph.calls - before == 3  # look, release, permalink
