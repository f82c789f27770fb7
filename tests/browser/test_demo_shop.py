"""The tour, clicked through as a stranger would: buy, ship, complain, be heard, be ruled on, and see the money move.

Everything the shop does goes through the public API of the service that serves it, and comes back by webhooks.
"""

import json
import os
import re
import signal
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import shoot
from tests.processes import RunningUp, run_manage

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PATIENCE_MS = 60_000


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("shop") / "data", demo=True, SWEEP_SECONDS="0.5")
    with running.ready(180):
        yield running


def watched(browser: Browser, up: RunningUp, **more: object) -> tuple[Page, list[str]]:
    """A visitor's browser, and what its console complains of: a breach of the content policy among them."""
    page, said = people.window(browser, up.port, **{"locale": "en-GB", **more}), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    return page, said


def ahead(page: Page, label: str) -> None:
    """Press what comes next, which is this."""
    button = page.locator("#ahead")
    expect(button).to_have_text(label, timeout=PATIENCE_MS)
    button.click()


def arrived(page: Page, kind: str) -> None:
    """A webhook of this type is shown, without the page being loaded again."""
    expect(page.locator("#arrived code", has_text=re.compile(f"^{re.escape(kind)}$")).first).to_be_visible(
        timeout=PATIENCE_MS
    )


def require_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found] == [], page.url


