"""What is refused, in which order, with which code; and nothing has changed afterwards."""

import json

import pytest

from adjudication.credentials import keys
from tests import walk
from tests.api.conftest import Caller, a_claim, a_key, an_order, refused

REJECTION = {"reason": "goods_as_described", "text": "It left us whole.", "exhibits": []}


@pytest.fixture
def unchanged(day):
    """Hold what is there when it is first called against what is there at the end."""
    seen = []
    yield lambda: seen.append(walk.snapshot())
    assert seen
    assert walk.snapshot() == seen[0]


@pytest.mark.parametrize("text", ["", "nonsense", "adj_ü", "adj_" + "x" * 5000])
def test_without_a_known_key_nobody_is_signed_in(day, text):
    answer = Caller(text).get("cases")
    refused(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_revoked_key_is_unknown(day):
    key, text = keys.create("old", scopes=["cases:read"])
    key.revoked_at = walk.START
    key.save()
    refused(Caller(text).get("cases"), 401, "unauthenticated")


def test_a_form_says_what_is_amiss_in_the_language_of_each_request(marketplace, unchanged):
    marketplace.post("orders", an_order())
    unchanged()
    claim = a_claim(statement="x" * 4001)
    told = [
        refused(marketplace.post("cases", claim, Accept_Language=language), 400, "invalid")["errors"]
        for language in ("en", "zh-hans", "en")
    ]
    assert told[0] == told[2]
    assert told[0][0]["field"] == told[1][0]["field"] == "statement"
    assert told[0][0]["detail"] != told[1][0]["detail"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "cases/2026-000999-00"),
        ("post", "cases/2026-000999-00/accept"),
        ("get", "cases/nonsense"),
        ("get", "orders/unknown"),
        ("get", "exhibits/9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f/file"),
        ("post", "payouts/9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f/paid"),
        ("get", "policies/99"),
        ("get", "nowhere/at/all"),
        ("get", "cases/%00"),
        ("get", "orders/%00"),
    ],
)
def test_what_is_unknown_is_not_found(marketplace, unchanged, method, path):
    unchanged()
    refused(getattr(marketplace, method)(path), 404, "not_found")


def test_a_party_never_learns_that_another_partys_case_exists(marketplace, party_key, unchanged):
    case = walk.rejected()
    exhibit = case.papers.exhibits[0]
    stranger = party_key("buyer", "b-2")
    rival = party_key("shop", "s-2")
    unchanged()
    paths = [
        f"cases/{case.number}{below}" for below in ("", "/exhibits", "/rulings", "/questions", "/events", "/ledger")
    ]
    for caller in (stranger, rival):
        for path in [*paths, f"orders/{case.order.number}", f"exhibits/{exhibit.pk}/file"]:
            refused(caller.get(path), 404, "not_found")
        for act in ("accept", "reject", "withdraw", "intervene", "rest", "assign", "exhibits", "rulings", "links"):
            refused(caller.post(f"cases/{case.number}/{act}", raw=b"{"), 404, "not_found")
        for report in ("shipments", "deliveries", "refusals", "receipt"):
            refused(caller.post(f"orders/{case.order.number}/{report}", raw=b"{"), 404, "not_found")
        refused(caller.post("cases", {"order_number": case.order.number}), 404, "not_found")
        assert caller.get("cases").json()["results"] == []
        assert caller.get("payouts").json()["results"] == []


def test_each_side_sees_its_own_cases(party_key):
    case = walk.requested()
    for kind, external_id in (("buyer", "b-1"), ("shop", "s-1")):
        caller = party_key(kind, external_id)
        assert [row["number"] for row in caller.get("cases").json()["results"]] == [case.number]
        assert caller.get(f"cases/{case.number}").status_code == 200


def test_a_party_acts_as_itself_alone(party_key, unchanged):
    case = walk.requested()
    unchanged()
    buyer = party_key("buyer", "b-1")
    refused(buyer.post(f"cases/{case.number}/accept"), 403, "no_standing")
    refused(buyer.post(f"cases/{case.number}/rest", {"by": "seller"}), 403, "no_standing")
    refused(buyer.post("orders", an_order()), 403, "no_standing")
    refused(buyer.post(f"cases/{case.number}/links", {"party": "buyer"}), 403, "no_standing")
    refused(party_key("shop", "s-1").post("cases", a_claim(case.order.number)), 403, "no_standing")


