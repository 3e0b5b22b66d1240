"""The bank of comments and the noise that is laid over it."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.errors import InvalidError
from outreach.sandbox import words
from outreach.states import Flag


def test_the_bank_is_large_and_says_nothing_twice():
    lines = [line for found in words.bank().values() for line in found]
    assert len(lines) == len(set(lines)) >= 300


def test_every_flag_has_its_words():
    counts = Counter(flag for kind, lines in words.bank().items() for flag in words.flags_of(kind) for _ in lines)
    assert set(counts) == set(Flag)
    assert min(counts.values()) >= 7


def test_every_kind_is_ordinary_an_answer_or_made_of_flags():
    for kind in words.bank():
        assert kind in words.ORDINARY or kind in words.ANSWERS or len(words.flags_of(kind)) == kind.count("+") + 1


def test_phone_numbers_are_made_up():
    digits = str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789")
    for lines in words.bank().values():
        for line in lines:
            numbers = re.findall(r"\d[\d ]{6,}\d", line.translate(digits))
            assert set(numbers) <= {"0770 000 0000"}


def test_talk_is_mostly_ordinary_and_seldom_repeats():
    dice = random.Random(3)
    said = [words.say(dice, ordinary_share=0.88) for _ in range(1000)]
    flagged = sum(bool(words.flags_of(kind)) for _, kind in said)
    assert 80 < flagged < 200
    assert len({text for text, _ in said}) > 700
    assert all(text.strip() and "{" not in text for text, _ in said)


@given(st.integers(), st.sampled_from(sorted(line for lines in words.bank().values() for line in lines)))
def test_noise_keeps_numbers_and_leaves_words_standing(seed, line):
    noisy = words.misspell(random.Random(seed), line)
    assert re.findall(r"\d", noisy) == re.findall(r"\d", line)
    assert len(noisy) >= 0.6 * len(line)


@pytest.mark.parametrize("name", ["a.tsv", "a.csv"])
def test_a_file_without_the_column_is_refused(tmp_path, name):
    path = tmp_path / name
    path.write_text("words\nهلا\n", encoding="utf-8")
    with pytest.raises(InvalidError):
        words.read_replay(path)
