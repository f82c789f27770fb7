"""The same POST sent twice is done once, also when the two come at once; a refusal is not kept."""

import threading
import time

import pytest
from django.db import connection

from adjudication import docket
from adjudication.api.models import IdempotencyKey
from adjudication.cases.models import Case
from adjudication.evidence import inspection
from adjudication.parties import Role
from adjudication.procedure import inquire
from tests import walk
from tests.api.conftest import a_claim, a_key, an_order, refused
from tests.api.test_drafts import patched
from tests.api.test_story import PNG, _named


def test_the_same_request_again_gets_the_stored_answer(marketplace):
    case = walk.requested()
    path = f"cases/{case.number}/accept"
    first = marketplace.post(path, {}, Idempotency_Key="k-1")
    before = walk.snapshot()
    again = marketplace.post(path, {}, Idempotency_Key="k-1")
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"
    assert walk.snapshot() == before


def test_a_case_filed_twice_with_one_key_is_one_case(marketplace):
    marketplace.post("orders", an_order())
    numbers = {marketplace.post("cases", a_claim(), Idempotency_Key="k").json()["number"] for _again in range(3)}
    assert len(numbers) == 1
    assert Case.objects.count() == 1


def test_another_body_under_the_same_key_is_a_mismatch(marketplace):
    case = walk.requested()
    exhibit = {"by": "buyer", "kind": "document", "title": "A", "text": "B"}
    assert marketplace.post(f"cases/{case.number}/exhibits", exhibit, Idempotency_Key="k").status_code == 201
    before = walk.snapshot()
    answer = marketplace.post(f"cases/{case.number}/exhibits", {**exhibit, "text": "C"}, Idempotency_Key="k")
    refused(answer, 422, "idempotency_mismatch")
    refused(marketplace.post(f"cases/{case.number}/accept", {}, Idempotency_Key="k"), 422, "idempotency_mismatch")
    assert walk.snapshot() == before


def test_an_upload_is_known_again_by_its_fields_and_files_whatever_its_boundary(marketplace):
    case = walk.requested()
    path = f"cases/{case.number}/exhibits"
    fields = {"by": "buyer", "kind": "photo", "title": "The crack"}
    first = marketplace.upload(path, {**fields, "file": _named(PNG, "a.png")}, Idempotency_Key="k")
    again = marketplace.upload(path, {**fields, "file": _named(PNG, "a.png")}, Idempotency_Key="k")
    assert again.content == first.content
    other = marketplace.upload(path, {**fields, "file": _named(PNG + b"x", "a.png")}, Idempotency_Key="k")
    refused(other, 422, "idempotency_mismatch")


def test_a_refusal_is_not_kept(marketplace):
    case = walk.requested()
    path = f"cases/{case.number}/accept"
    refused(marketplace.post(path, {}, Idempotency_Key="k", If_Match='"99"'), 409, "stale")
    assert IdempotencyKey.objects.count() == 0
    assert marketplace.post(path, {}, Idempotency_Key="k").status_code == 200


def test_one_callers_key_means_nothing_to_another(marketplace):
    case = walk.requested()
    marketplace.post(f"cases/{case.number}/accept", {}, Idempotency_Key="k")
    other = walk.requested()
    assert a_key().post(f"cases/{other.number}/accept", {}, Idempotency_Key="k").status_code == 200


@pytest.mark.parametrize("key", ["", "x" * 256, "ü", "a\tb"])
def test_a_key_that_is_none_is_malformed(marketplace, key):
    refused(marketplace.post("orders", an_order(), Idempotency_Key=key), 400, "invalid")


def test_a_broken_body_is_told_under_a_key_too(marketplace):
    for _again in range(2):
        refused(marketplace.post("orders", raw=b"{", Idempotency_Key="k"), 400, "invalid")


