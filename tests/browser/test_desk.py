"""The arbitrator's desk: a real case ruled on by the keyboard alone, in reach of everybody, and safe from the parties.

The scripts that a party may write into whatever it can write are shown to staff as text, and never run.
"""

import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import shoot
from tests.processes import RunningUp, run_manage
from tests.story.marketplace import Caller, a_claim, an_order, deliver

pytestmark = [pytest.mark.browser, pytest.mark.processes]

GRAVE = {"serious", "critical"}
PASSWORD = "a long enough one"
REASONS = "The photograph shows a crack that no fall in use would leave; the cup still holds water."
#: Whatever would run in a page, in an attribute, in a script or in a template, if it were not told as text.
SCRIPT = (
    '"><script>window.ran = 1</script><img src=x onerror="window.ran = 1"><svg onload=window.ran=1>{{ 7|add:7 }}\'`'
)
#: The same for a name in an address, which holds no slash.
SCRIPT_IN_A_NAME = '"><img src=x onerror="window.ran = 1"><svg onload=window.ran=1>{{ 7 }}\'`'
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("desk") / "data", SWEEP_SECONDS="0.5")
    try:
        running.wait_for("ready after", 120)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with people.chromium() as found:
        yield found


@pytest.fixture(scope="module")
def marketplace(up: RunningUp) -> Caller:
    manage(up, "create_staff", "ada", "--role", "arbitrator", "--password", PASSWORD)
    key = manage(up, "create_api_key", "shop", "--scopes", "orders:write,cases:read,cases:act").splitlines()[-1]
    return Caller(up.port, key)


def manage(up: RunningUp, *arguments: str) -> str:
    done = run_manage(*arguments, DATA_DIR=str(up.data))
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def to_be_ruled_on(marketplace: Caller, order: str) -> str:
    """A case with an exhibit of each side, that has come to ada; its number."""
    marketplace.post("orders", an_order(order))
    deliver(marketplace, order)
    return heard(marketplace, order, "As can be seen by anybody.", "document")


def heard(marketplace: Caller, order: str, words: str, kind: str) -> str:
    number: str = marketplace.post("cases", a_claim(order, statement=words))["number"]
    exhibit = {"kind": kind, "title": words, "text": words}
    offer = {"by": "buyer", "remedy": "refund", "amount": {"amount_minor": 1, "currency": "CNY"}, "text": words}
    marketplace.post(f"cases/{number}/offers", offer)
    rejection = {"reason": "other", "text": words, "exhibits": [exhibit]}
    marketplace.post(f"cases/{number}/reject", rejection)
    marketplace.post(f"cases/{number}/intervene", {"statement": words})
    marketplace.until(f"cases/{number}", {"state": "evidence"})
    marketplace.post(f"cases/{number}/exhibits", {"by": "buyer"} | exhibit)
    for side in ("buyer", "seller"):
        marketplace.post(f"cases/{number}/rest", {"by": side})
    return number


def order_path(order: str) -> str:
    return quote(order, safe="")


def sign_in(page: Page) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill("ada")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button, form#login-form button").first.click()
    page.wait_for_url("**/admin/")


def require_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    grave = [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found if each["impact"] in GRAVE]
    assert grave == [], page.url


def tab_to(page: Page, selector: str, *, key: str = "Tab") -> None:
    """Press the Tab key until what is wanted has the focus."""
    for _press in range(250):
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{page.url}: {selector} is not reached by the keyboard")


def choose(page: Page, name: str, value: str) -> None:
    """Choose one of a group of radio buttons: Tab into it, the arrows, the space bar."""
    tab_to(page, f'input[name="{name}"]')
    page.keyboard.press("Space")
    for _press in range(8):
        if page.evaluate("value => document.activeElement.value === value", value):
            break
        page.keyboard.press("ArrowDown")
    expect(page.locator(f'input[name="{name}"][value="{value}"]')).to_be_checked()


def write(page: Page, selector: str, words: str) -> None:
    tab_to(page, selector)
    page.keyboard.insert_text(words)


