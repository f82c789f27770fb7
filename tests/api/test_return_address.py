"""Accepting, the seller may say where the goods go back to; otherwise it is the shop's address."""

import pytest

from tests.api.conftest import a_claim, an_order, refused


@pytest.fixture
def case(marketplace):
    order = an_order(shop={"id": "s-1", "name": "Kiln & Co", "category": "home", "return_address": "1 Kiln Road"})
    marketplace.post("orders", order)
    marketplace.post(
        "orders/A-1/shipments", {"carrier": "SF", "tracking_number": "1", "shipped_at": "2026-03-02T08:30:00Z"}
    )
    return marketplace.post("cases", a_claim(remedy="return_and_refund")).json()["number"]


def test_an_address_that_comes_with_the_acceptance_is_the_cases(marketplace, case):
    accepted = marketplace.post(f"cases/{case}/accept", {"return_address": "Gate 4, 18 Potters' Lane"}).json()
    assert (accepted["state"], accepted["return_address"]) == ("returning", "Gate 4, 18 Potters' Lane")


@pytest.mark.parametrize("body", [None, {}, {"return_address": ""}])
def test_without_one_it_is_the_shops(marketplace, case, body):
    accepted = marketplace.post(f"cases/{case}/accept", body).json()
    assert (accepted["state"], accepted["return_address"]) == ("returning", "1 Kiln Road")


def test_an_address_that_is_no_text_is_malformed(marketplace, case):
    refused(marketplace.post(f"cases/{case}/accept", {"return_address": 7}), 400, "invalid")
