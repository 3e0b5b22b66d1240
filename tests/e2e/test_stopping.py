"""The crisis pause on a phone, without JavaScript: two taps from any page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from outreach.states import PublicationStatus, Role
from outreach.tables import Pause
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
