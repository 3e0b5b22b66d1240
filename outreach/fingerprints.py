"""Whether two posts are one to whoever sees them: how alike their words are, and whether an image is the same image."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher

import numpy as np
from PIL import Image, UnidentifiedImageError

from outreach.arabic import TOKENS, normalised_text

SAME_WORDS = 0.9  #: from here on two texts count as one
#: Bits of 64. Copies that were shrunk and compressed anew differ by up to 2, two cards of one template from 8.
NEAR_BITS = 4
SIDE, KEPT = 32, 8  #: pixels an image is shrunk to; frequencies kept of it, each way
FLAT = 6.0  #: grey levels; an image with less in it has no features that could be compared

_WORD = re.compile(r"\w+")
_STEPS = np.arange(SIDE)
_COSINES = np.cos(np.pi * (2 * _STEPS[None, :] + 1) * np.arange(1, KEPT + 1)[:, None] / (2 * SIDE))


def similarity(ours: str, theirs: str) -> float:
    """How much of two texts is the same, 0..1: twice the letters of the words that both have in the same order, over
    the letters of all words.

    Compared in the spelling that is scored (`arabic.normalised_text`): letter forms, vowel marks, stretching,
    punctuation, emoji and links make no difference. A text without words is like no other.
    """
    one, other = _words(ours), _words(theirs)
    total = _letters(one) + _letters(other)
    if not one or not other:
        return 0.0
    bound = 2 * _letters(list((Counter(one) & Counter(other)).elements())) / total
    if bound < SAME_WORDS:
        return bound  # in the same order there are no more; comparing in order is slow for long texts
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return 2 * sum(_letters(one[block.a : block.a + block.size]) for block in blocks) / total


def same_text(ours: str, theirs: str) -> bool:
    return similarity(ours, theirs) >= SAME_WORDS


def image_fingerprint(data: bytes) -> int | None:
    """64 bits over the coarse shapes of an image (a perceptual hash), which survive resizing and compression.

    None for what is no readable image, and for one without features, such as a single colour: it equals nothing.
    """
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.draft("L", (SIDE * 8, SIDE * 8))
            small = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    grey = np.asarray(small, dtype=np.float64)
    if np.ptp(grey) < FLAT:
        return None
    frequencies = (_COSINES @ grey @ _COSINES.T).ravel()
    bits = frequencies > np.median(frequencies)
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def near_identical(one: int | None, other: int | None) -> bool:
    """Whether two fingerprints are of the same image."""
    return one is not None and other is not None and (one ^ other).bit_count() <= NEAR_BITS


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(normalised_text(text)) if word not in TOKENS]


def _letters(words: Sequence[str]) -> int:
    return sum(map(len, words))
