"""The shop is there in a demonstration alone, whoever asks; its pages say plainly when the service does not answer."""

import tomllib
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from adjudication.policy import versions
from adjudication.shop import kept, steps, terms, views
from adjudication.shop.scene import Scene


def addresses(number):
    return [
        ("GET", reverse("demo:shop")),
        ("POST", reverse("demo:buy")),
        ("POST", reverse("demo:webhooks")),
        ("GET", reverse("demo:order", args=[number])),
        ("GET", reverse("demo:news", args=[number])),
        ("POST", reverse("demo:sign_in", args=[number, "buyer"])),
        ("POST", reverse("demo:step", args=[number, "ship"])),
    ]


@pytest.mark.parametrize("without", ["demo", "address", "keys"])
def test_elsewhere_there_is_no_such_page(shop, settings, without, db):
    number = kept.new_number()
    if without == "demo":
        settings.DEMO = False
    elif without == "address":
        settings.DEMO_SHOP_ADDRESS = ""
    else:
        (shop / "keys.json").unlink()
    for method, address in addresses(number):
        assert Client().generic(method, address).status_code == 404, address
    assert kept.noted(number, "call") == []


def test_an_order_that_is_not_the_shops_is_not_found(shop, db):
    for method, address in addresses("DEMO-SHOP-ZZZZZZ")[3:]:
        assert Client().generic(method, address).status_code == 404, address


def test_a_forged_form_is_refused(shop, db):
    number = kept.new_number()
    for _method, address in (each for each in addresses(number) if each[0] == "POST"):
        status = Client(enforce_csrf_checks=True).post(address).status_code
        assert status == (401 if address == reverse("demo:webhooks") else 403), address


def test_reading_changes_nothing_and_pressing_needs_a_post(shop, db):
    number = kept.new_number()
    for method, address in addresses(number):
        other = "POST" if method == "GET" else "GET"
        assert Client().generic(other, address).status_code == 405, address
    assert Client().get(reverse("demo:shop")).status_code == 200
    assert kept.noted(number, "call") == []


def test_a_service_that_is_away_is_said_to_be_and_the_tour_can_go_on(shop, db):
    bought = Client().post(reverse("demo:buy"), {"length": "tour"})
    assert bought.status_code == 302
    page = Client().get(bought["Location"])
    assert page.status_code == 200
    assert "The service said no" in page.text
    assert "Try again" in page.text
    assert reverse("demo:step", args=[bought["Location"].split("/")[-2], "register"]) in page.text
    assert 'role="alert"' in page.text
    assert "no-store" in page["Cache-Control"]


def test_an_unknown_length_or_step_is_not_found(shop, db):
    number = kept.new_number()
    assert Client().post(reverse("demo:buy"), {"length": "never"}).status_code == 404
    assert Client().post(reverse("demo:step", args=[number, "bribe"])).status_code == 404


def test_trying_again_registers_an_order_that_is_unknown_and_moves_none_that_is_known(shop, db, monkeypatch):
    known, unknown = kept.new_number(), kept.new_number()
    monkeypatch.setattr(views, "look", lambda service: a_scene("paid") if service.number == known else None)
    for number in (known, unknown):
        assert Client().post(reverse("demo:step", args=[number, "register"])).status_code == 302
    assert kept.noted(known, "call") == []
    assert [each["path"] for each in kept.noted(unknown, "call")] == ["/api/v1/orders"]


def a_scene(parcel, case=None):
    """Of an order whose whole price is held."""
    told = {name: {"amount_minor": 0, "currency": "CNY"} for name in ("released", "refunded", "fees")}
    paid = {"amount_minor": 100, "currency": "CNY"}
    return Scene({"escrow": {**told, "paid": paid, "held": paid}, "items": [{"parcel": parcel}]}, case)


def test_every_step_has_a_name_of_its_own_and_says_whose_it_is():
    assert len({step.name for step in steps.STEPS}) == len(steps.STEPS)
    assert {step.by for step in steps.STEPS} <= {"buyer", "seller", "marketplace", "arbitrator"}


def test_what_the_api_does_not_allow_is_no_button():
    case = {"state": "requested", "allowed_acts": [{"act": "accept", "by": "seller"}], "offers": [], "arbitrator": None}
    assert [step.name for step in steps.open_now(a_scene("delivered", case))] == ["accept"]
    assert [step.name for step in steps.open_now(a_scene("delivered"))] == ["request", "receipt"]


def test_the_usual_terms_are_those_of_version_1():
    file = Path(versions.__file__).with_name("version_1.toml")
    assert terms.USUAL.items() <= tomllib.loads(file.read_text())["terms_seconds"].items()
