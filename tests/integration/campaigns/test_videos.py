"""Videos and formats in campaign files: what is looked into, what is refused, where, and what to do about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outreach import campaigns, slots
from outreach.campaigns.checking import Checked, check
from outreach.states import Format
from tests.clips import clip
from tests.integration.campaigns.test_campaigns import HEADER, codes, picture, write

LANDSCAPE = {"size": (640, 360)}


def checked(folder: Path, extra: str, *, media: str = "", channel: str = "basra-page", **options: Any) -> Checked:
    if not media:
        (folder / "a.mp4").write_bytes(clip(**options))
    listed = media or "{file: a.mp4, alt: {ar: فيديو}}"
    post = (
        f"  - id: a\n    kind: awareness\n    at: 2026-11-26 18:30\n    channels: [{channel}]\n    text: {{ar: نص}}\n"
    )
    found = check(write(folder, f"{HEADER}{post}    media: [{listed}]\n{extra}"))
    for problem in found.problems:
        for arabic in (True, False):
            assert campaigns.word(problem, arabic=arabic).startswith(f"{problem.file}:{problem.line}:")
    return found


def told(found: Checked) -> list[str]:
    return [f"{problem.code}:{problem.severity}" for problem in found.problems]


@pytest.mark.parametrize(
    ("channel", "form", "options"),
    [
        ("basra-page", "feed", LANDSCAPE),
        ("basra-page", "feed", {"audio": None}),
        ("basra-page", "reel", {}),
        ("basra-instagram", "reel", LANDSCAPE),
        ("basra-instagram", "reel", {"form": "mov"}),
    ],
)
def test_a_video_that_its_channel_takes_has_nothing_said_of_it(tmp_path, channel, form, options):
    found = checked(tmp_path, f"    format: {form}\n", channel=channel, **options)
    assert told(found) == []
    (planned,) = found.planned
    assert planned.content.format is Format(form)
    assert (planned.content.media[0].video, len(planned.content.media[0].sha256)) == (True, 64)


@pytest.mark.parametrize(
    ("channel", "form", "options", "expected"),
    [
        ("basra-page", "feed", {"codec": "mpeg4"}, ["lint.video_codec:error"]),
        ("basra-page", "reel", {"size": (640, 640)}, ["lint.video_aspect:error"]),
        ("basra-page", "reel", {"size": (360, 640)}, ["lint.video_small:error"]),
        ("basra-page", "reel", {"seconds": 2}, ["lint.video_length:error"]),
        ("basra-page", "reel", {"fps": 15}, ["lint.video_fps:error"]),
        ("basra-instagram", "reel", {"size": (1936, 1080)}, ["lint.video_wide:error"]),
        ("basra-instagram", "reel", {"audio": "mp3"}, ["lint.video_audio:error"]),
        ("basra-instagram", "reel", {"rate": 96_000}, ["lint.video_audio_rate:error"]),
        ("basra-instagram", "story", {"seconds": 2}, ["lint.story_text:warning", "lint.video_length:error"]),
        ("basra-instagram", "feed", {}, ["lint.video_is_reel:error"]),
        ("basra-page", "feed", {"location": "+30.5+47.8/"}, ["lint.video_gps:error"]),
    ],
)
def test_a_video_that_its_channel_does_not_take(tmp_path, channel, form, options, expected):
    assert told(checked(tmp_path, f"    format: {form}\n", channel=channel, **options)) == expected


def test_every_trouble_of_a_video_stands_at_its_line(tmp_path):
    found = checked(tmp_path, "    format: reel\n", size=(640, 640), seconds=2, fps=15)
    assert told(found) == ["lint.video_aspect:error", "lint.video_fps:error", "lint.video_length:error"]
    assert {(problem.line, problem.field) for problem in found.problems} == {(11, "posts[0].media[0]")}


@pytest.mark.parametrize(
    ("media", "extra", "expected"),
    [
        ("{file: a.mp4, alt: {ar: x}}, {file: a.jpg, alt: {ar: x}}", "", ["lint.video_alone:error"]),
        ("{file: a.jpg, alt: {ar: x}}", "    format: reel\n", ["lint.reel_needs_video:error"]),
        ("{file: a.jpg, alt: {ar: x}}, {file: a.jpg, alt: {ar: x}}", "    format: story\n",
         ["lint.story_text:warning", "lint.story_needs_one:error"]),
        ("{file: a.jpg, alt: {ar: x}}", "    format: story\n    link: https://e.org\n    first_comment: {ar: y}\n",
         ["lint.story_text:warning", "lint.facebook_link_and_media:error", "lint.story_link:warning",
          "lint.story_comment:error"]),
        ("{file: a.mp4, alt: {ar: x}, crop: top}", "", ["lint.video_crop:error"]),
        ("{file: a.mp4, alt: {ar: x}, cover_at: 1}", "", ["lint.cover_ignored:warning"]),
    ],
)  # fmt: skip
def test_what_does_not_go_together(tmp_path, media, extra, expected):
    picture(tmp_path / "a.jpg", (1080, 1080))
    (tmp_path / "a.mp4").write_bytes(clip())
    assert told(checked(tmp_path, extra, media=media)) == expected


def test_a_cover_lies_within_the_reel(tmp_path):
    (tmp_path / "a.mp4").write_bytes(clip())
    for second, expected in (("2.5", []), ("9", ["lint.cover_late:error"])):
        media = f"{{file: a.mp4, alt: {{ar: x}}, cover_at: {second}}}"
        found = checked(tmp_path, "    format: reel\n", media=media, channel="basra-instagram")
        assert told(found) == expected
    (planned,) = slots.plan(checked(tmp_path, "    format: reel\n", media=media.replace("9", "2.5")).campaign)
    assert planned.content.media[0].cover_ms == 2500


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.avi", b"RIFF", "media.video_kind"),
        ("a.mp4", b"no video at all", "media.video_unreadable"),
        ("a.mp4", clip()[:-2000], "media.video_unreadable"),
        ("a.mp4", None, "media.missing"),
    ],
)
def test_a_file_that_is_no_video(tmp_path, name, data, code):
    if data is not None:
        (tmp_path / name).write_bytes(data)
    assert codes(write(tmp_path, f"{HEADER}{_post(name)}")) == [code]


def test_a_video_outside_of_the_folder_is_refused(tmp_path):
    assert codes(write(tmp_path, f"{HEADER}{_post('../a.mp4')}")) == ["media.outside"]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("    format: reels\n", "campaign.choice"),
        ("    formt: reel\n", "campaign.unknown_key_near"),
        ("    media: [{file: a.mp4, alt: {ar: x}, cover_at: soon}]\n", "campaign.seconds"),
        ("    media: [{file: a.mp4, alt: {ar: x}, cover_at: nan}]\n", "campaign.seconds"),
        ("    media: [{file: a.mp4, alt: {ar: x}, cover: 2}]\n", "campaign.unknown_key_near"),
    ],
)
def test_a_misspelt_format_or_cover_is_told_with_its_line(tmp_path, line, code):
    (tmp_path / "a.mp4").write_bytes(clip())
    post = "  - id: a\n    kind: awareness\n    at: 2026-11-26 18:30\n    text: {ar: نص}\n"
    assert codes(write(tmp_path, HEADER + post + line)) == [code]


def test_the_format_is_part_of_what_is_approved_and_of_what_is_said(tmp_path):
    feed, reel = (checked(tmp_path, f"    format: {form}\n").planned[0] for form in ("feed", "reel"))
    assert feed.content_hash != reel.content_hash
    assert feed.said_hash != reel.said_hash


def _post(name: str) -> str:
    return (
        "  - id: a\n    kind: awareness\n    at: 2026-11-26 18:30\n    channels: [basra-page]\n    text: {ar: نص}\n"
        f"    media: [{{file: {name}, alt: {{ar: x}}}}]\n"
    )
