"""What the API says of an order, its lines, parcels and messages."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.answers.money import EscrowAnswer, escrow_of
from adjudication.api.answers.parties import PartyAnswer
from adjudication.api.answers.terms import DeadlineAnswer, EndedTermAnswer, ExtensionAnswer
from adjudication.api.fields import Answer, Instant, Money
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, ParcelReport


class LineAnswer(Answer):
    """One line of an order."""

    line = serializers.CharField(source="label")
    sku = serializers.CharField()
    title = serializers.CharField()
    category = serializers.CharField()
    unit_price_minor = serializers.IntegerField()
    quantity = serializers.IntegerField()
    price_minor = serializers.IntegerField(help_text=_("Its share of the order's price."))
    held_minor = serializers.IntegerField()
    parcel = serializers.ChoiceField(choices=Line.Parcel.choices)


class ParcelReportAnswer(Answer):
    """What the marketplace reported of parcels."""

    kind = serializers.ChoiceField(choices=ParcelReport.Kind.choices)
    lines = serializers.ListField(child=serializers.CharField(), source="line_labels")
    carrier = serializers.CharField()
    tracking_number = serializers.CharField()
    signed_by = serializers.CharField()
    reported_at = Instant()
    recorded_at = Instant()


class MessageAnswer(Answer):
    """One message of the platform's chat."""

    number = serializers.IntegerField(help_text=_("By this it is quoted."))
    text = serializers.CharField()
    sent_at = Instant()
    recorded_at = Instant()
    sha256 = serializers.CharField(help_text=_("Of sender, words and time; it stays when words are erased."))

    def get_fields(self) -> dict[str, Any]:
        """Also `from`, which Python keeps for itself."""
        sender = serializers.ChoiceField(choices=Message.By.choices, source="by")
        return {"number": None, "from": sender, **super().get_fields()}


class OrderAnswer(Answer):
    """An order."""

    order_number = serializers.CharField(source="number")
    buyer = PartyAnswer()
    shop = PartyAnswer(source="shop.party")
    items = LineAnswer(many=True, source="papers.lines")
    price = Money()
    shipping_minor = serializers.IntegerField()
    discount_minor = serializers.IntegerField()
    paid_at = Instant()
    registered_at = Instant()
    policy_version = serializers.IntegerField(source="policy_version_id")
    messages_count = serializers.IntegerField(help_text=_("How many messages of the platform’s chat are kept of it."))
    parcel_reports = ParcelReportAnswer(many=True, source="parcel_reports.all")
    deadline = DeadlineAnswer(source="papers.deadline", allow_null=True)
    extensions = ExtensionAnswer(many=True, source="papers.extensions", help_text=_("Those of the running term."))
    ended_terms = EndedTermAnswer(many=True, source="papers.ended_terms", help_text=_("The order's own."))
    escrow = serializers.SerializerMethodField()
    cases = serializers.SerializerMethodField()

    @extend_schema_field(EscrowAnswer)
    def get_escrow(self, order: Order) -> dict[str, Any]:
        """Its money."""
        return escrow_of(order)

    def get_cases(self, order: Order) -> list[str]:
        """The numbers of its cases, first to last."""
        return list(order.cases.order_by("id").values_list("number", flat=True))
