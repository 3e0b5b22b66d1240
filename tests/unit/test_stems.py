"""What a word that nobody met most likely stands for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.arabic import known_as
from outreach.arabic.stems import stems

WORDS = ("ضرب", "بيت", "البيت", "كتبت", "تبت", "سماعه", "لون")
NUMBERS = {word: at for at, word in enumerate(WORDS)}


@pytest.mark.parametrize(
    ("word", "stem"),
    [("وضربني", "ضرب"), ("هالبيت", "البيت"), ("بضربها", "ضرب"), ("بيتج", "بيت"), ("ضرب?", "ضرب"), ("دايكتبت", "كتبت")],
)
def test_joined_words_are_taken_off(word: str, stem: str) -> None:
    assert known_as(word, NUMBERS) == NUMBERS[stem]


def test_a_known_word_is_itself_even_where_its_stem_is_known_too() -> None:
    assert known_as("البيت", NUMBERS) == NUMBERS["البيت"]


def test_of_two_stems_as_long_the_more_frequent_is_meant() -> None:
    assert known_as("كتبتك", {"كتبت": 1, "تبتك": 0}) == 0


@pytest.mark.parametrize("word", ["نافذه", "ولون?x", "وون", "link", ""])
def test_what_holds_no_known_stem_stands_for_nothing(word: str) -> None:
    assert known_as(word, NUMBERS) is None


@given(st.text("ابتجدشعكلمنهوي?!x", max_size=12))
def test_a_stem_is_a_piece_of_three_letters_or_more(word: str) -> None:
    assert all(len(stem) >= 3 and stem in word for stem in stems(word))
