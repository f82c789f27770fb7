"""One dispute clicked through by buyer, seller and arbitrator, each in a browser of their own; JavaScript is optional.

Screenshots of every role's pages are left in `screenshots/` (or in SCREENSHOTS).
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import tomli_w
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import shoot
from tests.evidence import drawn
from tests.processes import RunningUp
from tests.story.marketplace import Caller, an_order, deliver

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PNG = drawn.picture("PNG")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    folder = tmp_path_factory.mktemp("browser")
    policy = folder / "short.toml"
    policy.write_text(tomli_w.dumps({"terms_seconds": {"appeal": 3}}))
    running = RunningUp(folder / "data", "--policy", str(policy), SWEEP_SECONDS="0.5")
    with running.ready():
        yield running


def window(browser: Browser, up: RunningUp, **more: object) -> Page:
    return people.window(browser, up.port, **more)


def sign_in(page: Page, marketplace: Caller, case: str, side: str) -> None:
    link = marketplace.post(f"cases/{case}/links", {"party": side})["url"]
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()


def test_one_dispute_clicked_through_by_everybody(up: RunningUp, browser: Browser, tmp_path: Path) -> None:
    photo = tmp_path / "crack.png"
    photo.write_bytes(PNG)
    up.manage("create_staff", "ada", "--role", "arbitrator", "--password", "a long enough one")
    key = up.manage("create_api_key", "shop", "--scopes", "orders:write,cases:read,cases:act").splitlines()[-1]
    marketplace = Caller(up.port, key)
    marketplace.post("orders", an_order("W-0"))
    deliver(marketplace, "W-0")
    first = marketplace.post(
        "cases",
        {
            "order_number": "W-0",
            "reason": "quality",
            "remedy": "refund",
            "amount": {"amount_minor": 5_000, "currency": "CNY"},
            "statement": "It is chipped.",
        },
    )["number"]

    # The buyer, on a phone and without JavaScript, asks for a refund over another order.
    marketplace.post("orders", an_order("W-1"))
    deliver(marketplace, "W-1")
    buyer = window(browser, up, width=390, height=844, is_mobile=True, java_script_enabled=False)
    sign_in(buyer, marketplace, first, "buyer")
    buyer.goto("/cases/")
    shoot(buyer, "buyer-cases-phone")
    buyer.get_by_role("link", name="Ask for a refund").click()
    buyer.get_by_role("link", name=re.compile("Choose.*W-1")).click()
    buyer.get_by_label("What is wrong").select_option("quality")
    buyer.get_by_label("What happened").fill("The cup came with a crack from rim to foot.")
    shoot(buyer, "buyer-request-phone")
    buyer.get_by_role("button", name="File the request").click()
    expect(buyer.get_by_text("Refund requested").first).to_be_visible()
    number = re.search(r"\d{4}-\d+-\d\d", buyer.url).group()  # type: ignore[union-attr]
    page_of_case = f"/cases/{number}/"
    buyer.locator("#act-file_exhibit > summary").click()
    buyer.locator("#act-file_exhibit").get_by_label("Title").fill("The crack")
    buyer.locator("#act-file_exhibit input[type=file]").set_input_files(photo)
    buyer.locator("#act-file_exhibit button.main").click()
    expect(buyer.locator("#exhibit-B1")).to_contain_text("The crack")
    shoot(buyer, "buyer-case-phone")

    # A link signs in once.
    link = marketplace.post(f"cases/{number}/links", {"party": "seller"})["url"]
    seller = window(browser, up)
    seller.goto(link)
    seller.get_by_role("button", name="Sign in").click()
    stranger = window(browser, up)
    stranger.goto(link)
    expect(stranger.get_by_role("heading", name="This link does not work any more")).to_be_visible()

    # The seller refuses: first without grounds, and is told what is missing with every word kept.
    seller.goto(page_of_case)
    shoot(seller, "seller-case")
    seller.locator("#act-reject > summary").click()
    form = seller.locator("#act-reject")
    form.get_by_label("Reason").select_option("goods_as_described")
    form.get_by_label("Why you refuse").fill("It left us whole; see the packing note.")
    form.locator("button[type=submit]").click()
    expect(seller.get_by_text("at least one exhibit").first).to_be_visible()
    expect(form.get_by_label("Why you refuse")).to_have_value("It left us whole; see the packing note.")
    shoot(seller, "seller-refusal-incomplete")
    form.get_by_label("Or a written exhibit").fill("Packed by hand on Monday, no crack.")
    form.locator("button[type=submit]").click()
    expect(seller.get_by_text("Refused by the seller").first).to_be_visible()

    # The buyer calls the platform in; the tick assigns the arbitrator and evidence opens; both rest.
    buyer.goto(page_of_case)
    buyer.locator("#act-intervene > summary").click()
    buyer.locator("#act-intervene textarea").fill("The photograph shows it.")
    buyer.locator("#act-intervene button").click()
    marketplace.until(f"cases/{number}", {"state": "evidence"})
    for page, name in ((buyer, "buyer"), (seller, "seller")):
        page.goto(page_of_case)
        shoot(page, f"{name}-evidence")
        page.locator("#act-rest > summary").click()
        page.locator("#act-rest input[type=checkbox]").check()
        page.locator("#act-rest button").click()

    # The arbitrator finds the case in her queue, hears it and rules.
    ada = window(browser, up, width=1440)
    ada.goto("/admin/login/")
    ada.get_by_label("Username").fill("ada")
    ada.get_by_label("Password").fill("a long enough one")
    shoot(ada, "arbitrator-sign-in")
    ada.get_by_role("button", name="Log in").click()
    ada.goto("/admin/queue/")
    expect(ada.get_by_role("link", name=number).first).to_be_visible()
    shoot(ada, "arbitrator-queue")
    ada.goto(f"/admin/cases/{number}/hearing/")
    shoot(ada, "arbitrator-hearing")
    ada.goto(f"/admin/cases/{number}/ruling/")
    ada.get_by_role("button", name="Preview").last.click()
    expect(ada.get_by_role("alert").first).to_be_visible()
    shoot(ada, "arbitrator-ruling-incomplete")
    for finding in ada.locator("fieldset:has(textarea)").all():
        finding.locator("input[value=buyer]").check()
        finding.locator("input[value=strong]").check()
        finding.locator("textarea").fill("It shows the crack, and nothing speaks against it.")
        finding.locator("input[type=checkbox]").check()
    ada.locator("input[name=winner][value=split]").check()
    ada.locator("input[name=remedy][value=refund]").check()
    ada.locator("input[name=answers-fault][value=seller]").check()
    ada.locator("input[name=answers-usable_percent]").fill("40")
    ada.locator("textarea[name=reasons]").fill(
        "The photograph shows a crack that no fall in use would leave; the cup still holds water."
    )
    ada.get_by_role("button", name="Preview").last.click()
    expect(ada.locator(".award")).to_contain_text("60.00")
    shoot(ada, "arbitrator-ruling-preview")
    ada.locator("input[name=confirmed]").check()
    ada.get_by_role("button", name="Issue the ruling").click()
    shoot(ada, "arbitrator-ruled")

    # Nobody appeals: the ruling is final and the money has moved; both read it.
    closed = marketplace.until(f"cases/{number}", {"state": "closed"})
    assert closed["outcome"] == "partly_refunded"
    for page, name in ((buyer, "buyer"), (seller, "seller")):
        page.goto(page_of_case)
        expect(page.get_by_text("The photograph shows a crack").first).to_be_visible()
        shoot(page, f"{name}-closed")
    chinese = window(browser, up, locale="zh-CN")
    sign_in_chinese(chinese, marketplace, number)
    shoot(chinese, "seller-closed-chinese")
    assert up.manage("audit")


def sign_in_chinese(page: Page, marketplace: Caller, case: str) -> None:
    page.goto(marketplace.post(f"cases/{case}/links", {"party": "seller"})["url"])
    page.locator("main form button").click()
    page.goto(f"/cases/{case}/")
