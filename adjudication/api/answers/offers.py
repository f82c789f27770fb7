"""What the API says of a proposed settlement."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.answers.money import money
from adjudication.api.fields import Answer, Instant, Money
from adjudication.cases.offers import Offer
from adjudication.policy.terms import Remedy


class OfferAnswer(Answer):
    """A proposed settlement."""

    id = serializers.UUIDField()
    by = serializers.ChoiceField(choices=Offer.By.choices)
    remedy = serializers.ChoiceField(choices=Remedy.choices)
    amount = serializers.SerializerMethodField()
    text = serializers.CharField()
    until = Instant(allow_null=True)
    state = serializers.ChoiceField(choices=Offer.State.choices)
    made_at = Instant()
    ended_at = Instant(allow_null=True)

    @extend_schema_field(Money)
    def get_amount(self, offer: Offer) -> dict[str, Any]:
        """What of the claim the buyer would get."""
        return money(offer.amount_minor, offer.case.currency)
