"""The shop's receiver believes what is signed with its secret, now, and nothing else; once each."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.conf import settings
from django.test import Client
from standardwebhooks import Webhook

from adjudication.shop import hooks, kept
from adjudication.shop.asking import Service

SECRET = "whsec_" + "c2hvcHNlY3JldHNob3BzZWNyZXRzaG9wc2VjcmV0"


@pytest.fixture
def order(shop):
    kept.keep_endpoint({"id": "1", "url": "http://127.0.0.1:9/demo/webhooks", "secret": SECRET})
    return kept.new_number()


class Registering(BaseHTTPRequestHandler):
    """The service, as far as an endpoint is asked for; it takes a moment over making one."""

    made = ()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        type(self).made = (*self.made, f"e{len(self.made)}")
        name = self.made[-1]
        time.sleep(0.3)  # so that a second purchase comes meanwhile
        self.answer({"id": name, "secret": SECRET})

    def do_GET(self):
        self.answer({"id": "e0", "url": f"{settings.DEMO_SHOP_ADDRESS}/demo/webhooks", "enabled": True})

    def answer(self, told):
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told):
        pass


@pytest.fixture
def service(shop, settings, monkeypatch):
    monkeypatch.setattr(Registering, "made", ())
    with ThreadingHTTPServer(("127.0.0.1", 0), Registering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        settings.DEMO_SHOP_ADDRESS = f"http://127.0.0.1:{server.server_port}"
        yield
        server.shutdown()


def test_two_first_purchases_at_once_make_one_endpoint(service):
    first = [threading.Thread(target=hooks.listen, args=[Service()]) for _each in range(2)]
    for thread in first:
        thread.start()
    for thread in first:
        thread.join(20)
    assert Registering.made == ("e0",)
    assert kept.endpoint()["id"] == "e0"


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
