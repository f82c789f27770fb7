"""The staff's door as people meet it outside a demonstration: a device set up from the page, then shown."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import shoot
from tests.processes import RunningUp, run_manage
from tests.staff.factors import PASSWORD, password_of

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    folder = tmp_path_factory.mktemp("door") / "data"
    running = RunningUp(folder, STAFF_SECOND_FACTOR="")  # as the service is by itself
    try:
        running.wait_for("ready after", 90)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with people.chromium() as found:
        yield found


def manage(up: RunningUp, *arguments: str) -> str:
    done = run_manage(*arguments, DATA_DIR=str(up.data))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def give_password(page: Page, username: str) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill(username)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("#login-form button[type=submit]").click()


def set_up(page: Page) -> str:
    """Read the key off the page as an authenticator would off the picture, and enter what it shows."""
    secret = page.locator("code.key").inner_text().replace(" ", "")
    page.locator("input[name=code]").fill(password_of(secret))
    page.locator("form.factor button").click()
    return secret


def test_staff_set_a_device_up_at_their_first_sign_in_and_show_it_at_the_next(up: RunningUp, browser: Browser) -> None:
    manage(up, "create_staff", "mei", "--role", "operator", "--password", PASSWORD)
    mei = people.window(browser, up.port, width=1440)
    give_password(mei, "mei")
    expect(mei).to_have_url(re.compile("/admin/sign-in/set-up/"))
    mei.goto("/admin/queue/")  # nobody is in before both
    expect(mei).to_have_url(re.compile("/admin/login/"))
    mei.goto("/admin/sign-in/set-up/")
    expect(mei.locator(".drawing svg")).to_be_visible()
    shoot(mei, "door-set-up")
    mei.locator("input[name=code]").fill("000000")
    mei.locator("form.factor button").click()
    expect(mei.get_by_role("alert").first).to_be_visible()
    secret = set_up(mei)
    expect(mei.locator(".recovery-codes li")).to_have_count(10)
    shoot(mei, "door-recovery-codes")
    mei.get_by_role("link", name="I have kept them").click()
    expect(mei).to_have_url(re.compile("/admin/$"))

    # The same again on a phone, in Chinese.
    phone = people.window(browser, up.port, width=390, height=844, is_mobile=True, locale="zh-CN")
    give_password(phone, "mei")
    expect(phone).to_have_url(re.compile("/admin/sign-in/code/"))
    shoot(phone, "door-code-phone-chinese")
    phone.locator("input[name=code]").fill("000000")
    phone.locator("form.factor button").click()
    expect(phone.get_by_role("alert").first).to_be_visible()
    phone.locator("input[name=code]").fill(password_of(secret, steps=1))
    phone.locator("form.factor button").click()
    expect(phone).to_have_url(re.compile("/admin/$"))
