"""Take up one case or order, under the lock, at the database's time; or look at an order without taking it up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines import outages, schedule
from adjudication.deadlines.models import Deadline, Extension
from adjudication.docket import load
from adjudication.docket.fallen import extend_if_fallen, known_to
from adjudication.docket.read import named
from adjudication.docket.write import write
from adjudication.errors import Busy, NotFound, Stale
from adjudication.orders.models import Order
from adjudication.papers import Papers
from adjudication.policy import versions
from adjudication.statements import rows

#: The states in which a case is heard, and inquiries can be answered.
HEARD_IN = (State.EVIDENCE, State.RULING)

_AT = "coalesce(%(at)s::timestamptz, clock_timestamp())"
#: The case's order never changes, so it may be looked up before the lock is held.
LOCK_ORDER_OF = f"""
SELECT {load.ORDERS.columns} FROM adjudication_order o
WHERE o.id = (SELECT order_id FROM adjudication_case WHERE number = %(number)s) FOR UPDATE"""
LOCK_ORDER = f"SELECT {load.ORDERS.columns} FROM adjudication_order o WHERE o.number = %(number)s FOR UPDATE"
TAKE_CASE = f"""
SELECT {_AT}, {load.CASES.columns}, {load.DEADLINES.columns} FROM adjudication_case c
LEFT JOIN adjudication_deadline d ON d.case_id = c.id AND d.ended_at IS NULL
WHERE c.number = %(number)s FOR UPDATE OF c"""
TAKE_ORDER = f"""
SELECT {_AT}, CASE WHEN %(opening)s THEN nextval(pg_get_serial_sequence('adjudication_case', 'id')) END,
       CASE WHEN %(opening)s THEN (SELECT max(version) FROM adjudication_policyversion) END,
       CASE WHEN %(opening)s THEN (SELECT jsonb_object_agg(l.id, l.snapshot) FROM adjudication_line l
                                   WHERE l.order_id = o.id AND l.snapshot IS NOT NULL) END,
       ROW({load.BUYERS.columns}), ROW({load.SHOPS.columns}), ROW({load.SELLERS.columns}),
       {load.every(load.LINES, "x.order_id = o.id", "x.id")}, {load.DEADLINES.columns}
FROM adjudication_order o
JOIN adjudication_party b ON b.id = o.buyer_id
JOIN adjudication_shop s ON s.party_id = o.shop_id
JOIN adjudication_party p ON p.id = s.party_id
LEFT JOIN adjudication_deadline d ON d.order_id = o.id AND d.case_id IS NULL AND d.ended_at IS NULL
WHERE o.id = %(order)s"""
#: What an actor need not have seen: it changes nothing that an act depends on.
UNSEEN = """
SELECT 1 FROM adjudication_event WHERE case_id = %(case)s AND sequence > %(seen)s AND kind <> 'deadline.reminder'
LIMIT 1"""


@contextmanager
def take(number: str, *, version: int | None = None) -> Iterator[tuple[Case, datetime]]:
    """Take up one case: yields it with its papers, and the time, read after the lock was won.

    Args:
        number: the case's number.
        version: what the actor last saw, if that matters to the act.

    Raises:
        NotFound: there is no such case.
        Stale: the case has moved on since `version`, or moved in spite of the lock.
        Busy: somebody held the case for longer than the lock timeout.

    """
    with transaction.atomic(), told_when_busy():
        order = _locked(LOCK_ORDER_OF, number)
        if order is None:
            raise NotFound(_("There is no such case."))
        # The order's lock is won: what is read from here on is what the winner before us wrote.
        ((at, *columns),) = rows(TAKE_CASE, {"at": clock.simulated_at(), "number": number})
        case = load.CASES.build(columns)
        case._state.fields_cache["order"] = order
        if version is not None and version != case.version:
            _require_seen(case, version)
        _lay_out(case, _open(columns, load.CASES.width), at=at)
        yield case, at
        write([case])


@contextmanager
def take_order(number: str, *, opening_case: bool = False) -> Iterator[tuple[Order, datetime]]:
    """Take up one order: yields it with its two sides and its papers, and the time.

    `opening_case` reserves the id of a new case, and lays out what such a case is made of besides.

    Raises:
        NotFound: there is no such order.
        Busy: somebody held it for longer than the lock timeout.

    """
    with transaction.atomic(), told_when_busy():
        order = _locked(LOCK_ORDER, number)
        if order is None:
            raise NotFound(
                _("There is no such order; the marketplace registers an order before a refund is asked for.")
            )
        values = {"at": clock.simulated_at(), "opening": opening_case, "order": order.id}
        ((at, case_id, in_force, snapshots, of_buyer, of_shop, of_seller, lines, *columns),) = rows(TAKE_ORDER, values)
        load.introduce(order, of_buyer, of_shop, of_seller)
        order.papers = Papers(
            order.version,
            deadline=_open(columns, 0),
            lines=load.built(load.LINES, lines),
            messages=load.messages_of([order])[order.id],
        )
        _extend_if_fallen(order, at=at)
        versions.get(order.policy_version_id)
        if opening_case:
            versions.get(in_force)
            order.papers.next_case_id, order.papers.policy_in_force = case_id, in_force
            order.papers.snapshots = {int(line): snapshot for line, snapshot in (snapshots or {}).items()}
        yield order, at
        write([order])


@dataclass(slots=True)
class Entering:
    """A registration on the desk: what is known of the order's number, and what the act puts in."""

    known: Order | None
    """The order of that number, if there is one already."""
    next_id: int
    at: datetime
    order: Order | None = None
    """The new order, with its papers: written on leaving."""


