"""An order's life: paid, shipped or not, delivered or not, received in words or in silence, now and then disputed."""

from __future__ import annotations

from datetime import datetime, timedelta

from adjudication import clock, docket
from adjudication.cases.states import Outcome
from adjudication.errors import OutOfOrder, Refused
from adjudication.management.simulation.agenda import Agenda, Life
from adjudication.management.simulation.case_life import CaseLife
from adjudication.management.simulation.chances import Chances
from adjudication.management.simulation.desk import Desk
from adjudication.management.simulation.marketplace import Marketplace, Staff
from adjudication.management.simulation.proportions import (
    CHANNELS,
    DISPUTED_PERCENT,
    REMEDIES,
    STATEMENTS,
    pick_reason,
)
from adjudication.money import Amount
from adjudication.orders.models import Order, ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import custody, request
from adjudication.procedure.request import Claim

Kind = ParcelReport.Kind


class OrderLife:
    """One order and everything that becomes of it."""

    def __init__(self, agenda: Agenda, desk: Desk, marketplace: Marketplace, staff: Staff, number: int) -> None:
        """Of the order of this number."""
        self.agenda, self.desk, self.marketplace, self.staff = agenda, desk, marketplace, staff
        self.sequence = number
        self.chances = Chances(marketplace.seed, number)
        self.number = ""
        self.lines: tuple[str, ...] = ()

    def live(self) -> Life:
        """From its payment on."""
        given = self.marketplace.order(self.sequence, rng=self.chances.rng, at=clock.now())
        self.number = given.order_number
        self.lines = tuple(str(index) for index in range(1, len(given.items) + 1))
        self.desk.register(given)
        disputed = self.chances.percent(DISPUTED_PERCENT)
        try:
            if disputed:
                yield from self._go_wrong(pick_reason(self.chances.rng))
            else:
                yield from self._go_well()
        except Refused:
            return  # the order's term has ended meanwhile: silence has decided

    def _go_well(self) -> Life:
        fate = self.chances.one({"delivered": 96.3, "never shipped": 1.2, "refused": 1.7, "lost": 0.8})
        if fate == "never shipped":
            return
        yield from self._ship()
        if fate == "lost":
            return
        yield self.chances.hours(20, 120)
        if fate == "refused":
            self.desk.report(self.number, Kind.REFUSAL)
            return
        self._deliver(signed_percent=70)
        yield from self._receive()

    def _go_wrong(self, reason: Reason) -> Life:
        if reason == Reason.NOT_SHIPPED:
            yield self.chances.hours(50, 240)
            if self.chances.percent(20):
                self.agenda.add(self._ship_after_all(), after=self.chances.hours(4, 30))
        else:
            yield from self._ship()
            yield self.chances.hours(20, 120)
            if reason in (Reason.NOT_RECEIVED, Reason.LATE_DELIVERY):
                yield self.chances.hours(72, 240)
                if self.chances.percent(30):
                    self._deliver(signed_percent=50)
            elif reason == Reason.SIZE_OR_TASTE and self.chances.percent(5):
                self.desk.report(self.number, Kind.REFUSAL)
            else:
                self._deliver(signed_percent=60)
                yield self.chances.hours(1, 200)
        yield from self._dispute(reason)
        yield from self._receive()

    def _ship(self) -> Life:
        """In one parcel, or line by line."""
        yield self.chances.hours(2, 60)
        if len(self.lines) > 1 and self.chances.percent(20):
            self.desk.report(self.number, Kind.SHIPMENT, self.lines[:1])
            yield self.chances.hours(2, 40)
            self.desk.report(self.number, Kind.SHIPMENT, self.lines[1:])
        else:
            self.desk.report(self.number, Kind.SHIPMENT)

    def _ship_after_all(self) -> Life:
        """The seller ships although the money was asked back; the buyer does not take it."""
        try:
            self.desk.report(self.number, Kind.SHIPMENT)
            yield self.chances.hours(20, 60)
            self.desk.report(self.number, Kind.REFUSAL)
        except Refused:
            return

    def _deliver(self, *, signed_percent: float) -> None:
        self.desk.report(self.number, Kind.DELIVERY, signed_by="Recipient" * self.chances.percent(signed_percent))

    def _receive(self) -> Life:
        """The buyer says that all is there, or keeps silent."""
        if not self.chances.percent(55):
            return
        yield self.chances.hours(1, 220)

        def confirm(order: Order, at: datetime) -> None:
            report = ParcelReport(kind=Kind.RECEIPT, line_labels=[], reported_at=at)
            custody.confirm_receipt(order, report, by=_buyer(order), at=at)

        try:
            self.desk.on_order("confirm receipt", self.number, confirm)
        except OutOfOrder:
            return  # a case has decided over all of it

    def _dispute(self, reason: Reason, round_number: int = 1) -> Life:
        """Ask for a refund, live through the case, and through what follows from how it ended."""
        case = self._request(reason)
        life = CaseLife(self.desk, self.chances, self.staff, case)
        yield from life.live()
        if round_number == 3:
            return
        if life.outcome == Outcome.WITHDRAWN and self.chances.percent(30):
            yield self.chances.hours(12, 70)
            yield from self._dispute(reason, round_number + 1)
        elif life.outcome == Outcome.REPLACED and self.chances.percent(80):
            yield self.chances.hours(20, 140)
            self.desk.report(self.number, Kind.SHIPMENT, self._owed())
            yield self.chances.hours(20, 90)
            self.desk.report(self.number, Kind.DELIVERY, self._shipped())
            if self.chances.percent(15):
                yield self.chances.hours(2, 60)
                yield from self._dispute(reason, round_number + 1)

    def _request(self, reason: Reason) -> str:
        """Ask for all of it, for one line, or for a part; returns the case's number."""
        allowed = versions.current().reasons[reason].remedies
        remedy = Remedy(self.chances.one({name: REMEDIES[Remedy(name)] for name in allowed}))
        chosen = self.lines[-1:] if len(self.lines) > 1 and self.chances.percent(40) else ()
        share_percent = self.chances.rng.randint(20, 80) if self.chances.percent(15) else 100
        channel = self.chances.one(CHANNELS)

        def ask(order: Order, at: datetime) -> str:
            held = sum(line.held_minor for line in order.papers.lines if not chosen or line.label in chosen)
            claim = Claim(
                reason=reason,
                remedy=remedy,
                amount=Amount(max(1, held * share_percent // 100), order.currency),
                statement=STATEMENTS[reason],
                lines=chosen,
                channel=channel,
            )
            return request.request(order, by=_buyer(order), claim=claim, at=at).number

        return self.desk.on_order("request", self.number, ask, opening_case=True)

    def _owed(self) -> tuple[str, ...]:
        return self._lines_at("owed")

    def _shipped(self) -> tuple[str, ...]:
        return self._lines_at("shipped")

    def _lines_at(self, parcel: str) -> tuple[str, ...]:
        order = docket.look_at_order(self.number)
        return tuple(line.label for line in order.papers.lines if line.parcel == parcel)


def _buyer(order: Order) -> Actor:
    return Actor(Role.BUYER, order.buyer_id)


def begins(rng_seed: int, number: int, days: int) -> timedelta:
    """How long after the period's start the order of this number is paid."""
    return timedelta(seconds=Chances(rng_seed, -number).rng.randrange(days * 86_400))
