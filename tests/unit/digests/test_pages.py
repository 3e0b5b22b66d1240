from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from outreach import digests

FIGURE = {"metric": "page_media_view", "value": None, "at": None}
WEEK = {
    "total": 60,
    "sentiment": {"positive": 30, "neutral": 20, "negative": 10},
    "not_scored": 0,
    "unread": 0,
    "by_day": [1, 2, 3, 4, 5, 6, 39],
    "flagged": {
        "groups": {"life": "<5", "safeguarding": 7, "support": 8, "abuse": 9, "spam": 10},
        "total": None,
    },
}
WAIT = {"median": 35.0, "ninetieth": 190.0, "in_time": 0.85}
NONE = {"median": None, "ninetieth": None, "in_time": None}
ANSWERS = {"life": NONE, "safeguarding": WAIT, "support": WAIT}
VOID = {"meta", "link", "img", "br", "rect"}


def _figures(**values: Any) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "version": 1,
        "week": "2026-11-28",
        "until": "2026-12-04",
        "timezone": "Asia/Baghdad",
        "built_at": "2026-12-06T05:00:00+00:00",
        "complete": True,
        "digits": "latin",
        "posts": [],
        "channels": [
            {
                "channel": "<b>page</b>",
                "views": {**FIGURE, "value": 1200.0, "at": "2026-12-05T08:00:00+00:00"},
                "reach": {**FIGURE, "metric": "page_total_media_view_unique"},
                "reactions": {**FIGURE, "metric": "page_actions_post_reactions_total", "days": 5},
                "interactions": {**FIGURE, "metric": "page_post_engagements", "days": 0},
            }
        ],
        "published": {"total": 0, "posts": []},
        "conversation": {"this": WEEK, "last": {**WEEK, "flagged": None}},
        "answers": {"this": ANSWERS, "last": None},
        "queue": {"oldest": "day"},
        "purged": "<5",
        "tasks": {
            "approvals": 2,
            "held": 0,
            "failed": 1,
            "unknown": 0,
            "planned": 3,
            "tokens": [
                {"channel": "insta", "ends": "2026-12-11T00:00:00+00:00"},
                {"channel": "page", "ends": "2026-12-01T00:00:00+00:00"},
            ],
            "stopped": ["old"],
        },
    }
    return {**figures, **values}


class Balance(HTMLParser):
    """Every element that opens is closed, in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_page_keeps_to_the_sites_content_policy(language: str) -> None:
    page = digests.render_page(_figures(), language)
    assert re.search(r"\sstyle=|<style|<script|\son\w+=|javascript:|<img", page) is None
    assert "<text" not in page  # words stay in HTML, where they can be read aloud and shaped


@pytest.mark.parametrize("language", ["ar", "en"])
def test_html_is_well_formed_and_escapes_what_people_named(language: str) -> None:
    figures = _figures()
    mail = digests.render_mail(figures, language, base_url="https://o.example/", sandbox=True)
    for html in (digests.render_page(figures, language), mail.html):
        balance = Balance()
        balance.feed(html)
        assert balance.open == []
        assert "<b>page</b>" not in html
        assert "&lt;b&gt;page&lt;/b&gt;" in html
    assert "<b>page</b>" in mail.text  # plain text has nothing to escape
    assert "https://o.example/posts" in mail.html


@pytest.mark.parametrize("language", ["ar", "en"])
def test_no_code_or_parameter_is_left_unworded(language: str) -> None:
    figures = _figures()
    mail = digests.render_mail(figures, language, base_url="https://o.example", sandbox=True)
    for form in (mail.subject, mail.text, digests.render_page(figures, language)):
        assert re.search(r"digest\.[a-z_]+\.?[a-z]|metric\.[a-z]|sentiment\.[a-z]|\{\w*\}|None|nan", form) is None


def test_bars_on_the_page_grow_from_the_side_on_which_people_start_to_read() -> None:
    bars = r'<rect class="digest-bar-1" x="([\d.]+)" width="([\d.]+)" height="8"/>'
    found = re.findall(bars, digests.render_page(_figures(), "ar"))
    assert ("0.0", "100.0") in found
    assert all(float(start) + float(width) == pytest.approx(100, abs=0.06) for start, width in found)
    assert re.search(bars, digests.render_page(_figures(), "en")) is None


def test_what_is_hidden_or_missing_is_said_in_words() -> None:
    text = digests.render_text(_figures(), "en")
    assert "This week: fewer than 5" in text
    assert "This week: not shown" in text  # the sum beside it
    assert "Reach (people): missing\u00a0[2]" in text
    assert "Meta gave only 5 of 7 days" in text
    assert "Half within: not shown" in text
    assert "Within target: 85% or more" in text
    assert "fewer than 5." in text.split("Review and retention")[1]


def test_access_that_is_over_is_told_otherwise_than_access_that_ends_soon() -> None:
    text = digests.render_text(_figures(), "en")
    assert "Access to insta ends on 11 Dec: renew it before." in text
    assert "Access to page ended on 1 Dec" in text


def test_charts_are_left_out_where_there_is_nothing_to_draw() -> None:
    empty = {**WEEK, "total": 0, "sentiment": dict.fromkeys(WEEK["sentiment"], 0), "by_day": [0] * 7}
    figures = _figures(conversation={"this": empty, "last": empty})
    assert digests.render_mail(figures, "ar", base_url="https://o.example", sandbox=False).images == {}
    assert "<figure" not in digests.render_page(figures, "ar")
