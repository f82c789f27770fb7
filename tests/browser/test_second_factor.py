"""The staff's door as people meet it outside a demonstration: a device set up from the page, shown, lost and reset."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import require_accessible, shoot
from tests.processes import RunningUp
from tests.staff.factors import PASSWORD, password_of

pytestmark = [pytest.mark.browser, pytest.mark.processes]
#: Eleven minutes go by for everybody who is signed in.
LATER = """
from importlib import import_module
from django.conf import settings
from django.contrib.sessions.models import Session
store = import_module(settings.SESSION_ENGINE).SessionStore
for row in Session.objects.all():
    session = store(row.session_key)
    if "second_factor" in session:
        session["second_factor"] = {**session["second_factor"], "at": session["second_factor"]["at"] - 660}
        session.save()
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    folder = tmp_path_factory.mktemp("door") / "data"
    running = RunningUp(folder, STAFF_SECOND_FACTOR="")  # as the service is by itself
    with running.ready():
        yield running


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
    up.manage("create_staff", "mei", "--role", "operator", "--password", PASSWORD)
    mei = people.window(browser, up.port, width=1440)
    elsewhere: list[str] = []
    mei.on("request", lambda asked: elsewhere.append(asked.url) if f":{up.port}/" not in asked.url else None)
    give_password(mei, "mei")
    expect(mei).to_have_url(re.compile("/admin/sign-in/set-up/"))
    mei.goto("/admin/queue/")  # nobody is in before both
    expect(mei).to_have_url(re.compile("/admin/login/"))
    mei.goto("/admin/sign-in/set-up/")
    expect(mei.locator(".drawing svg")).to_be_visible()
    require_accessible(mei)
    shoot(mei, "door-set-up")
    mei.locator("input[name=code]").fill("000000")
    mei.locator("form.factor button").click()
    expect(mei.get_by_role("alert").first).to_be_visible()
    secret = set_up(mei)
    expect(mei.locator(".recovery-codes li")).to_have_count(10)
    require_accessible(mei)
    shoot(mei, "door-recovery-codes")
    codes = mei.locator(".recovery-codes li").all_inner_texts()
    mei.get_by_role("link", name="I have kept them").click()
    expect(mei).to_have_url(re.compile("/admin/$"))
    assert [address for address in elsewhere if not address.startswith("data:")] == []

    # The same again on a phone, in Chinese, without JavaScript.
    phone = people.window(
        browser, up.port, width=390, height=844, is_mobile=True, locale="zh-CN", java_script_enabled=False
    )
    give_password(phone, "mei")
    shoot(phone, "door-code-phone-chinese")
    phone.locator("input[name=code]").fill("000000")
    phone.locator("form.factor button").click()
    expect(phone.get_by_role("alert").first).to_be_visible()
    phone.locator("input[name=code]").fill(password_of(secret, steps=1))
    phone.locator("form.factor button").click()
    expect(phone).to_have_url(re.compile("/admin/$"))

    # A recovery code, once the device is lost.
    third = people.window(browser, up.port)
    give_password(third, "mei")
    shoot(third, "door-code")
    third.locator("input[name=code]").fill(codes[0])
    third.locator("form.factor button").click()
    expect(third).to_have_url(re.compile("/admin/$"))
    third.goto("/admin/second-factor/")
    expect(third.get_by_text("9", exact=True)).to_be_visible()
    shoot(third, "door-second-factor")


def test_a_key_is_made_with_a_fresh_factor_and_the_form_waits_for_it(up: RunningUp, browser: Browser) -> None:
    up.manage("create_staff", "op", "--role", "operator", "--password", PASSWORD)
    op = people.window(browser, up.port, width=1440)
    give_password(op, "op")
    secret = set_up(op)
    op.goto("/admin/keys/")
    require_accessible(op)
    op.get_by_label("Name").fill("till")
    op.get_by_label("cases:read").check()
    op.get_by_label("orders:write").check()
    up.manage("shell", "-v", "0", "-c", LATER)
    op.get_by_role("button", name="Make the key").click()
    expect(op.get_by_role("heading", name="Show your second factor again", level=2)).to_be_visible()
    require_accessible(op)
    shoot(op, "door-fresh")
    op.set_viewport_size({"width": 390, "height": 844})
    shoot(op, "door-fresh-phone")
    title = op.locator("header h1 > *").first
    assert title.evaluate("title => title.scrollWidth <= title.clientWidth"), "the title is to be read on a phone, too"
    op.locator("form.factor input#code").fill(password_of(secret, steps=1))
    op.get_by_role("button", name="Go on").click()
    expect(op.locator("code.key")).to_contain_text("adj_")
    shoot(op, "door-key-made-phone")
    op.goto("/admin/keys/")
    shoot(op, "door-keys-phone")
    op.set_viewport_size({"width": 1440, "height": 900})
    shoot(op, "door-keys")
    op.goto("/admin/accounts/")
    require_accessible(op)
    shoot(op, "door-accounts")
    op.set_viewport_size({"width": 390, "height": 844})
    shoot(op, "door-accounts-phone")


def test_a_name_that_failed_too_often_is_told_until_when_and_supervisors_read_of_it(
    up: RunningUp, browser: Browser
) -> None:
    up.manage("create_staff", "su", "--role", "supervisor", "--password", PASSWORD)
    stranger = people.window(browser, up.port, width=390, height=844, is_mobile=True)
    for _try in range(10):
        stranger.goto("/admin/login/")
        stranger.locator("input[name=username]").fill("su")
        stranger.locator("input[name=password]").fill("a guess")
        stranger.locator("#login-form button[type=submit]").click()
    expect(stranger.get_by_role("alert")).to_contain_text("Try again at")
    require_accessible(stranger)
    shoot(stranger, "door-locked-phone")
    up.manage("unlock_staff", "su", "--reason", "She rang from her desk.")
    su = people.window(browser, up.port, width=1440)
    give_password(su, "su")
    set_up(su)
    su.goto("/admin/adjudication/denial/")
    expect(su.get_by_text("wrong_password").first).to_be_visible()
    require_accessible(su)
    shoot(su, "door-denied")
    su.set_viewport_size({"width": 390, "height": 844})
    shoot(su, "door-denied-phone")
    su.set_viewport_size({"width": 1440, "height": 900})
    su.goto("/admin/keys/")
    expect(su.get_by_role("alert").first).to_contain_text("Your role may not do this")
    shoot(su, "door-refused")
