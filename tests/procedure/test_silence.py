"""What silence means, state by state, at the very end of each term."""

import pytest

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.deadlines.models import Deadline
from adjudication.escrow import balances
from adjudication.evidence.models import Exhibit
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.procedure import custody, intervene, lapse, respond
from adjudication.procedure.tick import assign_waiting
from adjudication.rulings.models import Ruling
from tests import walk

# state: after how many hours since the case came into it (or since the intervention), and what then.
SILENCE = [
    (State.REQUESTED, 72, State.CLOSED, Outcome.REFUNDED),
    (State.REJECTED, 72, State.CLOSED, Outcome.RELEASED),
    (State.INTERVENTION, 12, State.EVIDENCE, ""),
    (State.EVIDENCE, 48, State.RULING, ""),
    (State.RULING, 72, State.RULING, ""),
    (State.RULED, 72, State.CLOSED, Outcome.REFUNDED),
]


@pytest.mark.parametrize(("state", "hours", "becomes", "outcome"), SILENCE, ids=[row[0] for row in SILENCE])
def test_silence(state, hours, becomes, outcome):
    case = walk.in_state(state)
    assert case.papers.deadline.due_at == walk.START + hours * walk.HOUR
    with walk.at_due(case, -walk.MICROSECOND):
        assert lapse.sweep().done == 0
    after = walk.after_silence(case)
    assert (after.state, after.outcome) == (becomes, outcome)
    assert (after.papers.deadline is None) == (becomes == State.CLOSED)


def test_the_ruling_is_counted_from_the_intervention_and_not_from_the_end_of_evidence():
    case = walk.after_silence(walk.in_evidence())
    assert case.papers.deadline.kind == Deadline.Kind.RULING
    assert case.papers.deadline.due_at == walk.START + 72 * walk.HOUR


def test_a_buyer_who_lets_a_refusal_stand_without_having_the_goods_keeps_the_claim_held():
    order = walk.register(walk.given_order())
    case = walk.rejected(walk.requested(order, reason="not_shipped"))
    assert case.papers.deadline.if_silent == Deadline.Silence.WITHDRAWN
    after = walk.after_silence(case)
    assert after.outcome == Outcome.WITHDRAWN
    assert balances.of_order(order.pk).held == 10_000


def test_where_the_policy_says_so_a_silent_seller_lets_the_buyer_call_the_platform_in():
    versions.load('[on_silence]\nseller = "intervene"')
    case = walk.after_silence(walk.requested())
    assert case.state == State.REQUESTED
    assert case.papers.deadline.kind == Deadline.Kind.BUYER_INTERVENES
    with clock.simulated(case.papers.deadline.started_at), docket.take(case.number) as (taken, at):
        intervene.intervene(taken, by=walk.buyer_of(taken), at=at)
    assert walk.look(case).state == State.INTERVENTION


def test_a_silent_seller_can_then_only_accept():
    versions.load('[on_silence]\nseller = "intervene"')
    case = walk.after_silence(walk.requested())
    with clock.simulated(case.papers.deadline.started_at):
        with pytest.raises(Exception, match="can still accept"), docket.take(case.number) as (taken, at):
            respond.reject(
                taken,
                by=walk.seller_of(taken),
                reason="signed_for",
                text="Signed.",
                exhibits=[walk.an_exhibit()],
                at=at,
            )
        with docket.take(case.number) as (taken, at):
            respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert walk.look(case).outcome == Outcome.REFUNDED


def test_an_overdue_ruling_moves_to_a_supervisor_once_and_then_the_last_resort_rules():
    walk.arbitrator("senior", Role.SUPERVISOR)
    walk.User.objects.get(username="senior").groups.add(walk.group("supervisor"))
    case = walk.after_silence(walk.in_ruling())
    assert (case.state, case.is_overdue, case.arbitrator_id) == (State.RULING, True, None)
    assert case.papers.deadline.due_at == walk.START + 96 * walk.HOUR
    with clock.simulated(case.papers.deadline.started_at):
        assert assign_waiting(at=clock.now()) == 1
    assert walk.look(case).arbitrator.username == "senior"
    ruled = walk.after_silence(walk.look(case))
    ruling = Ruling.objects.get(case=case)
    assert (ruled.state, ruling.rule, ruling.winner, ruling.decided_as) == (
        State.RULED,
        "last_resort",
        "buyer",
        "platform",
    )


