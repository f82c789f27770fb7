"""The signed file of a case over the API: to whoever may read all of it, and nobody else."""

from io import BytesIO

import pytest

from adjudication.credentials import signing
from adjudication.credentials.models import Scope
from adjudication.reports.bundle import verify
from adjudication.reports.models import Export
from tests import walk
from tests.api.conftest import a_key, client, refused

ALL = (Scope.CASES_READ, Scope.EVIDENCE_READ, Scope.LEDGER_READ)


@pytest.fixture
def case(day):
    return walk.ruled()[0]


def address(case):
    return f"cases/{case.number}/bundle"


def asked_for(content):
    return verify.verify(BytesIO(content), key=verify.key_of(signing.own().public_pem.encode(), "ours")).lines[-1]


def test_each_who_may_read_the_case_gets_it_in_their_own_name(case, marketplace, party_key, staff_key):
    callers = {
        "marketplace for a test": marketplace,
        "buyer b-1": party_key("buyer", "b-1"),
        "seller s-1": party_key("shop", "s-1"),
        "auditor auditor": staff_key("auditor"),
    }
    for name, caller in callers.items():
        answer = caller.get(address(case))
        assert answer.status_code == 200
        assert answer.headers["Content-Type"] == "application/zip"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="case-{case.number}.zip"'
        assert answer.headers["Cache-Control"] == "private, no-store"
        assert asked_for(answer.getvalue()).endswith(f" to: {name}.")
    assert [f"{export.role} {export.asker_name}" for export in Export.objects.order_by("pk")] == list(callers)


@pytest.mark.parametrize("lacking", ALL)
def test_it_takes_the_scopes_for_all_that_is_in_it(case, lacking):
    key = a_key([scope for scope in ALL if scope != lacking])
    assert lacking in refused(key.get(address(case)), 403, "no_standing")["detail"]
    assert not Export.objects.exists()
    assert a_key(ALL).get(address(case)).status_code == 200


def test_to_another_party_the_case_is_unknown(case, party_key):
    unknown = refused(party_key("buyer", "b-2").get("cases/2026-999999-99/bundle"), 404, "not_found")
    assert refused(party_key("buyer", "b-2").get(address(case)), 404, "not_found") == unknown
    assert not Export.objects.exists()


def test_asking_for_the_headers_alone_hands_nothing_out(case, marketplace):
    answer = client().head(f"/api/v1/{address(case)}", headers={"Authorization": f"Bearer {marketplace.text}"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert not Export.objects.exists()


def test_an_unknown_parameter_is_refused(case, marketplace):
    refused(marketplace.get(f"{address(case)}?whole=1"), 400, "invalid")
    refused(marketplace.get(f"{address(case)}?even_if_not_whole=perhaps"), 400, "invalid")


def test_the_case_leads_to_it(case, marketplace):
    assert marketplace.get(f"cases/{case.number}").json()["links"]["bundle"] == f"/api/v1/{address(case)}"


def test_anybody_may_have_the_public_key(db):
    answer = client().get("/api/v1/signing-key")
    assert answer.status_code == 200
    told = answer.json()
    assert told == {"key_id": signing.own().id, "algorithm": "Ed25519", "public_key_pem": signing.own().public_pem}
    assert verify.id_of(verify.key_of(told["public_key_pem"].encode(), "the answer")) == told["key_id"]


def test_strangers_may_not_ask_for_the_key_without_end(db, settings):
    settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED = 1
    assert client().get("/api/v1/signing-key").status_code == 200
    assert client().get("/api/v1/signing-key").status_code == 429


def test_without_a_key_to_sign_with_it_is_said(case, marketplace, settings):
    settings.SIGNING_KEY = ""
    assert "SIGNING_KEY" in refused(marketplace.get(address(case)), 503, "unavailable")["detail"]
    assert client().get("/api/v1/signing-key").status_code == 503
