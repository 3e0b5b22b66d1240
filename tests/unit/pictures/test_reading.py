"""Files that people save: opened if they are images, else told apart by what is wrong with them."""

from __future__ import annotations

import struct
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from outreach.errors import InvalidError
from outreach.pictures import FORMATS, inspect
from outreach.pictures.reading import MAX_PIXELS
from tests.unit.pictures.drawing import exif, noise, quarters, saved

KINDS = ["JPEG", "PNG", "WEBP", "HEIF", "AVIF", "GIF", "BMP", "TIFF"]


def refused(raw: bytes, name: str = "") -> str:
    with pytest.raises(InvalidError) as raised:
        inspect(raw, name)
    return raised.value.code


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_that_people_save_is_read(kind):
    raw = saved(noise((120, 80)), kind)
    for ending in FORMATS[kind]:
        facts = inspect(raw, f"media/picture{ending.upper()}")
        assert (facts.format, facts.width, facts.height, facts.bytes) == (kind, 120, 80, len(raw))


@pytest.mark.parametrize(("kind", "name"), [("PNG", "a.jpg"), ("HEIF", "a.jpg"), ("JPEG", "a.png"), ("JPEG", "a")])
def test_a_name_that_says_another_kind_is_refused(kind, name):
    assert refused(saved(noise((50, 50)), kind), name) == "media.type"


def test_a_telephone_s_double_jpeg_is_one_image():
    raw = saved(noise((60, 60)), "MPO", save_all=True, append_images=[noise((30, 30))])
    facts = inspect(raw, "a.jpg")
    assert (facts.format, facts.frames, facts.width) == ("MPO", 1, 60)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_what_moves_or_has_pages_is_refused(kind):
    raw = saved(noise((50, 50)), kind, save_all=True, append_images=[quarters((50, 50))])
    assert refused(raw) == "media.animated"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF"])
def test_a_file_that_is_cut_off_is_refused(kind):
    raw = saved(noise(), kind)
    assert refused(raw[: len(raw) * 2 // 3]) in {"media.truncated", "media.unreadable"}


def test_a_bomb_is_refused_by_its_header():
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    for side in (8000, 60_000):
        header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
        raw = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
        assert side * side > MAX_PIXELS
        assert refused(raw) == "media.pixels"


@pytest.mark.parametrize(
    "raw", [b"", b"not an image", b"%PDF-1.7\n", b"%!PS-Adobe-3.0 EPSF-3.0\n", b"<svg/>", b"\0" * 99]
)
def test_what_is_no_image_is_refused(raw):
    assert refused(raw) == "media.unreadable"


def test_colours_without_a_plain_meaning_are_refused():
    assert refused(saved(Image.new("F", (50, 50), 0.5), "TIFF")) == "media.colours"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"])
def test_the_place_where_it_was_taken_is_seen(kind):
    assert inspect(saved(noise((50, 50)), kind, exif=exif(gps=True).tobytes())).has_gps
    assert not inspect(saved(noise((50, 50)), kind, exif=exif().tobytes())).has_gps


def test_a_place_that_stands_in_xmp_is_seen():
    assert inspect(saved(noise((50, 50)), xmp=b'<x exif:GPSLatitude="30,30N"/>')).has_gps


@pytest.mark.parametrize("orientation", range(1, 9))
def test_width_and_height_are_those_of_the_upright_image(orientation):
    facts = inspect(saved(noise((60, 40)), exif=exif(orientation=orientation)))
    assert (facts.width, facts.height) == ((60, 40) if orientation < 5 else (40, 60))


def test_damaged_exif_is_no_reason_to_refuse_an_image():
    raw = saved(noise((50, 50)), exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 30)
    assert inspect(raw).orientation == 1


@settings(max_examples=200)
@given(st.sampled_from(KINDS), st.data())
def test_no_damage_makes_it_raise_anything_else(kind, data):
    raw = bytearray(_SMALL[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        inspect(bytes(raw))
    except InvalidError as error:
        assert error.code.startswith("media.")  # noqa: PT017


_SMALL = {kind: saved(noise((40, 40)), kind) for kind in KINDS}