@pytest.mark.parametrize(
    ("scopes", "method", "path"),
    [
        (["cases:act"], "get", "cases"),
        (["cases:act"], "get", "cases/{n}"),
        (["cases:act"], "get", "events"),
        (["cases:read"], "get", "cases/{n}/exhibits"),
        (["cases:read"], "get", "cases/{n}/ledger"),
        (["cases:read"], "get", "payouts"),
        (["cases:read"], "post", "cases/{n}/accept"),
        (["cases:read"], "post", "orders"),
        (["cases:read"], "post", "policies"),
        (["orders:write"], "post", "cases"),
    ],
)
def test_a_key_does_only_what_its_scopes_say(day, unchanged, scopes, method, path):
    case = walk.requested()
    caller = a_key(scopes)
    unchanged()
    refused(getattr(caller, method)(path.format(n=case.number)), 403, "no_standing")


def test_no_standing_comes_before_what_the_body_says(marketplace, staff_key, unchanged):
    case = walk.requested()
    unchanged()
    refused(staff_key("auditor").post(f"cases/{case.number}/accept", raw=b"{"), 403, "no_standing")
    refused(marketplace.post(f"cases/{case.number}/assign", raw=b"{"), 403, "no_standing")
    refused(marketplace.post(f"cases/{case.number}/rulings", raw=b"{"), 403, "no_standing")


def test_malformed_comes_before_out_of_order(marketplace, unchanged):
    case = walk.in_evidence()
    unchanged()
    refused(marketplace.post(f"cases/{case.number}/reject", {"reason": "no_such"}), 400, "invalid")
    refused(marketplace.post(f"cases/{case.number}/reject", REJECTION), 409, "out_of_order")


def test_an_act_at_the_due_moment_is_too_late(marketplace, unchanged):
    case = walk.requested()
    with walk.at_due(case):
        unchanged()
        refused(marketplace.post(f"cases/{case.number}/reject", REJECTION), 409, "too_late")


def test_an_act_on_a_version_that_has_moved_on_is_stale(marketplace, unchanged):
    case = walk.requested()
    unchanged()
    refused(marketplace.post(f"cases/{case.number}/accept", If_Match='"99"'), 409, "stale")
    refused(marketplace.post(f"cases/{case.number}/accept", If_Match="yesterday"), 400, "invalid")


def test_an_act_on_the_version_that_was_seen_goes_through(marketplace):
    case = walk.requested()
    assert marketplace.post(f"cases/{case.number}/accept", If_Match=f'"{case.version}"').status_code == 200


def test_a_side_must_be_named_where_either_could_act(marketplace, unchanged):
    case = walk.in_evidence()
    unchanged()
    problem = refused(marketplace.post(f"cases/{case.number}/rest"), 400, "invalid")
    assert problem["errors"][0]["field"] == "by"


CUP = {"sku": "CUP", "title": "Porcelain cup", "unit_price_minor": 5_000, "quantity": 1}


def money(minor, currency="CNY"):
    return {"amount_minor": minor, "currency": currency}


@pytest.mark.parametrize(
    ("changes", "status", "code", "field"),
    [
        ({"amount": money(0)}, 400, "invalid", "amount.amount_minor"),
        ({"amount": money(-1)}, 400, "invalid", "amount.amount_minor"),
        ({"amount": money(10_001)}, 422, "unprocessable", "amount.amount_minor"),
        ({"amount": money(1.5)}, 400, "invalid", "amount.amount_minor"),
        ({"amount": money("100")}, 400, "invalid", "amount.amount_minor"),
        ({"amount": money(True)}, 400, "invalid", "amount.amount_minor"),
        ({"amount": money(100, "EUR")}, 422, "unprocessable", "amount.currency"),
        ({"amount": money(100, "ABC")}, 400, "invalid", None),
        ({"amount": 100}, 400, "invalid", "amount"),
        ({"reason": "bad_mood"}, 400, "invalid", "reason"),
        ({"reason": {"a": 1}}, 400, "invalid", "reason"),
        ({"remedy": "exchange", "reason": "not_shipped"}, 422, "unprocessable", "remedy"),
        ({"lines": ["7"]}, 422, "unprocessable", "lines"),
        ({"lines": "1"}, 400, "invalid", "lines"),
        ({"statement": ""}, 400, "invalid", "statement"),
        ({"statement": 7}, 400, "invalid", "statement"),
        ({"colour": "red"}, 400, "invalid", "colour"),
        ({"order_number": "unknown"}, 404, "not_found", None),
    ],
)
def test_a_request_that_cannot_be_granted(marketplace, unchanged, changes, status, code, field):
    order = walk.register(walk.given_order("A-1"))
    walk.deliver(order)
    unchanged()
    problem = refused(marketplace.post("cases", a_claim(**changes)), status, code)
    assert field is None or field in [error["field"] for error in problem["errors"]]


