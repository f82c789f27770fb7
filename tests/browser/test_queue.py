"""The queue as those use it who have it open all day: by keyboard, and fresh without reload."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.browser import people
from tests.browser.people import require_accessible, shoot
from tests.processes import RunningUp
from tests.story.marketplace import Caller, a_claim, an_order, deliver

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PASSWORD = "a long enough one"  # of a test
OPEN = "/admin/queue/?tab=open"
#: The page asks again after twelve seconds.
SOON = 25_000


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("queue") / "data", SWEEP_SECONDS="0.5")
    with running.ready():
        yield running


@pytest.fixture(scope="module")
def marketplace(up: RunningUp) -> Caller:
    for name, role in (("ada", "arbitrator"), ("sol", "supervisor")):
        up.manage("create_staff", name, "--role", role, "--password", PASSWORD)
    key = up.manage("create_api_key", "shop", "--scopes", "orders:write,cases:read,cases:act").splitlines()[-1]
    return Caller(up.port, key)


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button, form#login-form button").first.click()


def a_case(marketplace: Caller, order: str) -> str:
    marketplace.post("orders", an_order(order))
    deliver(marketplace, order)
    number: str = marketplace.post("cases", a_claim(order))["number"]
    return number


def row(page: Page, number: str) -> object:
    return page.locator(f'tr[data-case="{number}"]')


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.closest('tr')?.dataset.case ?? ''"))


def test_the_queue_by_keyboard_and_fresh_without_reload(up: RunningUp, browser: Browser, marketplace: Caller) -> None:
    first, second = a_case(marketplace, "Q-1"), a_case(marketplace, "Q-2")
    ada = people.window(browser, up.port, width=1440, locale="en-GB")
    sign_in(ada, "ada")
    ada.goto(OPEN)
    ada.evaluate("window.wasReloaded = false")

    # j and k go from case to case, x marks; the focus is seen on the whole row.
    ada.keyboard.press("j")
    assert focused(ada) == first
    ada.keyboard.press("j")
    assert focused(ada) == second
    ada.keyboard.press("j")
    assert focused(ada) == second, "it ends at the last"
    ada.keyboard.press("x")
    expect(row(ada, second).locator("[name=case]")).to_be_checked()
    assert "inset" in row(ada, second).evaluate("row => getComputedStyle(row).boxShadow")
    ada.keyboard.press("k")
    assert focused(ada) == first

    # A case arrives below by itself; what is focused stays, what is marked stays marked, and it is said.
    third = a_case(marketplace, "Q-3")
    expect(row(ada, third)).to_be_visible(timeout=SOON)
    expect(ada.locator("#queue-said")).to_have_text("1 new case")
    assert focused(ada) == first
    expect(row(ada, second).locator("[name=case]")).to_be_checked()
    expect(ada.locator(".tabs [aria-current] .count")).to_have_text("3")

    # One that is due before the focused case waits above it until it is asked for.
    for _ in range(2):
        ada.keyboard.press("j")
    assert focused(ada) == third
    top = row(ada, third).bounding_box()
    ada.route(
        "**/queue/rows/**",
        lambda route: route.fulfill(status=200, body=_without(route, first), headers={"ETag": '"x"'}),
    )
    expect(row(ada, first)).to_have_class(re.compile("gone"), timeout=SOON)
    ada.unroute("**/queue/rows/**")
    assert row(ada, third).bounding_box() == top, "nothing moves above the focused row"
    expect(row(ada, first)).not_to_have_class(re.compile("gone"), timeout=SOON)

    # Taking what cannot be taken yet says why, without another page.
    ada.keyboard.press("t")
    expect(ada.locator("#queue-results")).to_contain_text(third)
    expect(ada.locator("#queue-results .left-late")).to_be_visible()
    ada.keyboard.press("Escape")
    expect(ada.locator("#queue-results")).to_be_hidden()

    # The filter by "/", where letters are letters; Escape leads back.
    ada.keyboard.press("/")
    expect(ada.locator("#filter-reason")).to_be_focused()
    ada.locator("#filter-amount").focus()
    ada.keyboard.type("jkx?t/")
    expect(ada.locator("#filter-amount")).to_have_value("jkx?t/")
    expect(ada.locator("dialog.keys")).to_be_hidden()
    ada.keyboard.press("Escape")
    assert focused(ada) == third

    # "?" lists the keys; there they are switched off, and stay off.
    ada.keyboard.press("?")
    expect(ada.locator("dialog.keys")).to_be_visible()
    shoot(ada, "queue-keys", whole=False)
    require_accessible(ada)
    ada.get_by_role("button", name="Switch the shortcuts off").click()
    expect(ada.locator("#queue-said")).to_have_text("Shortcuts are off.")
    ada.keyboard.press("Escape")
    ada.keyboard.press("k")
    assert focused(ada) == third
    assert ada.evaluate("window.wasReloaded") is False, "all of it without reload"
    ada.reload()
    ada.keyboard.press("j")
    assert focused(ada) == ""
    ada.get_by_role("button", name="Keyboard").click()
    ada.get_by_role("button", name="Switch the shortcuts on").click()
    expect(ada.locator("#queue-said")).to_have_text("Shortcuts are on.")
    ada.keyboard.press("Escape")
    ada.keyboard.press("j")
    assert focused(ada) == first

    # The network goes: how old the page is stands there, and goes when it comes back.
    ada.context.set_offline(True)
    expect(ada.locator("#queue-age")).to_contain_text("No connection", timeout=SOON)
    ada.context.set_offline(False)
    expect(ada.locator("#queue-age")).to_have_text("up to date", timeout=SOON)

    # "o" opens the case; a colleague's queue and page tell who looks.
    ada.keyboard.press("o")
    ada.wait_for_url(f"**/cases/{first}/hearing/")
    sol = people.window(browser, up.port, width=1440, locale="en-GB")
    sign_in(sol, "sol")
    sol.goto(OPEN)
    expect(row(sol, first)).to_contain_text("ada is looking", timeout=SOON)
    shoot(sol, "queue-1440")
    sol.goto(f"/admin/cases/{first}/hearing/")
    expect(sol.locator(".presence .looking")).to_have_text("ada is looking")
    ada.goto(OPEN)
    expect(sol.locator(".presence .looking")).to_have_text("", timeout=SOON)


def _without(route: Route, number: str) -> str:
    """What the page is answered, less one row; asked for whole: nothing would be left out of "as you have it"."""
    headers = {name: value for name, value in route.request.headers.items() if name != "if-none-match"}
    text = route.fetch(headers=headers).text()
    return re.sub(rf'(?s)<tr data-case="{number}".*?</tr>', "", text)


def test_the_queue_and_desks_hinder_nobody_in_either_language_narrow_or_wide(
    up: RunningUp, browser: Browser, marketplace: Caller
) -> None:
    a_case(marketplace, "Q-9")
    for locale in ("en-GB", "zh-CN"):
        for width in (390, 1440):
            page = people.window(browser, up.port, width=width, locale=locale)
            sign_in(page, "sol")
            for address, name in (
                (OPEN, "queue"),
                (OPEN + "&amount=50&currency=CNY", "queue-narrowed"),
                (OPEN + "&amount=50", "queue-refused"),
                ("/admin/desks/", "desks"),
            ):
                page.goto(address)
                require_accessible(page)
                shoot(page, f"{name}-{locale}-{width}")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} {width}"
            page.locator("table.queue a").first.click()
            page.wait_for_load_state()
            require_accessible(page)
            shoot(page, f"desk-{locale}-{width}")


def test_without_javascript_the_queue_is_read_narrowed_and_acted_on(
    up: RunningUp, browser: Browser, marketplace: Caller
) -> None:
    number = a_case(marketplace, "Q-10")
    page = people.window(browser, up.port, java_script_enabled=False, locale="en-GB")
    sign_in(page, "sol")
    page.goto(OPEN)
    expect(row(page, number)).to_contain_text("left")
    page.locator("#queue-filter summary").click()
    page.locator("#filter-reason").select_option("counterfeit")
    page.get_by_role("button", name="Narrow the queue").click()
    expect(page.get_by_text("The filter lets nothing through.")).to_be_visible()
    page.get_by_role("link", name="Take the filter away").click()
    row(page, number).locator("[name=case]").check()
    page.get_by_role("button", name="Take the chosen cases").click()
    expect(page.get_by_role("row", name=re.compile(number))).to_contain_text("refused")
