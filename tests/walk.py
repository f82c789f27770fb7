"""Walk a case to where a test needs it: every state is reached through the acts, as people would."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth.models import Group, User

from adjudication import clock, docket
from adjudication.cases.inquiries import Inquiry
from adjudication.cases.models import Case
from adjudication.cases.standing import Act
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.money import Amount
from adjudication.orders import register as registration
from adjudication.orders.messages import Message, MessageGiven
from adjudication.orders.models import Order, ParcelReport
from adjudication.orders.register import BuyerGiven, ItemGiven, OrderGiven, ShopGiven
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.policy.terms import Reason, RejectionReason, Remedy
from adjudication.procedure import (
    acts,
    correct_kind,
    custody,
    inquire,
    intervene,
    lapse,
    own_record,
    request,
    respond,
    rule,
    take_evidence,
)
from adjudication.procedure.request import Claim
from adjudication.procedure.rule import FindingGiven, RulingGiven
from adjudication.rulings.models import Finding, Ruling, Winner

#: A day long past, so that a simulated clock never runs ahead of the database's own.
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
MICROSECOND = timedelta(microseconds=1)

_numbers = itertools.count(1)


def given_order(number: str = "", *, currency: str = "CNY", **changes: Any) -> OrderGiven:
    """An order of one cup at 100.00, or with whatever is changed."""
    number = number or f"T-{next(_numbers)}"
    items = changes.pop("items", None) or (
        ItemGiven(sku="CUP", title="Porcelain cup", unit_price_minor=10_000, quantity=1),
    )
    shipping, discount = changes.get("shipping_minor", 0), changes.get("discount_minor", 0)
    price = sum(item.amount_minor for item in items) + shipping - discount
    return OrderGiven(
        **{
            "order_number": number,
            "buyer": BuyerGiven(id="b-1", name="Lin"),
            "shop": ShopGiven(id="s-1", name="Kiln & Co", category="home"),
            "items": items,
            "price": Amount(price, currency),
            "paid_at": START,
            **changes,
        }
    )


def register(given: OrderGiven) -> Order:
    """Register an order through the act."""
    registration.check(given)
    with docket.enter_order(given.order_number) as entering:
        assert entering.known is None
        buyer, shop = registration.upsert_parties(given)
        entering.order = custody.register(
            given, order_id=entering.next_id, buyer=buyer, shop=shop, by=Actor(Role.MARKETPLACE), at=entering.at
        )
    return docket.look_at_order(given.order_number)


def deliver(order: Order) -> None:
    """Ship and deliver all of it."""
    labels = [line.label for line in order.papers.lines]
    for kind in (ParcelReport.Kind.SHIPMENT, ParcelReport.Kind.DELIVERY):
        with docket.take_order(order.number) as (taken, at):
            report = ParcelReport(kind=kind, line_labels=labels, reported_at=at, carrier="SF", tracking_number="1")
            custody.report_parcel(taken, report, by=Actor(Role.MARKETPLACE), at=at)


def buyer_of(case: Case | Order) -> Actor:
    """The buyer, acting."""
    return Actor(Role.BUYER, case.buyer_id)


def seller_of(case: Case | Order) -> Actor:
    """The seller, acting."""
    return Actor(Role.SELLER, case.shop_id)


def arbitrator(name: str = "arbitrator", role: Role = Role.ARBITRATOR) -> Actor:
    """A member of staff, acting."""
    return Actor(role, User.objects.get_or_create(username=name, defaults={"is_staff": True})[0].pk)


def group(role: str) -> Group:
    """The staff group of that name."""
    return Group.objects.get(name=role)


def requested(
    order: Order | None = None, *, amount_minor: int = 0, lines: tuple[str, ...] = (), **changes: Any
) -> Case:
    """A case that has just been requested over a delivered order."""
    if order is None:
        order = register(given_order())
        deliver(order)
    held = sum(line.held_minor for line in docket.look_at_order(order.number).papers.lines)
    claim = Claim(
        **{
            "reason": Reason.QUALITY,
            "remedy": Remedy.REFUND,
            "amount": Amount(amount_minor or held, order.currency),
            "statement": "The cup came with a crack from rim to foot.",
            "lines": lines,
            **changes,
        }
    )
    with docket.take_order(order.number, opening_case=True) as (taken, at):
        case = request.request(taken, by=buyer_of(taken), claim=claim, at=at)
    return look(case)


def an_exhibit(title: str = "Photo of the crack", kind: Exhibit.Kind = Exhibit.Kind.DOCUMENT) -> ExhibitGiven:
    """An exhibit of words alone."""
    return ExhibitGiven(kind=kind, title=title, text="As can be seen.")


def rejected(case: Case | None = None) -> Case:
    """A case the seller has refused, with one exhibit."""
    case = case or requested()
    with docket.take(case.number) as (taken, at):
        respond.reject(
            taken,
            by=seller_of(taken),
            reason=RejectionReason.GOODS_AS_DESCRIBED,
            text="It left us whole.",
            exhibits=[an_exhibit("Packing photo")],
            at=at,
        )
    return look(case)


def intervened(case: Case | None = None) -> Case:
    """A case the platform has been called into."""
    case = case or rejected()
    with docket.take(case.number) as (taken, at):
        intervene.intervene(taken, by=buyer_of(taken), text="Please look.", at=at)
    return look(case)


def in_evidence(case: Case | None = None, by: Actor | None = None) -> Case:
    """A case with an arbitrator, in which both sides file."""
    case = case or intervened()
    by = by or arbitrator()
    with docket.take(case.number) as (taken, at):
        intervene.assign(taken, by=PLATFORM, to=by, at=at)
    return look(case)


def filed(case: Case, by: Actor, given: ExhibitGiven | None = None) -> Exhibit:
    """File one exhibit."""
    with docket.take(case.number) as (taken, at):
        return take_evidence.file_exhibit(taken, by=by, given=given or an_exhibit(), at=at)


def in_ruling(case: Case | None = None) -> Case:
    """A case in which the buyer has filed and both sides have rested."""
    case = case or in_evidence()
    filed(case, buyer_of(case))
    for by in (buyer_of(case), seller_of(case)):
        with docket.take(case.number) as (taken, at):
            take_evidence.rest(taken, by=by, at=at)
    return look(case)


def a_ruling(case: Case, winner: Winner = Winner.BUYER, **changes: Any) -> RulingGiven:
    """A complete ruling for this case."""
    exhibits = [exhibit for exhibit in case.papers.exhibits if exhibit.may_be_cited]
    supports = Finding.Supports.SELLER if winner == Winner.SELLER else Finding.Supports.BUYER
    return RulingGiven(
        **{
            "winner": winner,
            "remedy": Remedy.RELEASE if winner == Winner.SELLER else Remedy.REFUND,
            "rule": case.reason,
            "reasons": "The photograph shows a crack that no fall in use would leave; the packing photo shows none.",
            "findings": [FindingGiven(e.pk, supports, Finding.Weight.STRONG, "It shows the goods.") for e in exhibits],
            "answers": {"usable_percent": 40, "fault": "seller"} if winner == Winner.SPLIT else {},
            "cited_exhibits": [exhibit.pk for exhibit in exhibits[:1]],
            **changes,
        }
    )


def ruled(case: Case | None = None, winner: Winner = Winner.BUYER, by: Actor | None = None) -> tuple[Case, Ruling]:
    """A case that has been ruled on."""
    case = case or in_ruling()
    with docket.take(case.number) as (taken, at):
        ruling = rule.rule(taken, by=by or arbitrator(), given=a_ruling(taken, winner), at=at)
    return look(case), ruling


def returning() -> Case:
    """A case whose goods go back: the seller has accepted to take them."""
    case = requested(remedy=Remedy.RETURN_AND_REFUND)
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=seller_of(taken), at=at)
    return look(case)


def in_state(state: State) -> Case:
    """A case in that state."""
    if state == State.CLOSED:
        return after_silence(requested())
    walks = {
        State.REQUESTED: requested,
        State.REJECTED: rejected,
        State.INTERVENTION: intervened,
        State.EVIDENCE: in_evidence,
        State.RULING: in_ruling,
        State.RULED: lambda: ruled()[0],
        State.RETURNING: returning,
    }
    return walks[state]()


def look(case: Case) -> Case:
    """The case as it now stands, with its papers."""
    return docket.look(case.number)[0]


@contextmanager
def at_due(case: Case | Order, shift: timedelta = timedelta()) -> Iterator[None]:
    """The moment the open term ends, or that much before or after."""
    deadline = case.papers.deadline
    assert deadline is not None
    with clock.simulated(deadline.due_at + shift):
        yield


def asked(case: Case, *to: Role, by: Actor | None = None, is_challenge: bool = False) -> Inquiry:
    """An inquiry by the arbitrator, to the buyer if nobody is named."""
    with docket.take(case.number) as (taken, at):
        text = "What does it weigh?"
        inquire.inquire(
            taken, by=by or arbitrator(), to=to or (Role.BUYER,), text=text, is_challenge=is_challenge, at=at
        )
    return look(case).papers.inquiries[-1]


def replied(case: Case, by: Actor, inquiry: Inquiry, *exhibits: ExhibitGiven, text: str = "300 g.") -> None:
    """A side answers."""
    with docket.take(case.number) as (taken, at):
        inquire.reply(taken, by=by, inquiry_id=inquiry.pk, text=text, exhibits=exhibits, at=at)


def corrected(case: Case, exhibit: Exhibit, kind: Exhibit.Kind, by: Actor | None = None) -> None:
    """The arbitrator says what an exhibit really is."""
    with docket.take(case.number) as (taken, at):
        reason = "It is what it is."
        correct_kind.correct_kind(
            taken, by=by or arbitrator(), exhibit_id=exhibit.pk, kind=Exhibit.Kind(kind), reason=reason, at=at
        )


def acts_of(case: Case, by: Actor) -> list[Act]:
    """What this actor may do now."""
    seen, at = docket.look(case.number)
    return acts.allowed(seen, by, at=at)


def talked(order: Order, *messages: tuple[str, str]) -> None:
    """The marketplace reports chat: who and what, a minute apart, one day before START."""
    with docket.take_order(order.number) as (taken, at):
        first = taken.messages_count
        given = [
            MessageGiven(Message.By(by), text, START - 24 * HOUR + (first + place) * HOUR / 60)
            for place, (by, text) in enumerate(messages)
        ]
        own_record.report_messages(taken, by=Actor(Role.MARKETPLACE), messages=given, at=at)


def after_silence(case: Case) -> Case:
    """What the open term's silence makes of the case, swept at its very end."""
    with at_due(case):
        lapse.sweep()
        return look(case)


def snapshot() -> dict[str, Any]:
    """Everything an act could have changed, to show that a refusal changed nothing."""
    from adjudication import models

    tables = (models.Case, models.Deadline, models.Entry, models.Posting, models.Event, models.Exhibit, models.Ruling)
    tables = (
        *tables,
        models.Draft,
        models.Offer,
        models.Proposal,
        models.Line,
        models.Order,
        models.Payout,
        models.Announcement,
        models.ParcelReport,
        models.Message,
        models.Inquiry,
        models.Asking,
        models.KindCorrection,
    )
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in tables}


__all__ = ["HOUR", "MICROSECOND", "START", "Deadline"]
