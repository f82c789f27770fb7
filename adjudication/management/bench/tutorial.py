"""The way tutorials do it, against our own models: one transaction a case, `get()`, `save()` and `create()`.

The rows that result are the same. The ledger's two triggers that judge an entry with all its postings at once would
refuse `create()` after `create()`: this way runs without them, to its own advantage.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg
from django.db import transaction

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import Outcome
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.journal.chain import canonical, link, timestamp
from adjudication.journal.models import Announcement, Event
from adjudication.orders.models import Line, Order
from adjudication.papers import Papers

WITHOUT = (
    "DROP TRIGGER entry_balances ON adjudication_posting",
    "DROP TRIGGER entry_has_postings ON adjudication_entry",
)


def loosen(raw: psycopg.Connection[Any]) -> None:
    """Take away, in this run's copy, the two triggers that no `create()` can satisfy."""
    for statement in WITHOUT:
        raw.execute(statement)


def sweep(most: int) -> int:
    """Lapse the `most` terms that have been due for longest, one by one; returns how many."""
    at = clock.now()
    due = Deadline.objects.filter(ended_at=None, parked_at=None, case__isnull=False, due_at__lte=at)
    rows = list(due.order_by("due_at", "id").values_list("pk", "case_id", "order_id")[:most])
    for deadline_id, case_id, order_id in rows:
        _lapse(deadline_id, case_id or 0, order_id, at)
    return len(rows)


def _lapse(deadline_id: int, case_id: int, order_id: int, at: datetime) -> None:
    with transaction.atomic():
        order = Order.objects.select_for_update().get(pk=order_id)
        case = Case.objects.select_for_update().get(pk=case_id)
        deadline = Deadline.objects.select_for_update().get(pk=deadline_id)
        if deadline.ended_at is not None:
            return
        deadline.end, deadline.ended_at = Deadline.End.LAPSED, at
        deadline.save()
        case.papers = Papers(case.version)
        case.close(outcome=Outcome.REFUNDED, at=at)
        for line in Line.objects.filter(order=order, latest_case=case, is_disputed=True):
            line.held_minor -= line.claimed_minor
            line.claimed_minor, line.is_disputed = 0, False
            line.save()
        order.open_cases -= 1
        order.save()
        reference = _settle(case, order, at)
        _tell(case, "deadline.lapsed", at, silence=str(deadline.if_silent), term=str(deadline.kind))
        _tell(case, "escrow.refunded", at, amount_minor=case.amount_minor, currency=case.currency, entry=reference)
        _tell(case, "case.closed", at, outcome=str(case.outcome))
        case.updated_at = at
        case.save()


def _settle(case: Case, order: Order, at: datetime) -> str:
    held = Account.objects.get(kind=Account.Kind.ESCROW_HELD, owner_id=order.pk, currency=case.currency)
    payable = Account.objects.get(kind=Account.Kind.PAYABLE_TO_BUYER, owner_id=case.buyer_id, currency=case.currency)
    entry = Entry.objects.create(
        reference=f"settlement:{case.number}",
        order=order,
        case=case,
        currency=case.currency,
        total_minor=case.amount_minor,
        occurred_at=at,
    )
    Posting.objects.create(entry=entry, account=held, debit_minor=case.amount_minor)
    Posting.objects.create(entry=entry, account=payable, credit_minor=case.amount_minor)
    Payout.objects.create(
        entry=entry,
        case=case,
        order=order,
        payee_id=case.buyer_id,
        account=payable,
        amount_minor=case.amount_minor,
        currency=case.currency,
        next_try_at=at,
        created_at=at,
    )
    return entry.reference


def _tell(case: Case, kind: str, at: datetime, **facts: Any) -> None:
    case.version += 1
    said = {"at": timestamp(at), "by": {"role": "clock"}, "case": case.number}
    body = canonical({**said, "facts": facts, "kind": kind, "sequence": case.version})
    previous, case.head = bytes(case.head), link(bytes(case.head), body)
    event = Event.objects.create(
        case=case, sequence=case.version, kind=kind, occurred_at=at, body=body, previous=previous, hash=case.head
    )
    Announcement.objects.create(event=event)
