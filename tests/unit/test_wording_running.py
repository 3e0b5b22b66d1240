"""What runs by itself and each step of a post have names for people, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from outreach.jobs import cadences
from outreach.meta import protocol
from outreach.meta.facebook_page import FacebookPage
from outreach.meta.graph import GraphClient
from outreach.meta.instagram_account import InstagramAccount
from outreach.meta.protocol import Content, Medium
from outreach.publishing import first_comments, withdrawals
from outreach.publishing.desk import CLEAN_UP, ENTRUST
from outreach.publishing.views import AttemptView
from outreach.states import Format
from outreach.wording import catalogue, word


@pytest.fixture
def contents(tmp_path: Path) -> tuple[Content, ...]:
    file = tmp_path / "x"
    file.write_bytes(b"bytes")
    image, video = Medium(file, "https://media.example.org/x"), Medium(file, "", video=True)
    suited = {
        Format.FEED: ((), (image,), (image, image, image), (video,)),
        Format.REEL: ((video,),),
        Format.STORY: ((image,), (video,)),
    }
    return tuple(Content("text", media=media, format=form) for form in Format for media in suited[form])


def steps(contents: tuple[Content, ...]) -> Iterator[str]:
    """Everything that becomes `PublishAttempt.step`; asking for the next one makes no call."""
    graph = GraphClient("token", app_secret="secret")
    page = FacebookPage(graph, "1")
    for content in contents:
        for maker in (page, InstagramAccount(graph, "2")):
            yield from made(maker, content)
        yield from made(page.schedule, content)
    yield from ("release", ENTRUST, CLEAN_UP, first_comments.STEP, *withdrawals.STEPS)


def made(maker: protocol.Channel | protocol.Schedule, content: Content) -> Iterator[str]:
    parts: dict[str, str] = {}
    while step := maker.next_step(content, parts):
        yield step.name
        parts[step.name] = "999999"  # an id, and more bytes than the file has


def test_every_step_of_a_post_has_words(contents: tuple[Content, ...]) -> None:
    names = set(steps(contents))
    assert {"photo-2", "temporary-1", "child-0", "upload", "video_story", "retract"} <= names
    for name in names:
        attempt = AttemptView(name, 1, datetime(2026, 12, 1, tzinfo=UTC), None, "ok", None, {})
        assert f"step.{attempt.kind}" in catalogue(), name
        for language in ("ar", "en"):
            assert "{" not in word(f"step.{attempt.kind}", {"n": attempt.place}, language=language)


def test_images_are_counted_from_one() -> None:
    attempt = AttemptView("photo-2", 1, datetime(2026, 12, 1, tzinfo=UTC), None, "ok", None, {})
    assert word(f"step.{attempt.kind}", {"n": attempt.place}, language="en") == "Image 3 uploaded"


def test_every_job_has_words_and_no_words_are_left_of_one_that_is_gone() -> None:
    assert {f"job.{name}" for name in cadences()} == {code for code in catalogue() if code.startswith("job.")}


def test_a_message_about_a_job_names_it_in_words() -> None:
    assert word("service.job_never", {"job": "pull"}) == "المهمة قراءة التعليقات لم تنتهِ بنجاح قط"
