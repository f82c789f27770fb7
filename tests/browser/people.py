"""Browsers of people, and the service they look at; for every story that is clicked through."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from config.paths import BASE_DIR

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
#: How axe calls what keeps somebody out.
GRAVE = {"serious", "critical"}
SHOTS = Path(os.environ.get("SCREENSHOTS", BASE_DIR / "screenshots"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """Headless Chromium, as the system has it."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        pytest.fail("No Chromium is installed; on Debian: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        browser.close()


def window(browser: Browser, port: int, *, width: int = 1280, height: int = 900, **more: object) -> Page:
    """A person's browser; what its console complains of fails the test."""
    page = browser.new_context(
        viewport={"width": width, "height": height}, base_url=f"http://127.0.0.1:{port}", **more
    ).new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"{page.url}: {error}"))
    return page


def shoot(page: Page, name: str, *, whole: bool = True) -> None:
    """Leave a picture of the page."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


def require_accessible(page: Page) -> None:
    """Nothing that keeps somebody out, as axe finds it."""
    found = Axe().run(page).response["violations"]
    grave = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found if each["impact"] in GRAVE]
    assert grave == [], page.url