def test_in_the_last_resort_a_buyer_without_an_admissible_exhibit_loses():
    case = walk.in_evidence()
    walk.filed(case, walk.buyer_of(case), walk.an_exhibit(kind=Exhibit.Kind.OFF_PLATFORM_CHAT))
    for _term in range(3):  # evidence, ruling, ruling once overdue
        case = walk.after_silence(walk.look(case))
    assert Ruling.objects.get(case=case).winner == "seller"


def test_a_ruling_that_was_made_in_time_is_not_overtaken_by_the_sweep():
    walk.ruled()
    with clock.simulated(walk.START + 71 * walk.HOUR):
        assert lapse.sweep().done == 0


# --- The order's own terms --------------------------------------------------------------------------------------------


def lapse_order(order):
    with walk.at_due(order):
        lapse.sweep()
    return docket.look_at_order(order.number)


def report(order, kind, labels=None):
    labels = labels or [line.label for line in order.papers.lines]
    with docket.take_order(order.number) as (taken, at):
        custody.report_parcel(
            taken, ParcelReport(kind=kind, line_labels=labels, reported_at=at), by=Actor(Role.MARKETPLACE), at=at
        )
    return docket.look_at_order(order.number)


def test_a_paid_order_that_is_never_shipped_is_refunded_after_720_hours():
    order = walk.register(walk.given_order())
    assert order.papers.deadline.due_at == walk.START + 720 * walk.HOUR
    assert lapse_order(order).papers.deadline is None
    assert balances.of_order(order.pk).refunded == 10_000


@pytest.mark.parametrize(("kind", "hours"), [("shipment", 1_080), ("delivery", 240)])
def test_a_shipped_or_delivered_order_nobody_disputes_is_released(kind, hours):
    order = report(walk.register(walk.given_order()), kind)
    assert order.papers.deadline.due_at == walk.START + hours * walk.HOUR
    lapse_order(order)
    assert balances.of_order(order.pk).released == 10_000


def test_an_order_whose_delivery_was_refused_is_refunded():
    order = report(walk.register(walk.given_order()), "refusal")
    lapse_order(order)
    assert balances.of_order(order.pk).refunded == 10_000


def test_lines_never_shipped_are_refunded_and_the_shipped_ones_keep_their_term():
    items = (walk.ItemGiven("A", "Cup", 3_000, 1), walk.ItemGiven("B", "Saucer", 2_000, 1))
    order = report(walk.register(walk.given_order(items=items)), "shipment", ["1"])
    order = lapse_order(order)
    assert balances.of_order(order.pk).as_dict() | {"paid": 0} == {
        "paid": 0,
        "held": 3_000,
        "released": 0,
        "refunded": 2_000,
        "fees": 0,
    }
    assert order.papers.deadline.kind == Deadline.Kind.BUYER_REPORTS_MISSING
    lapse_order(order)
    assert balances.of_order(order.pk).held == 0


def test_an_open_case_suspends_the_orders_term_and_at_least_72_hours_are_left_afterwards():
    order = walk.register(walk.given_order())
    walk.deliver(order)
    with clock.simulated(walk.START + 239 * walk.HOUR):
        case = walk.requested(order)
        assert docket.look_at_order(order.number).papers.deadline is None
        with docket.take(case.number) as (taken, at):
            respond.withdraw(taken, by=walk.buyer_of(taken), at=at)
    deadline = docket.look_at_order(order.number).papers.deadline
    assert deadline.due_at == walk.START + (239 + 72) * walk.HOUR


def test_what_a_partial_claim_leaves_held_comes_under_the_orders_term_again():
    case = walk.after_silence(walk.requested(amount_minor=2_500))
    assert balances.of_order(case.order_id).as_dict() | {"paid": 0} == {
        "paid": 0,
        "held": 7_500,
        "released": 0,
        "refunded": 2_500,
        "fees": 0,
    }
    assert docket.look_at_order(case.order.number).papers.deadline is not None
