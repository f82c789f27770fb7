"""An order's own course: registered and held, shipped, delivered, received; and its term, which an open case suspends.

All held money stands under a term: unshipped it is refunded in the end, shipped or delivered it is released
(DOMAIN section 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from adjudication.cases.numbers import case_id_of
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import OutOfOrder, TooLate, Unprocessable
from adjudication.escrow import settlement
from adjudication.escrow.settlement import Custody
from adjudication.journal.record import record
from adjudication.orders import register as registration
from adjudication.orders.models import Line, Order, ParcelReport, Party, Shop
from adjudication.orders.register import OrderGiven
from adjudication.papers import Papers, act
from adjudication.parties import CLOCK, Actor
from adjudication.policy import versions
from adjudication.procedure import payouts

Kind, Silence = Deadline.Kind, Deadline.Silence

#: How far along its parcel is → the term that then runs: kind, whom it binds, what silence means.
TERMS = {
    Line.Parcel.OWED: (Kind.SELLER_REPLACES, "seller", Silence.REFUNDED),
    Line.Parcel.PAID: (Kind.SELLER_SHIPS, "seller", Silence.REFUNDED),
    Line.Parcel.SHIPPED: (Kind.BUYER_REPORTS_MISSING, "buyer", Silence.RECEIPT_PRESUMED),
    Line.Parcel.DELIVERED: (Kind.BUYER_CONFIRMS_RECEIPT, "buyer", Silence.RECEIPT_PRESUMED),
    Line.Parcel.REFUSED: (Kind.BUYER_CONFIRMS_RECEIPT, "buyer", Silence.REFUNDED),
}
#: What a report makes of the lines it names, and from where.
REPORTED = {
    ParcelReport.Kind.SHIPMENT: ({Line.Parcel.PAID, Line.Parcel.OWED}, Line.Parcel.SHIPPED, "order.shipped"),
    ParcelReport.Kind.DELIVERY: ({Line.Parcel.PAID, Line.Parcel.SHIPPED}, Line.Parcel.DELIVERED, "order.delivered"),
    ParcelReport.Kind.REFUSAL: ({Line.Parcel.PAID, Line.Parcel.SHIPPED}, Line.Parcel.REFUSED, "order.refused"),
}


def custody_of(order: Order) -> Custody:
    """Whose money the order's hold is; the fee is that of the policy the order was registered under."""
    return Custody(
        order_id=order.pk,
        buyer_id=order.buyer_id,
        shop_id=order.shop_id,
        currency=order.currency,
        fee_basis_points=versions.get(order.policy_version_id).seller_basis_points,
    )


def register(given: OrderGiven, *, order_id: int, buyer: Party, shop: Shop, by: Actor, at: datetime) -> Order:
    """Register a paid order and hold its price. `given` has passed `orders.register.check`."""
    policy = versions.current()
    order = registration.build(given, order_id=order_id, buyer=buyer, shop=shop, policy_version=policy.version, at=at)
    order.papers = papers = Papers(version_taken=-1, lines=registration.build_lines(given, order))
    custody = custody_of(order)
    papers.accounts = settlement.accounts(custody)
    settlement.hold(papers, custody, order_number=order.number, amount_minor=order.price_minor, at=at)
    facts = {"amount_minor": order.price_minor, "currency": order.currency}
    record(order, "order.registered", by=by, at=at, **facts, policy_version=policy.version)
    _open_term(order, at=at)
    record(order, "escrow.held", by=by, at=at, **facts)
    return order


