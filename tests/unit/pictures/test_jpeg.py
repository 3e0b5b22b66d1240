"""A JPEG loses what is said about it, and not one pixel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.pictures import jpeg
from tests.unit.pictures.drawing import exif, noise, opened, saved


def same_pixels(one: bytes, other: bytes) -> bool:
    return bool((np.asarray(opened(one)) == np.asarray(opened(other))).all())


@pytest.mark.parametrize("progressive", [False, True])
def test_a_plain_jpeg_keeps_every_byte(progressive):
    raw = saved(noise(), progressive=progressive)
    assert jpeg.strip(raw) == raw


@pytest.mark.parametrize("progressive", [False, True])
def test_exif_xmp_comments_and_what_follows_are_taken_out(progressive):
    plain = saved(noise(), progressive=progressive)
    told = saved(
        noise(), progressive=progressive, exif=exif(gps=True), comment=b"COMMENT-CANARY", xmp=b"<x>XMP-CANARY</x>"
    )
    assert b"CANARY" in told
    stripped = jpeg.strip(told + b"a second picture, or a film: TAIL-CANARY")
    assert b"CANARY" not in stripped
    assert stripped == plain
    assert same_pixels(stripped, told)


def test_a_thumbnail_which_may_show_what_was_cropped_is_taken_out():
    raw = saved(noise())
    assert raw[4:6] == b"\x00\x10"
    with_thumbnail = raw[:2] + b"\xff\xe0\x00\x13" + raw[6:18] + b"\x01\x01" + b"\x00\x00\x00" + raw[20:]
    assert opened(with_thumbnail).size == (400, 400)
    assert jpeg.strip(with_thumbnail) == raw[:2] + raw[20:]


def test_fill_bytes_and_restarts_are_read():
    raw = saved(noise(), restart_marker_blocks=4)
    filled = raw[:2] + b"\xff\xff" + raw[2:]
    assert jpeg.strip(filled) == raw


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"GIF89a", b"\xff\xd8\xff\xe0\x00\x01", b"\xff\xd8ab"]
)
def test_what_is_no_jpeg_is_refused(raw):
    with pytest.raises(ValueError):
        jpeg.strip(raw)


def test_a_jpeg_without_its_end_is_refused():
    raw = saved(noise())
    for length in (len(raw) - 2, len(raw) // 2, 30):
        with pytest.raises(ValueError):
            jpeg.strip(raw[:length])


@given(st.binary(max_size=200))
def test_no_bytes_make_it_raise_anything_else(raw):
    for tried in (raw, b"\xff\xd8" + raw):
        try:
            assert jpeg.strip(tried)[:2] == b"\xff\xd8"
        except ValueError:
            continue
