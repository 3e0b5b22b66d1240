"""Videos, reels and stories through the client against the sandbox: every phase, every break, nothing twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from outreach.meta.protocol import UPLOAD, Content, Medium, Presence, Readiness
from outreach.meta.refusals import GraphError
from outreach.states import Format
from tests.clips import clip
from tests.integration.meta.conftest import Meta

KINDS = [("page", Format.FEED), ("page", Format.REEL), ("page", Format.STORY), ("insta", Format.REEL),
         ("insta", Format.STORY)]  # fmt: skip
NAMES = [f"{channel}-{form}" for channel, form in KINDS]


def on(meta: Meta, channel: str) -> Any:
    return meta.page if channel == "page" else meta.instagram


def video(folder: Path, form: Format, text: str = "فيديو", **options: Any) -> Content:
    path = folder / "video.mp4"
    path.write_bytes(clip(**options))
    return Content(text, media=(Medium(path, "", "وصف", video=True),), format=form)


def shown(meta: Meta) -> list[dict[str, Any]]:
    state = requests.get(f"{meta.server.base_url}/_sandbox/state", timeout=5).json()
    mine = [each for each in state["posts"] if each["page_id"] == meta.account.page_id]
    mine += [each for each in state["media"] if each["account_id"] == meta.account.ig_id]
    return [each for each in mine if each["visible"]]


@pytest.mark.parametrize(("channel", "form"), KINDS, ids=NAMES)
def test_a_video_is_invisible_until_it_is_released(meta: Meta, tmp_path: Path, channel: str, form: Format) -> None:
    content, remote = video(tmp_path, form), on(meta, channel)
    parts = meta.prepare(remote, content)
    assert remote.readiness(parts) is Readiness.READY
    assert shown(meta) == []
    released = remote.release(parts, content)
    (post,) = shown(meta)
    assert (post["id"], post["format"]) == (released.remote_id, form)
    assert post["text"] == ("" if form is Format.STORY else "فيديو")
    assert released.permalink


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_a_picture_is_a_story_too(meta: Meta, channel: str) -> None:
    content, remote = Content("", media=meta.media(), format=Format.STORY), on(meta, channel)
    parts = meta.prepare(remote, content)
    assert (remote.readiness(parts), shown(meta)) == (Readiness.READY, [])
    released = remote.release(parts, content)
    (post,) = shown(meta)
    assert (post["id"], post["format"]) == (released.remote_id, "story")


def test_a_video_goes_up_in_the_chunks_that_meta_asks_for(meta: Meta, tmp_path: Path) -> None:
    meta.desk("switches", video_chunk_bytes=3000)
    content = video(tmp_path, Format.FEED)
    steps, parts = [], {}
    while step := meta.page.next_step(content, parts):
        steps.append(step.name)
        parts[step.name] = meta.page.make(step, content, parts)
    assert steps == ["video", *[UPLOAD] * -(-content.media[0].path.stat().st_size // 3000)]
    meta.page.release(parts, content)
    assert len(shown(meta)) == 1


@pytest.mark.parametrize(("channel", "form"), KINDS, ids=NAMES)
@pytest.mark.parametrize("fault", ["cut", "lost", "stale"])
def test_an_upload_goes_on_where_it_stopped(meta: Meta, tmp_path: Path, channel: str, form: Format, fault: str) -> None:
    meta.desk("switches", video_chunk_bytes=3000)
    content, remote = video(tmp_path, form), on(meta, channel)
    path = r"/videos$" if form is Format.FEED else r"-upload/"
    parts: dict[str, str] = {}
    step = remote.next_step(content, parts)
    parts[step.name] = remote.make(step, content, parts)
    kind = "upload_cut" if fault == "cut" and form is not Format.FEED else "reset_after"
    meta.fault(kind, match={"method": "POST", "path_regex": path})
    with pytest.raises(GraphError) as broken:
        remote.make(remote.next_step(content, parts), content, parts)
    assert (broken.value.maybe_done, broken.value.permanent) == (False, False)
    if fault == "stale":
        parts[UPLOAD] = "0:3000" if form is Format.FEED else "0"
    while step := remote.next_step(content, parts):
        parts[step.name] = remote.make(step, content, parts)
    remote.release(parts, content)
    assert [post["format"] for post in shown(meta)] == [form]


@pytest.mark.parametrize("form", [Format.FEED, Format.REEL])
def test_a_finish_whose_answer_was_lost_is_read_back(meta: Meta, tmp_path: Path, form: Format) -> None:
    content = video(tmp_path, form)
    parts = meta.prepare(meta.page, content)
    edge = "videos" if form is Format.FEED else "video_reels"
    meta.fault("reset_after", match={"method": "POST", "path_regex": f"/{edge}$"})
    with pytest.raises(GraphError) as lost:
        meta.page.release(parts, content)
    assert lost.value.maybe_done
    finding = meta.page.find(parts, content, meta.start)
    (post,) = shown(meta)
    assert (finding.presence, finding.released.remote_id) == (Presence.PUBLISHED, post["id"])
    with pytest.raises(GraphError) as again:
        meta.page.release(parts, content)
    assert again.value.maybe_done
    assert len(shown(meta)) == 1


@pytest.mark.parametrize("form", [Format.FEED, Format.REEL])
def test_that_nothing_is_seen_of_a_finish_proves_nothing(meta: Meta, tmp_path: Path, form: Format) -> None:
    content = video(tmp_path, form)
    parts = meta.prepare(meta.page, content)
    finding = meta.page.find(parts, content, meta.start)
    assert (finding.presence, finding.final) == (Presence.UNCLEAR, False)


def test_a_story_of_a_page_is_a_persons_to_settle(meta: Meta, tmp_path: Path) -> None:
    for content in (video(tmp_path, Format.STORY), Content("", media=meta.media(), format=Format.STORY)):
        parts = meta.prepare(meta.page, content)
        finding = meta.page.find(parts, content, meta.start)
        assert (finding.presence, finding.final) == (Presence.UNCLEAR, True)


@pytest.mark.parametrize("form", [Format.FEED, Format.REEL])
def test_a_video_that_is_still_processed_is_out_later(meta: Meta, tmp_path: Path, form: Format) -> None:
    meta.desk("switches", video_seconds=40.0)
    content = video(tmp_path, form)
    parts = meta.prepare(meta.page, content)
    if form is Format.REEL:  # a reel is processed before it is finished, a video of the feed after
        assert meta.page.readiness(parts) is Readiness.WAIT
    with pytest.raises(GraphError) as processing:
        meta.page.release(parts, content)
    assert (processing.value.code, processing.value.maybe_done) == ("meta.processing", True)
    assert meta.page.find(parts, content, meta.start).presence is Presence.UNCLEAR
    meta.desk("clock", to=(meta.server.world.now() + timedelta(minutes=1)).isoformat())
    assert meta.page.find(parts, content, meta.start).presence is Presence.PUBLISHED
    assert len(shown(meta)) == 1


def test_a_video_that_meta_cannot_use_is_refused_with_its_code(meta: Meta, tmp_path: Path) -> None:
    content = video(tmp_path, Format.REEL, size=(640, 640))
    parts = meta.prepare(meta.page, content)
    for ask in (meta.page.readiness, lambda given: meta.page.release(given, content)):
        with pytest.raises(GraphError) as refused:
            ask(parts)
        assert (refused.value.code, refused.value.permanent, refused.value.graph_code) == (
            "meta.media_refused", True, 1363040)  # fmt: skip
    assert not refused.value.maybe_done


def test_a_feed_video_whose_processing_fails_is_proven_absent_and_then_refused(meta: Meta, tmp_path: Path) -> None:
    meta.desk("switches", video_seconds=40.0)
    content = video(tmp_path, Format.FEED, codec="mpeg4")
    parts = meta.prepare(meta.page, content)
    with pytest.raises(GraphError):
        meta.page.release(parts, content)
    meta.desk("clock", to=(meta.server.world.now() + timedelta(minutes=1)).isoformat())
    with pytest.raises(GraphError) as refused:
        meta.page.release(parts, content)
    assert meta.page.find(parts, content, meta.start).presence is Presence.ABSENT
    assert (refused.value.code, refused.value.maybe_done, shown(meta)) == ("meta.media_refused", False, [])


@pytest.mark.parametrize(("channel", "form"), KINDS, ids=NAMES)
def test_what_was_never_released_expires_and_is_made_again(
    meta: Meta, tmp_path: Path, channel: str, form: Format
) -> None:
    content, remote = video(tmp_path, form), on(meta, channel)
    parts = meta.prepare(remote, content)
    meta.desk("clock", to=(meta.server.world.now() + timedelta(hours=25)).isoformat())
    assert remote.readiness(parts) is Readiness.REMAKE
    with pytest.raises(GraphError) as expired:
        remote.release(parts, content)
    assert (expired.value.code, expired.value.permanent, expired.value.maybe_done) == ("meta.expired", False, False)


def test_discarding_calls_an_upload_off_and_never_what_is_out(meta: Meta, tmp_path: Path) -> None:
    content = video(tmp_path, Format.FEED)
    parts = meta.prepare(meta.page, content)
    meta.page.discard(parts)
    assert meta.page.readiness(parts) is Readiness.REMAKE
    out = meta.prepare(meta.page, content)
    meta.page.release(out, content)
    with pytest.raises(GraphError) as refused:
        meta.page.discard(out)
    assert refused.value.code == "meta.already_published"


@pytest.mark.parametrize("channel", ["page", "insta"])
def test_media_that_no_post_can_have_are_refused_before_any_call(meta: Meta, tmp_path: Path, channel: str) -> None:
    remote, (picture,) = on(meta, channel), meta.media()
    medium = video(tmp_path, Format.FEED).media[0]
    unsuited = (
        Content("", media=(medium, picture)),
        Content("", media=(picture,), format=Format.REEL),
        Content("", media=(picture, picture), format=Format.STORY),
    )
    for content in unsuited:
        with pytest.raises(GraphError) as refused:
            meta.prepare(remote, content)
        assert (refused.value.code, refused.value.permanent) == ("meta.media_unsuited", True)


def test_an_instagram_reel_whose_answer_was_lost_is_found_by_its_container(meta: Meta, tmp_path: Path) -> None:
    content = video(tmp_path, Format.REEL)
    parts = meta.prepare(meta.instagram, content)
    meta.fault("reset_after", match={"method": "POST", "path_regex": "/media_publish$"})
    with pytest.raises(GraphError):
        meta.instagram.release(parts, content)
    finding = meta.instagram.find(parts, content, meta.start)
    assert finding.released.remote_id == shown(meta)[0]["id"]


def test_an_instagram_story_is_found_while_it_is_the_only_one(meta: Meta, tmp_path: Path) -> None:
    content = video(tmp_path, Format.STORY)
    first = meta.prepare(meta.instagram, content)
    assert meta.instagram.find(first, content, meta.start).presence is Presence.ABSENT
    released = meta.instagram.release(first, content)
    assert meta.instagram.find(first, content, meta.start).released.remote_id == released.remote_id
    second = meta.prepare(meta.instagram, content)
    meta.instagram.release(second, content)
    finding = meta.instagram.find(second, content, meta.start)
    assert (finding.presence, finding.final) == (Presence.UNCLEAR, True)


def test_a_cover_is_a_moment_of_the_reel(meta: Meta, tmp_path: Path) -> None:
    content = video(tmp_path, Format.REEL)
    late = replace(content, media=(replace(content.media[0], cover_ms=9000),))
    parts = meta.prepare(meta.instagram, late)
    with pytest.raises(GraphError) as refused:
        meta.instagram.readiness(parts)
    assert refused.value.subcode == 2207057
    good = replace(content, media=(replace(content.media[0], cover_ms=1000),))
    assert meta.instagram.readiness(meta.prepare(meta.instagram, good)) is Readiness.READY


@pytest.mark.parametrize(("channel", "form"), [kind for kind in KINDS if kind[1] is not Format.STORY])
def test_comments_and_figures_of_a_video_are_read(meta: Meta, tmp_path: Path, channel: str, form: Format) -> None:
    content, remote = video(tmp_path, form), on(meta, channel)
    post = remote.release(meta.prepare(remote, content), content).remote_id
    comment = meta.comment(post, "شكرا الكم")
    assert [each.id for each in remote.comments(post)] == [comment]
    names = {metric.name for metric in remote.post_insights(post)}
    assert names & {"post_media_view", "views"}
    assert [each.id for each in remote.recent_posts(meta.start)] == [post]


def test_the_token_goes_to_the_upload_host_of_the_settings_alone(meta: Meta, tmp_path: Path) -> None:
    """The answer to `start` names an address; it is not followed."""
    content = video(tmp_path, Format.REEL)
    parts = meta.prepare(meta.page, content)
    assert set(parts) == {"reel", UPLOAD}
    assert parts["reel"].isdecimal()
