"""The less usual ways: appeals, returns, offers, remedies in kind, default rulings, and the second person."""

import pytest

from adjudication import clock, docket
from adjudication.cases.models import Hearing
from adjudication.cases.offers import Offer
from adjudication.cases.states import Outcome, State
from adjudication.deadlines.models import Deadline
from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.orders.models import Line, ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import appeal, custody, intervene, negotiate, respond, return_goods, rule, take_evidence
from adjudication.rulings.models import Proposal, Ruling, Winner
from tests import walk


def money(case):
    return balances.of_order(case.order_id).as_dict()


def do(case, act, **given):
    with docket.take(case.number) as (taken, at):
        result = act(taken, at=at, **given)
    return walk.look(case), result


def refusal(case, act, **given):
    before = walk.snapshot()
    with pytest.raises(Refused) as refused:
        do(case, act, **given)
    assert walk.snapshot() == before
    return refused.value


# --- Appeal -----------------------------------------------------------------------------------------------------------


def appealed(winner=Winner.BUYER, side=walk.seller_of):
    case, _ruling = walk.ruled(winner=winner)
    case, _none = do(case, appeal.appeal, by=side(case), grounds="It was whole.", error=appeal.NamedError.FACT)
    return case


def heard_by_a_supervisor(case):
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    do(case, intervene.assign, by=walk.PLATFORM, to=senior)
    for by in (walk.buyer_of(case), walk.seller_of(case)):
        case, _none = do(case, take_evidence.rest, by=by)
    return case, senior


def test_an_appeal_opens_evidence_for_both_and_counts_from_itself():
    with clock.simulated(walk.START + walk.HOUR):
        case = appealed()
    assert (case.state, case.instance, case.hearing, case.arbitrator_id) == (State.EVIDENCE, 2, Hearing.APPEAL, None)
    assert case.papers.deadline.due_at == walk.START + 49 * walk.HOUR
    assert walk.after_silence(case).papers.deadline.due_at == walk.START + 73 * walk.HOUR


@pytest.mark.parametrize(("winner", "outcome"), [(Winner.SELLER, "released"), (Winner.BUYER, "refunded")])
def test_the_second_ruling_is_free_to_find_either_way_and_is_final_at_once(winner, outcome):
    case, senior = heard_by_a_supervisor(appealed())
    case, _ruling = do(case, rule.rule, by=senior, given=walk.a_ruling(case, winner))
    assert (case.state, case.outcome) == (State.CLOSED, outcome)
    assert Ruling.objects.filter(case=case).count() == 2
    assert money(case)["held"] == 0


def test_nobody_rules_in_two_instances():
    case = appealed()
    refused = refusal(case, intervene.assign, by=walk.arbitrator(), to=walk.arbitrator())
    assert refused.code == "no_standing"


def test_an_appeal_is_given_to_fresh_eyes_and_heard_by_a_supervisor():
    case = appealed()
    senior, colleague = walk.arbitrator("senior", Role.SUPERVISOR), walk.arbitrator("colleague")
    first = walk.arbitrator().id
    assert refusal(case, intervene.assign, by=senior, to=Actor(Role.SUPERVISOR, first)).code == "no_standing"
    assert refusal(case, intervene.assign, by=colleague, to=colleague).code == "no_standing"
    assert do(case, intervene.assign, by=senior, to=senior)[0].arbitrator_id == senior.id


def test_an_appeal_needs_grounds_and_a_named_error_or_a_new_exhibit():
    case, _ruling = walk.ruled()
    by = walk.seller_of(case)
    assert refusal(case, appeal.appeal, by=by, grounds=" ", error="fact").code == "unprocessable"
    assert refusal(case, appeal.appeal, by=by, grounds="No.").code == "unprocessable"
    case, _none = do(case, appeal.appeal, by=by, grounds="Look.", exhibits=[walk.an_exhibit("New photo")])
    assert [e.instance for e in case.papers.exhibits][-1] == 2


