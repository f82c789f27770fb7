"""Whatever a case has come through, and whoever is acting on it meanwhile, its signed file hangs together."""

from io import BytesIO
from threading import Thread

import pytest
from django.db import connection

from adjudication import clock, docket
from adjudication.cases.states import State
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import appeal, payouts, respond, return_goods
from adjudication.procedure.appeal import NamedError
from adjudication.procedure.return_goods import DisputeReason
from adjudication.reports.bundle import reading, verify
from tests import walk
from tests.reports.bundle.conftest import handed


def checked(case):
    """The lines of a signed file that is sound."""
    return verify.verify(BytesIO(handed(case))).lines


def acted(case, act, **how):
    """Do one act to the case."""
    with docket.take(case.number) as (taken, at):
        act(taken, at=at, **how)
    return walk.look(case)


@pytest.mark.parametrize("state", State)
def test_in_every_state(day, state):
    checked(walk.in_state(state))


def withdrawn():
    case = walk.intervened()
    return acted(case, respond.withdraw, by=walk.buyer_of(case))


def accepted():
    case = walk.requested()
    return acted(case, respond.accept, by=walk.seller_of(case))


def resent():
    case = walk.requested(remedy=Remedy.RESEND)
    return acted(case, respond.accept, by=walk.seller_of(case))


def ruled_by_the_last_resort():
    case = walk.in_ruling()
    return walk.after_silence(walk.after_silence(case))


def nothing_shipped():
    return walk.intervened(walk.rejected(walk.requested(walk.register(walk.given_order()), reason=Reason.NOT_SHIPPED)))


def shipped_back(case):
    parcel = {"carrier": "SF", "tracking_number": "9", "cost_minor": 7}
    return acted(case, return_goods.ship_return, by=walk.buyer_of(case), **parcel)


def back_and_acknowledged():
    case = walk.returning()
    case = acted(
        case, return_goods.ship_return, by=walk.buyer_of(case), carrier="SF", tracking_number="9", cost_minor=7
    )
    return acted(case, return_goods.acknowledge_return, by=walk.seller_of(case))


def return_disputed():
    case = walk.returning()
    case = acted(
        case, return_goods.ship_return, by=walk.buyer_of(case), carrier="SF", tracking_number="9", cost_minor=7
    )
    return acted(
        case,
        return_goods.dispute_return,
        by=walk.seller_of(case),
        reason=DisputeReason.EMPTY,
        text="The box was empty.",
        exhibits=[walk.an_exhibit("The box")],
    )


def appeal_withdrawn():
    case = walk.ruled()[0]
    case = acted(case, appeal.appeal, by=walk.seller_of(case), grounds="It was whole.", error=NamedError.FACT)
    return acted(case, appeal.withdraw_appeal, by=walk.seller_of(case))


def of_an_order_with_another_case():
    items = tuple(
        walk.ItemGiven(sku=name, title=name, unit_price_minor=price, quantity=1)
        for name, price in (("A", 7), ("B", 99))
    )
    order = walk.register(walk.given_order(items=items))
    walk.deliver(order)
    first = walk.requested(order, lines=("1",), amount_minor=7)
    other = walk.requested(walk.docket.look_at_order(order.number), lines=("2",), amount_minor=99)
    acted(other, respond.accept, by=walk.seller_of(other))
    payouts.pay_due()
    return walk.look(first)


@pytest.mark.parametrize(
    "way",
    [
        *(withdrawn, accepted, resent, ruled_by_the_last_resort, nothing_shipped, back_and_acknowledged),
        *(return_disputed, appeal_withdrawn, of_an_order_with_another_case),
    ],
)
def test_whichever_way_it_went(day, way):
    checked(way())


def test_an_act_meanwhile_is_wholly_in_it_or_not_at_all(own_database, shelf, monkeypatch):
    """The control is the transaction: without it the journal would hold an event that the case does not know yet."""
    with clock.simulated(walk.START):
        case = walk.in_evidence()

        def acts_and_reads(order_id, read=reading.balances.of_order):
            other = Thread(target=rest)
            other.start()
            other.join()
            return read(order_id)

        def rest():
            with clock.simulated(walk.START):
                walk.filed(case, walk.buyer_of(case))
            connection.close()

        monkeypatch.setattr(reading.balances, "of_order", acts_and_reads)
        told = "\n".join(checked(case))
    assert f"The journal of the case: events 1 to {case.version}," in told
    assert walk.look(case).version == case.version + 1
