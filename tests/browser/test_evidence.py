"""Evidence as people file it and look at it: a phone's photograph, a carrier's PDF, two sides by side, by keyboard."""

import hashlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import people
from tests.browser.people import require_accessible, shoot
from tests.evidence import drawn
from tests.processes import RunningUp
from tests.story.marketplace import Caller, a_claim, an_order, deliver

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    folder = tmp_path_factory.mktemp("evidence")
    terms = folder / "terms.toml"
    terms.write_text("[terms_seconds]\narbitrator_assigned = 5\nevidence = 10\n")
    running = RunningUp(folder / "data", "--policy", str(terms), SWEEP_SECONDS="0.5")
    with running.ready():
        yield running


@pytest.fixture(scope="module")
def marketplace(up: RunningUp) -> Caller:
    up.manage("create_staff", "ada", "--role", "arbitrator", "--password", "a long enough one")
    key = up.manage("create_api_key", "shop", "--scopes", "orders:write,cases:read,cases:act").splitlines()[-1]
    return Caller(up.port, key)


def sign_in(page: Page, marketplace: Caller, case: str, side: str) -> None:
    page.goto(marketplace.post(f"cases/{case}/links", {"party": side})["url"])
    page.locator("main form button").click()
    page.goto(f"/cases/{case}/")


def sign_in_staff(page: Page, case: str) -> None:
    page.goto("/admin/login/")
    page.locator("input[name=username]").fill("ada")
    page.locator("input[name=password]").fill("a long enough one")
    page.locator("main form button, form#login-form button").first.click()
    page.goto(f"/admin/cases/{case}/hearing/")


def file_exhibit(page: Page, title: str, file: Path, kind: str) -> None:
    page.locator("#act-file_exhibit > summary").click()
    form = page.locator("#act-file_exhibit")
    form.locator("select[name=kind]").select_option(kind)
    form.locator("input[name=title]").fill(title)
    form.locator("input[type=file]").set_input_files(file)
    form.locator("button.main").click()


def test_evidence_is_filed_from_a_phone_and_looked_at_closely(
    up: RunningUp, browser: Browser, marketplace: Caller, tmp_path: Path
) -> None:
    photo, paper, bad = tmp_path / "IMG_1.jpg", tmp_path / "delivery.pdf", tmp_path / "script.pdf"
    photo.write_bytes(drawn.photo(6))
    paper.write_bytes(drawn.pdf(3))
    bad.write_bytes(drawn.pdf_with_script())
    marketplace.post("orders", an_order("E-1"))
    deliver(marketplace, "E-1")
    number = marketplace.post("cases", a_claim("E-1"))["number"]

    # The buyer's phone: the file may come from anywhere, the camera is at hand; the receipt stands beside the exhibit.
    buyer = people.window(browser, up.port, width=390, height=844, is_mobile=True, has_touch=True, locale="en-GB")
    sign_in(buyer, marketplace, number, "buyer")
    buyer.locator("#act-file_exhibit > summary").click()
    chosen = buyer.locator("#act-file_exhibit input[type=file]")
    assert "image/jpeg" in (chosen.get_attribute("accept") or "")
    assert chosen.get_attribute("capture") is None
    with buyer.expect_file_chooser() as asked:
        buyer.get_by_role("button", name="Take a photo now").click()
    assert asked.value.element.get_attribute("id") == chosen.get_attribute("id")
    asked.value.set_files(photo)
    buyer.locator("#act-file_exhibit input[name=title]").fill("The crack")
    buyer.locator("#act-file_exhibit button.main").click()
    expect(buyer.locator("#exhibit-B1")).to_contain_text("The crack")
    expect(buyer.get_by_text("Its receipt stands beside it.")).to_be_visible()
    buyer.locator("#exhibit-B1 .receipt summary").click()
    expect(buyer.locator("#exhibit-B1 .receipt-hash")).to_have_text(re.compile("^[0-9a-f]{64}$"))
    shoot(buyer, "evidence-buyer-phone")

    # The seller is refused a scripted PDF beside its field, with what was typed kept; then files a carrier's record.
    seller = people.window(browser, up.port, width=1440, locale="en-GB")
    sign_in(seller, marketplace, number, "seller")
    file_exhibit(seller, "The carrier's record", bad, "carrier_record")
    expect(seller.locator("#act-file_exhibit .has-error .errors")).to_contain_text("must not contain scripts")
    expect(seller.locator("#act-file_exhibit .has-error")).to_contain_text("choose it again")
    expect(seller.locator("#act-file_exhibit input[name=title]")).to_have_value("The carrier's record")
    shoot(seller, "evidence-seller-refused")
    seller.locator("#act-file_exhibit input[type=file]").set_input_files(paper)
    seller.locator("#act-file_exhibit button.main").click()
    expect(seller.locator("#exhibit-S2")).to_contain_text("Pages 1–3 of 3")

    # What the seller sees of the photograph stands upright and tells of no place.
    address = seller.locator("#exhibit-B1 [data-page]").first.get_attribute("href")
    copy = Image.open(io.BytesIO(seller.request.get(f"http://127.0.0.1:{up.port}{address}").body()))
    assert copy.size == (300, 400)
    assert dict(copy.getexif()) == {}
    top, bottom = copy.getpixel((150, 20)), copy.getpixel((150, 380))
    assert top[0] > 150 > top[2]
    assert bottom[2] > 150 > bottom[0]
    shoot(seller, "evidence-seller")

    # One side alone, in place.
    seller.locator("[data-show=seller]").click()
    expect(seller.locator("#exhibit-B1")).to_be_hidden()
    assert seller.url.endswith("?show=seller#exhibits")

    # The arbitrator opens the record by keyboard, leafs, enlarges and closes it, and is back where she was.
    ada = people.window(browser, up.port, width=1440, locale="en-GB")
    sign_in_staff(ada, number)
    expect(ada.locator(".wall-side")).to_have_count(2)
    link = ada.locator("#exhibit-S2 .exhibit-look")
    link.focus()
    ada.keyboard.press("Enter")
    viewer = ada.locator("dialog.viewer")
    expect(viewer.locator(".pane-count")).to_have_text("Page 1 of 3")
    ada.keyboard.press("ArrowRight")
    expect(viewer.locator(".pane-count")).to_have_text("Page 2 of 3")
    expect(viewer.locator(".pane-picture")).to_have_attribute("alt", "Exhibit S2, page 2 of 3")
    ada.keyboard.press("+")
    expect(viewer.locator(".pane-scale")).to_have_text("140 %")
    shoot(ada, "evidence-zoom", whole=False)
    ada.keyboard.press("Escape")
    expect(viewer).to_be_hidden()
    expect(link).to_be_focused()

    # Two side by side stand at the same height.
    for label in ("B1", "S2"):
        ada.locator(f"#exhibit-{label} input[name=compare]").check()
    expect(ada.locator("#compare [role=status]")).to_have_text("Chosen: B1 · S2")
    ada.get_by_role("button", name="Compare the two").click()
    pictures = viewer.locator(".pane-picture")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        expect(picture).to_be_visible()
    ada.wait_for_timeout(400)  # they grow into their places
    first, second = (picture.bounding_box()["height"] for picture in pictures.all())  # type: ignore[index]
    assert abs(first - second) < 1
    shoot(ada, "evidence-pair", whole=False)
    require_accessible(ada)

    # Nothing grave stands in the way of whoever cannot see or point, in both languages, narrow and wide.
    for locale in ("en-GB", "zh-CN"):
        for width in (390, 1440):
            party = people.window(browser, up.port, width=width, locale=locale)
            sign_in(party, marketplace, number, "buyer")
            require_accessible(party)
            shoot(party, f"evidence-case-{locale}-{width}")
            staff = people.window(browser, up.port, width=width, locale=locale)
            sign_in_staff(staff, number)
            require_accessible(staff)
            shoot(staff, f"evidence-hearing-{locale}-{width}")