ENTER_ORDER = f"SELECT {_AT}, nextval(pg_get_serial_sequence('adjudication_order', 'id'))"


@contextmanager
def enter_order(number: str) -> Iterator[Entering]:
    """Enter a new order. Two at once with one number come one after the other, and the second sees the first.

    Raises:
        Busy: somebody else has been registering it for longer than the lock timeout.

    """
    with transaction.atomic(), told_when_busy():
        # One of 1,024 locks: two numbers that share one wait for each other for a moment, and a transaction that
        # registers many orders cannot fill the server's table of locks.
        rows("SELECT pg_advisory_xact_lock(20260301, hashtext(%(number)s::text) & 1023)", {"number": number})
        known = Order.objects.select_related("buyer", "shop__party").filter(number=number).first()
        ((at, next_id),) = rows(ENTER_ORDER, {"at": clock.simulated_at()})
        entering = Entering(known, next_id, at)
        yield entering
        if entering.order is not None:
            write([entering.order])


def look_at_order(number: str) -> Order:
    """Return an order with its papers, without taking it up.

    Raises:
        NotFound: there is no such order.

    """
    known = Order.objects.select_related("buyer", "shop__party")
    order = known.filter(number=number).first() if "\0" not in number else None
    if order is None:
        raise NotFound(_("There is no such order."))
    deadline, ended = _terms(Q(order=order, case=None))
    load.lay_out_orders([order], {order.pk: deadline} if deadline else {})
    order.papers.extensions, order.papers.ended_terms = _extensions_of(deadline), ended
    return order


@contextmanager
def told_when_busy() -> Iterator[None]:
    """Turn the database's lock timeout into its refusal."""
    try:
        yield
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise Busy(_("Somebody else is acting on this case; try again in a moment.")) from error
        raise


def _locked(statement: str, number: str) -> Order | None:
    found = named(statement, number)
    return load.ORDERS.build(found[0]) if found else None


def _open(columns: list[Any], start: int) -> Deadline | None:
    """The open deadline that was joined to a matter, if there is one."""
    return load.DEADLINES.build(columns, start) if columns[start] is not None else None


def _require_seen(case: Case, version: int) -> None:
    if version > case.version or rows(UNSEEN, {"case": case.id, "seen": version}):
        raise Stale(
            _("The case has moved on: it is at version %(now)d, you saw %(seen)d. Look again.")
            % {"now": case.version, "seen": version}
        )


def _lay_out(case: Case, deadline: Deadline | None, *, at: datetime) -> None:
    load.lay_out_cases([case], {case.pk: deadline} if deadline else {})
    versions.get(case.policy_version_id)
    _extend_if_fallen(case, at=at)
    time_inquiries(case, at=at)


def time_inquiries(case: Case, *, at: datetime) -> None:
    """Say of each inquiry whether it is over; one that fell due in an outage can be answered until its grace ends.

    Never beyond the ruling's term, which an outage may have lengthened too.
    """
    waiting = [i for i in case.papers.inquiries if any(asking.replied_at is None for asking in i.asked)]
    if case.state in HEARD_IN and (overdue := [inquiry for inquiry in waiting if inquiry.due_at <= at]):
        outages.notice()
        known = outages.known(min(inquiry.due_at for inquiry in overdue))
        ruling_ends_at = schedule.ruling_ends_at(case)
        for inquiry in overdue:
            until = outages.lengthened(inquiry.made_at, inquiry.due_at, known)
            inquiry.until = min(until, ruling_ends_at) if until and ruling_ends_at else until
    for inquiry in case.papers.inquiries:
        inquiry.is_over = at >= inquiry.ends_at or case.state not in HEARD_IN or inquiry.instance != case.instance


def _terms(of: Q) -> tuple[Deadline | None, list[Deadline]]:
    """The open term of a matter, and those that are over, each with its extensions."""
    extensions = Extension.objects.select_related("by", "outage").order_by("due_after")
    terms = list(Deadline.objects.filter(of).prefetch_related(Prefetch("extensions", extensions)).order_by("id"))
    running = next((term for term in terms if term.ended_at is None), None)
    return running, [term for term in terms if term is not running]


def _extensions_of(deadline: Deadline | None) -> list[Extension]:
    return list(deadline.extensions.all()) if deadline else []


def _extend_if_fallen(matter: Case | Order, *, at: datetime) -> None:
    """Whoever comes to a term that seems to be over asks first whether the service was there when it ran out."""
    deadline = matter.papers.deadline
    if deadline is not None and at >= deadline.due_at:
        outages.notice()
        extend_if_fallen(matter, known_to([deadline]), at=at)
