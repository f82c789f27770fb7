"""The desk: every act of a simulated life goes through the docket, as everybody's do, and is measured.

The time is the simulated one; a refusal is told to who acted, as it would be to a person.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.management.simulation.measure import Measure
from adjudication.orders import register as registration
from adjudication.orders.models import Order, ParcelReport
from adjudication.orders.register import OrderGiven
from adjudication.parties import Actor, Role
from adjudication.procedure import custody, lapse, payouts, tick

T = TypeVar("T")
MARKETPLACE = Actor(Role.MARKETPLACE)


class Desk:
    """Where acts are performed."""

    def __init__(self, measure: Measure) -> None:
        """`measure` learns of every act."""
        self.measure = measure

    def register(self, given: OrderGiven) -> Order:
        """The marketplace registers a paid order."""
        with self.measure.act("register"):
            registration.check(given)
            with docket.enter_order(given.order_number) as entering:
                buyer, shop = registration.upsert_parties(given)
                order = custody.register(
                    given, order_id=entering.next_id, buyer=buyer, shop=shop, by=MARKETPLACE, at=entering.at
                )
                entering.order = order
        return order

    def on_order(self, name: str, number: str, act: Callable[[Order, datetime], T], *, opening_case: bool = False) -> T:
        """Perform an act on an order."""
        with self.measure.act(name), docket.take_order(number, opening_case=opening_case) as (order, at):
            return act(order, at)

    def on_case(self, name: str, number: str, act: Callable[[Case, datetime], T]) -> T:
        """Perform an act on a case."""
        with self.measure.act(name), docket.take(number) as (case, at):
            return act(case, at)

    def report(
        self, number: str, kind: ParcelReport.Kind, labels: tuple[str, ...] = (), *, signed_by: str = ""
    ) -> None:
        """The marketplace reports what became of a parcel, or of some lines' parcel."""

        def report(order: Order, at: datetime) -> None:
            named = list(labels) or [line.label for line in order.papers.lines]
            tracking = f"SF{order.pk:010d}" if kind == ParcelReport.Kind.SHIPMENT else ""
            custody.report_parcel(
                order,
                ParcelReport(
                    kind=kind,
                    line_labels=named,
                    carrier="SF Express" if tracking else "",
                    tracking_number=tracking,
                    signed_by=signed_by,
                    reported_at=at,
                ),
                by=MARKETPLACE,
                at=at,
            )

        self.on_order(f"report {kind}", number, report)

    def sweep(self) -> None:
        """Lapse every term that is due."""
        with self.measure.act("sweep (all that is due)"):
            lapse.sweep()

    def assign(self) -> None:
        """The platform gives every waiting case to somebody."""
        with self.measure.act("assign (all that wait)"):
            tick.assign_waiting(at=clock.now())

    def pay(self) -> None:
        """Pay whatever is payable."""
        while True:
            with self.measure.act("pay out (all that is due)"):
                paid = payouts.pay_due()
            if not paid:
                return
