"""Sweep: take up what is due, in batches, skipping what others hold, and lapse it.

A case whose act raises is not written and is parked for a person to look at; the rest of its batch goes on. Where the
database refuses a whole batch it is halved until the culprit stands alone. Any number of sweeps may run at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import DatabaseError, DataError, IntegrityError, transaction
from django.db.models.functions import Now

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline
from adjudication.docket.load import lay_out_cases, lay_out_orders
from adjudication.docket.write import write
from adjudication.errors import Refused
from adjudication.orders.models import Order
from adjudication.policy import versions

log = logging.getLogger(__name__)

BATCH = 500

#: Lapses the open term of a case or order: chosen by the term's kind, in `procedure/lapse.py`.
M = TypeVar("M", Case, Order)
LapseCase = Callable[[Case, datetime], None]
LapseOrder = Callable[[Order, datetime], None]

CLAIM_CASES = """
SELECT d.*, coalesce(%(at)s::timestamptz, statement_timestamp()) AS swept_at
FROM adjudication_deadline d
JOIN adjudication_order o ON o.id = d.order_id
JOIN adjudication_case c ON c.id = d.case_id
WHERE d.ended_at IS NULL AND d.parked_at IS NULL AND d.case_id IS NOT NULL
  AND d.due_at <= coalesce(%(at)s::timestamptz, statement_timestamp())
ORDER BY d.due_at, d.id LIMIT %(limit)s FOR UPDATE OF o, c, d SKIP LOCKED"""

CLAIM_ORDERS = """
SELECT d.*, coalesce(%(at)s::timestamptz, statement_timestamp()) AS swept_at
FROM adjudication_deadline d
JOIN adjudication_order o ON o.id = d.order_id
WHERE d.ended_at IS NULL AND d.parked_at IS NULL AND d.case_id IS NULL
  AND d.due_at <= coalesce(%(at)s::timestamptz, statement_timestamp())
ORDER BY d.due_at, d.id LIMIT %(limit)s FOR UPDATE OF o, d SKIP LOCKED"""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did."""

    lapsed: int = 0
    parked: int = 0

    def __add__(self, other: Swept) -> Swept:
        """Together."""
        return Swept(self.lapsed + other.lapsed, self.parked + other.parked)


def lapse_cases(act: LapseCase, *, limit: int = BATCH) -> Swept:
    """Lapse every case's term that is due, oldest first, `limit` cases a transaction."""
    return _sweep(CLAIM_CASES, lambda due: _lapse_claimed_cases(act, due), limit)


def lapse_orders(act: LapseOrder, *, limit: int = BATCH) -> Swept:
    """Lapse every order's term that is due, oldest first."""
    return _sweep(CLAIM_ORDERS, lambda due: _lapse_claimed_orders(act, due), limit)


def unpark(deadlines: Sequence[Deadline]) -> int:
    """Let parked terms be swept again; returns how many were parked."""
    return Deadline.objects.filter(pk__in=[d.pk for d in deadlines], ended_at=None, parked_at__isnull=False).update(
        parked_at=None, failure=""
    )


def _sweep(claim: str, lapse: Callable[[list[Deadline]], dict[int, str]], limit: int) -> Swept:
    swept, size = Swept(), limit
    while True:
        due: list[Deadline] = []
        failed: dict[int, str] = {}
        try:
            with transaction.atomic():
                due = list(Deadline.objects.raw(claim, {"at": clock.simulated_at(), "limit": size}))
                if due:
                    failed = lapse(due)
                    _park(failed)
        except (IntegrityError, DataError, Refused) as error:  # never OperationalError: a lost connection is no poison
            if len(due) > 1:
                size = len(due) // 2
                continue
            log.exception("Deadline %s cannot lapse; it is parked", due[0].pk if due else "?")
            failed = {deadline.pk: f"{type(error).__name__}: {error}" for deadline in due}
            _park(failed)
        if not due:
            return swept
        swept += Swept(lapsed=len(due) - len(failed), parked=len(failed))
        size = min(limit, size * 2)


def _lapse_claimed_cases(act: LapseCase, due: list[Deadline]) -> dict[int, str]:
    # One case an order in one batch, so that a case that fails has touched nobody else's order; the rest come next.
    due[:] = {deadline.order_id: deadline for deadline in reversed(due)}.values()
    # Read under the locks just won; one statement more, and never a stale row.
    cases = list(Case.objects.select_related("order").filter(pk__in=[d.case_id for d in due]))
    lay_out_cases(cases, {d.case_id: d for d in due if d.case_id is not None}, in_full=False)
    at: datetime = due[0].swept_at  # type: ignore[attr-defined]  # a column of the claim
    by_id = {case.pk: case for case in cases}
    return _lapse_each(act, [(by_id[d.case_id], d) for d in due if d.case_id is not None], at)


def _lapse_claimed_orders(act: LapseOrder, due: list[Deadline]) -> dict[int, str]:
    orders = list(Order.objects.filter(pk__in=[d.order_id for d in due]))
    lay_out_orders(orders, {d.order_id: d for d in due})
    at: datetime = due[0].swept_at  # type: ignore[attr-defined]  # a column of the claim
    by_id = {order.pk: order for order in orders}
    return _lapse_each(act, [(by_id[d.order_id], d) for d in due], at)


def _lapse_each(act: Callable[[M, datetime], None], due: list[tuple[M, Deadline]], at: datetime) -> dict[int, str]:
    done: list[Case | Order] = []
    failed: dict[int, str] = {}
    for matter, deadline in due:
        versions.get(matter.policy_version_id)
        try:
            act(matter, at)
        except DatabaseError:  # an act that asked the database spoilt the transaction: back to _sweep
            raise
        except Exception as error:  # whatever it is, it must not hold up the others; a person is told
            log.exception("The lapse of %s of %s failed; it is parked", deadline.kind, matter.number)
            failed[deadline.pk] = f"{type(error).__name__}: {error}"
        else:
            done.append(matter)
    write(done)
    return failed


def _park(failed: dict[int, str]) -> None:
    for pk, why in failed.items():
        Deadline.objects.filter(pk=pk, ended_at=None).update(parked_at=Now(), failure=why[:2000])