@act
def report_parcel(order: Order, report: ParcelReport, *, by: Actor, at: datetime) -> None:
    """The marketplace reports a shipment, a delivery or a refused delivery of some lines.

    Terms start when it is recorded, never at the reported time.

    Raises:
        OutOfOrder: a line has come further already, or nothing of the order is held any more.
        TooLate: the order's term has run out, and what silence means takes effect.

    """
    sources, target, event = REPORTED[ParcelReport.Kind(report.kind)]
    lines = [line for line in order.papers.lines if line.label in report.line_labels]
    if past := [line.label for line in lines if line.parcel not in sources]:
        raise OutOfOrder(_("Lines %(lines)s have come further already.") % {"lines": ", ".join(past)})
    _require_in_time(order, at)
    report.order_id, report.recorded_at = order.pk, at
    for line in lines:
        line.parcel = target
        if target == Line.Parcel.SHIPPED:  # a replacement is a shipment too: with it, nothing is owed any more
            line.shipped_at, line.is_signed_for, line.owed_minor, line.owed_for = at, False, 0, ""
        if target == Line.Parcel.DELIVERED:
            line.is_signed_for = bool(report.signed_by)
        order.papers.moved_lines[line.pk] = line
    order.papers.parcels.append(report)
    running = order.papers.deadline
    if running is not None and running.kind != _term_of(order)[0]:
        schedule.meet(order, at=at)
    record(order, event, by=by, at=at, lines=[line.label for line in lines])
    if running is not None and order.papers.deadline is None:
        _open_term(order, at=at, anchor=order.version)


@act
def confirm_receipt(order: Order, report: ParcelReport, *, by: Actor, at: datetime) -> None:
    """The buyer confirms that the goods are there: what is held is released to the seller.

    Raises:
        OutOfOrder: a case is open over the order, or nothing is held any more.
        TooLate: the order's term has run out already.

    """
    if order.open_cases:
        raise OutOfOrder(_("A case is open over this order; its ruling decides what is released."))
    if not _held(order):
        raise OutOfOrder(_("Nothing is held for this order any more."))
    _require_in_time(order, at)
    schedule.meet(order, at=at)
    report.order_id, report.recorded_at = order.pk, at
    report.line_labels = [line.label for line in order.papers.lines]
    order.papers.parcels.append(report)
    record(order, "order.received", by=by, at=at)
    _pay(order, order.papers.lines, to_buyer=False, by=by, at=at)


@act
def lapse_order_term(order: Order, at: datetime) -> None:
    """Silence over an order: what was never shipped is refunded; what was shipped or delivered is released.

    A delivery that was refused is refunded. Lines that stand under a later term keep it.
    """
    kind = schedule.lapse(order, at=at).kind
    record(order, "deadline.lapsed", by=CLOCK, at=at, term=str(kind))
    if kind == Kind.SELLER_REPLACES:
        _refund_owed(order, at=at)
        if _held(order):
            _open_term(order, at=at, anchor=order.version)
        return
    stands = {Line.Parcel.PAID} if kind == Kind.SELLER_SHIPS else {Line.Parcel.SHIPPED, Line.Parcel.DELIVERED}
    lines = order.papers.lines
    if kind == Kind.SELLER_SHIPS:
        _pay(order, [line for line in lines if line.parcel in stands], to_buyer=True, by=CLOCK, at=at)
    else:
        refused = [line for line in lines if line.parcel == Line.Parcel.REFUSED]
        _pay(order, refused, to_buyer=True, by=CLOCK, at=at)
        _pay(order, [line for line in lines if line.parcel in stands], to_buyer=False, by=CLOCK, at=at)
    if _held(order):
        _open_term(order, at=at, anchor=order.version)


def _refund_owed(order: Order, *, at: datetime) -> None:
    """No replacement was sent: each case's claim is refunded, as that case's settlement."""
    owing: dict[str, list[Line]] = {}
    for line in order.papers.lines:
        if line.owed_for:
            owing.setdefault(line.owed_for, []).append(line)
    custody, papers = custody_of(order), order.papers
    for case_number, lines in owing.items():
        amount, reference = sum(line.owed_minor for line in lines), f"settlement:{case_number}"
        shared = settlement.parts(custody, buyer_minor=amount, seller_minor=0)
        settlement.pay_out_of_hold(papers, custody, reference, case_id=case_id_of(case_number), shared=shared, at=at)
        for line in lines:
            line.held_minor -= line.owed_minor
            line.owed_minor, line.owed_for, line.parcel = 0, "", Line.Parcel.DELIVERED
            papers.moved_lines[line.pk] = line
        record(
            order,
            "escrow.refunded",
            by=CLOCK,
            at=at,
            amount_minor=amount,
            currency=order.currency,
            entry=reference,
            case=case_number,
        )
        payouts.announce_due(order, reference, by=CLOCK, at=at)


