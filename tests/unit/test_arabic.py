"""Language, spelling and evasion; the way back to the original; nothing that anyone types may break it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach.arabic import (
    Language,
    cues,
    emoji_balance,
    has_phone,
    language,
    normalise,
    normalised_text,
    pair_names,
    pair_number,
    pairs,
    skeleton,
    word_cues,
)
from outreach.arabic.cue_words import NAMES
from outreach.arabic.letters import ARABIC

# What people really mix: Arabic and look-alike letters, marks, digits of three kinds, emoji, evasion signs.
TYPED = st.text(
    alphabet="ابتثجحخدذرزسشصضطظعغفقكلمنهويىةءآأإؤئگچپڤکیەڵـًّ ٠٧٣۰۷abhiloz0379*._-|'#@!?؟،\n"
    "\t\u200c\u200f\u202b😂❤😢🔪ﻻﷲ𝐚о：:/",
    max_size=60,
)
ANYTHING = st.one_of(TYPED, st.text(max_size=60))


@given(ANYTHING)
def test_every_normalised_character_maps_back_into_the_original(text: str) -> None:
    plain = normalise(text)
    assert len(plain.offsets) == len(plain.text)
    assert all(0 <= start < end <= len(text) for start, end in plain.offsets)
    starts = [start for start, _ in plain.offsets]
    assert starts == sorted(starts)


@given(ANYTHING)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalised_text(text)
    assert normalised_text(once) == once


@given(ANYTHING)
def test_the_fast_way_gives_the_same_text_as_the_one_with_offsets(text: str) -> None:
    assert normalised_text(text) == normalise(text).text


@given(ANYTHING)
def test_only_the_small_alphabet_is_left(text: str) -> None:
    plain = normalised_text(text)
    assert set(plain) <= set(ARABIC + "abcdefghijklmnopqrstuvwxyz0123456789?! ")
    assert skeleton(plain).isascii()
    assert plain == " ".join(plain.split())


@given(ANYTHING)
def test_no_text_breaks_language_cues_or_phones(text: str) -> None:
    assert language(text) in Language
    plain = normalised_text(text)
    assert all(0 <= cue < len(NAMES) for cue in cues(plain))
    assert has_phone(plain) in {True, False}


def test_a_word_is_found_again_in_the_original() -> None:
    text = "والله  گاااال: اغتصـــاب!"
    plain = normalise(text)
    start = plain.text.index("اغتصاب")
    assert text[slice(*plain.original(start, start + len("اغتصاب")))] == "اغتصـــاب"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ا ب ت ز ا ز", "ابتزاز"),  # spaced out
        ("ا.ب.ت.ز.ا.ز", "ابتزاز"),  # dotted
        ("ا - ب - ت - ز", "ابتز"),  # with dashes
        ("اغتصـاب", "اغتصاب"),  # drawn out by the keyboard
        ("ق*ت*ل", "قتل"),  # starred
        ("يق*تلني", "يقتلني"),
        ("اب\u200cتز\u200bاز", "ابتزاز"),  # invisible characters
        ("\u202bابتزاز\u202c", "ابتزاز"),  # direction marks
        ("ﺍﺑﺘﺰﺍﺯ", "ابتزاز"),  # presentation forms
        ("ابتزlز", "ابتزاز"),  # a Latin look-alike
        ("يهددني گلoم", "يهددني كلهم"),
        ("کلبی", "كلبي"),  # Persian keyboard
        ("أخويَ", "اخوي"),  # hamza, vowel
        ("يضضضربني", "يضربني"),  # drawn out by hand
        ("ظهري", "ضهري"),  # either letter
        ("چان پيت ڤيديو گلبي", "جان بيت فيديو كلبي"),
    ],
)
def test_evasion_and_spelling_are_undone(typed: str, meant: str) -> None:
    assert normalised_text(typed) == meant


@pytest.mark.parametrize(
    "innocent",
    [
        "الله كريم",  # a double letter that belongs there
        "اني و امي رحنا",  # a single letter between words
        "كتاب و قلم",
        "عندي 3 بنات",
        "زين.",
        "رقم القاعه 12 ب",  # one letter after a number
    ],
)
def test_innocent_text_keeps_its_words(innocent: str) -> None:
    assert normalised_text(innocent) == innocent.rstrip(".")


def test_hashtags_are_read_as_words_and_links_and_mentions_are_not() -> None:
    assert normalised_text("#لا_للنهوة @someone https://example.org/x") == "لا للنهوه mention link"


def test_emoji_and_laughter_become_words() -> None:
    assert normalised_text("هههههههه حلو ❤️😢") == "laugh حلو emolove emosad"
    assert emoji_balance(normalised_text("❤️❤️😢")) == 1


def test_of_a_sign_typed_many_times_two_are_left() -> None:
    assert normalised_text("يا روحي 😭😭😭😭😭😂 😂😂😂") == "يا روحي emosad emosad laugh laugh"
    assert normalised_text("😭💔😭") == "emosad emosad"


@pytest.mark.parametrize(
    "number",
    [
        "07700000000",
        "0770 000 0000",
        "٠٧٧٠ ٠٠٠ ٠٠٠٠",
        "۰۷۸۰-۰۰۰-۰۰۰۰",
        "+964 770 000 0000",
        "00964 770 000 0000",
        "0.7.7.0.0.0.0.0.0.0.0",
        "صفر سبعة سبعة صفر صفر صفر صفر صفر صفر صفر صفر",
        "صفر سبعة خمسين ميتين وعشره ثلاثين عشرين",
    ],
)
def test_a_mobile_number_is_seen_however_it_is_written(number: str) -> None:
    assert has_phone(normalised_text(f"هذا رقمي {number} خابروني"))


@pytest.mark.parametrize(
    "text", ["سنة 2026", "من 7 الى 9", "12345678", "سبعة ايام", "خصم 50000 دينار", "077", "صفر سبعة"]
)
def test_other_numbers_are_no_mobile_numbers(text: str) -> None:
    assert not has_phone(normalised_text(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("شلونكم اليوم", Language.ARABIC),
        ("ﺍﺑﺘﺰﺍﺯ", Language.ARABIC),
        ("please help اخوي راح يذبحني", Language.ARABIC),
        ("shlonkum ya jama3a", Language.ARABIZI),
        ("rajli ydhrbni sa3dooni", Language.ARABIZI),
        ("ani khayfa wallah", Language.ARABIZI),
        ("thank you for your work", Language.ENGLISH),
        ("covid19 is back, 2nd time", Language.ENGLISH),
        ("دەستتان خۆش بێت بۆ ئەم کارە", Language.OTHER),  # Kurdish
        ("این خیلی خوب است که شما", Language.OTHER),  # Persian
        ("Привет, как дела", Language.OTHER),
        ("merci pour tout et bonjour", Language.OTHER),
        ("", Language.NONE),
        ("❤️❤️ 👍", Language.NONE),
        ("https://example.org @friend #حملة", Language.NONE),
        ("...!! 123", Language.NONE),
    ],
)
def test_languages(text: str, expected: Language) -> None:
    assert language(text) is expected


@pytest.mark.parametrize(
    ("typed", "arabic"),
    [
        ("rajli ydhrbni", "رجلي يضربني"),
        ("shlon akhoi", "شلون اخوي"),
        ("sa3dooni wallah", "ساعدوني والله"),
        ("7abibi", "حبيبي"),
    ],
)
def test_arabizi_is_written_back_in_arabic(typed: str, arabic: str) -> None:
    assert normalised_text(typed) == arabic


def test_english_is_left_in_its_own_letters() -> None:
    assert normalised_text("Thank you all") == "thank you all"


def test_pairs_are_numbered_as_they_are_named() -> None:
    names = pair_names()
    assert len(names) == len(NAMES) * (len(NAMES) + 1) // 2
    assert all(
        names[pair_number(a, b)] == f"{NAMES[a]}+{NAMES[b]}" for a in range(len(NAMES)) for b in range(a, len(NAMES))
    )


def test_word_classes_meet_in_pairs() -> None:
    found = pairs(normalised_text("رجلي يضربني"))
    assert "own_kin+hit" in found


def test_the_age_of_a_child_is_a_class_and_a_year_is_not() -> None:
    assert word_cues("13") == (NAMES.index("teens"),)
    assert word_cues("2026") == ()
