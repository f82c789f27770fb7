"""Orders: the marketplace registers what was paid, and reports what became of the parcels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.answers.orders import OrderAnswer
from adjudication.api.doors import Door
from adjudication.api.fields import Form
from adjudication.api.forms.orders import DeliveryForm, OrderForm, ReceiptForm, RefusalForm, ShipmentForm
from adjudication.api.idempotency import answered_once
from adjudication.credentials.models import Scope
from adjudication.errors import Conflict, Fault, Unprocessable
from adjudication.orders import register as registration
from adjudication.orders.models import Order, ParcelReport
from adjudication.orders.register import BuyerGiven, ItemGiven, OrderGiven, ShopGiven
from adjudication.parties import Actor, Role
from adjudication.procedure import custody


class OrdersDoor(Door):
    """`orders`."""

    @documented.changing(
        "Register a paid order; the same again is answered alike",
        {201: OrderAnswer, 200: OrderAnswer},
        form=OrderForm,
        tags=["orders"],
        operation_id="register_order",
    )
    @answered_once
    def post(self, request: Request) -> Response:
        """The price is held from now on."""
        self.caller.require_role(Role.MARKETPLACE)
        self.caller.require_scope(Scope.ORDERS_WRITE)
        given = _order_given(self.form(OrderForm))
        registration.check(given)
        with docket.enter_order(given.order_number) as entering:
            known = entering.known
            if known is None:
                buyer, shop = registration.upsert_parties(given)
                entering.order = custody.register(
                    given,
                    order_id=entering.next_id,
                    buyer=buyer,
                    shop=shop,
                    by=self.caller.itself(),
                    at=entering.at,
                )
            elif known.fingerprint != given.fingerprint():
                raise Conflict(
                    _("Order %(number)s is registered already, with other content.") % {"number": given.order_number},
                    Fault("order_number", _("is taken"), "taken"),
                )
        return Response(_written(given.order_number), status=200 if known else 201)


class OrderDoor(Door):
    """`orders/{order_number}`."""

    @documented.reading("Read an order, with its money", OrderAnswer, tags=["orders"], operation_id="read_order")
    def get(self, request: Request, order_number: str) -> Response:
        """For its two sides, the marketplace and staff."""
        order = docket.look_at_order(order_number)
        self.caller.require_access(order)
        self.caller.require_scope(Scope.CASES_READ, Scope.ORDERS_WRITE)
        return Response(OrderAnswer.write(order))


class ParcelDoor(Door):
    """One kind of report of an order's parcels."""

    form_taken: ClassVar[type[Form]]
    kind: ClassVar[ParcelReport.Kind]
    reported_at: ClassVar[str]

    def report(self, order_number: str) -> Response:
        """Take the report; the term that follows starts now, not at the reported time."""
        order = docket.look_at_order(order_number)
        self.caller.require_access(order)
        self.caller.require_role(Role.MARKETPLACE)
        self.caller.require_scope(Scope.ORDERS_WRITE)
        given = self.form(self.form_taken)
        with docket.take_order(order_number) as (order, at):
            labels = [line.label for line in order.papers.lines]
            report = self.parcel_report(given, _lines_named(given.get("lines"), labels))
            custody.report_parcel(order, report, by=self.caller.itself(), at=at)
        return Response(_written(order_number), status=201)

    def parcel_report(self, given: dict[str, Any], labels: Sequence[str]) -> ParcelReport:
        """Write it down as the marketplace told it."""
        return ParcelReport(
            kind=self.kind,
            line_labels=list(labels),
            reported_at=given[self.reported_at],
            carrier=given.get("carrier", ""),
            tracking_number=given.get("tracking_number", ""),
            signed_by=given.get("signed_by", ""),
        )


class ShipmentsDoor(ParcelDoor):
    """`orders/{order_number}/shipments`."""

    form_taken, kind, reported_at = ShipmentForm, ParcelReport.Kind.SHIPMENT, "shipped_at"

    @documented.changing(
        "Report a shipment", OrderAnswer, form=ShipmentForm, tags=["orders"], operation_id="report_shipment"
    )
    @answered_once
    def post(self, request: Request, order_number: str) -> Response:
        """Lines have left for the buyer."""
        return self.report(order_number)


class DeliveriesDoor(ParcelDoor):
    """`orders/{order_number}/deliveries`."""

    form_taken, kind, reported_at = DeliveryForm, ParcelReport.Kind.DELIVERY, "delivered_at"

    @documented.changing(
        "Report a delivery", OrderAnswer, form=DeliveryForm, tags=["orders"], operation_id="report_delivery"
    )
    @answered_once
    def post(self, request: Request, order_number: str) -> Response:
        """Lines have reached the buyer."""
        return self.report(order_number)


class RefusalsDoor(ParcelDoor):
    """`orders/{order_number}/refusals`."""

    form_taken, kind, reported_at = RefusalForm, ParcelReport.Kind.REFUSAL, "refused_at"

    @documented.changing(
        "Report a refused delivery", OrderAnswer, form=RefusalForm, tags=["orders"], operation_id="report_refusal"
    )
    @answered_once
    def post(self, request: Request, order_number: str) -> Response:
        """The buyer did not take the parcel."""
        return self.report(order_number)


class ReceiptDoor(Door):
    """`orders/{order_number}/receipt`."""

    @documented.changing(
        "The buyer confirms receipt: what is held is released",
        OrderAnswer,
        form=ReceiptForm,
        tags=["orders"],
        operation_id="confirm_receipt",
    )
    @answered_once
    def post(self, request: Request, order_number: str) -> Response:
        """By the buyer, or the marketplace for the buyer."""
        order = docket.look_at_order(order_number)
        self.caller.require_access(order)
        self.caller.require_role(Role.MARKETPLACE, Role.BUYER)
        self.caller.require_scope(Scope.ORDERS_WRITE, Scope.CASES_ACT)
        given = self.form(ReceiptForm)
        with docket.take_order(order_number) as (order, at):
            report = ParcelReport(kind=ParcelReport.Kind.RECEIPT, reported_at=given["confirmed_at"])
            custody.confirm_receipt(order, report, by=_buyer_of(order, self), at=at)
        return Response(_written(order_number), status=201)


def _buyer_of(order: Order, door: Door) -> Actor:
    return Actor(Role.BUYER, order.buyer_id, door.caller.key.pk)


def _written(order_number: str) -> Any:
    return OrderAnswer.write(docket.look_at_order(order_number))


def _lines_named(named: list[str] | None, labels: list[str]) -> list[str]:
    if named is None:
        return labels
    if unknown := [label for label in named if label not in labels]:
        raise Unprocessable(
            _("The order has no line %(lines)s; its lines are: %(known)s.")
            % {"lines": ", ".join(unknown), "known": ", ".join(labels)},
            Fault("lines", _("names lines of the order"), "unknown_line"),
        )
    return [label for label in labels if label in named]


def _order_given(form: dict[str, Any]) -> OrderGiven:
    return OrderGiven(
        order_number=form["order_number"],
        buyer=BuyerGiven(**form["buyer"]),
        shop=ShopGiven(**form["shop"]),
        items=tuple(ItemGiven(**item) for item in form["items"]),
        price=form["price"],
        paid_at=form["paid_at"],
        shipping_minor=form["shipping_minor"],
        discount_minor=form["discount_minor"],
    )
