"""Settle: a case closes and its claim goes where it was decided, once, in the transaction that closes it.

One reference for all instances of a case, `settlement:<case>`, so that no path can settle it twice.
"""

from __future__ import annotations

from datetime import datetime

from adjudication.cases.models import Case
from adjudication.cases.offers import lapse_offers
from adjudication.cases.states import Outcome
from adjudication.deadlines import schedule
from adjudication.escrow import settlement
from adjudication.escrow.settlement import Custody
from adjudication.evidence import drafts
from adjudication.journal.record import record
from adjudication.orders.models import Line
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.policy import versions
from adjudication.procedure import custody, payouts


@act
def settle(case: Case, *, buyer_minor: int, by: Actor, at: datetime, is_ruled: bool = False) -> None:
    """Close the case: `buyer_minor` of the claim to the buyer, the rest to the seller (less the fee on it).

    Args:
        case: taken up, in a state from which it may close.
        buyer_minor: what the buyer gets, 0 … the claim.
        by: who closed it.
        at: when.
        is_ruled: a ruling is carried out; no further case may be opened over these lines.

    """
    seller_minor = case.amount_minor - buyer_minor
    outcome = Outcome.REFUNDED if not seller_minor else Outcome.RELEASED if not buyer_minor else Outcome.PARTLY_REFUNDED
    schedule.supersede(case, at=at)
    lapse_offers(case, at=at)
    drafts.let_go(case, case.papers.drafts)
    case.close(outcome=outcome, at=at)
    whose = custody.custody_of(case.order)
    shared = settlement.parts(whose, buyer_minor=buyer_minor, seller_minor=seller_minor)
    reference = f"settlement:{case.number}"
    way_back = _return_shipping(case) if buyer_minor else 0
    settlement.pay_out_of_hold(
        case.papers, whose, reference, case_id=case.pk, shared=shared, withheld_minor=way_back, at=at
    )
    _let_go_of_lines(case, paid=True, is_ruled=is_ruled)
    money = {"currency": case.currency, "entry": reference}
    if buyer_minor:
        record(case, "escrow.refunded", by=by, at=at, amount_minor=buyer_minor, **money)
    if seller_minor:
        record(case, "escrow.released", by=by, at=at, amount_minor=seller_minor, fee_minor=shared.fee_minor, **money)
    payouts.announce_due(case, reference, by=by, at=at)
    _pay_return_shipping(case, whose, way_back, from_seller_minor=min(way_back, shared.seller_minor), by=by, at=at)
    record(case, "case.closed", by=by, at=at, outcome=str(outcome))
    custody.resume(case.order, case_number=case.number, at=at)


@act
def give_back(case: Case, *, by: Actor, at: datetime) -> None:
    """Close the case as withdrawn: the claim goes back to what is held for the order, whose own term runs on."""
    schedule.supersede(case, at=at)
    lapse_offers(case, at=at)
    drafts.let_go(case, case.papers.drafts)
    case.close(outcome=Outcome.WITHDRAWN, at=at)
    _let_go_of_lines(case, paid=False, is_ruled=False)
    record(case, "case.closed", by=by, at=at, outcome=str(Outcome.WITHDRAWN))
    custody.resume(case.order, case_number=case.number, at=at)


@act
def close_as_replaced(case: Case, *, by: Actor, at: datetime) -> None:
    """Close the case in kind: the claim stays held for the order until the replacement has come.

    If the seller does not send it in time, the claim is refunded as this case's settlement.
    """
    schedule.supersede(case, at=at)
    lapse_offers(case, at=at)
    drafts.let_go(case, case.papers.drafts)
    case.close(outcome=Outcome.REPLACED, at=at)
    for line in case.papers.lines:
        line.owed_minor, line.owed_for, line.parcel = line.claimed_minor, case.number, Line.Parcel.OWED
    _let_go_of_lines(case, paid=False, is_ruled=False)
    way_back = _return_shipping(case)
    _pay_return_shipping(case, custody.custody_of(case.order), way_back, from_seller_minor=0, by=by, at=at)
    record(case, "case.closed", by=by, at=at, outcome=str(Outcome.REPLACED))
    custody.resume(case.order, case_number=case.number, at=at)


def seller_pays_return(case: Case) -> bool:
    """Does the way back fall to the seller? By the reason's rule in the policy, or by the fault that a ruling found."""
    rule = versions.get(case.policy_version_id).reasons[case.reason].return_shipping
    answers = case.papers.rulings[-1].answers if case.papers.rulings else {}
    if rule == "fault":
        return bool(answers.get("fault") != "buyer")
    if rule == "buyer":
        return answers.get("as_described") is False
    return rule == "seller"


def _return_shipping(case: Case) -> int:
    if case.return_shipped_at is None or not seller_pays_return(case):
        return 0
    most = versions.get(case.policy_version_id).limit_minor("return_shipping_up_to", case.currency)
    return min(case.return_cost_minor, most)


def _pay_return_shipping(
    case: Case, whose: Custody, amount_minor: int, *, from_seller_minor: int, by: Actor, at: datetime
) -> None:
    if not amount_minor:
        return
    reference = f"return_shipping:{case.number}"
    settlement.reimburse_return_shipping(
        case.papers,
        whose,
        reference,
        case_id=case.pk,
        amount_minor=amount_minor,
        from_seller_minor=from_seller_minor,
        at=at,
    )
    record(case, "return.reimbursed", by=by, at=at, amount_minor=amount_minor, currency=case.currency, entry=reference)
    payouts.announce_due(case, reference, by=by, at=at)


def _let_go_of_lines(case: Case, *, paid: bool, is_ruled: bool) -> None:
    for line in case.papers.lines:
        claimed, line.claimed_minor, line.is_disputed = line.claimed_minor, 0, False
        if paid:
            custody.take_from(line, claimed)
        line.is_ruled = line.is_ruled or is_ruled
        case.order.papers.moved_lines[line.pk] = line
