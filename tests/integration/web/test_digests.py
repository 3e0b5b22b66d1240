from __future__ import annotations

import re
from datetime import date

import pytest

from outreach import digests
from outreach.states import Role
from tests.factories import make_comment
from tests.sites import Site

CANARY = "كناري-CANARY-digest"


@pytest.fixture
def built(site_on_both: Site) -> Site:
    site = site_on_both
    with site.database.write() as session:
        make_comment(session, text=CANARY, author_name=CANARY)
    digests.build(site.database, day=date(2026, 11, 26), now=site.clock.now(), settings=site.settings)
    digests.build(site.database, day=date(2026, 11, 15), now=site.clock.now(), settings=site.settings)
    return site


def test_weeks_are_listed_newest_first_and_a_week_that_runs_is_marked(built: Site):
    page = built.sign_in(Role.LEAD, language="en").client.get("/digests").text
    assert re.findall(r'href="/digests/([\d-]+)"', page) == ["2026-11-21", "2026-11-14"]
    assert page.count("the week is not over yet") == 1


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_a_week_is_shown_in_the_readers_language_without_anybodys_words(built: Site, language: str, direction: str):
    answer = built.sign_in(Role.LEAD, language=language).client.get("/digests/2026-11-21")
    assert answer.status_code == 200
    assert f'lang="{language}" dir="{direction}"' in answer.text
    assert "digest-section" in answer.text
    assert CANARY not in answer.text
    assert not re.search(r"<style|\sstyle=|<script(?! src=\"/static/)", answer.text)


@pytest.mark.parametrize("week", ["2026-11-22", "2025-01-04"])
def test_a_week_without_a_digest_is_not_found(built: Site, week: str):
    assert built.sign_in(Role.LEAD).client.get(f"/digests/{week}").status_code == 404


def test_only_those_who_read_digests_may(built: Site):
    for path in ("/digests", "/digests/2026-11-21"):
        assert built.sign_in(Role.MODERATOR, Role.ADMIN).client.get(path).status_code == 403


def test_without_a_digest_the_page_says_when_there_will_be_one(site: Site):
    assert "يُعدّ الأول حين يكتمل أسبوع" in site.sign_in(Role.LEAD).client.get("/digests").text
