"""One dispute, all the way through."""

import pytest

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.escrow import balances
from tests import walk


@pytest.fixture(autouse=True)
def _clock(db):
    with clock.simulated(walk.START):
        yield


def test_a_case_ruled_for_the_buyer_refunds_the_claim_once_the_ruling_is_final():
    case, _ruling = walk.ruled()
    assert case.state == State.RULED
    closed = walk.after_silence(case)
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.REFUNDED)
    assert balances.of_order(closed.order_id).as_dict() == {
        "paid": 10_000, "held": 0, "released": 0, "refunded": 10_000, "fees": 0,
    }
    assert docket.look_at_order(closed.order.number).papers.deadline is None