def test_the_winner_cannot_appeal_and_of_a_split_both_can():
    case, _ruling = walk.ruled()
    assert refusal(case, appeal.appeal, by=walk.buyer_of(case), grounds="More.", error="fact").code == "no_standing"
    split, _ruling = walk.ruled(winner=Winner.SPLIT)
    assert do(split, appeal.appeal, by=walk.buyer_of(split), grounds="More.", error="rule")[0].state == State.EVIDENCE


def test_a_second_ruling_cannot_be_appealed_against():
    case, senior = heard_by_a_supervisor(appealed())
    case, _ruling = do(case, rule.rule, by=senior, given=walk.a_ruling(case))
    assert refusal(case, appeal.appeal, by=walk.seller_of(case), grounds="Again.", error="fact").code == "out_of_order"


def test_who_appealed_may_let_it_be_and_the_first_ruling_is_carried_out():
    case = appealed()
    assert refusal(case, appeal.withdraw_appeal, by=walk.buyer_of(case)).code == "no_standing"
    assert refusal(case, respond.withdraw, by=walk.buyer_of(case)).code == "out_of_order"
    case, _none = do(case, appeal.withdraw_appeal, by=walk.seller_of(case))
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.REFUNDED)


def test_an_appeal_against_a_split_is_not_withdrawn():
    case = appealed(Winner.SPLIT)
    assert refusal(case, appeal.withdraw_appeal, by=walk.seller_of(case)).code == "out_of_order"


def test_in_the_last_resort_on_appeal_the_first_ruling_stands():
    case = appealed(Winner.SPLIT)
    for _term in range(3):
        case = walk.after_silence(case)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.PARTLY_REFUNDED)
    assert money(case) == {"paid": 10_000, "held": 0, "released": 4_000, "refunded": 6_000, "fees": 0}


# --- Return -----------------------------------------------------------------------------------------------------------


def shipped_back(cost_minor=0):
    case = walk.returning()
    return do(
        case,
        return_goods.ship_return,
        by=walk.buyer_of(case),
        carrier="SF",
        tracking_number="R1",
        cost_minor=cost_minor,
    )[0]


def test_what_is_to_be_returned_is_refunded_when_the_seller_acknowledges_it():
    case = walk.returning()
    assert money(case)["held"] == 10_000
    assert case.papers.deadline.due_at == walk.START + 168 * walk.HOUR
    case = shipped_back()
    assert case.papers.deadline.due_at == walk.START + 240 * walk.HOUR
    case, _none = do(case, return_goods.acknowledge_return, by=walk.seller_of(case))
    assert (case.outcome, money(case)["refunded"]) == (Outcome.REFUNDED, 10_000)


def test_a_buyer_who_keeps_the_goods_gets_no_money():
    case = walk.after_silence(walk.returning())
    assert (case.outcome, money(case)["released"]) == (Outcome.RELEASED, 10_000)


def test_a_seller_silent_over_a_return_is_presumed_to_have_it():
    case = walk.after_silence(shipped_back())
    assert (case.outcome, money(case)["refunded"]) == (Outcome.REFUNDED, 10_000)


def test_the_way_back_is_the_sellers_up_to_the_policys_limit():
    case = walk.after_silence(shipped_back(cost_minor=4_000))
    assert money(case) == {"paid": 10_000, "held": 0, "released": 0, "refunded": 10_000, "fees": 0}
    assert balances.of_account(balances.Kind.PAYABLE_TO_BUYER, case.buyer_id) == 13_000
    assert balances.of_account(balances.Kind.RECEIVABLE_FROM_SHOP, case.shop_id) == -3_000
    assert sorted(p.amount_minor for p in case.payouts.all()) == [3_000, 10_000]


def test_a_disputed_return_is_heard_in_the_next_instance_in_money_alone():
    case = shipped_back()
    by = walk.seller_of(case)
    assert (
        refusal(case, return_goods.dispute_return, by=by, reason="empty", text="Empty.", exhibits=[]).code
        == "unprocessable"
    )
    case, _none = do(
        case, return_goods.dispute_return, by=by, reason="empty", text="Empty.", exhibits=[walk.an_exhibit("Box")]
    )
    assert (case.state, case.instance, case.hearing) == (State.EVIDENCE, 2, Hearing.RETURN)
    case, senior = heard_by_a_supervisor(case)
    refused = refusal(case, rule.rule, by=senior, given=walk.a_ruling(case, remedy=Remedy.RETURN_AND_REFUND))
    assert refused.code == "unprocessable"
    case, _ruling = do(case, rule.rule, by=senior, given=walk.a_ruling(case, Winner.SELLER))
    assert case.state == State.RULED, "it is the case's first ruling, so it can be appealed against"
    assert walk.after_silence(case).outcome == Outcome.RELEASED


