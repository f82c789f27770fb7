"""The shop's receiver believes what is signed with its secret, now, and nothing else; once each."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from standardwebhooks import Webhook

from adjudication.shop import kept

SECRET = "whsec_" + "c2hvcHNlY3JldHNob3BzZWNyZXRzaG9wc2VjcmV0"


@pytest.fixture
def order(shop):
    kept.keep_endpoint({"id": "1", "url": "http://127.0.0.1:9/demo/webhooks", "secret": SECRET})
    return kept.new_number()


def event_of(number, name="evt_1"):
    return {"id": name, "type": "case.requested", "sequence": 1, "data": {"case": {"order_number": number}}}


def sent(event, *, secret=SECRET, at=None, change=b""):
    body, at = json.dumps(event).encode(), at or datetime.now(UTC)
    signed = Webhook(secret).sign(event["id"], at, body.decode())
    headers = {"webhook-id": event["id"], "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signed}
    # A signature in the middle of others, as while a secret is rotated.
    headers["webhook-signature"] = f"v1,AAAA {headers['webhook-signature']}"
    return Client(enforce_csrf_checks=True).generic(
        "POST", "/demo/webhooks", body + change, "application/json", headers=headers
    )


def arrived(number):
    return [each["event"]["id"] for each in kept.noted(number, "arrived")]


def test_what_the_reference_library_signs_is_believed_and_noted_once(order):
    assert sent(event_of(order)).status_code == 204
    assert sent(event_of(order)).status_code == 204
    assert sent(event_of(order, "evt_2")).status_code == 204
    assert arrived(order) == ["evt_1", "evt_2"]


def test_what_was_changed_or_signed_by_another_or_long_ago_is_refused(order):
    other = "whsec_" + "b3RoZXJzZWNyZXRvdGhlcnNlY3JldG90aGVyc2VjcmV0"
    for how in (
        {"secret": other},
        {"change": b" "},
        {"at": datetime.now(UTC) - timedelta(minutes=6)},
        {"at": datetime.now(UTC) + timedelta(minutes=6)},
    ):
        assert sent(event_of(order), **how).status_code == 401, how
    assert arrived(order) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"webhook-id": "x", "webhook-timestamp": "٣", "webhook-signature": "v1,x"},
        {"webhook-id": "x", "webhook-timestamp": "9" * 40, "webhook-signature": "v1,x"},
    ],
)
def test_headers_of_any_make_are_refused(order, headers):
    sent_so = Client().generic("POST", "/demo/webhooks", b"{}", "application/json", headers=headers)
    assert sent_so.status_code == 401


def test_before_there_is_an_endpoint_nothing_is_believed(shop):
    assert sent(event_of("DEMO-SHOP-000000")).status_code == 401


def test_orders_that_are_not_the_shops_are_accepted_and_not_noted(order, shop):
    assert sent(event_of("DEMO-12")).status_code == 204
    assert sent({**event_of(order), "data": {}}).status_code == 204
    assert arrived(order) == []


def test_a_body_without_end_is_not_read_to_it(order):
    answer = Client().generic("POST", "/demo/webhooks", b"x" * 300_000, "application/json")
    assert answer.status_code == 413
