"""Extend a term: by the arbitrator, with a reason both sides are told, or by the clock for an outage. Remind of it."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.docket import FALLEN, REMINDING, Swept, sweep_cases, sweep_orders
from adjudication.errors import Fault, Malformed, Unprocessable
from adjudication.journal.chain import digest, timestamp
from adjudication.journal.record import record
from adjudication.orders.models import Order
from adjudication.papers import act
from adjudication.parties import CLOCK, Actor
from adjudication.policy import versions
from adjudication.procedure import acts


@act
def extend(case: Case, *, by: Actor, by_length: timedelta, reason: str, at: datetime) -> None:
    """A party's running term ends later, for a reason; extending evidence moves the ruling's end along.

    Raises:
        Malformed: no reason, or a length that is none.
        Unprocessable: longer than the policy allows.

    """
    require(acts.EXTEND, case, by, at=at)
    policy, reason = versions.get(case.policy_version_id), reason.strip()
    if not reason:
        raise Malformed(_("Say why the term is extended; both sides read it."), Fault("reason", _("must not be empty")))
    if by_length <= timedelta():
        raise Malformed(_("An extension makes a term longer."), Fault("seconds", _("must be more than 0")))
    if by_length > (longest := timedelta(seconds=policy.number("extensions", "longest_seconds"))):
        raise Unprocessable(
            _("A term is extended by at most %(hours)d hours at a time.") % {"hours": longest.total_seconds() // 3600},
            Fault("seconds", _("is more than the policy allows"), "extension_too_long"),
        )
    deadline = case.papers.deadline
    if deadline is None:  # an open case has one; `require` saw it running
        raise Unprocessable(_("No term is running."))
    was = deadline.due_at
    schedule.extend(case, due_at=was + by_length, at=at, by_id=by.id, reason=reason)
    case.extensions_count += 1
    record(
        case,
        "deadline.extended",
        by=by,
        at=at,
        term=str(deadline.kind),
        was=timestamp(was),
        until=timestamp(deadline.due_at),
        reason_sha256=digest(reason),
    )


def extend_fallen(*, until: float = math.inf) -> Swept:
    """Extend every term that fell, or will fall, into an outage with its grace."""
    return sweep_cases(FALLEN, stands, until=until) + sweep_orders(FALLEN, stands, until=until)


def remind_all(*, until: float = math.inf) -> Swept:
    """Remind the bound side of every term that has come to one of the policy's points."""
    return sweep_cases(REMINDING, remind, until=until) + sweep_orders(REMINDING, remind, until=until)


@act
def remind(matter: Case | Order, at: datetime) -> None:
    """Remind the bound side of the open term, once at each point."""
    _remind(matter, by=CLOCK, at=at)


@act
def remind_by_hand(case: Case, *, by: Actor, at: datetime) -> None:
    """Whoever hears the case reminds the bound party of the open term, between the policy's points or before them."""
    require(acts.REMIND, case, by, at=at)
    _remind(case, by=by, at=at)


def _remind(matter: Case | Order, *, by: Actor, at: datetime) -> None:
    deadline = schedule.remind(matter, at=at)
    record(
        matter,
        "deadline.reminder",
        by=by,
        at=at,
        term=str(deadline.kind),
        to=str(deadline.binds),
        until=timestamp(deadline.due_at),
    )


def stands(matter: Case | Order, at: datetime) -> None:
    """The docket extends what fell into an outage; what it takes up without that stands as it is."""
