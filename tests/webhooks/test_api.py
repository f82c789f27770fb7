"""Endpoints over HTTP: an owner's alone, the secret once, deliveries with every try, and sending again."""

import json
from uuid import uuid4

import pytest
from standardwebhooks import Webhook

from adjudication.rounds import announce
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint
from adjudication.webhooks.types import TYPES
from tests import walk
from tests.api.conftest import a_key, client, day, marketplace, party_key, refused, require_documented, staff_key
from tests.webhooks.conftest import sent, states, time_passes

__all__ = ["day", "marketplace", "party_key", "staff_key"]


def asked(caller, method, path, body=None):
    """PATCH and DELETE, held against the schema as the others are."""
    data = b"" if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {caller.text}"}
    response = client().generic(method, f"/api/v1/{path}", data, "application/json", headers=headers)
    if response.status_code != 204:
        require_documented(method, f"/api/v1/{path}", response)
    return response


def made(caller, url, **given):
    response = caller.post("webhook-endpoints", {"url": url, **given})
    assert response.status_code == 201, response.content
    return response.json()


def test_an_endpoint_is_made_read_changed_and_removed_and_its_secret_shown_once(marketplace, receiver):
    endpoint = made(marketplace, receiver().url, types=["case.closed"], description="the till")
    assert endpoint["secret"].startswith("whsec_")
    path = f"webhook-endpoints/{endpoint['id']}"
    read = marketplace.get(path).json()
    assert "secret" not in read
    assert (read["types"], read["enabled"], read["description"]) == (["case.closed"], True, "the till")
    assert [row["id"] for row in marketplace.get("webhook-endpoints").json()["results"]] == [endpoint["id"]]
    changed = asked(marketplace, "PATCH", path, {"types": None, "enabled": False}).json()
    assert (changed["types"], changed["enabled"], changed["off_because"]) == (None, False, "by_request")
    assert asked(marketplace, "PATCH", path, {"enabled": True}).json()["off_because"] is None
    assert asked(marketplace, "DELETE", path).status_code == 204
    refused(marketplace.get(path), 404, "not_found")
    refused(asked(marketplace, "PATCH", path, {"enabled": True}), 404, "not_found")
    assert marketplace.get("webhook-endpoints").json()["results"] == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({}, 400, "invalid"),
        ({"url": "https://example.com/", "secret": "mine"}, 400, "invalid"),
        ({"url": "https://example.com/", "types": ["case.lost"]}, 400, "invalid"),
        ({"url": "https://example.com/", "types": []}, 400, "invalid"),
        ({"url": "https://10.0.0.1/"}, 422, "unprocessable"),
        ({"url": "https://169.254.169.254/latest"}, 422, "unprocessable"),
        ({"url": "gopher://example.com/"}, 422, "unprocessable"),
        ({"url": "https://example.com/", "enabled": "true"}, 400, "invalid"),
    ],
)
def test_what_cannot_be_an_endpoint_is_refused(marketplace, body, status, code):
    refused(marketplace.post("webhook-endpoints", body), status, code)
    assert not WebhookEndpoint.objects.exists()


def test_one_owner_has_twenty_at_most(marketplace):
    for port in range(2000, 2020):
        made(marketplace, f"http://127.0.0.1:{port}/")
    refused(marketplace.post("webhook-endpoints", {"url": "http://127.0.0.1:2999/"}), 422, "unprocessable")


def test_anothers_endpoint_is_as_if_unknown(marketplace, party_key, receiver):
    walk.requested()
    endpoint = made(marketplace, receiver().url)
    delivery = marketplace.post(f"webhook-endpoints/{endpoint['id']}/ping").json()["id"]
    buyer = party_key("buyer", "b-1")
    assert buyer.get("webhook-endpoints").json()["results"] == []
    path = f"webhook-endpoints/{endpoint['id']}"
    refused(buyer.get(path), 404, "not_found")
    refused(buyer.get(f"{path}/deliveries"), 404, "not_found")
    for below in ("ping", "rotate-secret", "replay"):
        refused(buyer.post(f"{path}/{below}", {}), 404, "not_found")
    refused(buyer.post(f"deliveries/{delivery}/replay", {}), 404, "not_found")
    refused(asked(buyer, "DELETE", path), 404, "not_found")
    refused(buyer.get(f"webhook-endpoints/{uuid4()}"), 404, "not_found")
    assert made(buyer, receiver().url)["id"] != endpoint["id"]
    assert len(marketplace.get("webhook-endpoints").json()["results"]) == 1


