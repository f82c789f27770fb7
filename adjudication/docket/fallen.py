"""A term that fell due while the service was not ready is extended, however its matter is taken up.

Nobody loses a right by an outage; an act, a page and the sweep all find the term as long as it should be.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from adjudication.cases.models import Case
from adjudication.deadlines import outages, schedule
from adjudication.deadlines.models import Deadline, Outage
from adjudication.journal.chain import timestamp
from adjudication.journal.record import record
from adjudication.orders.models import Order
from adjudication.parties import CLOCK


def extend_if_fallen(matter: Case | Order, known: Sequence[Outage], *, at: datetime) -> bool:
    """Extend the open term of a matter to the end of the outage it fell into, with the grace; says whether it did."""
    deadline = matter.papers.deadline
    if deadline is None or not known or (outage := outages.over(deadline, known)) is None:
        return False
    was = deadline.due_at
    schedule.extend(matter, due_at=outage.grace_ends_at, at=at, outage=outage)
    record(
        matter,
        "deadline.extended",
        by=CLOCK,
        at=at,
        term=str(deadline.kind),
        was=timestamp(was),
        until=timestamp(deadline.due_at),
        outage=outage.pk,
    )
    return True


def known_to(deadlines: Sequence[Deadline]) -> list[Outage]:
    """The outages that any of these terms may have fallen into."""
    return outages.known(min(deadline.due_at for deadline in deadlines))
