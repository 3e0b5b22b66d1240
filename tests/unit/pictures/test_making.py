"""What comes out is always the JPEG that the channel takes, upright, sRGB, and silent about where it is from."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from outreach.errors import InvalidError
from outreach.pictures import RULES, Crop, Picture, jpeg, make
from outreach.states import ChannelKind
from outreach.wording import word
from tests.unit.pictures.drawing import exif, noise, opened, quarters, saved

PAGE = RULES[ChannelKind.FACEBOOK_PAGE]
ACCOUNT = RULES[ChannelKind.INSTAGRAM_ACCOUNT]
RED, LIME, BLUE = (255, 0, 0), (0, 255, 0), (0, 0, 255)


def done(picture: Picture) -> list[str]:
    return [each.code.removeprefix("picture.") for each in picture.done]


def near(image: Image.Image, at: tuple[int, int], colour: tuple[int, int, int], by: int = 12) -> bool:
    found = image.convert("RGB").getpixel(at)
    return all(abs(one - other) <= by for one, other in zip(found, colour, strict=True))


def assert_legal(picture: Picture) -> Image.Image:
    image = opened(picture.data)
    assert (image.format, image.size) == ("JPEG", (picture.width, picture.height))
    assert image.mode in {"RGB", "L"}
    assert jpeg.strip(picture.data) == picture.data
    assert not image.getexif()
    return image


MODES = [
    ("PNG", "RGB"), ("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("PNG", "LA"), ("PNG", "1"), ("PNG", "I;16"),
    ("WEBP", "RGB"), ("WEBP", "RGBA"), ("HEIF", "RGB"), ("HEIF", "RGBA"), ("AVIF", "RGBA"), ("GIF", "P"),
    ("BMP", "RGB"), ("TIFF", "CMYK"), ("TIFF", "RGBA"), ("JPEG", "CMYK"), ("JPEG", "L"), ("JPEG", "RGB"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "mode"), MODES)
@pytest.mark.parametrize("rules", [PAGE, ACCOUNT], ids=["page", "account"])
def test_every_kind_and_mode_becomes_a_legal_jpeg_and_always_the_same(kind, mode, rules):
    raw = saved(noise(mode=mode), kind)
    picture = make(raw, rules)
    assert_legal(picture)
    assert make(raw, rules).sha256 == picture.sha256


@settings(max_examples=40)
@given(
    st.integers(1, 700),
    st.integers(1, 700),
    st.sampled_from(MODES),
    st.sampled_from([PAGE, ACCOUNT]),
    st.sampled_from([None, *Crop]),
)
def test_any_size_becomes_legal_or_is_refused_by_name(width, height, saved_as, rules, crop):
    kind, mode = saved_as
    small = replace(rules, width=rules.width // 4, height=rules.height // 4, least_width=rules.least_width // 4)
    try:
        image = assert_legal(make(saved(noise((width, height), mode), kind), small, crop))
    except InvalidError as error:
        assert error.code in {"picture.shape", "picture.narrow"}  # noqa: PT017
        return
    assert image.width <= small.width
    assert image.height <= small.height
    if small.aspects:
        assert small.aspects[0] <= image.width / image.height <= small.aspects[1]


def test_a_jpeg_that_is_legal_keeps_every_byte():
    raw = saved(noise())
    for rules in (PAGE, ACCOUNT):
        picture = make(raw, rules)
        assert (picture.data, done(picture)) == (raw, ["as_it_is"])


def test_a_legal_jpeg_with_a_place_loses_the_place_and_no_pixel():
    picture = make(saved(noise(), exif=exif(gps=True)), ACCOUNT)
    assert picture.data == saved(noise())
    assert done(picture) == ["stripped", "place_removed"]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
def test_it_stands_upright_whichever_way_the_camera_was_held(orientation, kind):
    undo = {
        1: None,
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }[orientation]
    upright = quarters((480, 400))
    held = upright if undo is None else upright.transpose(undo)
    image = assert_legal(make(saved(held, kind, exif=exif(orientation=orientation).tobytes()), ACCOUNT))
    assert image.size == (480, 400)
    assert near(image, (100, 100), RED)
    assert near(image, (380, 100), LIME)
    assert near(image, (100, 300), BLUE)


@pytest.mark.parametrize(("crop", "top", "bottom"), [(Crop.TOP, RED, BLUE), (Crop.BOTTOM, BLUE, BLUE)])
def test_the_crop_that_is_asked_for_is_made_and_told(crop, top, bottom):
    image = Image.new("RGB", (400, 1000), "blue")
    image.paste("red", (0, 0, 400, 300))
    picture = make(saved(image, "PNG"), ACCOUNT, crop)
    made = assert_legal(picture)
    assert made.size == (400, 500)
    assert near(made, (200, 20), top)
    assert near(made, (200, 480), bottom)
    assert picture.done[1].params == {"percent": 50}
    assert done(picture) == ["made", "cut_upright"]


def test_a_place_and_a_camera_do_not_go_out_with_what_is_made_anew():
    raw = saved(noise((2500, 2000)), exif=exif(gps=True), comment=b"COMMENT-CANARY")
    picture = make(raw, ACCOUNT)
    assert b"CANARY" not in picture.data
    assert done(picture) == ["made", "place_removed"]


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_what_is_transparent_becomes_white(kind):
    image = Image.new("RGBA", (400, 400), (255, 0, 0, 255))
    image.paste((0, 0, 0, 0), (0, 0, 200, 400))
    picture = make(saved(image, kind, **({"lossless": True} if kind == "WEBP" else {})), ACCOUNT)
    made = assert_legal(picture)
    assert near(made, (100, 200), (255, 255, 255))
    assert near(made, (300, 200), RED)
    assert "on_white" in done(picture)


def test_the_transparent_colour_of_a_palette_becomes_white():
    image = Image.new("P", (400, 400), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (200, 0, 400, 400))
    made = assert_legal(make(saved(image, "PNG", transparency=0), ACCOUNT))
    assert near(made, (100, 200), (255, 255, 255))
    assert near(made, (300, 200), RED)


def test_sixteen_bits_keep_their_tones():
    image = noise(mode="I;16")
    grey = assert_legal(make(saved(image, "PNG"), ACCOUNT)).convert("L")
    expected = noise().getchannel("R")
    differences = [
        abs(one - other) for one, other in zip(grey.get_flattened_data(), expected.get_flattened_data(), strict=True)
    ]
    assert sum(differences) / len(differences) < 6


def swapped_profile() -> bytes:
    """An ICC profile whose red primary is green and whose green is red."""
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(raw[128:132])
    tags = {bytes(raw[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = tags[b"rXYZ"] + 4, tags[b"gXYZ"] + 4
    raw[red : red + 8], raw[green : green + 8] = raw[green : green + 8], raw[red : red + 8]
    return bytes(raw).replace(b"s\0R\0G\0B", b"x\0R\0G\0B").replace(b"sRGB", b"xRGB")


def test_colours_of_another_profile_are_brought_to_srgb():
    profile = swapped_profile()
    assert "sRGB" not in ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    for kind, mode in (("JPEG", "RGB"), ("PNG", "RGBA")):
        picture = make(saved(Image.new(mode, (400, 400), "red"), kind, icc_profile=profile), ACCOUNT)
        made = assert_legal(picture)
        assert near(made, (200, 200), LIME, by=25)
        assert "icc_profile" not in made.info
        assert "colours" in done(picture)


def test_a_jpeg_that_says_srgb_is_legal_as_it_is():
    raw = saved(noise(), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    assert make(raw, ACCOUNT).data == raw


def test_a_damaged_profile_counts_as_none():
    picture = make(saved(Image.new("RGB", (400, 400), "red"), icc_profile=b"damaged" * 40), ACCOUNT)
    assert near(assert_legal(picture), (200, 200), RED)


def test_cmyk_of_a_printer_s_file_becomes_rgb():
    picture = make(saved(Image.new("RGB", (400, 400), "red").convert("CMYK")), ACCOUNT)
    assert near(assert_legal(picture), (200, 200), RED)
    assert done(picture) == ["made", "colours"]


def test_quality_goes_down_until_the_bytes_are_few_enough():
    raw = saved(noise((800, 800)), "PNG")
    sizes = [len(make(raw, replace(ACCOUNT, bytes=limit)).data) for limit in (8_000_000, 600_000, 400_000)]
    assert sizes[0] > 600_000 >= sizes[1] > 400_000 >= sizes[2]
    with pytest.raises(InvalidError, match=r"picture\.bytes"):
        make(raw, replace(ACCOUNT, bytes=50_000))


def test_a_legal_jpeg_with_too_many_bytes_is_written_anew():
    raw = saved(noise((800, 800)), quality=98)
    picture = make(raw, replace(ACCOUNT, bytes=600_000))
    assert len(picture.data) <= 600_000
    assert_legal(picture)


def test_what_was_done_is_said_in_arabic_and_english():
    picture = make(saved(noise((1000, 2000), "RGBA"), "WEBP"), ACCOUNT, Crop.CENTER)
    for each in picture.done:
        for language in ("ar", "en"):
            said = word(each.code, each.params, language=language)
            assert said != each.code
            assert "{" not in said
    first = word(picture.done[0].code, picture.done[0].params, language="en")
    assert first.startswith("WebP 1000×2000 → JPEG 1000×1250, ")
