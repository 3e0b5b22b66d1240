"""The crisis pause on a phone, without JavaScript: two taps from any page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.states import PublicationStatus, Role, WithdrawalStatus
from outreach.tables import Pause, Withdrawal
from tests.e2e.conftest import PHONE, Browser
from tests.e2e.filling import fill
from tests.e2e.test_pages import examine, picture
from tests.factories import make_post, make_publication

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["ar", "en"])
def test_two_taps_on_a_phone_stop_everything(browser: Browser, language: str):
    site = browser.site
    fill(site)
    with site.database.write() as session:
        later = {"status": PublicationStatus.ENTRUSTED, "due_at": site.clock.now() + timedelta(hours=3)}
        make_publication(session, post=make_post(session, name="hadith-al-khamis"), **later)
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    browser.enter(site.sign_in(Role.APPROVER, language=language, display_name="هدى"), size=PHONE)
    try:
        browser.open("/posts")
        browser.find(".stop").click()
        button = browser.find(".alarm")
        assert button.rect["height"] >= 64
        assert button.rect["y"] + button.rect["height"] < PHONE[1]  # seen without scrolling
        button.click()
        assert browser.path == "/pause"
        browser.find(".notice.bad")
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    with site.database.read() as session:
        assert session.scalars(select(Pause)).one().ended_at is None
    browser.open("/pause")
    assert not examine(browser, language, PHONE)
    picture(browser, f"paused-{language}-phone", PHONE)
    browser.open("/posts")
    browser.find(".halted a")
    assert not examine(browser, language, PHONE)
    picture(browser, f"posts-paused-{language}-phone", PHONE)


def tap(browser: Browser, selector: str) -> None:
    """As a thumb does: the page is moved until it lies free of the bars."""
    found = browser.find(selector)
    browser.run("arguments[0].scrollIntoView({block: 'center'})", found)
    found.click()


@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_post_is_taken_down_and_another_decided_on_with_a_thumb(browser: Browser, language: str):
    site = browser.site
    filled = fill(site)
    browser.enter(site.sign_in(Role.APPROVER, language=language, display_name="هدى"), size=PHONE)
    browser.open("/posts/waiting")
    tap(browser, "input[value=publish_now]")
    tap(browser, "main form button.primary")
    browser.wait("form[action='/posts/decide']")
    assert not examine(browser, language, PHONE)
    picture(browser, f"confirm-{language}-phone", PHONE)
    browser.open(f"/posts/{filled.post}/takedown")
    tap(browser, "input[value=unsafe]")
    tap(browser, "input[name=sure]")
    tap(browser, ".alarm")
    browser.wait("h2#takedown")  # shown by the post's own page alone
    assert browser.path == f"/posts/{filled.post}"
    with site.database.write() as session:  # what the job finds when Meta refuses
        asked = session.scalars(select(Withdrawal)).one()
        asked.status, asked.error_code = WithdrawalStatus.BY_HAND, "meta.permission"
    browser.open(f"/posts/{filled.post}")
    assert not examine(browser, language, PHONE)
    picture(browser, f"by-hand-{language}-phone", PHONE)
