"""What is read of a video file: its facts, whichever way it was held, and that all of it is there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from outreach.campaigns.videos import look, still
from tests.clips import clip, turned


def test_the_facts_of_a_video_are_read():
    facts = look(clip(4, size=(640, 360), fps=30))
    assert (facts.codec, facts.width, facts.height, facts.seconds, facts.fps) == ("h264", 640, 360, 4.0, 30.0)
    assert (facts.audio, facts.audio_rate, facts.has_gps) == ("aac", 44_100, False)
    assert facts.bytes == len(clip(4, size=(640, 360), fps=30))


def test_a_video_without_sound_is_one(tmp_path):
    assert look(clip(audio=None)).audio is None


def test_a_phone_held_upright_gives_an_upright_picture(tmp_path):
    upright = turned(clip(size=(960, 540)))
    (tmp_path / "a.mp4").write_bytes(upright)
    facts, picture = look(upright), still(tmp_path / "a.mp4")
    assert (facts.width, facts.height, picture.size) == (540, 960, (540, 960))


def test_where_it_was_filmed_is_seen():
    assert look(clip(location="+30.5081+47.7835/")).has_gps


def test_a_still_of_what_is_no_video_is_none(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"nothing")
    assert still(tmp_path / "a.mp4") is None


@given(st.integers(100, len(clip()) - 1000))
def test_a_file_that_was_cut_short_is_no_video(length):
    assert look(clip()[:length]) is None


@given(st.binary(max_size=300))
def test_any_bytes_are_a_video_or_not(data):
    assert look(data) is None