def require_no_sideways_scrolling(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def test_the_tour_from_basket_to_refund(up: RunningUp, browser: Browser) -> None:
    page, said = watched(browser, up, width=1440)
    page.goto("/")
    page.get_by_role("link", name="The tour").click()
    require_accessible(page)
    shoot(page, "tour-shop")
    page.get_by_role("button", name="Buy").click()

    # The endpoint, the terms and the order were made over the API, and the first webhooks come by themselves.
    expect(page.get_by_role("heading", name="The buyer has paid")).to_be_visible()
    asked = page.locator(".wire .method + code").all_inner_texts()
    assert asked == ["/api/v1/orders", "/api/v1/policies", "/api/v1/webhook-endpoints"]
    assert re.search(r"whsec_\w", page.content()) is None, "the secret is shown nowhere"
    arrived(page, "order.registered")
    arrived(page, "escrow.held")
    expect(page.locator(".vessel-held .how-much")).to_have_text("CN¥128.00")
    ahead(page, "Ship the cup")
    ahead(page, "Deliver it")
    expect(page.get_by_text("The buyer has until").first).to_be_visible()
    ahead(page, "Ask for a refund: it is cracked")
    ahead(page, "Refuse the refund")
    expect(page.locator("pre").filter(has_text="goods_as_described").first).to_be_visible()
    require_accessible(page)
    ahead(page, "Ask the platform in")

    # What the clock does is shown live: the page is not loaded again.
    page.evaluate("window.isTheSamePage = true")
    arrived(page, "case.evidence_opened")
    expect(page.locator("#ahead")).to_have_text("File what the buyer saw", timeout=PATIENCE_MS)
    assert page.evaluate("window.isTheSamePage")
    shoot(page, "tour-evidence")

    # A sign-in link opens the buyer's own page beside.
    with page.expect_popup() as opened:
        page.get_by_role("button", name="The buyer’s page").click()
    buyer = opened.value
    buyer.get_by_role("button", name="Sign in").click()
    expect(buyer.get_by_role("heading", level=1)).to_be_visible()
    assert "/cases/" in buyer.url
    buyer.close()

    ahead(page, "File what the buyer saw")
    ahead(page, "Both sides rest")
    ahead(page, "Rule for the buyer")
    expect(page.get_by_text("The crack runs under the glaze").first).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    expect(page.get_by_role("heading", name="The money has moved")).to_be_visible(timeout=PATIENCE_MS)
    assert page.evaluate("window.isTheSamePage")
    arrived(page, "case.closed")
    expect(page.locator(".vessel-buyer .how-much")).to_have_text("CN¥128.00")
    expect(page.locator(".vessel-held .how-much")).to_have_text("CN¥0.00")
    page.get_by_text("Look closer").click()
    page.get_by_role("button", name="Read the ledger").click()
    expect(page.locator(".wire summary").first).to_contain_text("/ledger")
    require_accessible(page)
    shoot(page, "tour-settled")
    assert said == []
    # The service's own books agree.
    assert run_manage("audit", DATA_DIR=str(up.data)).returncode == 0


def test_on_a_phone_with_a_keyboard_alone_in_chinese(up: RunningUp, browser: Browser) -> None:
    page, said = watched(browser, up, width=390, height=844, locale="zh-CN")
    page.goto("/demo/")
    require_no_sideways_scrolling(page)
    shoot(page, "tour-shop-phone-zh")
    page.get_by_role("button", name="买").press("Enter")
    for _each in range(5):
        before = page.locator("#ahead").inner_text()
        page.keyboard.press("Tab")
        page.locator("#ahead").focus()
        page.keyboard.press("Enter")
        expect(page.locator("#ahead")).not_to_have_text(before, timeout=PATIENCE_MS)
        require_no_sideways_scrolling(page)
    require_accessible(page)
    shoot(page, "tour-phone-zh")
    assert not re.search(
        r"\b(the|and|buyer|seller)\b", page.locator("#next").inner_text() + page.locator("#now").inner_text()
    )
    assert said == []


def test_without_scripts_it_works_by_loading_the_page_again(up: RunningUp, browser: Browser) -> None:
    page, _said = watched(browser, up, java_script_enabled=False)
    page.goto("/demo/")
    page.get_by_role("button", name="Buy").click()
    page.locator("#ahead").click()
    expect(page.get_by_role("heading", name="The cup is on its way")).to_be_visible()
    page.locator("#ahead").click()
    page.get_by_text("Or let it go another way").click()
    page.get_by_role("button", name="Confirm receipt").click()
    expect(page.get_by_role("heading", name="The money has moved")).to_be_visible()
    expect(page.locator(".vessel-seller .how-much")).to_have_text("CN¥128.00")


def test_whoever_says_nothing_is_answered_for_by_the_clock(up: RunningUp, browser: Browser) -> None:
    page, said = watched(browser, up)
    page.goto("/demo/")
    page.get_by_label("A minute or two for everything").check()
    page.get_by_role("button", name="Buy").click()
    for label in ("Ship the cup", "Deliver it", "Ask for a refund: it is cracked"):
        ahead(page, label)
    expect(page.get_by_text("silence counts as acceptance").first).to_be_visible()
    page.evaluate("window.isTheSamePage = true")
    expect(page.get_by_role("heading", name="The money has moved")).to_be_visible(timeout=3 * PATIENCE_MS)
    arrived(page, "deadline.lapsed")
    expect(page.locator(".vessel-buyer .how-much")).to_have_text("CN¥128.00")
    assert page.evaluate("window.isTheSamePage")
    assert said == []


def test_they_may_agree_on_half(up: RunningUp, browser: Browser) -> None:
    page, _said = watched(browser, up)
    page.goto("/demo/")
    page.get_by_role("button", name="Buy").click()
    for label in ("Ship the cup", "Deliver it", "Ask for a refund: it is cracked"):
        ahead(page, label)
    for name in ("Offer half", "Accept the seller’s offer"):
        page.get_by_text("Or let it go another way").click()
        page.get_by_role("button", name=name).click()
    expect(page.get_by_role("heading", name="The money has moved")).to_be_visible()
    expect(page.locator(".vessel-buyer .how-much")).to_have_text("CN¥64.00")
    expect(page.locator(".vessel-seller .how-much")).to_have_text("CN¥64.00")


def test_a_refusal_is_shown_with_its_code_and_nothing_is_lost(up: RunningUp, browser: Browser) -> None:
    page, _said = watched(browser, up)
    page.goto("/demo/")
    page.get_by_role("button", name="Buy").click()
    expect(page.locator("#ahead")).to_be_visible()
    # The key is taken back while the tour is under way.
    assert run_manage("revoke_api_key", "demo marketplace", DATA_DIR=str(up.data)).returncode == 0
    page.locator("#ahead").click()
    alarm = page.get_by_role("alert")
    expect(alarm).to_contain_text("401")
    expect(alarm).to_contain_text("unauthenticated")
    # The command that `up` runs at every start gives it others, and the tour goes on where it was.
    made = run_manage("demo", DATA_DIR=str(up.data), DEMO="1")
    assert made.returncode == 0, made.stderr
    page.reload()
    expect(page.locator("#ahead")).to_have_text("Ship the cup")


def test_kill_9_of_the_page_loses_nothing(up: RunningUp, browser: Browser) -> None:
    page, _said = watched(browser, up)
    page.goto("/demo/")
    page.get_by_role("button", name="Buy").click()
    ahead(page, "Ship the cup")
    expect(page.locator("#ahead")).to_have_text("Deliver it")
    here = page.url
    killed = {pid for pid, command in up.processes().items() if "granian" in command}
    for each in killed:
        os.kill(each, signal.SIGKILL)
    for _each in range(120):
        if up.get("/demo/") == 200 and not killed & set(up.processes()):
            break
        page.wait_for_timeout(500)
    page.goto(here)
    expect(page.locator("#ahead")).to_have_text("Deliver it")
    ahead(page, "Deliver it")
    arrived(page, "order.delivered")
    assert json.loads((up.data / "demo-shop" / "endpoint.json").read_text())["secret"].startswith("whsec_")


def test_without_the_demonstration_there_is_no_shop(tmp_path_factory: pytest.TempPathFactory) -> None:
    running = RunningUp(tmp_path_factory.mktemp("bare") / "data")
    try:
        running.wait_for("ready after", 180)
        assert running.get("/") == 200
        for path in ("/demo/", "/demo/webhooks", "/demo/orders/DEMO-SHOP-000000/"):
            assert running.get(path) == 404
        assert not (running.data / "demo-shop").exists()
    finally:
        running.process.terminate()
        running.process.wait(30)