def test_in_the_last_resort_over_a_return_the_refund_is_paid():
    case = shipped_back()
    case, _none = do(
        case,
        return_goods.dispute_return,
        by=walk.seller_of(case),
        reason="damaged",
        text="Broken.",
        exhibits=[walk.an_exhibit("Box")],
    )
    for _term in range(4):  # evidence, ruling, overdue, appeal
        case = walk.after_silence(case)
    assert case.outcome == Outcome.REFUNDED


def test_nothing_is_sent_back_that_was_never_shipped():
    order = walk.register(walk.given_order())
    case = walk.requested(order, remedy=Remedy.RETURN_AND_REFUND)
    case, _none = do(case, respond.accept, by=walk.seller_of(case))
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.REFUNDED)


# --- In kind ----------------------------------------------------------------------------------------------------------


def replaced():
    case = walk.requested(remedy=Remedy.RESEND)
    return do(case, respond.accept, by=walk.seller_of(case))[0]


def test_a_resend_closes_the_case_as_replaced_and_the_claim_stays_held():
    case = replaced()
    order = docket.look_at_order(case.order.number)
    assert (case.outcome, money(case)["held"]) == (Outcome.REPLACED, 10_000)
    assert order.papers.deadline.kind == Deadline.Kind.SELLER_REPLACES
    assert order.papers.deadline.due_at == walk.START + 168 * walk.HOUR


def test_a_replacement_never_sent_is_refunded_as_the_cases_settlement():
    case = replaced()
    order = docket.look_at_order(case.order.number)
    with walk.at_due(order):
        walk.lapse.sweep()
    assert money(case)["refunded"] == 10_000
    assert case.entries.get().reference == f"settlement:{case.number}"


def test_a_replacement_that_is_sent_comes_under_the_orders_usual_terms():
    case = replaced()
    with docket.take_order(case.order.number) as (order, at):
        report = ParcelReport(kind="shipment", line_labels=["1"], reported_at=at)
        custody.report_parcel(order, report, by=Actor(Role.MARKETPLACE), at=at)
    order = docket.look_at_order(case.order.number)
    assert order.papers.deadline.kind == Deadline.Kind.BUYER_REPORTS_MISSING
    assert (order.papers.lines[0].parcel, order.papers.lines[0].owed_minor) == (Line.Parcel.SHIPPED, 0)
    walk.requested(order)  # a bad replacement is a new case


def test_an_exchange_waits_for_the_return():
    case = walk.requested(remedy=Remedy.EXCHANGE)
    case, _none = do(case, respond.accept, by=walk.seller_of(case))
    assert case.state == State.RETURNING
    do(case, return_goods.ship_return, by=walk.buyer_of(case), carrier="SF", tracking_number="R1")
    case, _none = do(case, return_goods.acknowledge_return, by=walk.seller_of(case))
    assert case.outcome == Outcome.REPLACED


def test_waiting_longer_closes_the_case_as_withdrawn():
    case = walk.requested(reason="late_delivery", remedy=Remedy.WAIT)
    case, _none = do(case, respond.accept, by=walk.seller_of(case))
    assert (case.outcome, money(case)["held"]) == (Outcome.WITHDRAWN, 10_000)


# --- Offers -----------------------------------------------------------------------------------------------------------


def offered(amount_minor=3_000, **changes):
    case = walk.requested()
    given = {"by": walk.seller_of(case), "remedy": Remedy.REFUND, "amount_minor": amount_minor} | changes
    return do(case, negotiate.make_offer, **given)


