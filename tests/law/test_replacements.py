"""While a replacement is owed its claim stays held; whatever ends that, no line owes more than is held for it."""

import pytest

from adjudication import clock, docket
from adjudication.escrow import balances
from adjudication.escrow.models import Entry
from adjudication.parties import Actor, Role
from adjudication.procedure import intervene, lapse
from tests import walk
from tests.law import performing
from tests.law.standings import SELLER, STANDINGS, after, appealed, asked, heard


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


def owed():
    return docket.look_at_order(STANDINGS["closed, replacement owed"]().order.number)


def test_a_new_case_over_what_is_owed_can_be_accepted():
    order = owed()
    with clock.simulated(walk.START + walk.HOUR):
        after(asked("refund", order), ("accept", SELLER))
    assert balances.of_order(order.pk).refunded == 10_000


def test_a_new_case_over_what_is_owed_ends_in_silence():
    order = owed()
    with clock.simulated(walk.START + walk.HOUR):
        case = asked("refund", order)
    with walk.at_due(case):
        swept = lapse.sweep()
    assert (swept.done, swept.parked) == (1, 0)


def test_a_buyer_who_confirms_receipt_is_owed_nothing_any_more():
    order = owed()
    performing.on_order(order.number, "confirm_receipt")
    assert balances.of_order(order.pk).released == 10_000


def test_what_was_never_replaced_is_refunded_as_the_settlement_of_the_case_that_owed_it():
    first = STANDINGS["closed, replacement owed"]()
    with clock.simulated(walk.START + walk.HOUR):
        second = asked("refund", docket.look_at_order(first.order.number))
        after(second, ("withdraw", performing.Who("buyer")))
    order = docket.look_at_order(first.order.number)
    with walk.at_due(order):
        lapse.sweep()
    assert Entry.objects.get(reference=f"settlement:{first.number}").case_id == first.pk


def test_nobody_is_given_a_case_they_have_ruled_on_before():
    case = heard(appealed())
    with pytest.raises(Exception, match="two instances"), docket.take(case.number) as (taken, at):
        intervene.assign(
            taken, by=walk.PLATFORM, to=Actor(Role.SUPERVISOR, case.papers.rulings[0].decided_by_id), at=at
        )