def test_a_case_is_ruled_on_by_the_keyboard_alone_and_the_losing_side_reads_why(
    up: RunningUp, browser: Browser, marketplace: Caller
) -> None:
    number = to_be_ruled_on(marketplace, "K-1")
    ada = people.window(browser, up.port, width=1440, locale="en-GB")
    ada.goto("/admin/login/")
    write(ada, "input[name=username]", "ada")
    write(ada, "input[name=password]", PASSWORD)
    ada.keyboard.press("Enter")
    ada.wait_for_url("**/admin/")

    # From the queue to the case, and to the form.
    tab_to(ada, 'a[href="/admin/queue/"]')
    ada.keyboard.press("Enter")
    ada.wait_for_url("**/admin/queue/**")
    tab_to(ada, f'a[href="/admin/cases/{number}/hearing/"]')
    ada.keyboard.press("Enter")
    ada.wait_for_url(f"**/{number}/hearing/")
    tab_to(ada, f'a[href="/admin/cases/{number}/ruling/"]')
    ada.keyboard.press("Enter")
    ada.wait_for_url(f"**/{number}/ruling/")

    # An empty form says what is missing, where it belongs.
    tab_to(ada, "form.ruling .buttons button.primary")
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("alert").first).to_contain_text("The ruling is not complete.")
    expect(ada.locator("#reasons .fault").first).to_contain_text("at least 40 characters")
    require_accessible(ada)

    # What is typed is kept by itself, and is there again after the window was closed.
    exhibits = [note.get_attribute("name") for note in ada.locator("textarea[name^=note-]").all()]
    assert len(exhibits) == 2
    for name in exhibits:
        exhibit = str(name).removeprefix("note-")
        choose(ada, f"supports-{exhibit}", "buyer")
        choose(ada, f"weight-{exhibit}", "strong")
        write(ada, f'textarea[name="note-{exhibit}"]', "It shows the crack, and nothing speaks against it.")
        tab_to(ada, f'input[name="cited-{exhibit}"]')
        ada.keyboard.press("Space")
    choose(ada, "answers-fault", "seller")
    write(ada, "input[name=answers-usable_percent]", "40")
    expect(ada.locator("#kept")).to_contain_text("Draft kept at")
    with ada.expect_response("**/ruling/keep/"):
        ada.keyboard.press("End")
        ada.keyboard.press("Backspace")
        ada.keyboard.press("0")
    ada.goto("/admin/queue/")
    ada.goto(f"/admin/cases/{number}/ruling/")
    expect(ada.locator("input[name=answers-usable_percent]")).to_have_value("40")
    expect(ada.locator("#kept")).to_contain_text("Draft kept at")
    choose(ada, "winner", "split")
    expect(ada.locator("input[name=remedy][value=refund]")).to_be_checked()
    write(ada, "textarea[name=reasons]", REASONS)
    shoot(ada, "desk-ruling-typed")
    tab_to(ada, "form.ruling .buttons button.primary")
    ada.keyboard.press("Enter")
    expect(ada.locator("section.award").last).to_contain_text("60.00")
    require_accessible(ada)
    shoot(ada, "desk-ruling-previewed")

    # Issuing asks once more.
    tab_to(ada, 'button[formaction*="/issue/"]')
    ada.keyboard.press("Enter")
    expect(ada.get_by_role("alert").first).to_contain_text("Confirm that the ruling is to be issued.")
    tab_to(ada, "input[name=confirmed]")
    ada.keyboard.press("Space")
    tab_to(ada, 'button[formaction*="/issue/"]')
    ada.keyboard.press("Enter")
    ada.wait_for_url(f"**/{number}/hearing/**")
    expect(ada.get_by_role("heading", name="Ruling of instance 1")).to_be_visible()
    assert marketplace.get(f"cases/{number}")["state"] == "ruled"

    # The side it went against reads why.
    seller = people.window(browser, up.port, width=390, height=844, locale="en-GB")
    seller.goto(marketplace.post(f"cases/{number}/links", {"party": "seller"})["url"])
    seller.locator("main form button").click()
    seller.goto(f"/cases/{number}/")
    expect(seller.get_by_text(REASONS).first).to_be_visible()
    expect(seller.get_by_text("nothing speaks against it").first).to_be_visible()
    shoot(seller, "desk-losing-side")