def test_a_second_case_over_the_same_line_conflicts(marketplace, unchanged):
    case = walk.requested()
    unchanged()
    refused(marketplace.post("cases", a_claim(case.order.number)), 409, "conflict")


def test_an_order_number_taken_by_other_content_conflicts(marketplace, unchanged):
    assert marketplace.post("orders", an_order()).status_code == 201
    unchanged()
    refused(marketplace.post("orders", an_order(paid_at="2026-03-02T07:00:00Z")), 409, "conflict")


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"price": money(9_999)}, 422, "unprocessable"),
        ({"items": [CUP | {"line": "2"}, CUP]}, 422, "unprocessable"),
        ({"price": money(0)}, 400, "invalid"),
        ({"price": money(10_000, "XXX")}, 400, "invalid"),
        ({"price": money(10**15 + 1)}, 400, "invalid"),
        ({"items": []}, 400, "invalid"),
        ({"items": [{"sku": "A", "title": "B", "unit_price_minor": 1, "quantity": 0}]}, 400, "invalid"),
        ({"paid_at": "2026-03-02T08:00:00"}, 400, "invalid"),
        ({"paid_at": "2026-06-30T23:59:60Z"}, 400, "invalid"),
        ({"paid_at": "9999-12-31T23:59:59-14:00"}, 400, "invalid"),
        ({"paid_at": "9999-12-31T00:00:00Z"}, 400, "invalid"),
        ({"paid_at": "0001-01-01T00:00:00+14:00"}, 400, "invalid"),
        ({"paid_at": "2026-02-29T08:00:00Z"}, 400, "invalid"),
        ({"paid_at": 1_700_000_000}, 400, "invalid"),
        ({"paid_at": "٢٠٢٦-03-02T08:00:00Z"}, 400, "invalid"),
        ({"order_number": "a/b"}, 400, "invalid"),
        ({"order_number": "x" * 121}, 400, "invalid"),
        ({"buyer": {"id": "b", "name": "n", "email": "nonsense"}}, 400, "invalid"),
        ({"buyer": "b-1"}, 400, "invalid"),
    ],
)
def test_an_order_that_is_none(marketplace, unchanged, changes, status, code):
    unchanged()
    refused(marketplace.post("orders", an_order(**changes)), status, code)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b'{"order_number": NaN}',
        b'{"order_number": 1e999}',
        b'{"order_number": -Infinity}',
        b'{"statement": "\\u0000"}',
        b'{"statement": "\\ud800"}',
        b'{"\\u0000": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": 99999999999999999999}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"a":' * 40 + b"1" + b"}" * 40,
        b'{"order_number": "A-1", "order_number": "A-2"}',
        b"\xef\xbb\xbf{}",
    ],
    ids=range(19),
)
def test_hostile_json_is_malformed(marketplace, unchanged, raw):
    unchanged()
    for path in ("cases", "orders", "policies"):
        refused(marketplace.post(path, raw=raw), 400, "invalid")


@pytest.mark.parametrize("value", [{"a": "\x00"}, {"a": float("1e300")}, {"a": [[[["deep"]]]]}])
def test_a_listings_snapshot_is_kept_or_refused_and_never_an_error(marketplace, value):
    items = [{**an_order()["items"][0], "snapshot": value}]
    assert marketplace.post("orders", an_order(items=items)).status_code in (201, 400)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "", "application/x-www-form-urlencoded"])
