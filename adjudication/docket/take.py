"""Take up one case or order, under the lock, at the database's time; or look at it without taking it up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import LockNotAvailable

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline
from adjudication.docket.load import lay_out_cases, lay_out_orders
from adjudication.docket.write import write
from adjudication.errors import Busy, NotFound, Stale
from adjudication.orders.models import Order
from adjudication.policy import versions


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
        order = _locked_order_of(number)
        # The order's lock is won: what is read from here on is what the winner before us wrote.
        case = Case.objects.select_for_update().get(number=number)
        case.order = order
        at = clock.now()
        if version is not None and version != case.version:
            raise Stale(
                _("The case has moved on: it is at version %(now)d, you saw %(seen)d. Look again.")
                % {"now": case.version, "seen": version}
            )
        _lay_out(case)
        yield case, at
        write([case])


@contextmanager
def take_order(number: str, *, opening_case: bool = False) -> Iterator[tuple[Order, datetime]]:
    """Take up one order: yields it with its papers, and the time. `opening_case` reserves the id of a new case.

    Raises:
        NotFound: there is no such order.
        Busy: somebody held it for longer than the lock timeout.

    """
    with transaction.atomic(), told_when_busy():
        order = Order.objects.select_for_update().filter(number=number).first()
        if order is None:
            raise NotFound(
                _("There is no such order; the marketplace registers an order before a refund is asked for.")
            )
        at = clock.now()
        deadline = Deadline.objects.filter(order=order, case=None, ended_at=None).first()
        lay_out_orders([order], {order.pk: deadline} if deadline else {})
        versions.get(order.policy_version_id)
        if opening_case:
            order.papers.next_case_id = _next_id("adjudication_case")
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


@contextmanager
def enter_order(number: str) -> Iterator[Entering]:
    """Enter a new order. Two at once with one number come one after the other, and the second sees the first.

    Raises:
        Busy: somebody else has been registering it for longer than the lock timeout.

    """
    with transaction.atomic(), told_when_busy():
        with connection.cursor() as cursor:
            # One of 1,024 locks: two numbers that share one wait for each other for a moment, and a transaction that
            # registers many orders cannot fill the server's table of locks.
            cursor.execute("SELECT pg_advisory_xact_lock(20260301, hashtext(%s) & 1023)", [number])
        known = Order.objects.select_related("buyer", "shop__party").filter(number=number).first()
        entering = Entering(known, 0 if known else _next_id("adjudication_order"), clock.now())
        yield entering
        if entering.order is not None:
            write([entering.order])


def look(number: str) -> tuple[Case, datetime]:
    """Return a case with its papers, and the time, without taking it up: to show it, and what may be done.

    Raises:
        NotFound: there is no such case.

    """
    case = Case.objects.select_related("order", "buyer", "shop__party", "arbitrator").filter(number=number).first()
    if case is None:
        raise NotFound(_("There is no such case."))
    _lay_out(case)
    return case, clock.now()


def look_at_order(number: str) -> Order:
    """Return an order with its papers, without taking it up.

    Raises:
        NotFound: there is no such order.

    """
    order = Order.objects.select_related("buyer", "shop__party").filter(number=number).first()
    if order is None:
        raise NotFound(_("There is no such order."))
    deadline = Deadline.objects.filter(order=order, case=None, ended_at=None).first()
    lay_out_orders([order], {order.pk: deadline} if deadline else {})
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


def _locked_order_of(number: str) -> Order:
    # The case's order never changes, so it may be looked up before the lock is held.
    of_case = Case.objects.filter(number=number).values("order_id")
    order = Order.objects.select_for_update().filter(pk__in=of_case).first()
    if order is None:
        raise NotFound(_("There is no such case."))
    return order


def _lay_out(case: Case) -> None:
    deadline = Deadline.objects.filter(case=case, ended_at=None).first()
    lay_out_cases([case], {case.pk: deadline} if deadline else {}, in_full=True)
    versions.get(case.policy_version_id)


def _next_id(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [table])
        return int(cursor.fetchone()[0])
