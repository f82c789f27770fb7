"""One dispute over HTTP, all the way through, as a marketplace and its staff would have it."""

import pytest

from adjudication import clock
from adjudication.cases.states import State
from adjudication.procedure import lapse
from tests import walk
from tests.api.conftest import a_claim, an_order
from tests.evidence import drawn

PNG = drawn.picture("PNG")


def test_a_case_from_the_order_to_the_refund(marketplace, staff_key):
    arbitrator = staff_key("arbitrator")
    order = marketplace.post("orders", an_order())
    assert order.status_code == 201
    assert order.json()["escrow"]["held"] == {"amount_minor": 10_000, "currency": "CNY"}
    shipped = {"carrier": "SF", "tracking_number": "SF1", "shipped_at": "2026-03-02T08:30:00+08:00"}
    assert marketplace.post("orders/A-1/shipments", shipped).status_code == 201
    delivered = marketplace.post("orders/A-1/deliveries", {"delivered_at": "2026-03-02T08:59:00Z", "signed_by": "Lin"})
    assert delivered.json()["deadline"]["kind"] == "buyer_confirms_receipt"

    made = marketplace.post("cases", a_claim())
    assert made.status_code == 201
    case = made.json()
    own = f"cases/{case['number']}"
    assert (case["state"], case["order_number"], case["lines"]) == ("requested", "A-1", ["1"])
    assert case["deadline"]["due_at"] == "2026-03-05T09:00:00Z"
    assert "seller" in case["deadline"]["explanation"].lower()
    assert {(a["act"], a["by"]) for a in case["allowed_acts"]} >= {
        ("accept", "seller"),
        ("reject", "seller"),
        ("withdraw", "buyer"),
    }

    exhibit = {"kind": "document", "title": "Packing note", "text": "It left us whole."}
    rejected = marketplace.post(
        f"{own}/reject", {"reason": "goods_as_described", "text": "It left us whole.", "exhibits": [exhibit]}
    )
    assert rejected.json()["state"] == "rejected", rejected.content
    assert marketplace.post(f"{own}/intervene", {"statement": "Please look."}).json()["state"] == "intervention"
    assert arbitrator.post(f"{own}/assign").json()["arbitrator"] == {"username": "arbitrator"}

    filed = marketplace.upload(
        f"{own}/exhibits", {"by": "buyer", "kind": "photo", "title": "The crack", "file": _named(PNG, "crack.png")}
    )
    assert filed.status_code == 201, filed.content
    assert (filed.json()["media_type"], filed.json()["admissible"]) == ("image/png", True)
    fetched = marketplace.get(filed.json()["file"])
    assert b"".join(fetched.streaming_content) == PNG
    assert fetched.headers["X-Content-Type-Options"] == "nosniff"
    assert fetched.headers["Content-Disposition"].startswith("attachment")

    assert marketplace.post(f"{own}/rest", {"by": "buyer"}).json()["state"] == "evidence"
    assert marketplace.post(f"{own}/rest", {"by": "seller"}).json()["state"] == "ruling"
    asked = {question["id"] for question in arbitrator.get(f"{own}/questions").json()}
    assert asked == {"as_described", "fault", "usable_percent"}
    exhibits = arbitrator.get(f"{own}/exhibits").json()["results"]
    ruling = {
        "winner": "split",
        "remedy": "refund",
        "rule": "quality",
        "reasons": "The photograph shows a crack that no fall in use would leave.",
        "answers": {"usable_percent": 40, "fault": "seller"},
        "findings": [
            {"exhibit": e["id"], "supports": "buyer", "weight": "strong", "note": "It shows the goods."}
            for e in exhibits
        ],
        "cited_exhibits": [exhibits[0]["id"]],
    }
    before = walk.snapshot()
    preview = arbitrator.post(f"{own}/rulings?preview=true", ruling)
    assert preview.status_code == 200, preview.content
    assert preview.json()["award"]["buyer"] == {"amount_minor": 6_000, "currency": "CNY"}
    assert walk.snapshot() == before
    issued = arbitrator.post(f"{own}/rulings", ruling)
    assert issued.status_code == 201, issued.content
    assert issued.json()["award"] == preview.json()["award"]

    due = walk.Deadline.objects.get(case__number=case["number"], ended_at=None).due_at
    with clock.simulated(due):
        lapse.sweep()
        closed = marketplace.get(own).json()
        assert (closed["state"], closed["outcome"]) == ("closed", "partly_refunded")
        assert closed["escrow"]["refunded"]["amount_minor"] == 6_000
        assert closed["allowed_acts"] == []
        assert closed["deadline"] is None
        entries = marketplace.get(f"{own}/ledger").json()["results"]
        assert [entry["reference"] for entry in entries] == ["hold:A-1", f"settlement:{case['number']}"]
        due_payouts = marketplace.get("payouts?state=due").json()["results"]
        assert {payout["amount"]["amount_minor"] for payout in due_payouts} == {4_000, 6_000}
        events = marketplace.get(f"{own}/events").json()["results"]
        assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
        assert marketplace.get(f"{own}/rulings").json()["results"][0]["id"] == issued.json()["id"]


