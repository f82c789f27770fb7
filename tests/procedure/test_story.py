"""One dispute, all the way through, in each of its usual ways."""

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.escrow import balances
from adjudication.journal.models import Event
from adjudication.procedure import payouts, respond
from adjudication.rulings.models import Winner
from tests import walk


def money(case):
    return balances.of_order(case.order_id).as_dict()


def test_a_case_ruled_for_the_buyer_refunds_the_claim_once_the_ruling_is_final():
    case, _ruling = walk.ruled()
    assert case.state == State.RULED
    assert money(case)["held"] == 10_000
    closed = walk.after_silence(case)
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.REFUNDED)
    assert money(closed) == {"paid": 10_000, "held": 0, "released": 0, "refunded": 10_000, "fees": 0}
    assert docket.look_at_order(closed.order.number).papers.deadline is None


def test_a_case_ruled_for_the_seller_releases_the_claim():
    closed = walk.after_silence(walk.ruled(winner=Winner.SELLER)[0])
    assert (closed.state, closed.outcome) == (State.CLOSED, Outcome.RELEASED)
    assert money(closed) == {"paid": 10_000, "held": 0, "released": 10_000, "refunded": 0, "fees": 0}


def test_a_split_ruling_pays_both_sides():
    closed = walk.after_silence(walk.ruled(winner=Winner.SPLIT)[0])
    assert closed.outcome == Outcome.PARTLY_REFUNDED
    assert money(closed) == {"paid": 10_000, "held": 0, "released": 4_000, "refunded": 6_000, "fees": 0}


def test_a_seller_who_accepts_refunds_the_buyer_at_once():
    case = walk.requested()
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert walk.look(case).outcome == Outcome.REFUNDED
    assert money(case)["refunded"] == 10_000


def test_a_buyer_who_withdraws_leaves_the_claim_held_and_the_orders_term_runs_on():
    case = walk.requested()
    with docket.take(case.number) as (taken, at):
        respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    order = docket.look_at_order(case.order.number)
    assert walk.look(case).outcome == Outcome.WITHDRAWN
    assert money(case)["held"] == 10_000
    assert order.papers.deadline.kind == "buyer_confirms_receipt"
    assert order.papers.deadline.due_at == walk.START + 240 * walk.HOUR


def test_payouts_leave_once_however_often_the_tick_comes():
    case = walk.after_silence(walk.requested())
    with walk.clock.simulated(case.closed_at):
        assert payouts.pay_due() == 1
        assert payouts.pay_due() == 0
    payout = case.payouts.get()
    assert (payout.state, payout.amount_minor) == ("paid", 10_000)
    assert balances.of_account(balances.Kind.PAYABLE_TO_BUYER, case.buyer_id) == 0
    assert balances.of_account(balances.Kind.PROVIDER_CASH) == 0


def test_the_journal_tells_the_story_without_a_gap():
    case = walk.after_silence(walk.ruled()[0])
    kinds = list(Event.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
    assert kinds == [
        "case.requested",
        "exhibit.filed",
        "case.rejected",
        "case.intervened",
        "case.assigned",
        "case.evidence_opened",
        "exhibit.filed",
        "case.rested",
        "case.rested",
        "case.evidence_closed",
        "ruling.issued",
        "deadline.lapsed",
        "ruling.final",
        "escrow.refunded",
        "case.closed",
    ]


def test_a_second_case_over_the_same_order_follows_the_withdrawn_first():
    first = walk.requested()
    with docket.take(first.number) as (taken, at):
        respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    with clock.simulated(walk.START + walk.HOUR):
        second = walk.requested(first.order)
    assert second.follows_id == first.pk