def test_two_at_once_with_one_key_are_done_once_and_a_third_is_told_to_wait(own_database):
    order = walk.register(walk.given_order())
    walk.deliver(order)
    caller = a_key()
    answers = []

    def send():
        answers.append(caller.post("cases", a_claim(order.number), Idempotency_Key="k"))
        connection.close()

    threads = [threading.Thread(target=send) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert Case.objects.count() == 1

    with own_database.superuser() as raw, raw.transaction():
        raw.execute(
            "INSERT INTO adjudication_idempotencykey (api_key_id, key, fingerprint, status, body, created_at) "
            "SELECT id, 'running', '', 0, '', now() FROM adjudication_apikey"
        )
        busy = caller.post("orders", an_order("B-1"), Idempotency_Key="running")
    refused(busy, 409, "busy")
    assert busy.headers["Retry-After"] == "1"


def test_an_order_held_by_somebody_else_is_busy(own_database):
    case = walk.requested()
    caller = a_key()
    with own_database.superuser() as raw, raw.transaction():
        raw.execute("SELECT 1 FROM adjudication_order FOR UPDATE")
        refused(caller.post(f"cases/{case.number}/accept"), 409, "busy")


SLOW = "import time; print('{\"ready\": true}', flush=True); time.sleep(2)"
IN_TRANSACTION = """SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start IS NOT NULL AND state <> 'active'"""


@pytest.mark.parametrize("what", ["exhibit", "draft", "reply"])
def test_no_transaction_is_open_while_a_slow_file_is_inspected(own_database, monkeypatch, what):
    case = walk.in_evidence()
    caller, answers = a_key(), []
    sent = _sending(what, caller, case)
    monkeypatch.setattr(inspection, "START", SLOW)

    def send():
        answers.append(sent(_named(PNG, "a.png"), Idempotency_Key="slow"))
        connection.close()

    sending = threading.Thread(target=send)
    sending.start()
    was_inspecting = False
    with own_database.superuser() as raw:
        while sending.is_alive():
            if inspection.PLACES._value < inspection.AT_ONCE:
                was_inspecting = True
                assert raw.execute(IN_TRANSACTION).fetchone() == (0,)
            time.sleep(0.05)
    sending.join()
    assert was_inspecting
    refused(answers[0], 422, "evidence_refused")
    assert IdempotencyKey.objects.count() == 0


def _sending(what, caller, case):
    """How a request is sent that brings a file."""
    given = {"by": "buyer", "kind": "photo", "title": "Slow"}
    exhibits = f"cases/{case.number}/exhibits"
    if what == "exhibit":
        return lambda file, **headers: caller.upload(exhibits, {**given, "file": file}, **headers)
    if what == "draft":
        draft = f"exhibits/{caller.post(exhibits, {**given, 'draft': True}).json()['id']}"
        return lambda file, **headers: patched(caller, draft, {"file": file}, **headers)
    with docket.take(case.number) as (taken, at):
        asked = inquire.inquire(taken, by=walk.arbitrator(), to=[Role.BUYER], text="Show it.", at=at)
    reply = f"inquiries/{asked.pk}/reply"
    return lambda file, **headers: caller.upload(reply, {"by": "buyer", "text": "Here.", "files": [file]}, **headers)


def test_an_upload_that_is_answered_already_is_not_received_again(marketplace, monkeypatch):
    case = walk.requested()
    path, fields = f"cases/{case.number}/exhibits", {"by": "buyer", "kind": "photo", "title": "The crack"}
    first = marketplace.upload(path, {**fields, "file": _named(PNG, "a.png")}, Idempotency_Key="k")
    monkeypatch.setattr(inspection, "START", "raise SystemExit")  # whoever inspected it again would fail
    again = marketplace.upload(path, {**fields, "file": _named(PNG, "a.png")}, Idempotency_Key="k")
    assert again.content == first.content
    assert again.headers["Idempotent-Replayed"] == "true"


def test_an_answer_with_a_secret_is_kept_sealed_and_given_again_alike(marketplace, settings):
    settings.WEBHOOK_ALLOW_LOOPBACK = True
    case = walk.requested()
    body = {"url": "http://127.0.0.1:9009/"}
    endpoint = marketplace.post("webhook-endpoints", body, Idempotency_Key="made").json()["id"]
    for name, path, given, secret in (
        ("made", "webhook-endpoints", body, "secret"),
        ("rotated", f"webhook-endpoints/{endpoint}/rotate-secret", {}, "secret"),
        ("link", f"cases/{case.number}/links", {"party": "buyer"}, "url"),
    ):
        first = marketplace.post(path, given, Idempotency_Key=name)
        assert first.status_code in (200, 201), first.content
        again = marketplace.post(path, given, Idempotency_Key=name)
        assert again.headers["Idempotent-Replayed"] == "true"
        assert again.json() == first.json()
        assert first.json()[secret][-20:] not in IdempotencyKey.objects.get(key=name).body
    settings.SECRET_KEY = "another"
    refused(marketplace.post("webhook-endpoints", body, Idempotency_Key="made"), 409, "out_of_order")