def take_from(line: Line, amount_minor: int) -> None:
    """So much of what a line holds leaves; a replacement is owed for no more than what stays."""
    line.held_minor -= amount_minor
    line.owed_minor = min(line.owed_minor, line.held_minor)
    if line.parcel == Line.Parcel.OWED and not line.owed_minor:
        line.owed_for, line.parcel = "", Line.Parcel.DELIVERED


def suspend(order: Order, *, case_number: str, by: Actor, at: datetime) -> None:
    """A case opens over the order: its term stops, and what was left of it is kept.

    Raises:
        TooLate: the term has run out already.

    """
    order.open_cases += 1
    order.papers.is_moved = True
    running = order.papers.deadline
    if running is None:
        return
    _require_in_time(order, at)
    order.suspended_kind, order.suspended_left = running.kind, running.due_at - at
    schedule.supersede(order, at=at)
    record(order, "order.suspended", by=by, at=at, case=case_number, term=str(running.kind))


def resume(order: Order, *, case_number: str, at: datetime) -> None:
    """The order's last open case has closed: what was left of its term runs on, at least the policy's minimum."""
    order.open_cases -= 1
    order.papers.is_moved = True
    if order.open_cases or not _held(order):
        return
    policy = versions.get(order.policy_version_id)
    kind, _binds, _silence = _term_of(order)
    left = policy.terms[kind]
    if order.suspended_kind == kind and order.suspended_left is not None:
        left = max(order.suspended_left, policy.terms["resumed_at_least"])
    order.suspended_kind, order.suspended_left = "", None
    record(order, "order.resumed", by=CLOCK, at=at, case=case_number, term=str(kind))
    _open_term(order, at=at, anchor=order.version, length=left)


def _open_term(order: Order, *, at: datetime, anchor: int | None = None, length: timedelta | None = None) -> None:
    kind, binds, silence = _term_of(order)
    deadline = schedule.open_term(order, kind, binds=binds, if_silent=silence, at=at, length=length)
    deadline.anchor_sequence = anchor or order.version


def _term_of(order: Order) -> tuple[Deadline.Kind, str, Deadline.Silence]:
    """The term of the line that is least far along among those something is held for."""
    stages = {line.parcel for line in order.papers.lines if line.held_minor}
    for stage, term in TERMS.items():
        if stage in stages:
            return term
    return TERMS[Line.Parcel.DELIVERED]


def _held(order: Order) -> int:
    return sum(line.held_minor for line in order.papers.lines)


def _require_in_time(order: Order, at: datetime) -> None:
    running = order.papers.deadline
    if running is not None and at >= running.due_at:
        raise TooLate(
            _("The order's term ended at %(due)s UTC; what its silence means takes effect now.")
            % {"due": f"{running.due_at:%Y-%m-%d %H:%M:%S}"}
        )


def _pay(order: Order, lines: Sequence[Line], *, to_buyer: bool, by: Actor, at: datetime) -> None:
    amount = sum(line.held_minor for line in lines)
    if not amount:
        return
    if any(line.is_disputed for line in lines):
        raise Unprocessable(_("A case is open over this order; its ruling decides what is released."))
    custody, papers = custody_of(order), order.papers
    word, event = ("refund", "escrow.refunded") if to_buyer else ("release", "escrow.released")
    # What pays everything still held can happen once; a part is named by the number of the event that records it.
    whole = amount == _held(order)
    reference = f"{word}:{order.number}" if whole else f"{word}:{order.number}:{order.version + 1}"
    shared = settlement.parts(custody, buyer_minor=amount if to_buyer else 0, seller_minor=0 if to_buyer else amount)
    settlement.pay_out_of_hold(papers, custody, reference, case_id=None, shared=shared, at=at)
    for line in lines:
        take_from(line, line.held_minor)
        papers.moved_lines[line.pk] = line
    record(order, event, by=by, at=at, amount_minor=amount, currency=order.currency, entry=reference)
    payouts.announce_due(order, reference, by=by, at=at)
