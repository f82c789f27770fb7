"""Carry out: what was accepted, agreed or ruled happens now, or once the goods are back (DOMAIN section 2).

Nothing shipped or delivery refused: there is nothing to send back, and the refund is paid at once. In kind: a resend at
once, exchange and repair after the return close the case as replaced, and the claim stays held until the replacement
has come; waiting closes it as withdrawn.
"""

from __future__ import annotations

from datetime import datetime

from adjudication.cases.models import Case
from adjudication.cases.offers import lapse_offers
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.journal.record import record
from adjudication.orders.models import Line
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.policy.terms import Remedy
from adjudication.procedure.settle import close_as_replaced, give_back, settle

#: Remedies for which the goods go back first, if the buyer has them.
AFTER_RETURN = frozenset({Remedy.RETURN_AND_REFUND, Remedy.EXCHANGE, Remedy.REPAIR})
IN_MONEY = frozenset({Remedy.REFUND, Remedy.RETURN_AND_REFUND, Remedy.RELEASE})


def goods_are_out(case: Case) -> bool:
    """The buyer has the goods, or they are on their way there; once sent back they are not sent back again."""
    return case.return_shipped_at is None and any(
        line.parcel in (Line.Parcel.SHIPPED, Line.Parcel.DELIVERED) for line in case.papers.lines
    )


@act
def carry_out(case: Case, *, remedy: str, buyer_minor: int, by: Actor, at: datetime, is_ruled: bool = False) -> None:
    """Carry a remedy out: the goods go back first where that is part of it, else it is settled now."""
    if remedy in AFTER_RETURN and buyer_minor and goods_are_out(case):
        schedule.supersede(case, at=at)
        lapse_offers(case, at=at)
        case.begin_return(remedy=remedy, buyer_minor=buyer_minor)
        schedule.open_term(
            case,
            Deadline.Kind.BUYER_SHIPS_RETURN,
            binds="buyer",
            if_silent=Deadline.Silence.RELEASED,
            at=at,
        )
        record(case, "return.ordered", by=by, at=at, remedy=str(remedy), amount_minor=buyer_minor)
    else:
        conclude(case, remedy=remedy, buyer_minor=buyer_minor, by=by, at=at, is_ruled=is_ruled)


@act
def conclude(case: Case, *, remedy: str, buyer_minor: int, by: Actor, at: datetime, is_ruled: bool = False) -> None:
    """Close the case with its remedy, the goods being back or not part of it."""
    if remedy in IN_MONEY:
        settle(case, buyer_minor=buyer_minor, by=by, at=at, is_ruled=is_ruled)
    elif remedy == Remedy.WAIT:
        give_back(case, by=by, at=at)
    else:
        close_as_replaced(case, by=by, at=at)
