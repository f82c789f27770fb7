"""Silence alone ends every case: wherever it stands, the clock brings it to its close, and all money to its owner."""

import pytest

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.deadlines.models import Deadline
from adjudication.escrow import balances
from adjudication.escrow.models import Payout
from adjudication.orders.models import Line
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.procedure.tick import tick
from tests import walk
from tests.law import standings
from tests.law.standings import ORDERS, STANDINGS

#: No case has more terms before it than this, its order's included.
MOST_TERMS = 16


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def keep_silent(order):
    """Let every term of the order and its cases run out; returns how many did."""
    for terms in range(MOST_TERMS):
        due = Deadline.objects.filter(order=order, ended_at=None).order_by("due_at").first()
        if due is None:
            return terms
        with clock.simulated(due.due_at):
            assert tick().parked == 0, Deadline.objects.exclude(failure="").values_list("kind", "failure")
    raise AssertionError(f"terms still run after {MOST_TERMS}: {due.kind}")


def assert_all_is_settled(order):
    assert not order.cases.exclude(state=State.CLOSED).exists()
    assert not Payout.objects.filter(order=order).exclude(state=Payout.State.PAID).exists()
    assert not Deadline.objects.filter(order=order, ended_at=None).exists()
    balance = balances.of_order(order.pk)
    assert (balance.held, balance.released + balance.refunded + balance.fees) == (0, order.price_minor)
    assert not Line.objects.filter(order=order).exclude(held_minor=0, owed_minor=0, claimed_minor=0).exists()


@pytest.mark.parametrize("is_staffed", [False, True], ids=["nobody_on_duty", "staff_on_duty"])
@pytest.mark.parametrize("standing", STANDINGS)
def test_from_every_standing_of_a_case_silence_settles_everything(standing, is_staffed):
    if is_staffed:
        standings.staff_on_duty()
    case = STANDINGS[standing]()
    keep_silent(case.order)
    assert_all_is_settled(case.order)


@pytest.mark.parametrize("standing", ORDERS)
def test_from_every_standing_of_an_order_silence_settles_everything(standing):
    order = ORDERS[standing]()
    assert keep_silent(order) >= 1
    assert_all_is_settled(order)


@pytest.mark.parametrize("standing", ["requested", "rejected"])
def test_where_silence_of_the_seller_lets_the_buyer_intervene_silence_of_both_settles_everything(standing):
    versions.load('[on_silence]\nseller = "intervene"')
    case = STANDINGS[standing]()
    keep_silent(case.order)
    assert_all_is_settled(case.order)


def test_a_last_resort_split_on_appeal_stands_as_it_was_ruled():
    case = STANDINGS["on appeal against a split, evidence"]()
    keep_silent(case.order)
    closed = docket.look(case.number)[0]
    assert closed.outcome == Outcome.PARTLY_REFUNDED
    assert [ruling.decided_as for ruling in closed.papers.rulings] == [Role.ARBITRATOR, Role.PLATFORM]
