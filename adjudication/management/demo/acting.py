"""How the demo's people act: through the same acts as everybody, at moments in the recent past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.credentials.staff import staff_actor
from adjudication.evidence import intake
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.orders import register as registration
from adjudication.orders.messages import Message, MessageGiven
from adjudication.orders.models import ParcelReport
from adjudication.orders.register import BuyerGiven, ItemGiven, OrderGiven, ShopGiven
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Reason, RejectionReason, Remedy
from adjudication.procedure import (
    appeal,
    custody,
    inquire,
    intervene,
    lapse,
    negotiate,
    request,
    respond,
    return_goods,
    rule,
    take_evidence,
)
from adjudication.procedure.own_record import report_messages
from adjudication.procedure.request import Claim
from adjudication.procedure.rule import FindingGiven, RulingGiven
from adjudication.rulings.models import Finding, Winner

#: What was found: by exhibit label, which side it supports, how much, and why.
Findings = dict[str, tuple[Finding.Supports, Finding.Weight, str]]
MARKETPLACE = Actor(Role.MARKETPLACE)


def exhibit(title: str, text: str = "", *, image: bytes = b"", kind: Exhibit.Kind = Exhibit.Kind.PHOTO) -> ExhibitGiven:
    """One exhibit, its picture stored."""
    if not image:
        return ExhibitGiven(kind, title, text)
    stored = intake.store([image], original_name="photo.png", policy=versions.current())
    return ExhibitGiven(kind, title, text, stored)


class Stage:
    """One order and its case; each call is one act, so many hours ago."""

    def __init__(self, now: datetime, number: str) -> None:
        """Nothing has happened yet."""
        self.now, self.order_number, self.case_number = now, number, ""
        self.buyer, self.seller = Actor(Role.BUYER), Actor(Role.SELLER)

    def ago(self, hours: float) -> datetime:
        """So many hours before now."""
        return self.now - timedelta(hours=hours)

    def order(
        self,
        hours: float,
        *,
        buyer: BuyerGiven,
        shop: ShopGiven,
        currency: str,
        items: Sequence[ItemGiven],
        shipping: int = 0,
    ) -> Stage:
        """The marketplace registers the order."""
        given = OrderGiven(
            order_number=self.order_number,
            buyer=buyer,
            shop=shop,
            items=tuple(items),
            price=Amount(sum(item.amount_minor for item in items) + shipping, currency),
            paid_at=self.ago(hours),
            shipping_minor=shipping,
        )
        registration.check(given)
        with clock.simulated(self.ago(hours)), docket.enter_order(self.order_number) as entering:
            bought_by, sold_by = registration.upsert_parties(given)
            entering.order = custody.register(
                given, order_id=entering.next_id, buyer=bought_by, shop=sold_by, by=MARKETPLACE, at=entering.at
            )
            self.buyer, self.seller = Actor(Role.BUYER, bought_by.pk), Actor(Role.SELLER, sold_by.pk)
        return self

    def parcel(self, hours: float, kind: ParcelReport.Kind, *, tracking: str = "", signed_by: str = "") -> Stage:
        """The marketplace reports on the parcel."""
        with clock.simulated(self.ago(hours)), docket.take_order(self.order_number) as (order, at):
            labels = [line.label for line in order.papers.lines]
            report = ParcelReport(
                kind=kind,
                line_labels=labels,
                carrier="SF Express" if tracking else "",
                tracking_number=tracking,
                signed_by=signed_by,
                reported_at=at,
            )
            custody.report_parcel(order, report, by=MARKETPLACE, at=at)
        return self

    def shipped(self, hours: float, tracking: str) -> Stage:
        """The seller hands the parcel over."""
        return self.parcel(hours, ParcelReport.Kind.SHIPMENT, tracking=tracking)

    def delivered(self, hours: float, signed_by: str = "") -> Stage:
        """It arrives."""
        return self.parcel(hours, ParcelReport.Kind.DELIVERY, signed_by=signed_by)

    def talk(self, hours: float, *said: tuple[Message.By, str]) -> Stage:
        """The two sides write to each other on the platform, three minutes apart."""
        with clock.simulated(self.ago(hours)), docket.take_order(self.order_number) as (order, at):
            first = at - timedelta(minutes=3 * len(said))
            given = [MessageGiven(by, text, first + timedelta(minutes=3 * i)) for i, (by, text) in enumerate(said)]
            report_messages(order, by=MARKETPLACE, messages=given, at=at)
        return self

    def ask(self, hours: float, arbitrator: User, text: str, *to: Role) -> Stage:
        """The arbitrator asks for a photo that shows a one-time code."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            inquire.inquire(case, by=staff_actor(arbitrator), to=to, text=text, is_challenge=True, at=at)
        return self

    def request(
        self,
        hours: float,
        reason: Reason,
        statement: str,
        *,
        minor: int = 0,
        lines: tuple[str, ...] = (),
        remedy: Remedy = Remedy.REFUND,
    ) -> Stage:
        """The buyer asks for a refund."""
        with clock.simulated(self.ago(hours)), docket.take_order(self.order_number, opening_case=True) as (order, at):
            held = sum(line.held_minor for line in order.papers.lines if not lines or line.label in lines)
            claim = Claim(reason, remedy, Amount(minor or held, order.currency), statement, lines)
            self.case_number = request.request(order, by=self.buyer, claim=claim, at=at).number
        return self

    def file(self, hours: float, by: Actor, given: ExhibitGiven) -> Stage:
        """A side files an exhibit."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            take_evidence.file_exhibit(case, by=by, given=given, at=at)
        return self

    def reject(self, hours: float, reason: RejectionReason, text: str, *exhibits: ExhibitGiven) -> Stage:
        """The seller refuses."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            respond.reject(case, by=self.seller, reason=reason, text=text, exhibits=exhibits, at=at)
        return self

    def accept(self, hours: float) -> Stage:
        """The seller accepts."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            respond.accept(case, by=self.seller, at=at)
        return self

    def withdraw(self, hours: float) -> Stage:
        """The buyer withdraws."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            respond.withdraw(case, by=self.buyer, at=at)
        return self

    def intervene(self, hours: float, text: str) -> Stage:
        """The buyer calls the platform in."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            intervene.intervene(case, by=self.buyer, text=text, at=at)
        return self

    def assign(self, hours: float, arbitrator: User) -> Stage:
        """The platform assigns the arbitrator."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            intervene.assign(case, by=PLATFORM, to=staff_actor(arbitrator), at=at)
        return self

    def rest(self, hours: float, *sides: Actor) -> Stage:
        """The sides rest."""
        for by in sides or (self.buyer, self.seller):
            with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
                take_evidence.rest(case, by=by, at=at)
        return self

    def rule(
        self, hours: float, arbitrator: User, winner: Winner, reasons: str, findings: Findings, **answers: object
    ) -> Stage:
        """The arbitrator rules."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            on_file = {each.label: each.pk for each in case.papers.exhibits}
            given = RulingGiven(
                winner=winner,
                remedy=Remedy.RELEASE if winner == Winner.SELLER else Remedy.REFUND,
                rule=case.reason,
                reasons=reasons,
                findings=[FindingGiven(on_file[label], *found) for label, found in findings.items()],
                answers=answers,
                cited_exhibits=[on_file[x] for x, found in findings.items() if found[1] == Finding.Weight.STRONG],
            )
            rule.rule(case, by=Actor(Role.ARBITRATOR, arbitrator.pk), given=given, at=at)
        return self

    def offer(self, hours: float, by: Actor, minor: int, text: str) -> Stage:
        """A side offers part of the claim."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            negotiate.make_offer(case, by=by, remedy=Remedy.REFUND, amount_minor=minor, text=text, at=at)
        return self

    def appeal(self, hours: float, by: Actor, grounds: str, *exhibits: ExhibitGiven) -> Stage:
        """The losing side appeals."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            appeal.appeal(case, by=by, grounds=grounds, exhibits=exhibits, at=at)
        return self

    def ship_return(self, hours: float, tracking: str) -> Stage:
        """The buyer sends the goods back."""
        with clock.simulated(self.ago(hours)), docket.take(self.case_number) as (case, at):
            return_goods.ship_return(case, by=self.buyer, carrier="SF Express", tracking_number=tracking, at=at)
        return self

    def silence(self) -> Stage:
        """The open term has run out."""
        case = self.look()
        assert case.papers.deadline is not None  # noqa: S101  # an open case has one
        with clock.simulated(case.papers.deadline.due_at), docket.take(self.case_number) as (taken, at):
            lapse.lapse(taken, at)
        return self

    def look(self) -> Case:
        """The case as it stands."""
        return docket.look(self.case_number)[0]
