"""People at work on the queue, in real browsers."""

from __future__ import annotations

import pytest
from selenium.webdriver.common.keys import Keys
from sqlalchemy import select

from outreach.states import ReviewState, Role
from outreach.tables import Comment, ReviewDecision
from tests.e2e.conftest import PHONE, Browser
from tests.e2e.filling import BAIT, DANGER, HELP, fill

pytestmark = pytest.mark.browser


def state(browser: Browser, comment_id: str) -> str:
    with browser.site.database.read() as session:
        return str(session.get_one(Comment, comment_id).review_state)


def test_the_queue_is_worked_by_keys_alone_on_an_arabic_keyboard(browser: Browser):
    filled = fill(browser.site)
    browser.enter(browser.site.sign_in(Role.FOCAL_POINT))
    browser.open("/review")
    for _ in range(2):
        browser.press("KeyJ")
    browser.press("KeyK")
    assert browser.focused.get_attribute("href").endswith(filled.danger)
    browser.focused.send_keys(Keys.ENTER)
    browser.wait("[data-key=reveal]")
    browser.press("KeyR")
    assert browser.wait(".subject .words").text.replace("\n", "") == DANGER
    browser.press("Digit1")
    assert browser.focused.get_attribute("name") == "reason_keep"
    browser.focused.send_keys(Keys.ARROW_DOWN)
    for _ in range(8):
        browser.focused.send_keys(Keys.TAB)
        if browser.focused.get_attribute("type") == "submit":
            break
    browser.focused.send_keys(Keys.ENTER)
    browser.wait("[data-key=undo]")
    assert state(browser, filled.danger) == ReviewState.DECIDED
    browser.press("KeyU")
    browser.wait(".history .undone")
    assert state(browser, filled.danger) == ReviewState.QUEUED
    browser.press("KeyQ")
    browser.wait(".counts")


def test_the_list_of_keys_opens_on_an_arabic_question_mark_and_closes_again(browser: Browser):
    fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR))
    browser.open("/review")
    browser.press("Slash", shift=True)
    assert browser.find("dialog").is_displayed()
    browser.press("KeyJ")  # keys of the page wait while the list is open
    assert browser.run("return document.querySelector('dialog').contains(document.activeElement)")
    browser.focused.send_keys(Keys.ESCAPE)
    assert not browser.find("dialog").is_displayed()


def test_letters_typed_into_a_field_are_no_shortcuts(browser: Browser):
    fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR))
    browser.open("/review?severity=s3")
    browser.find("select#severity").send_keys("q")
    browser.press("KeyQ")
    assert browser.path.startswith("/review?")


def test_of_two_browsers_one_gets_the_item_and_the_other_sees_who_has_it(browser: Browser, other_browser: Browser):
    filled = fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR, display_name="أم علي"))
    other_browser.enter(browser.site.sign_in(Role.MODERATOR, display_name="حسين"))
    for each in (browser, other_browser):
        each.open(f"/review/{filled.help}")
    browser.find("[data-key=claim]").click()
    browser.wait("[data-key=release]")
    other_browser.find("[data-key=claim]").click()
    assert "أم علي" in other_browser.wait("[role=alert]").text
    assert not other_browser.all("input[name=verdict]")
    browser.find("[data-key=release]").click()
    browser.wait("select#severity")  # given back, and at the queue again
    other_browser.open(f"/review/{filled.help}")
    other_browser.find("[data-key=claim]").click()
    assert other_browser.wait("[data-key=release]")


def test_what_a_colleague_decides_goes_grey_and_what_is_new_is_announced(browser: Browser):
    filled = fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR))
    browser.open("/review")
    card = browser.find(f"[data-id='{filled.help}']")
    with browser.site.database.write() as session:
        session.get_one(Comment, filled.help).review_state = ReviewState.DECIDED
        session.get_one(Comment, filled.decided).review_state = ReviewState.QUEUED
    browser.driver.execute_async_script("poll().then(arguments[0])")
    assert "gone" in card.get_attribute("class")
    assert "لم يعد ينتظر" in card.text
    assert browser.find(".fresh a").is_displayed()
    assert len(browser.all(".item.gone")) == 1


def test_a_signed_out_screen_stops_showing_the_queue(browser: Browser):
    fill(browser.site)
    person = browser.site.sign_in(Role.MODERATOR)
    browser.enter(person)
    browser.open("/review")
    person.client.post("/logout")
    browser.run("poll()")
    browser.wait("input[name=password]")


def test_an_unattended_screen_signs_itself_out(browser: Browser):
    fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR))
    browser.open("/review")
    browser.run("touched = 0; leaveIfIdle()")
    browser.wait("input[name=password]")
    browser.open("/review")
    assert browser.path == "/login?next=/review"


@pytest.fixture
def without_scripts(browser: Browser):
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_everything_works_without_scripts_on_a_phone(without_scripts: Browser):
    browser = without_scripts
    fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR), size=PHONE)
    browser.open("/review?flag=spam")
    browser.find(".item .open").send_keys(Keys.ENTER)
    assert browser.wait(".subject .words").text == BAIT
    browser.find(".verdict input[value=hide]").send_keys(Keys.SPACE)
    browser.find("select[name=reason_hide] option[value=spam]").click()
    browser.find("form[action$=decide] button").send_keys(Keys.ENTER)
    browser.wait("[data-key=undo]").send_keys(Keys.ENTER)
    browser.wait(".history .undone")
    with browser.site.database.read() as session:
        decisions = session.scalars(select(ReviewDecision).where(ReviewDecision.reason.in_(["spam", "undone"]))).all()
    assert {(each.verdict, each.reason) for each in decisions} == {("hide", "spam"), ("hide", "undone")}


def test_a_persons_words_keep_their_own_direction(browser: Browser):
    filled = fill(browser.site)
    browser.enter(browser.site.sign_in(Role.MODERATOR, language="en"))
    browser.open(f"/review/{filled.help}")
    words = browser.find(".subject .words")
    assert browser.run("return getComputedStyle(arguments[0]).direction", words) == "rtl"
    assert words.text.startswith(HELP[:20])
