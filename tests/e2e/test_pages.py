"""Every page in both languages on a phone and on a desk: direction, width, names, and a picture to look at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from outreach.states import Role
from tests.e2e.conftest import DESKTOP, PHONE, Browser
from tests.e2e.filling import Filled, fill

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).resolve().parents[2] / "build" / "pages"
SIZES = {"phone": PHONE, "desktop": DESKTOP}
EVERYTHING = (Role.FOCAL_POINT, Role.LEAD, Role.ADMIN, Role.APPROVER)

#: what a screen reader needs; each entry names the element that lacks it
FAULTS = """
const faults = [];
const say = (fault, e) => faults.push(fault + ": " + (e ? e.outerHTML.slice(0, 90) : ""));
const seen = (e) => e.getClientRects().length && getComputedStyle(e).visibility !== "hidden";
const name = (e) => (e.getAttribute("aria-label") || [...(e.labels || [])].map((l) => l.textContent).join(" ")
  || [...e.querySelectorAll("img")].map((i) => i.alt).join(" ") + e.textContent).trim();
for (const e of document.querySelectorAll("a, button, input:not([type=hidden]), select, summary"))
  if (seen(e) && !name(e)) say("no name", e);
for (const e of document.querySelectorAll("img")) if (!e.getAttribute("alt")) say("no alternative text", e);
for (const e of document.querySelectorAll("svg")) if (!e.getAttribute("aria-hidden")) say("a shape is read out", e);
for (const e of document.querySelectorAll("table th")) if (!e.getAttribute("scope")) say("no scope", e);
for (const e of document.querySelectorAll("[aria-labelledby]"))
  if (!document.getElementById(e.getAttribute("aria-labelledby"))) say("label missing", e);
const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
for (const id of ids) if (ids.indexOf(id) !== ids.lastIndexOf(id)) say("id twice: " + id);
if (document.querySelectorAll("h1").length !== 1) say("one h1 is wanted");
if (document.querySelectorAll("main").length !== 1) say("one main is wanted");
let level = 1;
for (const e of document.querySelectorAll("main h1, main h2, main h3")) {
  const here = Number(e.tagName[1]);
  if (here > level + 1) say("heading skipped", e);
  level = here;
}
const touched = "button, select, .tabs a, input:not([type=hidden], [type=radio], [type=checkbox])";
for (const e of document.querySelectorAll(touched))
  if (seen(e) && e.getBoundingClientRect().height < 40) say("too small to touch", e);
for (const e of document.querySelectorAll(".words")) if (e.getAttribute("dir") !== "auto") say("direction", e);
return faults;
"""
#: elements that stick out of the window at either side
OUTSIDE = """
return [...document.querySelectorAll("main *, header *, nav *")].filter((e) => {
  const box = e.getBoundingClientRect();
  const shown = box.width > 1 && getComputedStyle(e).clipPath === "none" && !e.closest(".line, .scroll");
  return shown && (box.left < -1 || box.right > arguments[0] + 1);
}).map((e) => e.outerHTML.slice(0, 90));
"""


def addresses(filled: Filled) -> dict[str, str]:
    return {
        "review": "/review",
        "filtered": "/review?severity=s3&state=queued",
        "item": f"/review/{filled.help}",
        "veiled": f"/review/{filled.danger}",
        "decided": f"/review/{filled.decided}",
        "cases": "/cases",
        "posts": "/posts",
        "post": f"/posts/{filled.post}",
        "waiting": "/posts/waiting",
        "takedown": f"/posts/{filled.post}/takedown",
        "pause": "/pause",
        "digests": "/digests",
        "digest": "/digests/2026-11-21",
        "health": "/health",
        "privacy": "/privacy",
        "deletion": "/privacy/deletion?code=none",
        "error": "/nothing",
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_every_page_fits_reads_and_can_be_used(browser: Browser, language: str, size: str):
    filled = fill(browser.site)
    browser.enter(browser.site.sign_in(*EVERYTHING, language=language, display_name="زهراء"), size=SIZES[size])
    found: dict[str, Any] = {}
    for name, path in addresses(filled).items():
        browser.open(path)
        found |= {f"{name}: {fault}": "" for fault in examine(browser, language, SIZES[size])}
        picture(browser, f"{name}-{language}-{size}", SIZES[size])
    assert not list(found)


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_sign_in_page_fits_reads_and_can_be_used(browser: Browser, language: str):
    browser.resize(PHONE)
    browser.open("/login")
    browser.driver.delete_all_cookies()
    browser.driver.add_cookie({"name": "language", "value": language})
    browser.open("/login")
    assert not examine(browser, language, PHONE)
    picture(browser, f"login-{language}-phone", PHONE)


def examine(browser: Browser, language: str, size: tuple[int, int]) -> list[str]:
    direction = {"ar": "rtl", "en": "ltr"}[language]
    faults = list(browser.run(FAULTS)) + [f"outside: {e}" for e in browser.run(OUTSIDE, size[0])]
    if browser.run("return getComputedStyle(document.body).direction") != direction:
        faults.append("wrong direction")
    if browser.run("return document.documentElement.scrollWidth") > size[0]:
        faults.append("wider than the window")
    refused = [line["message"] for line in browser.driver.get_log("browser") if "Content Security" in line["message"]]
    return faults + refused


def picture(browser: Browser, name: str, size: tuple[int, int]) -> None:
    """Kept for people to look at."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    height = min(int(browser.run("return document.documentElement.scrollHeight")), 3000)
    browser.resize((size[0], max(size[1], height)))
    browser.driver.save_screenshot(str(PICTURES / f"{name}.png"))
    browser.resize(size)
