"""Sweep: take up what the clock moves, in batches, skipping what others hold, and let an act run on each.

A matter whose act raises is not written; it is tried again, later each time, and after some tries parked for a person
to look at, while the rest of its batch goes on. Where the database refuses a whole batch it is halved until the culprit
stands alone. Any number of sweeps may run at once.
"""

from __future__ import annotations

import gc
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import DatabaseError, DataError, IntegrityError, connection, transaction

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline, Outage
from adjudication.docket.fallen import extend_if_fallen, known_to
from adjudication.docket.load import CASES, DEADLINES, ORDERS, lay_out_cases, lay_out_orders
from adjudication.docket.write import write
from adjudication.errors import Refused
from adjudication.orders.models import Order
from adjudication.policy import versions
from adjudication.statements import rows

log = logging.getLogger(__name__)

BATCH = 500
#: A lapse that failed is tried again after this many seconds, then later by this factor; after so many tries it parks.
FIRST_RETRY_SECONDS, LATER_BY, TRIES = 30, 4, 5

#: What the clock does to a case or order whose term it has claimed.
ActOfClock = Callable[[Any, datetime], None]

_AT = "coalesce(%(at)s::timestamptz, statement_timestamp())"
_RUNNING = f"d.ended_at IS NULL AND d.parked_at IS NULL AND (d.retry_at IS NULL OR d.retry_at <= {_AT})"

#: Which terms are claimed, and in which order.
DUE = f"d.due_at <= {_AT} ORDER BY d.due_at, d.id"
REMINDING = f"d.remind_at <= {_AT} AND d.due_at > {_AT} ORDER BY d.remind_at, d.id"
FALLEN = f"""EXISTS (SELECT FROM adjudication_outage x WHERE x.grace_ends_at > {_AT}
    AND d.due_at >= x.began_at AND d.due_at < x.grace_ends_at AND d.started_at < x.ended_at)
  AND d.due_at >= (SELECT min(began_at) FROM adjudication_outage WHERE grace_ends_at > {_AT})
  AND d.due_at < (SELECT max(grace_ends_at) FROM adjudication_outage WHERE grace_ends_at > {_AT})
ORDER BY d.due_at, d.id"""


def _claim_cases(which: str) -> str:
    # The rows are locked in the order in which everything locks them, and are read as they are under the lock.
    return f"""
SELECT {_AT}, {DEADLINES.columns}, {ORDERS.columns}, {CASES.columns}
FROM adjudication_deadline d
JOIN adjudication_order o ON o.id = d.order_id
JOIN adjudication_case c ON c.id = d.case_id
WHERE {_RUNNING} AND d.case_id IS NOT NULL AND {which} LIMIT %(limit)s FOR UPDATE OF o, c, d SKIP LOCKED"""


def _claim_orders(which: str) -> str:
    return f"""
SELECT {_AT}, {DEADLINES.columns}, {ORDERS.columns}
FROM adjudication_deadline d
JOIN adjudication_order o ON o.id = d.order_id
WHERE {_RUNNING} AND d.case_id IS NULL AND {which} LIMIT %(limit)s FOR UPDATE OF o, d SKIP LOCKED"""