def test_an_accepted_offer_is_carried_out():
    case, offer = offered()
    due = case.papers.deadline.due_at
    assert due == walk.START + 72 * walk.HOUR, "an offer stops no term"
    case, _none = do(case, negotiate.accept_offer, by=walk.buyer_of(case), offer_id=offer.pk)
    assert case.outcome == Outcome.PARTLY_REFUNDED
    assert money(case) == {"paid": 10_000, "held": 0, "released": 7_000, "refunded": 3_000, "fees": 0}


def test_a_declined_offer_changes_nothing_else_and_is_answered_once():
    case, offer = offered()
    assert refusal(case, negotiate.accept_offer, by=walk.seller_of(case), offer_id=offer.pk).code == "out_of_order"
    case, _none = do(case, negotiate.decline_offer, by=walk.buyer_of(case), offer_id=offer.pk)
    assert case.state == State.REQUESTED
    assert refusal(case, negotiate.accept_offer, by=walk.buyer_of(case), offer_id=offer.pk).code == "out_of_order"


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"amount_minor": 10_001}, "above_the_claim"),
        ({"amount_minor": 0}, "above_the_claim"),
        ({"remedy": Remedy.WAIT}, "remedy_not_allowed"),
        ({"text": "I refund you if you delete your bad review."}, "asks_for_review"),
        ({"text": "五元红包，请修改差评"}, "asks_for_review"),
    ],
)
def test_an_offer_is_refused_for(changes, fault):
    case = walk.requested()
    given = {"by": walk.seller_of(case), "remedy": Remedy.REFUND, "amount_minor": 3_000} | changes
    refused = refusal(case, negotiate.make_offer, **given)
    assert fault in [each.code for each in refused.faults]


def test_each_side_has_one_open_offer_and_what_is_open_lapses_with_the_negotiation():
    case, offer = offered()
    assert (
        refusal(case, negotiate.make_offer, by=walk.seller_of(case), remedy="refund", amount_minor=1).code
        == "out_of_order"
    )
    case, _counter = do(case, negotiate.make_offer, by=walk.buyer_of(case), remedy="refund", amount_minor=9_000)
    walk.after_silence(case)
    assert set(Offer.objects.filter(case=case).values_list("state", flat=True)) == {"lapsed"}
    assert Offer.objects.get(pk=offer.pk).ended_at is not None


# --- Default rulings --------------------------------------------------------------------------------------------------


def report(order, kind, **given):
    with docket.take_order(order.number) as (taken, at):
        parcel = ParcelReport(kind=kind, line_labels=["1"], reported_at=at, **given)
        custody.report_parcel(taken, parcel, by=Actor(Role.MARKETPLACE), at=at)


def test_what_was_never_shipped_is_refunded_by_default_when_the_platform_is_called_in():
    case = walk.intervened(walk.rejected(walk.requested(walk.register(walk.given_order()), reason="not_shipped")))
    ruling = Ruling.objects.get(case=case)
    assert (case.state, ruling.rule, ruling.winner) == (State.RULED, "no_shipment", "buyer")
    assert walk.after_silence(case).outcome == Outcome.REFUNDED


def test_what_was_shipped_after_the_request_and_refused_at_the_door_is_refunded_by_default():
    order = walk.register(walk.given_order())
    case = walk.requested(order, reason="not_shipped")
    with clock.simulated(walk.START + walk.HOUR):
        report(order, "shipment")
        report(order, "refusal")
        case = walk.intervened(walk.rejected(case))
    assert Ruling.objects.get(case=case).rule == "forced_shipment"


@pytest.mark.parametrize("reason", ["damaged_in_transit", "not_as_described"])
def test_what_was_signed_for_and_never_shown_to_be_damaged_is_the_sellers(reason):
    order = walk.register(walk.given_order())
    report(order, "shipment")
    report(order, "delivery", signed_by="Lin")
    case = walk.after_silence(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order, reason=reason)))))
    ruling = Ruling.objects.get(case=case)
    assert (case.state, ruling.rule, ruling.winner, ruling.remedy) == (State.RULED, "signed_for", "seller", "release")


def test_any_admissible_exhibit_of_the_buyers_and_a_person_decides():
    order = walk.register(walk.given_order())
    report(order, "shipment")
    report(order, "delivery", signed_by="Lin")
    case = walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order, reason="damaged_in_transit"))))
    walk.filed(case, walk.buyer_of(case))
    assert walk.after_silence(walk.look(case)).state == State.RULING


