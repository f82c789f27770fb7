"""What the API takes and says about webhooks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Answer, Flag, Form, Instant, Text, Whole, one_line
from adjudication.api.paging import PageQuery
from adjudication.webhooks import endpoints
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint
from adjudication.webhooks.types import PING, TYPES

Choice = serializers.ChoiceField
TYPE_CHOICES = [(kind, kind) for kind in TYPES]
SENT_CHOICES = [*TYPE_CHOICES, (PING, PING)]
LONGEST_OVERLAP_SECONDS = int(endpoints.LONGEST_OVERLAP.total_seconds())


#: What no address is without; `addresses.read` says the rest, with 422.
URL_TOLD = {"pattern": r"^https?://[A-Za-z0-9.:\[\]-]+(/[!-~]*)?$", "examples": ["https://example.com/webhooks"]}


def where(**options: Any) -> Text:
    """Where a message is sent to."""
    told = _("https, a public address, port 443 or above 1023.")
    return Text(max_length=2000, trim_whitespace=False, help_text=told, **options)


def chosen_types(**options: Any) -> serializers.ListField:
    """Some of the types of the contract."""
    return serializers.ListField(child=Choice(choices=TYPE_CHOICES), min_length=1, max_length=len(TYPES), **options)


class EndpointForm(Form):
    """Where to send what."""

    told_of = {"url": URL_TOLD}
    url = where()
    types = chosen_types(required=False, allow_null=True, default=None, help_text=_("Null or absent: everything."))
    description = one_line(max_length=200, required=False, allow_blank=True, default="")
    enabled = Flag(required=False, default=True)


class EndpointChangeForm(Form):
    """What is to be different; the rest stays as it is."""

    told_of = {"url": URL_TOLD}
    url = where(required=False)
    types = chosen_types(required=False, allow_null=True, help_text=_("Null: everything."))
    description = one_line(max_length=200, required=False, allow_blank=True)
    enabled = Flag(required=False)


class RotateForm(Form):
    """For how long the old secret signs beside the new one."""

    overlap_seconds = Whole(required=False, default=86_400, min_value=0, max_value=LONGEST_OVERLAP_SECONDS)


class ReplayForm(Form):
    """Which deliveries are sent again; absent: all that were delivered or parked."""

    after = Instant(required=False, help_text=_("Noted then or later."))
    until = Instant(required=False, help_text=_("Noted before."))
    types = chosen_types(required=False)
    state = Choice(choices=["delivered", "parked"], required=False)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    state = Choice(choices=WebhookDelivery.State.choices, required=False)
    type = Choice(choices=SENT_CHOICES, required=False)


class EndpointAnswer(Answer):
    """One endpoint; never with its secret."""

    id = serializers.UUIDField()
    url = serializers.CharField()
    types = serializers.ListField(child=Choice(choices=TYPE_CHOICES), allow_null=True, help_text=_("Null: everything."))
    description = serializers.CharField()
    enabled = serializers.SerializerMethodField()
    off_because = serializers.SerializerMethodField()
    created_at = Instant()
    previous_secret_expires_at = Instant(source="previous_expires_at", allow_null=True)
    failures_in_a_row = serializers.IntegerField(source="failures")
    failing_since = Instant(allow_null=True)

    def get_enabled(self, endpoint: WebhookEndpoint) -> bool:
        """Is anything sent to it?"""
        return not endpoint.off

    def get_off_because(self, endpoint: WebhookEndpoint) -> str | None:
        """`by_request`, or `gone`: its receiver answered 410."""
        return endpoint.off or None


class NewEndpointAnswer(EndpointAnswer):
    """An endpoint with its secret, which is shown this once."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        """`whsec_…`, for any library of Standard Webhooks."""
        return str(self.context["secret"])


class AttemptAnswer(Answer):
    """One try."""

    number = serializers.IntegerField(help_text=_("A number that is missing: its sender was killed."))
    url = serializers.CharField()
    sent_at = Instant()
    headers = serializers.DictField(child=serializers.CharField(), help_text=_("As sent."))
    status = serializers.IntegerField(allow_null=True)
    answer = serializers.CharField(help_text=_("The beginning of the answer’s body."))
    error = serializers.CharField(help_text=_("Why there was no answer, or none in time."))
    duration_ms = serializers.IntegerField()


class DeliveryAnswer(Answer):
    """One message to one endpoint, with every try."""

    id = serializers.IntegerField()
    webhook_id = serializers.CharField(source="message.name")
    type = Choice(choices=SENT_CHOICES, source="kind")
    state = Choice(choices=WebhookDelivery.State.choices)
    created_at = Instant()
    next_try_at = serializers.SerializerMethodField()
    delivered_at = Instant(allow_null=True)
    body = serializers.CharField(
        source="message.body", allow_null=True, help_text=_("The very text; null until it is first sent.")
    )
    tries = serializers.IntegerField(source="attempts")
    attempts = AttemptAnswer(many=True, source="attempts_made.all")

    def get_next_try_at(self, delivery: WebhookDelivery) -> str | None:
        """When it is tried next; null once it is delivered or parked."""
        if delivery.state != WebhookDelivery.State.DUE:
            return None
        return Instant().to_representation(delivery.next_try_at)


class ReplayAnswer(Answer):
    """How many are sent again."""

    replayed = serializers.IntegerField()
    more = serializers.BooleanField(help_text=_("There were more than one request sends again: ask for the rest."))


class SentAnswer(Answer):
    """The body of every webhook; `docs/webhooks.md` shows one of each type."""

    id = serializers.CharField(help_text=_("As in the header `webhook-id`; the same at every try."))
    type = Choice(choices=SENT_CHOICES)
    sequence = serializers.IntegerField(help_text=_("1, 2, 3, … within its case or order."))
    occurred_at = Instant()
    cursor = serializers.CharField(required=False, help_text=_("For `after` of the feed."))
    data = serializers.DictField(  # type: ignore[assignment]  # a field of the answer
        help_text=_("`by`, `facts`, and `case` or `order`; what the event is about.")
    )
