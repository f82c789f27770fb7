"""What an order must be: lines whose sums make the price, shared out so that every line knows what is held for it.

Shipping and discount are shared over the lines by amount, rounded down, the rest to the largest (CONTRACT).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Malformed, Unprocessable
from adjudication.money import MAX_MINOR, Amount, require_currency, share
from adjudication.orders.models import Line, Order, Party, Shop


@dataclass(frozen=True, slots=True)
class BuyerGiven:
    """The buyer, as the marketplace names them."""

    id: str
    name: str
    email: str = ""


@dataclass(frozen=True, slots=True)
class ShopGiven:
    """The shop, as the marketplace names it."""

    id: str
    name: str
    category: str
    email: str = ""
    return_address: str = ""


@dataclass(frozen=True, slots=True)
class ItemGiven:
    """One line of the order: `unit_price_minor × quantity` is its amount."""

    sku: str
    title: str
    unit_price_minor: int
    quantity: int
    line: str = ""
    category: str = ""
    snapshot: dict[str, Any] | None = None

    @property
    def amount_minor(self) -> int:
        """Before shipping and discount."""
        return self.unit_price_minor * self.quantity


@dataclass(frozen=True, slots=True)
class OrderGiven:
    """A whole registration."""

    order_number: str
    buyer: BuyerGiven
    shop: ShopGiven
    items: tuple[ItemGiven, ...]
    price: Amount
    paid_at: datetime
    shipping_minor: int = 0
    discount_minor: int = 0

    def fingerprint(self) -> str:
        """Know a registration again: SHA-256 over all of it."""
        content = {**asdict(self), "paid_at": self.paid_at.isoformat()}
        return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def check(given: OrderGiven) -> None:
    """Refuse a registration whose numbers do not make an order.

    Raises:
        Malformed: no items, a number out of range, or no currency.
        Unprocessable: two lines of one label, or price ≠ items + shipping − discount.

    """
    faults: list[Fault] = []
    require_currency(given.price.currency)
    if not given.items:
        faults.append(Fault("items", _("an order has at least one line")))
    for index, item in enumerate(given.items):
        if item.quantity < 1 or item.unit_price_minor < 0:
            faults.append(Fault(f"items.{index}", _("quantity is at least 1 and the unit price at least 0")))
    if given.shipping_minor < 0 or given.discount_minor < 0:
        faults.append(Fault("shipping_minor", _("shipping and discount are at least 0")))
    if not 0 < given.price.minor <= MAX_MINOR:
        faults.append(Fault("price", _("must be between 1 and %(most)d smallest units") % {"most": MAX_MINOR}))
    if faults:
        raise Malformed(_("This is no order that could be registered."), *faults)
    labels = [item.line or str(index) for index, item in enumerate(given.items, start=1)]
    if len(set(labels)) < len(labels):
        fault = Fault("items", _("every line has a label of its own"), "label_taken")
        raise Unprocessable(_("This is no order that could be registered."), fault)
    total = sum(item.amount_minor for item in given.items) + given.shipping_minor - given.discount_minor
    if total != given.price.minor:
        raise Unprocessable(
            _("The price must be items + shipping − discount = %(total)d, not %(price)d.")
            % {"total": total, "price": given.price.minor},
            Fault("price", _("does not add up"), "price_does_not_add_up"),
        )


def line_prices(given: OrderGiven) -> list[int]:
    """Each line's share of the price, in minor units; together they are the price, and none is negative."""
    amounts = [item.amount_minor for item in given.items]
    shipping, discount = share(given.shipping_minor, amounts), share(given.discount_minor, amounts)
    prices = [amount + more - less for amount, more, less in zip(amounts, shipping, discount, strict=True)]
    # Rounding may leave a unit too much of the discount on the largest line: the next largest bears it.
    while (short := min(prices)) < 0:
        prices[prices.index(short)] = 0
        prices[prices.index(max(prices))] += short
    return prices


def upsert_parties(given: OrderGiven) -> tuple[Party, Shop]:
    """Find or make the two sides; names and addresses are those last told, and what is the same is not written."""
    buyer = _upsert(
        Party,
        {"kind": Party.Kind.BUYER, "external_id": given.buyer.id},
        {"name": given.buyer.name, "email": given.buyer.email},
    )
    seller = _upsert(
        Party,
        {"kind": Party.Kind.SHOP, "external_id": given.shop.id},
        {"name": given.shop.name, "email": given.shop.email},
    )
    shop = _upsert(
        Shop, {"party": seller}, {"category": given.shop.category, "return_address": given.shop.return_address}
    )
    return buyer, shop


M = TypeVar("M", Party, Shop)


def _upsert(model: type[M], identity: dict[str, Any], told: dict[str, Any]) -> M:
    row, _made = model._default_manager.get_or_create(**identity, defaults=told)
    if changed := [name for name, value in told.items() if getattr(row, name) != value]:
        for name in changed:
            setattr(row, name, told[name])
        row.save(update_fields=changed)
    return row


def build(given: OrderGiven, *, order_id: int, buyer: Party, shop: Shop, policy_version: int, at: datetime) -> Order:
    """Build the order; nothing is written."""
    return Order(
        id=order_id,
        number=given.order_number,
        buyer=buyer,
        shop=shop,
        currency=given.price.currency,
        price_minor=given.price.minor,
        shipping_minor=given.shipping_minor,
        discount_minor=given.discount_minor,
        paid_at=given.paid_at,
        registered_at=at,
        policy_version_id=policy_version,
        fingerprint=given.fingerprint(),
    )


def build_lines(given: OrderGiven, order: Order) -> list[Line]:
    """Build the order's lines, all of whose price is held."""
    return [
        Line(
            order=order,
            label=item.line or str(index),
            sku=item.sku,
            title=item.title,
            category=item.category,
            unit_price_minor=item.unit_price_minor,
            quantity=item.quantity,
            price_minor=price,
            held_minor=price,
            snapshot=item.snapshot,
        )
        for index, (item, price) in enumerate(zip(given.items, line_prices(given), strict=True), start=1)
    ]