CLAIM_CASES = {which: _claim_cases(which) for which in (DUE, REMINDING, FALLEN)}
CLAIM_ORDERS = {which: _claim_orders(which) for which in (DUE, REMINDING, FALLEN)}


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: terms it dealt with, and those that failed, of which some are parked now."""

    done: int = 0
    failed: int = 0
    parked: int = 0

    def __add__(self, other: Swept) -> Swept:
        """Together."""
        return Swept(self.done + other.done, self.failed + other.failed, self.parked + other.parked)


def sweep_cases(which: str, act: ActOfClock, *, limit: int = BATCH, until: float = math.inf) -> Swept:
    """Let the act run on every case with such a term, `limit` cases a transaction.

    Args:
        which: `DUE`, `REMINDING` or `FALLEN`.
        act: what the clock does to each.
        limit: the most cases in one transaction.
        until: the monotonic time at which no other batch is begun; what is left is for the next sweep.

    """
    return _sweep(CLAIM_CASES[which], _take_up_cases, act, limit, until)


def sweep_orders(which: str, act: ActOfClock, *, limit: int = BATCH, until: float = math.inf) -> Swept:
    """Let the act run on every order with such a term of its own; as `sweep_cases`."""
    return _sweep(CLAIM_ORDERS[which], _take_up_orders, act, limit, until)


def unpark(deadlines: Sequence[Deadline]) -> int:
    """Let parked terms be tried once more, at the next sweep; returns how many were parked."""
    parked = Deadline.objects.filter(pk__in=[d.pk for d in deadlines], ended_at=None, parked_at__isnull=False)
    return parked.update(parked_at=None, retry_at=None, failures=TRIES - 1)


#: Claimed terms with their matters, papers laid out, and the time of the claim.
TakenUp = tuple[list[tuple[Case | Order, Deadline]], datetime]


def _sweep(
    claim: str, take_up: Callable[[list[tuple[Any, ...]]], TakenUp], act: ActOfClock, limit: int, until: float
) -> Swept:
    swept, size = Swept(), limit
    while time.monotonic() < until:
        due: list[tuple[Case | Order, Deadline]] = []
        failed: dict[int, str] = {}
        try:
            with _without_collecting(), transaction.atomic():
                if claimed := rows(claim, {"at": clock.simulated_at(), "limit": size}, prepare=False):
                    due, at = take_up(claimed)
                    failed = _act_on_each(act, due, at)
                    parked = _note_failures(failed)
        except (IntegrityError, DataError, Refused) as error:  # never OperationalError: a lost connection is no poison
            if len(due) > 1:
                size = len(due) // 2
                continue
            if not due:
                raise
            log.exception("The term %s failed", due[0][1].pk)
            failed = {due[0][1].pk: f"{type(error).__name__}: {error}"}
            parked = _note_failures(failed)
        if not due:
            return swept
        swept += Swept(done=len(due) - len(failed), failed=len(failed), parked=parked)
        size = min(limit, size * 2)
    return swept


@contextmanager
def _without_collecting() -> Iterator[None]:
    """A batch makes some ten thousand objects that all live to its end: looking for garbage among them finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _take_up_cases(claimed: list[tuple[Any, ...]]) -> TakenUp:
    due: list[tuple[Case | Order, Deadline]] = []
    cases: list[Case] = []
    orders: set[int] = set()
    for row in claimed:
        deadline = DEADLINES.build(row, 1)
        # One case an order in one batch, so that a case that fails has touched nobody else's order; the rest come next.
        if deadline.order_id not in orders:
            orders.add(deadline.order_id)
            case = CASES.build(row, 1 + DEADLINES.width + ORDERS.width)
            case._state.fields_cache["order"] = ORDERS.build(row, 1 + DEADLINES.width)
            cases.append(case)
            due.append((case, deadline))
    lay_out_cases(cases, {case.id: deadline for case, deadline in due}, for_the_clock=True)
    return due, claimed[0][0]


def _take_up_orders(claimed: list[tuple[Any, ...]]) -> TakenUp:
    due = [(ORDERS.build(row, 1 + DEADLINES.width), DEADLINES.build(row, 1)) for row in claimed]
    lay_out_orders(
        [order for order, _deadline in due],
        {deadline.order_id: deadline for _order, deadline in due},
        for_the_clock=True,
    )
    return list(due), claimed[0][0]


def _act_on_each(act: ActOfClock, due: list[tuple[Case | Order, Deadline]], at: datetime) -> dict[int, str]:
    done: list[Case | Order] = []
    failed: dict[int, str] = {}
    outages: list[Outage] = known_to([deadline for _matter, deadline in due])
    for matter, deadline in due:
        versions.get(matter.policy_version_id)
        try:
            if not extend_if_fallen(matter, outages, at=at):
                act(matter, at)
        except DatabaseError:  # an act that asked the database spoilt the transaction: back to _sweep
            raise
        except Exception as error:  # whatever it is, it must not hold up the others; a person is told
            log.exception("The term %s of %s failed", deadline.kind, matter.number)
            failed[deadline.pk] = f"{type(error).__name__}: {error}"
        else:
            done.append(matter)
    write(done)
    return failed


NOTE_FAILURES = f"""
UPDATE adjudication_deadline d SET failures = d.failures + 1, failure = u.why,
    parked_at = CASE WHEN d.failures + 1 >= %(tries)s THEN {_AT} END,
    retry_at = {_AT} + make_interval(secs => %(first)s * (%(later_by)s ^ d.failures))
FROM unnest(%(ids)s::bigint[], %(whys)s::text[]) AS u(id, why) WHERE d.id = u.id AND d.ended_at IS NULL
RETURNING d.parked_at"""


def _note_failures(failed: dict[int, str]) -> int:
    """Write down why terms failed and when they are tried again; returns how many are parked now."""
    if not failed:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            NOTE_FAILURES,
            {
                "at": clock.simulated_at(),
                "ids": list(failed),
                "whys": [why[:2000] for why in failed.values()],
                "tries": TRIES,
                "first": FIRST_RETRY_SECONDS,
                "later_by": LATER_BY,
            },
        )
        return sum(parked_at is not None for (parked_at,) in cursor.fetchall())
