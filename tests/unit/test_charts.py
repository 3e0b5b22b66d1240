from __future__ import annotations

import io
import struct

import pytest
from PIL import Image

from outreach.charts import COLOURS, Chart, Series, draw

ARABIC = Chart(
    "sentiment",
    "الموقف في التعليقات",
    ("إيجابي", "محايد", "سلبي"),
    (
        Series("هذا الأسبوع", (0.5, 0.3, 0.2), ("\u200e50%", "\u200e30%", "\u200e20%")),
        Series("الأسبوع السابق", (0.1, 0.3, 0.6), ("\u200e10%", "\u200e30%", "\u200e60%")),
    ),
    right_to_left=True,
)


def _chunks(png: bytes) -> list[bytes]:
    names, place = [], 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        names.append(png[place + 4 : place + 8])
        place += 12 + length
    return names


def _columns(png: bytes, colour: str) -> list[int]:
    """Where the colour stands, for each column of pixels: how many of it."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    wanted = tuple(int(colour[place : place + 2], 16) for place in (1, 3, 5))
    pixels = image.load()
    assert pixels is not None
    return [sum(pixels[x, y] == wanted for y in range(image.height)) for x in range(image.width)]


def test_a_picture_carries_pixels_and_nothing_about_its_making() -> None:
    assert set(_chunks(draw(ARABIC))) == {b"IHDR", b"pHYs", b"IDAT", b"IEND"}


def test_every_arabic_letter_has_a_shape_in_the_font() -> None:
    draw(ARABIC)  # a missing one is a warning, and warnings are errors here


def test_bars_are_as_long_as_their_numbers() -> None:
    png = draw(ARABIC)
    heights = sorted({height for height in _columns(png, COLOURS[0]) if height > 60})
    assert heights[-1] / heights[0] == pytest.approx(0.5 / 0.2, rel=0.05)


def test_in_arabic_the_first_category_stands_on_the_right() -> None:
    columns = _columns(draw(ARABIC), COLOURS[0])
    first = columns.index(max(columns))  # the longest is the first category
    assert first > len(columns) / 2
    english = Chart("s", "Sentiment", ("a", "b", "c"), ARABIC.series)
    columns = _columns(draw(english), COLOURS[0])
    assert columns.index(max(columns)) < len(columns) / 2


def test_lengths_are_hundredths_of_the_longest_bar() -> None:
    assert ARABIC.lengths(0) == (83.3, 16.7)
    assert ARABIC.lengths(2) == (33.3, 100.0)


def test_a_chart_of_zeros_is_drawn_too() -> None:
    empty = Chart("days", "Comments", ("a", "b"), (Series("this", (0, 0), ("0", "0")),))
    assert empty.lengths(0) == (0.0,)
    assert draw(empty).startswith(b"\x89PNG")