def test_a_draft_is_kept_on_a_phone_and_files_itself_when_evidence_ends(
    up: RunningUp, browser: Browser, marketplace: Caller, tmp_path: Path
) -> None:
    photo = tmp_path / "IMG_2.jpg"
    photo.write_bytes(drawn.photo(6))
    marketplace.post("orders", an_order("E-2"))
    deliver(marketplace, "E-2")
    number = marketplace.post("cases", a_claim("E-2"))["number"]

    # The button beside the one that files keeps it: the draft stands on the buyer's page with its picture.
    buyer = people.window(browser, up.port, width=390, height=844, is_mobile=True, has_touch=True, locale="en-GB")
    sign_in(buyer, marketplace, number, "buyer")
    expect(buyer.locator(".checklist .is-missing").first).to_be_visible()
    buyer.locator("#act-file_exhibit > summary").click()
    form = buyer.locator("#act-file_exhibit")
    form.locator("input[type=file]").set_input_files(photo)
    form.locator("input[name=title]").fill("The crack")
    form.get_by_role("button", name="Keep it as a draft").click()
    draft = buyer.locator(".drafts .exhibit")
    expect(draft).to_contain_text("The crack")
    expect(draft.locator(".exhibit-look img")).to_be_visible()
    expect(buyer.locator("#exhibit-B1")).to_have_count(0)

    # It is changed, with its file kept; the seller sees nothing of it.
    draft.locator("summary", has_text="Change this draft").click()
    draft.locator("input[name=title]").fill("The crack, from rim to foot")
    draft.locator("input[name=facts][value=defect_shown]").check()
    draft.get_by_role("button", name="Keep the changes").click()
    expect(buyer.locator(".drafts .exhibit-title")).to_have_text("The crack, from rim to foot")
    expect(buyer.locator(".drafts .exhibit-look img")).to_be_visible()
    require_accessible(buyer)
    shoot(buyer, "evidence-draft-phone")
    seller = people.window(browser, up.port, width=1440, locale="en-GB")
    sign_in(seller, marketplace, number, "seller")
    assert "The crack, from rim to foot" not in seller.content()

    # Nobody does anything more: when evidence ends, it is an exhibit with its receipt, on both sides' pages.
    note = {"kind": "document", "title": "Packing note", "text": "Packed by hand."}
    marketplace.post(f"cases/{number}/reject", {"reason": "goods_as_described", "text": "Whole.", "exhibits": [note]})
    marketplace.post(f"cases/{number}/intervene", {"statement": "Please look."})
    marketplace.until(f"cases/{number}", {"state": "ruling"})
    for page in (buyer, seller):
        page.reload()
        expect(page.locator("#exhibit-B2")).to_contain_text("The crack, from rim to foot")
        expect(page.locator(".drafts")).to_have_count(0)
    buyer.locator("#exhibit-B2 .receipt summary").click()
    expect(buyer.locator("#exhibit-B2 .receipt-hash")).to_have_text(hashlib.sha256(photo.read_bytes()).hexdigest())
    with buyer.expect_download() as kept:
        buyer.locator("#exhibit-B2").get_by_role("link", name="Receipt to keep").click()
    assert hashlib.sha256(photo.read_bytes()).hexdigest() in kept.value.path().read_text()
    with seller.expect_download() as frozen:
        seller.locator(".manifests a").click()
    assert frozen.value.suggested_filename == f"{number}-evidence-1.json"
    shoot(buyer, "evidence-filed-itself-phone")
