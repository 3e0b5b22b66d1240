from __future__ import annotations

from datetime import date
from string import Formatter
from zoneinfo import ZoneInfo

import pytest

from outreach import wording
from outreach.digests.reach import CHANNEL_SOURCES, POST_SOURCES
from outreach.digests.words import Words
from outreach.wording.digest import MESSAGES

ZONE = ZoneInfo("Asia/Baghdad")
AR, EN = Words("ar", ZONE), Words("en", ZONE)


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "لا منشورات تنتظر الموافقة."),
        (1, "منشور واحد ينتظر الموافقة."),
        (2, "منشوران ينتظران الموافقة."),
        (3, "3 منشورات تنتظر الموافقة."),
        (11, "11 منشوراً ينتظر الموافقة."),
        (100, "100 منشور ينتظر الموافقة."),
        (103, "103 منشورات تنتظر الموافقة."),  # as 3
    ],
)
def test_arabic_takes_its_six_plural_forms(number: int, words: str) -> None:
    assert AR.count("digest.next.approvals", number) == words


def test_english_has_two_plural_forms() -> None:
    assert EN.count("digest.next.approvals", 1) == "1 post waits for approval."
    assert EN.count("digest.next.approvals", 0) == "0 posts wait for approval."


@pytest.mark.parametrize(
    ("first", "last", "arabic", "english"),
    [
        (date(2026, 11, 21), date(2026, 11, 27), "21 – 27 تشرين الثاني 2026", "21 – 27 November 2026"),
        (
            date(2026, 11, 28),
            date(2026, 12, 4),
            "28 تشرين الثاني – 4 كانون الأول 2026",
            "28 November – 4 December 2026",
        ),
        (
            date(2026, 12, 26),
            date(2027, 1, 1),
            "26 كانون الأول 2026 – 1 كانون الثاني 2027",
            "26 December 2026 – 1 January 2027",
        ),
    ],
)
def test_weeks_bear_the_months_of_iraq(first: date, last: date, arabic: str, english: str) -> None:
    assert (AR.week(first, last), EN.week(first, last)) == (arabic, english)


def test_missing_is_a_word_and_never_zero() -> None:
    assert (EN.told(None), EN.told(0), EN.told("<5"), EN.told(12345)) == ("missing", "0", "fewer than 5", "12,345")
    assert AR.told(None) == "غير متوفر"


@pytest.mark.parametrize(
    ("this", "last", "shown"),
    [
        (12, 10, "\u200e+2"),
        (10, 12, "\u200e−2"),
        (7, 7, "same"),
        ("<5", 7, "–"),  # the difference would give the small count away
        (7, "<5", "–"),
        (None, 7, "–"),
    ],
)
def test_a_change_is_told_only_between_two_counts_that_are(this: object, last: object, shown: str) -> None:
    assert EN.change(this, last) == shown  # type: ignore[arg-type]


def test_arabic_digits_are_a_setting() -> None:
    words = Words("ar", ZONE, arabic_digits=True)
    assert words.number(1234) == "١٬٢٣٤"
    assert words.percent(0.5) == "٥٠٪"
    assert words.date(date(2026, 11, 21)) == "٢١ تشرين الثاني ٢٠٢٦"


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_both_languages_ask_for_the_same_parameters(code: str) -> None:
    if code.rpartition(".")[2] in {"zero", "one", "two"}:
        return  # Arabic says these without the number
    arabic, english = ({name for _, name, _, _ in Formatter().parse(text) if name} for text in MESSAGES[code])
    assert arabic == english


def test_every_metric_of_the_digest_has_a_definition() -> None:
    metrics = {source.metric for sources in CHANNEL_SOURCES.values() for source in sources.values()}
    metrics |= {metric for sources in POST_SOURCES.values() for metric in sources.values()}
    assert {metric for metric in metrics if f"metric.{metric}" not in wording.catalogue()} == set()
