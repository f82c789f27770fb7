"""The arbitrator's desk: a real case ruled on by the keyboard alone, in reach of everybody, and safe from the parties.

The scripts that a party may write into whatever it can write are shown to staff as text, and never run.
"""

import io
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import require_accessible, shoot
from tests.processes import RunningUp
from tests.story.marketplace import Caller, a_claim, a_ruling, an_order, deliver

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PASSWORD = "a long enough one"
SCOPES = "orders:write,cases:read,cases:act,evidence:read"
REASONS = "The photograph shows a crack that no fall in use would leave; the cup still holds water."
#: Whatever would run in a page, in an attribute, in a script or in a template, if it were not told as text.
SCRIPT = (
    '"><script>window.ran = 1</script><img src=x onerror="window.ran = 1"><svg onload=window.ran=1>{{ 7|add:7 }}\'`'
)
#: The same for a name in an address, which holds no slash.
SCRIPT_IN_A_NAME = '"><img src=x onerror="window.ran = 1"><svg onload=window.ran=1>{{ 7 }}\'`'
#: Whatever a party writes, itself or through the marketplace, of which staff read the words: texts and files' names.
FIELDS = (
    *("buyer.name", "shop.name", "shop.return_address", "item.title", "item.snapshot", "shipment.carrier"),
    *("shipment.tracking_number", "delivery.signed_by", "message.text", "claim.statement", "offer.text"),
    *("rejection.text", "intervention.statement", "exhibit.title", "exhibit.text", "exhibit.file", "draft.title"),
    *("draft.text", "draft.file", "acceptance.return_address", "return.carrier", "return.tracking_number"),
    *("return_dispute.text", "return_dispute.file", "reply.text_buyer", "reply.file_buyer", "reply.text_seller"),
    *("reply.file_seller", "appeal.grounds", "appeal.draft", "appeal.file"),
)
#: What a photograph may say of itself: whole documents within one are refused.
SCRIPT_IN_EXIF = '"><img src=x onerror="window.ran = 1">'
#: Where a photograph names its camera and its software (Exif 2.3, section 4.6.4).
MAKE, MODEL, SOFTWARE = 0x010F, 0x0110, 0x0131
WATCH = """
window.refused = [];
document.addEventListener("securitypolicyviolation", (event) => window.refused.push(event.violatedDirective));
"""


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("desk") / "data", SWEEP_SECONDS="0.5")
    with running.ready(120):
        yield running


@pytest.fixture(scope="module")
def marketplace(up: RunningUp) -> Caller:
    up.manage("create_staff", "ada", "--role", "arbitrator", "--password", PASSWORD)
    key = up.manage("create_api_key", "shop", "--scopes", SCOPES).splitlines()[-1]
    return Caller(up.port, key)


def to_be_ruled_on(marketplace: Caller, order: str) -> str:
    """A case with an exhibit of each side, that has come to ada; its number."""
    marketplace.post("orders", an_order(order))
    deliver(marketplace, order)
    number: str = marketplace.post("cases", a_claim(order))["number"]
    exhibit = {"kind": "document", "title": "What can be seen", "text": "As can be seen by anybody."}
    rejection = {"reason": "other", "text": "As can be seen by anybody.", "exhibits": [exhibit]}
    marketplace.post(f"cases/{number}/reject", rejection)
    marketplace.post(f"cases/{number}/intervene")
    marketplace.until(f"cases/{number}", {"state": "evidence"})
    marketplace.post(f"cases/{number}/exhibits", {"by": "buyer"} | exhibit)
    for side in ("buyer", "seller"):
        marketplace.post(f"cases/{number}/rest", {"by": side})
    return number


def order_path(order: str) -> str:
    return quote(order, safe="")


