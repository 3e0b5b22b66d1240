from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outreach import wording
from outreach.web import i18n
from outreach.web.publications import saturday

BASRA = ZoneInfo("Asia/Baghdad")
ARABIC = i18n.Words("ar", BASRA)
ENGLISH = i18n.Words("en", BASRA)
WEB = Path(i18n.__file__).parent
NOW = datetime(2026, 12, 1, 15, 5, tzinfo=UTC)
FIELD = re.compile(r"\{(\w+)\}")


def test_both_languages_have_every_string():
    assert i18n.catalogue("ar").keys() == i18n.catalogue("en").keys()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_string_is_empty_and_every_plural_has_all_its_forms(language: str):
    for code, words in i18n.catalogue(language).items():
        if isinstance(words, tuple):
            assert len(words) == len(i18n.FORMS[language]), code
            assert all(words), code
        else:
            assert words, code


def test_what_is_plural_in_one_language_is_plural_in_the_other():
    for code, words in i18n.catalogue("ar").items():
        assert isinstance(words, tuple) == isinstance(i18n.catalogue("en")[code], tuple), code


def test_both_languages_fill_in_the_same_parameters():
    for code, words in i18n.catalogue("ar").items():
        other = i18n.catalogue("en")[code]
        if isinstance(words, str) and isinstance(other, str):
            assert set(FIELD.findall(words)) == set(FIELD.findall(other)), code


def test_arabic_is_written_in_arabic_letters():
    for code, words in i18n.catalogue("ar").items():
        text = "".join(words)
        assert re.search("[؀-ۿ]", text) or not re.sub(r"\{\w+\}", "", text).strip(" ،"), code


def test_no_code_of_the_pages_is_also_one_of_the_shared_messages():
    assert not i18n.catalogue("ar").keys() & wording.catalogue().keys()


def _codes_in(folder: Path, pattern: str, call: str) -> set[str]:
    sources = "".join(path.read_text() for path in sorted(folder.glob(pattern)))
    return set(re.findall(call + r"\(\s*[\"']([a-z_.0-9]+)[\"']\s*[,)]", sources))


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_code_that_a_page_names_has_words(language: str):
    words = i18n.Words(language, BASRA)
    named = _codes_in(WEB / "templates", "*.html", r"\bt") | _codes_in(WEB, "*.py", r"words")
    plural = _codes_in(WEB / "templates", "*.html", r"\bt\.count")
    assert len(named) > 80
    assert len(plural) > 4
    assert not {code for code in named if words.maybe(code) is None}
    assert not {code for code in plural if not isinstance(i18n.catalogue(language).get(code), tuple)}


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (1, "تعليق واحد ينتظر"),
        (2, "تعليقان ينتظران"),
        (3, "3 تعليقات تنتظر"),
        (11, "11 تعليقاً ينتظر"),
        (100, "100 تعليق ينتظر"),
        (0, "لا تعليقات تنتظر"),
    ],
)
def test_arabic_takes_the_right_one_of_its_six_forms(number: int, expected: str):
    assert ARABIC.count("review.items", number) == expected


def test_a_day_is_named_as_in_iraq():
    assert ARABIC.weekday(date(2026, 12, 1)) == "الثلاثاء 1 كانون الأول"


def test_times_are_told_in_the_installations_zone():
    assert ARABIC.time(NOW) == "18:05"
    assert ENGLISH.moment(NOW) == "1 December, 18:05"


@pytest.mark.parametrize(
    ("minutes", "arabic", "english"),
    [
        (-12, "قبل 12 دقيقة", "12 minutes ago"),
        (-2, "قبل دقيقتين", "2 minutes ago"),
        (-119, "قبل 119 دقيقة", "119 minutes ago"),  # not "2 hours": a target of 90 minutes would look met
        (-120, "قبل ساعتين", "2 hours ago"),
        (0, "الآن", "just now"),
        (15, "خلال 15 دقيقة", "in 15 minutes"),
    ],
)
def test_ages_are_said_in_words(minutes: int, arabic: str, english: str):
    moment = NOW + timedelta(minutes=minutes)
    assert ARABIC.age(moment, NOW) == arabic
    assert ENGLISH.age(moment, NOW) == english


def test_digits_are_arabic_where_the_setting_says_so_and_only_on_arabic_pages():
    assert i18n.Words("ar", BASRA, arabic_digits=True).age(NOW - timedelta(minutes=12), NOW) == "قبل ١٢ دقيقة"
    assert i18n.Words("ar", BASRA, arabic_digits=True).percent(0.93) == "٩٣٪"
    assert i18n.Words("en", BASRA, arabic_digits=True).number(1200) == "1,200"


def test_a_message_whose_parameter_is_missing_still_comes_out():
    assert "–" in ARABIC("review.held")


def test_a_name_in_the_other_direction_cannot_shuffle_its_sentence():
    assert ENGLISH("case.owner", name="نور – الحماية") == "\u2068نور – الحماية\u2069 owns it"


@given(st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1)))
def test_weeks_begin_on_saturday(day: date):
    first = saturday(day)
    assert first.isoweekday() == 6
    assert timedelta(0) <= day - first < timedelta(days=7)


def test_the_sheet_uses_logical_directions_only():
    sheet = (WEB / "static" / "outreach.css").read_text()
    assert not re.findall(
        r"(?<![\w-])(?:left|right)(?![\w-])|(?:margin|padding|border)-(?:left|right|top|bottom)", sheet
    )


def test_no_template_holds_a_style_or_a_script_of_its_own():
    for path in (WEB / "templates").glob("*.html"):
        text = path.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?! src=\"/static/)", text), path.name


def _luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    """WCAG 2.1: 4.5 for ordinary text (AA)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


PAIRS = [
    ("ink", "paper"),
    ("ink", "card"),
    ("ink", "well"),
    ("soft", "paper"),
    ("soft", "card"),
    ("soft", "well"),
    ("brand", "card"),
    ("brand", "paper"),
    ("on-brand", "brand"),
    ("on-mark", "mark"),
    *((tone, f"{tone}-wash") for tone in ("s0", "s1", "not-scored", "s2", "s3", "good")),
    *((tone, "card") for tone in ("s0", "s1", "not-scored", "s2", "s3", "good")),
]


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_the_main_colours_can_be_read(scheme: int, text: str, ground: str):
    sheet = (WEB / "static" / "outreach.css").read_text()
    block = re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    assert _contrast(colours[text], colours[ground]) >= 4.5


def test_countries_are_named_and_an_unknown_one_keeps_its_code():
    assert (ARABIC.country("IQ"), ENGLISH.country("KW"), ARABIC.country("XQ")) == ("العراق", "Kuwait", "XQ")
