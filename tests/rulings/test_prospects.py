"""What the rule of a case would lead to is told from the tables that decide, before anybody decides."""

import pytest

from adjudication import clock
from adjudication.policy.terms import Reason
from adjudication.rulings.prospects import USABLE_PERCENTS, defaults_judged, splits
from tests import walk


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def told(case):
    return {judged.default.rule: (judged.decides, str(judged.why)) for judged in defaults_judged(walk.look(case))}


def test_why_no_default_rule_decides_a_delivered_order_of_poor_quality():
    assert told(walk.in_ruling()) == {
        "no_shipment": (False, "A shipment or a delivery is on record."),
        "forced_shipment": (False, "No goods were shipped after the request and then refused or sent back."),
        "signed_for": (False, "It is for damage in transit and for goods that are not as described."),
    }


def test_who_files_an_admissible_exhibit_is_heard_by_a_person():
    case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(reason=Reason.NOT_AS_DESCRIBED))))
    assert told(case)["signed_for"] == (False, "Not everything was delivered and signed for.")


def test_an_order_that_was_never_shipped_is_decided_by_the_record():
    order = walk.register(walk.given_order())
    case = walk.requested(order, reason=Reason.NOT_SHIPPED)
    assert told(case)["no_shipment"] == (True, "Neither a shipment nor a delivery is on record.")


def test_splits_are_the_awards_that_a_ruling_would_make():
    table = {fault.value: [each and each.buyer_minor for each in awards] for fault, awards in splits(10_001)}
    assert USABLE_PERCENTS == (0, 20, 40, 60, 80)
    assert table == {
        "seller": [None, 8_001, 6_001, 4_001, 2_001],
        "carrier": [None, 8_001, 6_001, 4_001, 2_001],
        "shared": [5_001, 4_001, 3_001, 2_001, 1_001],
        "buyer": [None, None, None, None, None],
    }