def test_a_default_ruling_is_appealable():
    case = walk.intervened(walk.rejected(walk.requested(walk.register(walk.given_order()), reason="not_shipped")))
    case, _none = do(
        case, appeal.appeal, by=walk.seller_of(case), grounds="It was.", exhibits=[walk.an_exhibit("Label")]
    )
    assert case.state == State.EVIDENCE
    assert walk.after_silence(case).state == State.RULING, "no default in a second instance"


# --- The second person ------------------------------------------------------------------------------------------------


def proposed():
    versions.load("[limits_minor]\nsecond_person_above = { CNY = 9999 }")
    case = walk.in_ruling()
    case, proposal = do(case, rule.rule, by=walk.arbitrator(), given=walk.a_ruling(case, Winner.SPLIT))
    return case, proposal


def test_above_the_limit_a_ruling_moves_nothing_until_another_supervisor_confirms_it():
    case, proposal = proposed()
    assert isinstance(proposal, Proposal)
    assert (case.state, money(case)["held"]) == (State.RULING, 10_000)
    assert not Ruling.objects.filter(case=case).exists()
    second = walk.arbitrator("second", Role.SUPERVISOR)
    case, ruling = do(case, rule.confirm, by=second)
    assert (case.state, ruling.decided_by_id, ruling.confirmed_by_id) == (State.RULED, walk.arbitrator().id, second.id)
    assert ruling.buyer_minor == 6_000


def test_the_second_person_is_never_the_first_and_an_arbitrator_is_none():
    case, _proposal = proposed()
    assert refusal(case, rule.confirm, by=walk.arbitrator(role=Role.SUPERVISOR)).code == "no_standing"
    assert refusal(case, rule.confirm, by=walk.arbitrator("colleague")).code == "no_standing"


def test_who_ruled_before_is_no_second_person_on_appeal():
    versions.load("[limits_minor]\nsecond_person_above = { CNY = 9999 }")
    first, senior, third = (walk.arbitrator(name, Role.SUPERVISOR) for name in ("first", "senior", "third"))
    case = walk.in_ruling(walk.in_evidence(by=first))
    case, _proposal = do(case, rule.rule, by=first, given=walk.a_ruling(case))
    case, _ruling = do(case, rule.confirm, by=third)
    case, _none = do(
        case, appeal.appeal, by=walk.seller_of(case), grounds="It was whole.", error=appeal.NamedError.FACT
    )
    case, _senior = heard_by_a_supervisor(case)
    case, _proposal = do(case, rule.rule, by=senior, given=walk.a_ruling(case))
    assert refusal(case, rule.confirm, by=first).code == "no_standing"
    assert refusal(case, rule.send_back, by=first, note="Why?").code == "no_standing"
    case, _ruling = do(case, rule.confirm, by=third)
    assert case.state == State.CLOSED


def test_what_is_sent_back_is_ruled_anew_within_the_same_term():
    case, _proposal = proposed()
    due, second = case.papers.deadline.due_at, walk.arbitrator("second", Role.SUPERVISOR)
    assert refusal(case, rule.rule, by=walk.arbitrator(), given=walk.a_ruling(case)).code == "out_of_order"
    assert refusal(case, rule.send_back, by=second, note="").code == "unprocessable"
    case, _none = do(case, rule.send_back, by=second, note="What of the packing photo?")
    assert case.papers.deadline.due_at == due
    assert isinstance(do(case, rule.rule, by=walk.arbitrator(), given=walk.a_ruling(case))[1], Proposal)


def test_once_overdue_the_supervisor_rules_alone():
    case, _proposal = proposed()
    case = walk.after_silence(case)
    assert Proposal.objects.get(case=case).state == "lapsed"
    senior = walk.arbitrator("senior", Role.SUPERVISOR)
    with clock.simulated(case.papers.deadline.started_at):
        do(case, intervene.assign, by=walk.PLATFORM, to=senior)
        case, ruling = do(walk.look(case), rule.rule, by=senior, given=walk.a_ruling(walk.look(case)))
    assert isinstance(ruling, Ruling)
    assert case.state == State.RULED
