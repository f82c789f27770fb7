"""Settle: a case closes and its claim goes where it was decided, once, in the transaction that closes it.

One reference for all instances of a case, `settlement:<case>`, so that no path can settle it twice.
"""

from __future__ import annotations

from datetime import datetime

from adjudication.cases.models import Case
from adjudication.cases.states import Outcome
from adjudication.deadlines import schedule
from adjudication.escrow import settlement
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import Actor
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
    case.close(outcome=outcome, at=at)
    whose = custody.custody_of(case.order)
    shared = settlement.parts(whose, buyer_minor=buyer_minor, seller_minor=seller_minor)
    reference = f"settlement:{case.number}"
    settlement.pay_out_of_hold(case.papers, whose, reference, case_id=case.pk, shared=shared, at=at)
    _let_go_of_lines(case, paid=True, is_ruled=is_ruled)
    money = {"currency": case.currency, "entry": reference}
    if buyer_minor:
        record(case, "escrow.refunded", by=by, at=at, amount_minor=buyer_minor, **money)
    if seller_minor:
        record(case, "escrow.released", by=by, at=at, amount_minor=seller_minor, fee_minor=shared.fee_minor, **money)
    payouts.announce_due(case, reference, by=by, at=at)
    record(case, "case.closed", by=by, at=at, outcome=str(outcome))
    custody.resume(case.order, case_number=case.number, at=at)


@act
def give_back(case: Case, *, by: Actor, at: datetime) -> None:
    """Close the case as withdrawn: the claim goes back to what is held for the order, whose own term runs on."""
    schedule.supersede(case, at=at)
    case.close(outcome=Outcome.WITHDRAWN, at=at)
    _let_go_of_lines(case, paid=False, is_ruled=False)
    record(case, "case.closed", by=by, at=at, outcome=str(Outcome.WITHDRAWN))
    custody.resume(case.order, case_number=case.number, at=at)


def _let_go_of_lines(case: Case, *, paid: bool, is_ruled: bool) -> None:
    for line in case.papers.lines:
        line.held_minor -= line.claimed_minor if paid else 0
        line.claimed_minor, line.is_disputed = 0, False
        line.is_ruled = line.is_ruled or is_ruled
        case.order.papers.moved_lines[line.pk] = line
