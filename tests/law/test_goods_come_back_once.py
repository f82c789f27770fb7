"""Goods that have been sent back are not sent back again: what follows is carried out at once, or in money alone."""

import pytest

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.procedure import rule
from adjudication.rulings.models import Winner
from tests import walk
from tests.law.standings import BUYER, SELLER, after, disputed, heard, return_ruling_appealed
from tests.law.words import Who

SENIOR = Who("supervisor", "senior")


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def test_a_seller_who_accepts_after_all_what_came_back_refunds_the_buyer_at_once():
    case = after(disputed(), ("accept", SELLER))
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.REFUNDED)
    assert balances.of_order(case.order_id).refunded == 10_000


def test_an_offer_agreed_over_a_return_asks_for_no_second_return():
    case = after(disputed(), ("make_offer", SELLER, "return_and_refund", 4_000), ("answer_offer", BUYER, True))
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.PARTLY_REFUNDED)


def test_an_appeal_over_a_return_is_ruled_in_money_alone_too():
    case = heard(return_ruling_appealed())
    case = after(case, ("assign", SENIOR))
    assert rule.remedies_for(case, Winner.BUYER) == ["refund"]
    with pytest.raises(Refused) as refused:
        after(case, ("rule", SENIOR, "buyer", "return_and_refund"))
    assert refused.value.code == "unprocessable"
    assert docket.look(case.number)[0].state == State.RULING
