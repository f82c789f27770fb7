"""The model's acts, performed on the service: the same names, the same people."""

from __future__ import annotations

from typing import Any

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import appeal, custody, extend, intervene, negotiate, request, respond, return_goods, rule
from adjudication.procedure.request import Claim
from adjudication.procedure.take_evidence import file_exhibit, rest
from adjudication.rulings.models import Winner
from tests import walk
from tests.law import filing_performed
from tests.law.words import Who

MARKETPLACE = Actor(Role.MARKETPLACE)


def actor(by: Who, order: Any) -> Actor:
    """Who that is here."""
    if by.role == "stranger":
        return Actor(Role.BUYER, order.buyer_id + 1000)
    if by.role in ("buyer", "seller"):
        return walk.buyer_of(order) if by.role == "buyer" else walk.seller_of(order)
    return walk.arbitrator(by.name, Role(by.role))


def on_order(number: str, name: str, *given: Any) -> None:
    """Perform one act on the order."""
    with docket.take_order(number, opening_case=name == "request") as (order, at):
        labels = [line.label for line in order.papers.lines]
        if name == "request":
            by, reason, remedy, amount = given
            claim = Claim(Reason(reason), Remedy(remedy), Amount(amount, order.currency), "It is not right.")
            request.request(order, by=actor(by, order), claim=claim, at=at)
        elif name == "confirm_receipt":
            report = ParcelReport(kind=ParcelReport.Kind.RECEIPT, line_labels=labels, reported_at=at)
            custody.confirm_receipt(order, report, by=walk.buyer_of(order), at=at)
        else:
            kind, signed = given
            report = ParcelReport(
                kind=ParcelReport.Kind(kind), line_labels=labels, reported_at=at, signed_by="R." * signed
            )
            custody.report_parcel(order, report, by=MARKETPLACE, at=at)


def on_case(number: str, name: str, by: Who, *given: Any, version: int | None = None) -> None:
    """Perform one act on the case."""
    with docket.take(number, version=version) as (case, at):
        PERFORM[name](case, actor(by, case), at, *given)


def _answer_offer(case: Case, by: Actor, at: Any, yes: bool) -> None:
    offers = [o for o in case.papers.offers if o.state == Offer.State.OPEN and o.by != by.role]
    act = negotiate.accept_offer if yes else negotiate.decline_offer
    act(case, by=by, offer_id=(offers or [Offer()])[0].pk, at=at)


def _file(case: Case, by: Actor, at: Any, admissible: bool) -> None:
    kind = Exhibit.Kind.PHOTO if admissible else Exhibit.Kind.OFF_PLATFORM_CHAT
    file_exhibit(case, by=by, given=walk.an_exhibit(kind=kind), at=at)


PERFORM = {
    "accept": lambda c, by, at: respond.accept(c, by=by, at=at),
    "reject": lambda c, by, at: respond.reject(
        c, by=by, reason="signed_for", text="Signed for.", exhibits=[walk.an_exhibit()], at=at
    ),
    "withdraw": lambda c, by, at: respond.withdraw(c, by=by, at=at),
    "intervene": lambda c, by, at: intervene.intervene(c, by=by, text="Please look.", at=at),
    "make_offer": lambda c, by, at, remedy, amount: negotiate.make_offer(
        c, by=by, remedy=Remedy(remedy), amount_minor=amount, text="Let us settle.", at=at
    ),
    "answer_offer": _answer_offer,
    "assign": lambda c, by, at: intervene.assign(c, by=by, to=by, at=at),
    "extend": lambda c, by, at, length: extend.extend(
        c, by=by, by_length=length, reason="The carrier is asked.", at=at
    ),
    "remind": lambda c, by, at: extend.remind_by_hand(c, by=by, at=at),
    "file_exhibit": _file,
    "rest": lambda c, by, at: rest(c, by=by, at=at),
    "rule": lambda c, by, at, winner, remedy: rule.rule(
        c, by=by, given=walk.a_ruling(c, Winner(winner), remedy=Remedy(remedy)), at=at
    ),
    "confirm": lambda c, by, at: rule.confirm(c, by=by, at=at),
    "send_back": lambda c, by, at: rule.send_back(c, by=by, note="Look again.", at=at),
    "appeal": lambda c, by, at, with_ground: appeal.appeal(
        c, by=by, grounds="It overlooks the photo.", error=appeal.NamedError.FACT if with_ground else None, at=at
    ),
    "withdraw_appeal": lambda c, by, at: appeal.withdraw_appeal(c, by=by, at=at),
    "ship_return": lambda c, by, at: return_goods.ship_return(
        c, by=by, carrier="SF", tracking_number="1", cost_minor=1_500, at=at
    ),
    "acknowledge_return": lambda c, by, at: return_goods.acknowledge_return(c, by=by, at=at),
    "dispute_return": lambda c, by, at: return_goods.dispute_return(
        c, by=by, reason="empty", text="It is empty.", exhibits=[walk.an_exhibit()], at=at
    ),
    **filing_performed.PERFORM,
}
