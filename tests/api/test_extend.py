"""Staff give the parties more time over the API; the case says by how much and why; nobody else can."""

import pytest

from adjudication import clock
from tests import walk
from tests.api.conftest import refused


@pytest.fixture
def case(marketplace):
    with clock.simulated(walk.START):
        return walk.in_evidence()


def test_a_case_tells_of_every_term_that_is_over(marketplace, case):
    told = marketplace.get(f"cases/{case.number}").json()
    assert [(term["kind"], term["end"]) for term in told["ended_terms"]] == [
        ("seller_answers", "met"),
        ("buyer_intervenes", "met"),
        ("arbitrator_assigned", "met"),
    ]
    events = {row["sequence"]: row["type"] for row in marketplace.get(f"cases/{case.number}/events").json()["results"]}
    opened = [events[term["anchor_event"]] for term in (*told["ended_terms"], told["deadline"])]
    assert opened == ["case.requested", "case.rejected", "case.intervened", "case.evidence_opened"]
    first = told["ended_terms"][0]
    assert first["explanation"].startswith("Met on ")
    assert "policy version 1" in first["counted"]
    assert first["extensions"] == []


def test_an_extension_is_on_the_case_with_its_reason(marketplace, staff_key, case):
    before = walk.look(case).papers.deadline.due_at
    with clock.simulated(walk.START):
        answer = staff_key("supervisor").post(
            f"cases/{case.number}/extend", {"seconds": 86_400, "reason": "The carrier answers on Monday."}
        )
    assert answer.status_code == 200, answer.content
    told = answer.json()
    assert told["deadline"]["due_at"] == f"{before + 24 * walk.HOUR:%Y-%m-%dT%H:%M:%SZ}"
    assert [row["reason"] for row in told["extensions"]] == ["The carrier answers on Monday."]
    assert "The carrier answers on Monday." in told["extensions"][0]["explanation"]
    events = marketplace.get(f"cases/{case.number}/events").json()["results"]
    assert [event["type"] for event in events].count("deadline.extended") == 1


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"seconds": 259_201, "reason": "Too long."}, 422, "unprocessable"),
        ({"seconds": 0, "reason": "None."}, 400, "invalid"),
        ({"seconds": 1.5, "reason": "A part."}, 400, "invalid"),
        ({"seconds": 60}, 400, "invalid"),
        ({"seconds": 60, "reason": " "}, 400, "invalid"),
        ({"seconds": 60, "reason": "Why.", "hours": 1}, 400, "invalid"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(staff_key, case, body, status, code):
    before = walk.snapshot()
    with clock.simulated(walk.START):
        refused(staff_key("supervisor").post(f"cases/{case.number}/extend", body), status, code)
    assert walk.snapshot() == before


def test_no_party_and_no_marketplace_extends(marketplace, party_key, case):
    for caller in (marketplace, party_key("buyer", "b-1")):
        with clock.simulated(walk.START):
            refused(
                caller.post(f"cases/{case.number}/extend", {"seconds": 60, "reason": "Please."}), 403, "no_standing"
            )