def sign_in(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button, form#login-form button").first.click()
    page.wait_for_url("**/admin/")


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
            sign_in(ada, "ada")
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
    up.manage("create_staff", "sue", "--role", "supervisor", "--password", PASSWORD)
    ada_key, sue_key = (of_staff(up, name) for name in ("ada", "sue"))
    order, returned = "X" + SCRIPT_IN_A_NAME, "Y" + SCRIPT_IN_A_NAME
    for each in (order, returned):
        ordered_and_delivered(marketplace, each)
    number, back = disputed(marketplace, order), sent_back(marketplace, returned)
    case, of_return = f"/admin/cases/{number}", f"/admin/cases/{back}"

    ada = watched_window(browser, up, "ada")
    told = [require_inert(ada, f"{case}/{name}") for name in ("hearing/", "hearing/?compare=B4&compare=S5", "ruling/")]
    answered(marketplace, ada_key, number, "buyer")
    told += [require_inert(ada, f"{case}/{name}") for name in ("hearing/", "ruling/")]
    told += [require_inert(ada, address) for address in ("/admin/", "/admin/queue/", "/admin/desks/", "/admin/canned/")]
    assert ada.goto("/admin/figures/").status == 403  # type: ignore[union-attr]  # which is a line among the denials

    exhibits = ada_key.get(f"cases/{number}/exhibits")["results"]
    ada_key.post(f"cases/{number}/rulings", a_ruling(exhibits))
    appealed(marketplace, number)
    answered(marketplace, sue_key, number, "seller")
    for side in ("buyer", "seller"):
        marketplace.post(f"cases/{number}/rest", {"by": side})

    marketplace.until(f"cases/{number}", {"state": "ruling", "arbitrator": {"username": "sue"}})

    sue = watched_window(browser, up, "sue")
    told += [require_inert(sue, f"{case}/{name}") for name in ("hearing/", "ruling/")]
    told.append(require_inert(sue, f"{of_return}/hearing/"))
    on_record = str(sue.locator("a[href^='/admin/adjudication/case/'][href*='/change/']").first.get_attribute("href"))
    told.append(require_inert(sue, on_record))
    pages = [
        *("/admin/", "/admin/queue/", f"/admin/queue/?q={order_path(SCRIPT)}", "/admin/desks/", "/admin/canned/"),
        *("/admin/canned/new/", "/admin/register/", "/admin/figures/", "/admin/policies/", "/admin/outages/"),
        *("/admin/accounts/", "/admin/second-factor/"),
    ]
    told += [require_inert(sue, address) for address in pages]
    told += records(sue)
    shown = "".join(told)
    unseen = [field for field in FIELDS if f"in {field}." not in shown]
    assert unseen == [], unseen


def script(field: str) -> str:
    """The script, with the name of the field that it is written into."""
    assert field in FIELDS
    return f"{SCRIPT} in {field}."


def of_staff(up: RunningUp, name: str) -> Caller:
    """A member of staff's own key."""
    scopes = "cases:read,cases:act,rulings:write,evidence:read"
    return Caller(up.port, up.manage("create_api_key", name, "--scopes", scopes, "--user", name).splitlines()[-1])


def ordered_and_delivered(marketplace: Caller, order: str) -> None:
    """An order of one buyer and one shop who write the script wherever the marketplace tells of them."""
    address = '"<svg/onload=window.ran=1>"@example.org'
    buyer = {"id": "x-b", "name": script("buyer.name"), "email": address}
    shop = {"id": "x-s", "name": script("shop.name"), "category": SCRIPT[:120], "email": address}
    shop["return_address"] = script("shop.return_address")
    item = {"line": '<svg onload="window.ran=1">', "sku": SCRIPT[:120], "title": script("item.title")}
    item |= {"category": SCRIPT[:120], "unit_price_minor": 10_000, "quantity": 1}
    item |= {"snapshot": {"title": script("item.snapshot"), SCRIPT[:60]: SCRIPT}}
    marketplace.post("orders", an_order(order, buyer=buyer, shop=shop, items=[item]))
    path = f"orders/{order_path(order)}"
    shipment = {"carrier": "<script>window.ran=1</script> in shipment.carrier.", "shipped_at": "2026-01-06T08:00:00Z"}
    shipment["tracking_number"] = "<script>window.ran=1</script> in shipment.tracking_number."
    marketplace.post(f"{path}/shipments", shipment)
    signed_by = script("delivery.signed_by")
    marketplace.post(f"{path}/deliveries", {"delivered_at": "2026-01-08T08:00:00Z", "signed_by": signed_by})
    said = {"from": "buyer", "text": script("message.text"), "sent_at": "2026-01-09T08:00:00Z"}
    marketplace.post(f"{path}/messages", {"messages": [said]})


def disputed(marketplace: Caller, order: str) -> str:
    """A case that is to be ruled on, in which each side filed, one of them what it had drafted before; its number."""
    number: str = marketplace.post("cases", a_claim(order, statement=script("claim.statement")))["number"]
    case, amount = f"cases/{number}", {"amount_minor": 1, "currency": "CNY"}
    offer = {"by": "buyer", "remedy": "refund", "amount": amount, "text": script("offer.text")}
    marketplace.post(f"{case}/offers", offer)
    exhibit = {"kind": "platform_chat", "title": script("exhibit.title"), "text": script("exhibit.text")}
    rejection = {"reason": "other", "text": script("rejection.text"), "exhibits": [exhibit]}
    marketplace.post(f"{case}/reject", rejection)
    marketplace.post(f"{case}/intervene", {"statement": script("intervention.statement")})
    marketplace.until(case, {"state": "evidence"})
    words = {"by": "buyer", "kind": "photo", "title": script("draft.title"), "text": script("draft.text")}
    draft = sent(marketplace, f"{case}/exhibits", words | {"draft": "true"}, named("draft.file"))
    status, filed = marketplace.call("PATCH", f"exhibits/{draft['id']}", {"draft": False})
    assert status == 200, filed
    sent(marketplace, f"{case}/exhibits", {"by": "seller", "kind": "photo", "title": "x"}, named("exhibit.file"))
    for side in ("buyer", "seller"):
        marketplace.post(f"{case}/rest", {"by": side})
    return number


def sent_back(marketplace: Caller, order: str) -> str:
    """A case whose goods went back, which the seller disputes; its number."""
    claim = a_claim(order, statement=script("claim.statement"), remedy="return_and_refund")
    number: str = marketplace.post("cases", claim)["number"]
    marketplace.post(f"cases/{number}/accept", {"return_address": script("acceptance.return_address")})
    parcel = {name: f"<script>window.ran=1</script> in return.{name}." for name in ("carrier", "tracking_number")}
    marketplace.post(f"cases/{number}/return-shipment", parcel)
    dispute = {"reason": "damaged", "text": script("return_dispute.text")}
    sent(marketplace, f"cases/{number}/return-dispute", dispute, named("return_dispute.file"), field="files")
    return number


def answered(marketplace: Caller, staff: Caller, number: str, side: str) -> None:
    """Staff ask a side, which answers in words and with a file."""
    inquiry = staff.post(f"cases/{number}/inquiries", {"to": [side], "text": "Which of the two is it?"})
    words = {"by": side, "text": script(f"reply.text_{side}")}
    sent(marketplace, f"inquiries/{inquiry['id']}/reply", words, named(f"reply.file_{side}"), field="files")


def appealed(marketplace: Caller, number: str) -> None:
    """The seller appeals, with a draft and a file."""
    words = {"by": "seller", "kind": "document", "title": script("appeal.draft"), "text": "x", "draft": True}
    draft = marketplace.post(f"cases/{number}/exhibits", words)
    grounds = {"by": "seller", "grounds": script("appeal.grounds"), "exhibits": draft["id"]}
    sent(marketplace, f"cases/{number}/appeal", grounds, named("appeal.file"), field="files")


def named(field: str) -> str:
    """A file's name that holds the script, and the name of the field that it comes with."""
    assert field in FIELDS
    return f"{SCRIPT_IN_A_NAME} in {field}.png"


def sent(marketplace: Caller, path: str, words: dict[str, str], name: str, *, field: str = "file") -> Any:
    """Send words and a photograph of this name, in whose own text stands the script too; the answer."""
    about = Image.Exif()
    about[MAKE] = about[MODEL] = about[SOFTWARE] = SCRIPT_IN_EXIF
    photo = io.BytesIO()
    Image.effect_noise((64, 48), 50).save(photo, "PNG", exif=about)
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    parts = [f'name="{key}"\r\n\r\n{value}'.encode() for key, value in words.items()]
    head = f'name="{field}"; filename="{quoted}"\r\nContent-Type: image/png\r\n\r\n'
    parts.append(head.encode() + photo.getvalue())
    body = b"".join(b"--x-x\r\nContent-Disposition: form-data; " + part + b"\r\n" for part in parts) + b"--x-x--\r\n"
    headers = {"Authorization": f"Bearer {marketplace.key}", "Content-Type": "multipart/form-data; boundary=x-x"}
    to = marketplace.base + path
    request = urllib.request.Request(to, method="POST", data=body, headers=headers)  # noqa: S310  # of the loopback
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        pytest.fail(f"{path}: {error.read().decode()}")


def watched_window(browser: Browser, up: RunningUp, name: str) -> Page:
    """A member of staff's browser, which notes what runs and what is refused to run."""
    page = people.window(browser, up.port, width=1440, locale="en-GB")
    page.add_init_script(WATCH)
    page.on("dialog", lambda dialog: pytest.fail(f"{page.url}: {dialog.message}"))
    sign_in(page, name)
    return page


def records(page: Page) -> list[str]:
    """Every list of records that the sidebar leads to, and of each the newest two; the texts of the pages."""
    page.goto("/admin/")
    links = page.locator("a[href^='/admin/adjudication/'], a[href^='/admin/auth/']").all()
    lists = sorted({str(link.get_attribute("href")) for link in links})
    assert {f"/admin/adjudication/{name}/" for name in ("case", "exhibit", "inquiry", "denial")} <= set(lists)
    told = []
    for address in lists:
        told.append(require_inert(page, address))
        found = page.locator("#result_list th a, #result_list td a").all()
        rows = [str(link.get_attribute("href")) for link in found]
        told += [require_inert(page, row) for row in [row for row in rows if "/change/" in row][:2]]
    return told


def require_inert(page: Page, address: str) -> str:
    """The page shows what parties wrote, runs none of it, and nothing on it tries what the page's policy refuses."""
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, address
    page.wait_for_load_state("load")
    assert page.evaluate("window.ran") is None, address
    assert page.evaluate("window.refused") == [], address
    assert page.locator("img[src=x], svg[onload]").count() == 0, address
    assert "<script>window.ran" not in answer.text(), address
    return str(page.locator("body").text_content())