def test_another_content_type_is_not_taken(marketplace, unchanged, content_type):
    unchanged()
    answer = marketplace.post("cases", raw=b"a=b", content_type=content_type)
    refused(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("content_type", ["application/json; charset=rot13", "application/json; charset=hex"])
def test_a_strange_character_set_changes_nothing(marketplace, content_type):
    answer = marketplace.post("orders", raw=json.dumps(an_order()).encode(), content_type=content_type)
    assert answer.status_code == 201


def test_a_body_that_is_too_large_is_refused(marketplace, unchanged):
    unchanged()
    refused(marketplace.post("cases", raw=b" " * 2**22), 413, "too_large")


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x"]
)
@pytest.mark.parametrize("headers", [{}, {"Idempotency_Key": "k"}])
def test_a_broken_multipart_body_is_malformed(marketplace, unchanged, content_type, headers):
    case = walk.requested()
    unchanged()
    answer = marketplace.post(f"cases/{case.number}/exhibits", raw=b"--y\r\n", content_type=content_type, **headers)
    refused(answer, 400, "invalid")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "state=nonsense",
        "cursor=nonsense",
        "cursor=W10",
        "cursor=%C3%BC",
        "colour=red",
        "shop=%00",
        "buyer=%ED%A0%80%00",
        "updated_after=yesterday",
        "overdue=perhaps",
    ],
)
def test_a_query_that_makes_no_sense_is_malformed(marketplace, query):
    refused(marketplace.get(f"cases?{query}"), 400, "invalid")


def test_a_method_that_an_address_does_not_take(marketplace):
    from django.test import Client

    answer = Client().delete("/api/v1/cases", headers={"Authorization": f"Bearer {marketplace.text}"})
    refused(answer, 405, "method_not_allowed")


def test_a_ruling_that_is_incomplete_is_told_what_is_missing(staff_key, unchanged):
    walk.arbitrator()
    arbitrator = staff_key("arbitrator")
    case = walk.in_ruling()
    unchanged()
    body = {"winner": "buyer", "remedy": "refund", "rule": "quality", "reasons": "Too short."}
    problem = refused(arbitrator.post(f"cases/{case.number}/rulings", body), 422, "unprocessable")
    assert {error["code"] for error in problem["errors"]} >= {"finding_required", "reasons_too_short"}
    body["answers"] = {"usable_percent": "forty", "colour": "red"}
    told = refused(arbitrator.post(f"cases/{case.number}/rulings", body), 422, "unprocessable")
    assert [error["field"] for error in told["errors"]] == ["answers.usable_percent", "answers.colour"]


def test_only_the_arbitrator_of_the_case_rules(staff_key, unchanged):
    case = walk.in_ruling()
    other = staff_key("arbitrator", "other")
    unchanged()
    refused(other.post(f"cases/{case.number}/rulings", {}), 403, "no_standing")


def test_a_refused_file_leaves_nothing_behind(marketplace, unchanged, settings):
    from pathlib import Path

    from django.core.files.storage import storages
    from django.core.files.uploadedfile import SimpleUploadedFile

    case = walk.rejected()
    folder = Path(storages["evidence"].location)
    before = sorted(folder.rglob("*.*"))
    unchanged()
    fields = {"by": "buyer", "kind": "photo", "title": "x"}
    for content in (b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ"):
        answer = marketplace.upload(
            f"cases/{case.number}/exhibits", {**fields, "file": SimpleUploadedFile("a.png", content)}
        )
        refused(answer, 422, "evidence_refused")
    pdf = SimpleUploadedFile("a.pdf", b"%PDF-1.4\n")
    answer = marketplace.upload(
        f"cases/{case.number}/exhibits",
        {**fields, "file": pdf, "replaces": "9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f"},
        If_Match='"99"',
    )
    assert answer.status_code in (409, 422)
    assert sorted(folder.rglob("*.*")) == before


def test_payouts_are_not_reported_where_the_service_pays(marketplace, unchanged):
    walk.after_silence(walk.requested())
    payout = marketplace.get("payouts").json()["results"][0]
    unchanged()
    refused(marketplace.post(f"payouts/{payout['id']}/paid", {"provider_reference": "P-1"}), 409, "out_of_order")


def test_a_policy_that_makes_no_sense_is_refused_with_what_was_meant(marketplace):
    problem = refused(marketplace.post("policies", {"terms_seconds": {"seller_answer": 1}}), 400, "invalid")
    assert "seller_answers" in problem["detail"]
    refused(marketplace.post("policies", {"terms_seconds": None}), 400, "invalid")


def test_a_link_for_somebody_else_is_refused(marketplace, unchanged):
    case = walk.requested()
    unchanged()
    refused(marketplace.post(f"cases/{case.number}/links", {"party": "b-2"}), 422, "unprocessable")
