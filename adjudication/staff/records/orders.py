"""The records of orders: what the marketplace told us of them, of their lines, and of the two sides; read only."""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adjudication.escrow import balances
from adjudication.money import format_amount
from adjudication.orders.models import Line, Order, Party, Shop
from adjudication.staff.reading import ReadOnlyAdmin, amount, record_link
from adjudication.staff.records.cases import records_of


class OrderRecord(ReadOnlyAdmin):
    """Every order."""

    list_display = ("number", "price_shown", "buyer", "shop", "open_cases", "paid_at", "registered_at")
    list_select_related = ("buyer", "shop__party")
    list_filter = ("currency",)
    numbers = ("number",)
    numbers_of = (("buyer_id", Party, "external_id"), ("shop_id", Party, "external_id"))
    readonly_fields = ("escrow", "records")
    hidden = frozenset({"head"})
    search_help_text = _("The beginning of an order, buyer or shop number")

    @display(description=_("price"), ordering="price_minor")
    def price_shown(self, order: Order) -> SafeString:
        """As money."""
        return amount(order.price_minor, order.currency)

    @display(description=_("escrow"))
    def escrow(self, order: Order) -> str:
        """What became of its price."""
        balance = balances.of_order(order.pk)
        return _("paid %(paid)s = held %(held)s + released %(released)s + refunded %(refunded)s + fees %(fees)s") % {
            name: format_amount(minor, order.currency) for name, minor in balance.as_dict().items()
        }

    @display(description=_("records"))
    def records(self, order: Order) -> SafeString:
        """To what else is on record for it."""
        return records_of(order.number, kinds=("line", "case", "deadline", "event", "entry", "payout"))


class LineRecord(ReadOnlyAdmin):
    """Every line of an order."""

    list_display = ("title", "order_link", "label", "quantity", "price_shown", "held_shown", "parcel", "case_link")
    list_select_related = ("order", "latest_case")
    list_filter = ("parcel", "is_disputed")
    numbers_of = (("order_id", Order, "number"),)
    search_help_text = _("The beginning of an order number")

    @display(description=_("order"), ordering="order_id")
    def order_link(self, line: Line) -> SafeString:
        """To the order."""
        return record_link(line.order, line.order.number)

    @display(description=_("latest case"))
    def case_link(self, line: Line) -> SafeString | str:
        """To its latest case."""
        return record_link(line.latest_case, line.latest_case.number) if line.latest_case else "–"

    @display(description=_("price"), ordering="price_minor")
    def price_shown(self, line: Line) -> SafeString:
        """Its share of the order's price."""
        return amount(line.price_minor, line.order.currency)

    @display(description=_("held"), ordering="held_minor")
    def held_shown(self, line: Line) -> SafeString:
        """What of it is still held."""
        return amount(line.held_minor, line.order.currency)


class PartyRecord(ReadOnlyAdmin):
    """Every buyer and seller the marketplace has named."""

    list_display = ("external_id", "kind", "name", "language")
    list_filter = ("kind",)
    numbers = ("external_id", "name")
    search_help_text = _("The beginning of the marketplace’s id, or of a name")


class ShopRecord(ReadOnlyAdmin):
    """Every shop."""

    list_display = ("party", "number", "category")
    list_select_related = ("party",)
    numbers_of = (("party_id", Party, "external_id"), ("party_id", Party, "name"))
    search_help_text = _("The beginning of the marketplace’s id, or of a name")

    @display(description=_("marketplace’s id"))
    def number(self, shop: Shop) -> str:
        """As the marketplace knows it."""
        return shop.party.external_id
