"""One Chromium per worker, and a filled site to look at. Without Chromium these tests are skipped; CI may not skip."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from outreach.clock import SteppedClock
from outreach.db import Database
from outreach.states import Mode
from tests.sites import Person, Site, serving

NEEDED = "needs chromium: install chromium and chromedriver (Debian: chromium, chromium-driver)"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
)
PHONE, DESKTOP = (390, 844), (1280, 900)
#: physical keys whose letters on an Arabic layout are others
ARABIC_LETTERS = {
    "KeyJ": "ت",
    "KeyK": "ن",
    "KeyR": "ق",
    "KeyC": "ؤ",
    "KeyN": "ى",
    "KeyU": "ع",
    "KeyX": "ء",
    "KeyQ": "ض",
}


@dataclass(frozen=True)
class Browser:
    """A browser on one site, driven by what a person does: addresses, clicks, keys."""

    driver: webdriver.Chrome
    site: Site

    def enter(self, person: Person, *, size: tuple[int, int] = DESKTOP) -> None:
        """Signed in as this person, on a screen of this size."""
        self.resize(size)
        self.driver.get(f"{self.site.url}/static/icon.svg")
        self.driver.delete_all_cookies()
        self.driver.add_cookie({"name": "outreach", "value": person.token})

    def resize(self, size: tuple[int, int]) -> None:
        metrics = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": size == PHONE}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def open(self, path: str) -> None:
        self.driver.get(f"{self.site.url}{path}")

    def find(self, selector: str) -> WebElement:
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector: str) -> list[WebElement]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def run(self, script: str, *values: Any) -> Any:
        return self.driver.execute_script(script, *values)

    def press(self, code: str, *, shift: bool = False) -> None:
        """Press a physical key as an Arabic keyboard does: the place is the same, the letter another."""
        letter = "؟" if code == "Slash" else ARABIC_LETTERS.get(code, code[-1])
        event = {"code": code, "key": letter, "modifiers": 8 if shift else 0}
        self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "rawKeyDown", **event})
        self.driver.execute_cdp_cmd("Input.dispatchKeyEvent", {"type": "keyUp", **event})

    def wait(self, selector: str) -> WebElement:
        return WebDriverWait(self.driver, 10, poll_frequency=0.02).until(lambda _: next(iter(self.all(selector)), None))

    @property
    def path(self) -> str:
        return self.driver.current_url.removeprefix(self.site.url)

    @property
    def focused(self) -> WebElement:
        return self.driver.switch_to.active_element


def start_chromium(profile: Path) -> webdriver.Chrome:
    """Skips the test where there is no Chromium; fails it in CI, where there must be one."""
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    chromedriver = shutil.which("chromedriver")
    if binary is None or chromedriver is None:
        if os.environ.get("CI") == "true":
            pytest.fail(NEEDED)
        pytest.skip(NEEDED)
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    for flag in (*FLAGS, f"--user-data-dir={profile}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(chromedriver))


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    driver = start_chromium(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture
def site(sqlite_url: str, clock: SteppedClock, tmp_path: Path) -> Iterator[Site]:
    database = Database(sqlite_url)
    with serving(database, clock, tmp_path, mode=Mode.SANDBOX) as running:
        yield running
    database.close()


@pytest.fixture
def browser(chromium: webdriver.Chrome, site: Site) -> Iterator[Browser]:
    chromium.get_log("browser")
    yield Browser(chromium, site)
    chromium.get("about:blank")  # no page may go on asking a server that has gone


@pytest.fixture
def other_browser(tmp_path: Path, site: Site) -> Iterator[Browser]:
    """A second person's own browser."""
    driver = start_chromium(tmp_path / "other-chromium")
    yield Browser(driver, site)
    driver.quit()
