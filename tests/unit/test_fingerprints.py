"""Whether two posts look like one: words with small changes, images that were shrunk and compressed again."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from outreach.fingerprints import image_fingerprint, near_identical, same_text, similarity

INVITATION = "ندعوكم إلى جلسة حوار مفتوح عن السلامة في الحي، يوم الخميس الساعة السادسة مساءً في مركز الشباب"


def card(*heights: int) -> Image.Image:
    """A poster: one template, its lines of writing as long as `heights` says."""
    image = Image.new("RGB", (1080, 1080), (245, 240, 230))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1080, 140), fill=(90, 30, 110))
    for number, length in enumerate(heights):
        draw.rectangle((980 - length, 250 + number * 120, 980, 310 + number * 120), fill=(30, 30, 30))
    return image


def encoded(image: Image.Image, *, size: int = 1080, quality: int = 90, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    image.resize((size, size)).save(out, kind, quality=quality)
    return out.getvalue()


@pytest.mark.parametrize(
    "theirs",
    [
        INVITATION,
        INVITATION.replace("إلى", "الى").replace("مساءً", "مساء"),
        INVITATION.replace("،", " ❤️ ").replace("حوار", "حـــوار"),
        INVITATION.replace("السادسة", "السابعة"),
        f"{INVITATION} 🌷🌷\n",
    ],
)
def test_the_same_words_in_another_spelling_are_one_text(theirs: str) -> None:
    assert same_text(INVITATION, theirs)


@pytest.mark.parametrize(
    "theirs",
    [
        "",
        "❤️",
        "ندعوكم إلى جلسة حوار مفتوح عن التعليم في المدينة، يوم الأحد الساعة الرابعة عصراً في قاعة الجامعة",
        INVITATION[: len(INVITATION) // 2],
        " ".join(reversed(INVITATION.split())),
    ],
)
def test_other_words_or_half_of_them_are_another_text(theirs: str) -> None:
    assert not same_text(INVITATION, theirs)


def test_texts_without_words_are_never_one() -> None:
    assert similarity("❤️❤️", "❤️❤️") == 0.0


@given(st.text(max_size=200), st.text(max_size=200))
def test_similarity_is_a_share_and_has_no_sides_where_it_counts(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0
    assert similarity(one, one) in (0.0, 1.0)


def test_a_long_text_is_compared_at_once() -> None:
    many = " ".join(f"كلمة{number}" for number in range(10_000))
    assert not same_text(many, many.replace("كلمة", "جملة"))


@pytest.mark.parametrize(("size", "quality"), [(1080, 30), (480, 60), (2048, 90)])
def test_an_image_that_was_resized_and_compressed_is_the_same_image(size: int, quality: int) -> None:
    image = card(700, 500, 640, 300)
    ours = image_fingerprint(encoded(image))
    assert near_identical(ours, image_fingerprint(encoded(image, size=size, quality=quality)))
    assert near_identical(ours, image_fingerprint(encoded(image, kind="PNG")))


def test_another_card_of_the_same_template_is_another_image() -> None:
    ours = image_fingerprint(encoded(card(700, 500, 640, 300)))
    assert not near_identical(ours, image_fingerprint(encoded(card(400, 720, 250, 600))))


def test_what_has_no_features_or_is_no_image_equals_nothing() -> None:
    flat = image_fingerprint(encoded(Image.new("RGB", (300, 300), (90, 30, 110))))
    assert flat is None
    assert image_fingerprint(b"<html>") is None
    assert image_fingerprint(encoded(card(700))[:2000]) is None
    assert not near_identical(flat, flat)


def test_a_fingerprint_has_64_bits() -> None:
    found = image_fingerprint(encoded(card(700, 500)))
    assert found is not None
    assert 0 < found < 2**64
