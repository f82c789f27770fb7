"""Payouts: what is due leaves through the provider once, and is recorded where it came from.

A provider is asked outside every transaction, with a key it honours once; its answer is recorded under the lock. So a
try whose answer was lost, or whose record was, is simply made again. A marketplace that pays by itself is told what is
due and reports back. A payout that failed stays payable and is tried again, later each time.
"""

from __future__ import annotations

import logging
import time
import traceback
from datetime import datetime, timedelta

from django.db import DataError, IntegrityError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.errors import OutOfOrder, Refused
from adjudication.escrow import settlement
from adjudication.escrow.models import Account, Payout
from adjudication.escrow.provider import Failed, Paid, Payee, provider, provider_named
from adjudication.journal.record import record
from adjudication.orders.models import Order
from adjudication.papers import act
from adjudication.parties import PLATFORM, Actor

log = logging.getLogger(__name__)

#: After a failed try the next comes a minute later, then twice as late each time, up to six hours.
FIRST_WAIT, LONGEST_WAIT = timedelta(minutes=1), timedelta(hours=6)

#: While one asks for a payout nobody else does; if its answer is never recorded, it is asked for again after this.
ASKING = timedelta(minutes=2)

#: One call pays out so many at most, and begins no other after so many seconds: a slow provider stops no sweep.
AT_ONCE, PATIENCE_SECONDS = 200, 20.0

#: What is kept of a provider's words.
REFERENCE_MOST, WHY_MOST = 200, 500


def pay_due() -> int:
    """Ask the provider for every payout that is due, each by itself; returns for how many it was asked.

    One that fails, or whose answer cannot be recorded now, is tried again later and holds up no other.
    """
    if provider_named().pays_itself:
        return 0
    unpaid = Payout.objects.filter(~Q(state=Payout.State.PAID), next_try_at__lte=clock.now())
    asked, began = 0, time.monotonic()
    for payout in list(unpaid.order_by("next_try_at", "id").select_related(*PARTS)[:AT_ONCE]):
        if time.monotonic() - began > PATIENCE_SECONDS:
            log.warning("The payment provider is slow: %s payouts took %s s", asked, PATIENCE_SECONDS)
            break
        if not _ours_to_ask(payout):
            continue
        answer = _ask(payout)
        asked += 1
        try:
            _record(payout, answer)
        except (IntegrityError, DataError, Refused):  # never OperationalError: a lost connection is no fault of it
            log.exception("%s: what the provider answered is not on record; it is asked again", payout.reference)
    return asked


def announce_due(matter: Case | Order, reference: str, *, by: Actor, at: datetime) -> None:
    """Tell a marketplace that pays by itself what the entry of that reference made due."""
    if not provider_named().pays_itself:
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
    payout.state, payout.failure = Payout.State.FAILED, why[:WHY_MOST]
    payout.next_try_at = at + min(FIRST_WAIT * 2 ** min(payout.attempts, 20), LONGEST_WAIT)
    payout.attempts += 1
    matter.papers.moved_payouts.append(payout)
    record(matter, "payout.failed", by=by, at=at, payout=str(payout.pk), attempts=payout.attempts)


#: What is read of a payout beside its row.
PARTS = ("payee", "account", "entry", "case", "order")


def _ours_to_ask(payout: Payout) -> bool:
    """Take the payout on; False if somebody else has meanwhile."""
    now = clock.now()
    due = Payout.objects.filter(~Q(state=Payout.State.PAID), pk=payout.pk, next_try_at__lte=now)
    return due.update(next_try_at=now + ASKING) == 1


def _ask(payout: Payout) -> Paid | Failed:
    """Ask the provider; whatever goes wrong out there is a failed try."""
    payee = Payee(str(payout.payee.kind), payout.payee.external_id)
    try:
        answer = provider().pay(key=payout.reference, payee=payee, amount=payout.amount)
    except Exception as error:  # what another house's client raises is not ours to list; whether it has paid is unknown
        log.error("%s: the payment provider failed\n%s", payout.reference, _storable(traceback.format_exc()))
        return Failed(_storable(f"{type(error).__name__}: {error}"))
    if isinstance(answer, Paid):
        return Paid(_storable(answer.provider_reference)[:REFERENCE_MOST])
    if isinstance(answer, Failed):
        return Failed(_storable(answer.why))
    return Failed(f"The provider answered neither paid nor failed: {type(answer).__name__}.")


def _storable(words: object) -> str:
    """A text from outside, without what the database cannot keep."""
    return str(words).replace("\x00", "").encode(errors="replace").decode()


def _record(payout: Payout, answer: Paid | Failed) -> None:
    """Take up what the payout belongs to, and write down what was answered."""
    taken = docket.take(payout.case.number) if payout.case else docket.take_order(payout.order.number)
    with taken as (matter, at):
        _tell(matter, Payout.objects.select_related(*PARTS).get(pk=payout.pk), answer, by=PLATFORM, at=at)


def _tell(matter: Case | Order, payout: Payout, answer: Paid | Failed, *, by: Actor, at: datetime) -> None:
    if isinstance(answer, Paid):
        report_paid(matter, payout, provider_reference=answer.provider_reference, by=by, at=at)
    else:
        report_failed(matter, payout, why=answer.why, by=by, at=at)


def _require_unpaid(payout: Payout) -> None:
    if payout.state == Payout.State.PAID:
        raise OutOfOrder(_("This payout has been paid already."))