def test_a_seller_rejects_with_a_file_sent_along(marketplace):
    case = walk.requested()
    answer = marketplace.upload(
        f"cases/{case.number}/reject",
        {"reason": "goods_as_described", "text": "It left us whole.", "files": _named(PNG, "packed.png")},
    )
    assert answer.json()["state"] == "rejected", answer.content
    assert marketplace.get(f"cases/{case.number}/exhibits").json()["results"][0]["kind"] == "photo"


def test_a_seller_rejects_with_exhibits_on_file(marketplace):
    case = walk.requested()
    exhibit = walk.filed(case, walk.seller_of(case))
    body = {"reason": "other", "text": "We have the packing note on file.", "exhibits": [str(exhibit.pk)]}
    assert marketplace.post(f"cases/{case.number}/reject", body).json()["state"] == "rejected"


def test_an_order_registered_again_is_the_same_order(marketplace):
    assert marketplace.post("orders", an_order()).status_code == 201
    before = walk.snapshot()
    assert marketplace.post("orders", an_order()).status_code == 200
    assert walk.snapshot() == before


def test_a_buyer_confirms_receipt_and_the_seller_is_paid(marketplace):
    order = walk.register(walk.given_order())
    walk.deliver(order)
    answer = marketplace.post(f"orders/{order.number}/receipt", {"confirmed_at": "2026-03-02T09:00:00Z"})
    assert answer.json()["escrow"]["released"]["amount_minor"] == 10_000


def test_a_refused_delivery_is_reported(marketplace):
    order = walk.register(walk.given_order())
    answer = marketplace.post(f"orders/{order.number}/refusals", {"refused_at": "2026-03-02T09:00:00Z"})
    assert answer.json()["items"][0]["parcel"] == "refused"


def test_a_link_signs_one_side_in(marketplace):
    case = walk.requested()
    for named in ("buyer", "seller", "b-1", "shop:s-1"):
        answer = marketplace.post(f"cases/{case.number}/links", {"party": named})
        assert answer.status_code == 201
        assert "/sign-in/" in answer.json()["url"]


def test_a_marketplace_that_pays_by_itself_reports_each_payout_once(marketplace, settings):
    settings.PAYMENT_PROVIDER = "marketplace"
    walk.after_silence(walk.requested())
    payout = marketplace.get("payouts").json()["results"][0]
    failed = marketplace.post(f"payouts/{payout['id']}/failed", {"why": "The bank is closed."})
    assert failed.json()["state"] == "failed"
    assert marketplace.post(f"payouts/{payout['id']}/paid", {"provider_reference": "P-1"}).json()["state"] == "paid"
    again = marketplace.post(f"payouts/{payout['id']}/paid", {"provider_reference": "P-1"})
    assert again.json()["code"] == "out_of_order"


def test_an_operator_loads_a_policy(staff_key):
    operator = staff_key("operator")
    answer = operator.post("policies", {"terms_seconds": {"seller_answers": 86_400}})
    assert (answer.status_code, answer.json()["version"]) == (201, 2)
    assert operator.post("policies", {"terms_seconds": {"seller_answers": 86_400}}).status_code == 200
    assert operator.get("policies/2").json()["tables"]["terms_seconds"]["seller_answers"] == 86_400
    assert [row["version"] for row in operator.get("policies").json()["results"]] == [2, 1]


@pytest.mark.parametrize("state", list(State))
def test_a_case_can_be_read_in_every_state(marketplace, state):
    case = walk.in_state(state)
    answer = marketplace.get(f"cases/{case.number}")
    assert answer.json()["state"] == state
    assert answer.headers["ETag"] == f'"{answer.json()["version"]}"'


def _named(content, name):
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, content)