def test_nothing_grave_stands_in_the_way_at_the_desk_in_either_language(
    up: RunningUp, browser: Browser, marketplace: Caller
) -> None:
    number = to_be_ruled_on(marketplace, "K-2")
    for locale in ("en-GB", "zh-CN"):
        for width in (390, 1440):
            ada = people.window(browser, up.port, width=width, locale=locale)
            sign_in(ada)
            for name in ("hearing", "ruling"):
                ada.goto(f"/admin/cases/{number}/{name}/")
                for summary in ada.locator("main details > summary").all():
                    summary.click()
                require_accessible(ada)
                assert ada.evaluate("document.documentElement.scrollWidth") <= width, f"{name} scrolls sideways"
                shoot(ada, f"desk-{name}-{locale}-{width}")
            ada.goto("/admin/canned/")
            require_accessible(ada)


def test_a_script_in_any_field_a_party_can_write_never_runs_on_a_staff_page(
    up: RunningUp, browser: Browser, marketplace: Caller
) -> None:
    order = "X" + SCRIPT_IN_A_NAME
    buyer = {"id": "x-b", "name": SCRIPT}
    shop = {"id": "x-s", "name": SCRIPT, "category": SCRIPT[:120], "return_address": SCRIPT}
    item = {"sku": SCRIPT[:120], "title": SCRIPT, "category": SCRIPT[:120], "unit_price_minor": 10_000, "quantity": 1}
    item |= {"snapshot": {"title": SCRIPT, SCRIPT[:60]: SCRIPT}}
    marketplace.post("orders", an_order(order, buyer=buyer, shop=shop, items=[item]))
    path = f"orders/{order_path(order)}"
    carrier = {"carrier": SCRIPT[:120], "tracking_number": SCRIPT[:120], "shipped_at": "2026-01-06T08:00:00Z"}
    marketplace.post(f"{path}/shipments", carrier)
    marketplace.post(f"{path}/deliveries", {"delivered_at": "2026-01-08T08:00:00Z", "signed_by": SCRIPT})
    said = {"from": "buyer", "text": SCRIPT, "sent_at": "2026-01-09T08:00:00Z"}
    marketplace.post(f"{path}/messages", {"messages": [said]})
    number = heard(marketplace, order, SCRIPT, "platform_chat")

    ada = people.window(browser, up.port, width=1440, locale="en-GB")
    ada.add_init_script(WATCH)
    ada.on("dialog", lambda dialog: pytest.fail(f"{ada.url}: {dialog.message}"))
    sign_in(ada)
    case = f"/admin/cases/{number}"
    pages = [
        *("/admin/", "/admin/queue/", f"{case}/hearing/", f"{case}/hearing/?compare=S3&compare=B4", f"{case}/ruling/"),
        *("/admin/canned/", "/admin/register/", f"/admin/queue/?q={order_path(SCRIPT)}"),
    ]
    for model in ("case", "order", "line", "party", "shop", "exhibit", "offer", "deadline", "event", "account"):
        pages.append(f"/admin/adjudication/{model}/")
    for address in pages:
        require_inert(ada, address)
    for model in ("case", "order", "line", "party", "shop", "exhibit", "offer", "event"):
        ada.goto(f"/admin/adjudication/{model}/")
        for link in ada.locator("#result_list th a, #result_list td a").all()[:2]:
            address = str(link.get_attribute("href"))
            if re.search(r"/change/", address):
                require_inert(ada, address)
                ada.goto(f"/admin/adjudication/{model}/")


def require_inert(page: Page, address: str) -> None:
    """The page shows what parties wrote, runs none of it, and nothing on it tries what the page's policy refuses."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    page.wait_for_load_state("load")
    assert page.evaluate("window.ran") is None, address
    assert page.evaluate("window.refused") == [], address
    assert page.locator("img[src=x], svg[onload]").count() == 0, address
    assert "<script>window.ran" not in answer.text(), address
