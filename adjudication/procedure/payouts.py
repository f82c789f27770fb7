"""Payouts: what is due leaves through the provider once, and is recorded where it came from.

The embedded provider pays within this database. A marketplace that pays by itself is told what is due and reports back;
a payout that failed stays payable and is tried again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import OutOfOrder
from adjudication.escrow import settlement
from adjudication.escrow.models import Account, Payout
from adjudication.escrow.provider import Paid, provider
from adjudication.journal.record import record
from adjudication.orders.models import Order
from adjudication.papers import act
from adjudication.parties import PLATFORM, Actor

#: After a failed try the next comes a minute later, then twice as late each time, up to six hours.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)


def announce_due(matter: Case | Order, reference: str, *, by: Actor, at: datetime) -> None:
    """Tell a marketplace that pays by itself what the entry of that reference made due."""
    if not provider().pays_itself:
        return
    for payout in list(matter.papers.payouts):
        if payout.reference == reference:
            record(
                matter,
                "payout.due",
                by=by,
                at=at,
                payout=str(payout.id),
                payee=payout.payee_id,
                amount_minor=payout.amount_minor,
            )


@act
def pay(matter: Case | Order, payout: Payout, *, at: datetime, by: Actor = PLATFORM) -> None:
    """Ask the provider to pay one payout that is due, keyed by its reference and payee.

    Raises:
        OutOfOrder: it has been paid already.

    """
    answer = provider().pay(key=payout.reference, payee=payout.payee.external_id, amount=payout.amount)
    if isinstance(answer, Paid):
        report_paid(matter, payout, provider_reference=answer.provider_reference, by=by, at=at)
    else:
        report_failed(matter, payout, why=answer.why, by=by, at=at)


@act
def report_paid(matter: Case | Order, payout: Payout, *, provider_reference: str, by: Actor, at: datetime) -> None:
    """The provider has paid: the payable is settled from cash.

    Raises:
        OutOfOrder: it has been reported paid before.

    """
    _require_unpaid(payout)
    payout.state, payout.paid_at, payout.failure = Payout.State.PAID, at, ""
    payout.provider_reference, payout.attempts = provider_reference, payout.attempts + 1
    matter.papers.moved_payouts.append(payout)
    case_id = matter.pk if isinstance(matter, Case) else None
    settlement.paid_out(
        matter.papers,
        payout.reference,
        order_id=payout.order_id,
        case_id=case_id,
        currency=payout.currency,
        account=(Account.Kind(payout.account.kind), payout.payee_id),
        amount_minor=payout.amount_minor,
        at=at,
    )
    record(matter, "payout.paid", by=by, at=at, payout=str(payout.pk), amount_minor=payout.amount_minor)


@act
def report_failed(matter: Case | Order, payout: Payout, *, why: str, by: Actor, at: datetime) -> None:
    """The provider could not pay: it stays payable and is tried again, later each time.

    Raises:
        OutOfOrder: it has been paid already.

    """
    _require_unpaid(payout)
    payout.state, payout.failure = Payout.State.FAILED, why[:500]
    payout.next_try_at = at + min(FIRST_WAIT * 2 ** min(payout.attempts, 20), LONGEST_WAIT)
    payout.attempts += 1
    matter.papers.moved_payouts.append(payout)
    record(matter, "payout.failed", by=by, at=at, payout=str(payout.pk), attempts=payout.attempts)


def _require_unpaid(payout: Payout) -> None:
    if payout.state == Payout.State.PAID:
        raise OutOfOrder(_("This payout has been paid already."))
