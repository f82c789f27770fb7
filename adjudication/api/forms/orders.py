"""What the marketplace tells of an order, its parcels, and what the two sides said to each other."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Form, Instant, Price, Text, Whole, one_line, order_number
from adjudication.api.forms import Choice
from adjudication.money import MAX_MINOR
from adjudication.orders.messages import LONGEST, MOST_AT_ONCE, Message


class BuyerForm(Form):
    """The buyer of an order."""

    id = one_line(max_length=120)
    name = one_line(max_length=200)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)


class ShopForm(Form):
    """The shop of an order."""

    id = one_line(max_length=120)
    name = one_line(max_length=200)
    category = one_line(max_length=120)
    email = serializers.EmailField(required=False, allow_blank=True, default="", max_length=254)
    return_address = Text(required=False, allow_blank=True, default="", max_length=1000)


class ItemForm(Form):
    """One line of an order."""

    line = one_line(max_length=60, required=False, allow_blank=True, default="")
    sku = one_line(max_length=120, allow_blank=True)
    title = one_line(max_length=500)
    category = one_line(max_length=120, required=False, allow_blank=True, default="")
    unit_price_minor = Whole(min_value=0, max_value=MAX_MINOR)
    quantity = Whole(min_value=1, max_value=1_000_000)
    snapshot = serializers.DictField(required=False, allow_null=True, default=None, help_text=_("The listing."))


class OrderForm(Form):
    """A paid order; price = items + shipping − discount."""

    order_number = order_number()
    buyer = BuyerForm()
    shop = ShopForm()
    items = ItemForm(many=True, min_length=1, max_length=500)  # type: ignore[call-arg]  # of the list
    shipping_minor = Whole(required=False, default=0, min_value=0, max_value=MAX_MINOR)
    discount_minor = Whole(required=False, default=0, min_value=0, max_value=MAX_MINOR)
    price = Price()
    paid_at = Instant()


class LinesForm(Form):
    """Which lines of the order; absent: all."""

    told_of = {"lines": {"examples": [["1"]]}}
    lines = serializers.ListField(child=Text(max_length=60), required=False, min_length=1, max_length=500)


class ShipmentForm(LinesForm):
    """A parcel has left."""

    carrier = one_line(max_length=120)
    tracking_number = one_line(max_length=120)
    shipped_at = Instant()


class DeliveryForm(LinesForm):
    """A parcel has arrived."""

    delivered_at = Instant()
    signed_by = one_line(max_length=200, required=False, allow_blank=True, default="")


class RefusalForm(LinesForm):
    """The buyer did not take the parcel."""

    refused_at = Instant()


class ReceiptForm(Form):
    """The buyer has the goods."""

    confirmed_at = Instant()


class MessageForm(Form):
    """One message of the platform's chat."""

    text = Text(max_length=LONGEST, trim_whitespace=False)
    sent_at = Instant()

    def get_fields(self) -> dict[str, Any]:
        """Also `from`, which Python keeps for itself."""
        return {"from": Choice(choices=Message.By.choices), **super().get_fields()}


class MessagesForm(Form):
    """What the two sides said to each other."""

    messages = MessageForm(many=True, min_length=1, max_length=MOST_AT_ONCE)  # type: ignore[call-arg]  # of the list