def test_a_key_needs_the_scope_and_staff_the_role(day, staff_key):
    refused(a_key(["cases:read"]).get("webhook-endpoints"), 403, "no_standing")
    refused(staff_key("arbitrator").get("webhook-endpoints"), 403, "no_standing")
    assert staff_key("operator").get("webhook-endpoints").status_code == 200


def test_deliveries_show_every_try_and_are_sent_again_one_or_all(marketplace, receiver):
    there = receiver([500, 200])
    endpoint = made(marketplace, there.url, types=["case.requested"])
    path = f"webhook-endpoints/{endpoint['id']}"
    case = walk.requested()
    announce()
    assert sent() == 0
    failed = marketplace.get(f"{path}/deliveries?state=due").json()["results"]
    assert [(row["tries"], row["attempts"][0]["status"]) for row in failed] == [(1, 500)]
    time_passes()
    assert sent() == 1
    found = marketplace.get(f"{path}/deliveries?type=case.requested").json()["results"]
    (row,) = found
    assert row["state"] == "delivered"
    assert json.loads(row["body"])["data"]["case"]["number"] == case.number
    assert Webhook(endpoint["secret"]).verify(row["body"], row["attempts"][1]["headers"])
    again = marketplace.post(f"deliveries/{row['id']}/replay")
    assert (again.status_code, again.json()["state"]) == (202, "due")
    assert sent() == 1
    assert there.ids == [row["webhook_id"]] * 3
    before = len(there.got)
    many = marketplace.post(f"{path}/replay", {"after": "2020-01-01T00:00:00Z", "types": ["case.requested"]})
    assert (many.status_code, many.json()) == (202, {"replayed": 1, "more": False})
    assert sent() == 1
    assert len(there.got) == before + 1
    assert marketplace.post(f"{path}/replay", {"until": "2020-01-01T00:00:00Z"}).json()["replayed"] == 0


def test_switched_off_it_is_sent_nothing_and_what_was_due_can_be_sent_again(marketplace, receiver):
    there = receiver()
    endpoint = made(marketplace, there.url, types=["case.requested"])
    path = f"webhook-endpoints/{endpoint['id']}"
    walk.requested()
    announce()
    asked(marketplace, "PATCH", path, {"enabled": False})
    assert (sent(), states()) == (0, ["parked"])
    refused(marketplace.post(f"{path}/ping", {}), 409, "out_of_order")
    refused(marketplace.post(f"{path}/replay", {}), 409, "out_of_order")
    refused(marketplace.post(f"deliveries/{WebhookDelivery.objects.get().pk}/replay", {}), 409, "out_of_order")
    asked(marketplace, "PATCH", path, {"enabled": True})
    assert marketplace.post(f"{path}/replay", {"state": "parked"}).json()["replayed"] == 1
    assert (sent(), states()) == (1, ["delivered"])


def test_a_rotated_secret_signs_and_says_until_when_the_old_one_does(marketplace, receiver):
    there = receiver()
    endpoint = made(marketplace, there.url)
    path = f"webhook-endpoints/{endpoint['id']}"
    rotated = marketplace.post(f"{path}/rotate-secret", {"overlap_seconds": 60}).json()
    assert rotated["secret"] != endpoint["secret"]
    assert rotated["previous_secret_expires_at"]
    refused(marketplace.post(f"{path}/rotate-secret", {"overlap_seconds": -1}), 400, "invalid")
    refused(marketplace.post(f"{path}/rotate-secret", {"overlap_seconds": 604_801}), 400, "invalid")
    at_once = marketplace.post(f"{path}/rotate-secret", {"overlap_seconds": 0}).json()
    assert at_once["previous_secret_expires_at"] is None
    marketplace.post(f"{path}/ping")
    sent()
    assert Webhook(at_once["secret"]).verify(there.got[0].body, there.got[0].headers)["type"] == "ping"


def test_deliveries_come_in_pages_newest_first(marketplace, receiver):
    endpoint = made(marketplace, receiver().url)
    for _each in range(3):
        marketplace.post(f"webhook-endpoints/{endpoint['id']}/ping")
    page = marketplace.get(f"webhook-endpoints/{endpoint['id']}/deliveries?limit=2").json()
    assert len(page["results"]) == 2
    rest = marketplace.get(page["next"].partition("testserver")[2]).json()["results"]
    ids = [row["id"] for row in [*page["results"], *rest]]
    assert ids == sorted(ids, reverse=True)
    assert len(ids) == 3


def test_the_schema_tells_of_what_is_sent_and_of_every_type(marketplace):
    schema = client().get("/api/v1/schema/").json()
    told = json.dumps(schema["webhooks"]["event"]["post"])
    assert "SentAnswer" in told
    assert set(TYPES) < set(schema["components"]["schemas"]["SentWebhookType"]["enum"])
