"""What the API says of the journal's events."""

from __future__ import annotations

import json
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from adjudication.api.fields import Answer, Instant
from adjudication.journal.models import Event

#: What an event once told, and a side must not read or could guess by trying: left out, also of events of that time.
TOLD_NO_MORE = {
    "ruling.proposed": {"winner", "buyer_minor", "seller_minor"},
    "ruling.sent_back": {"note_sha256"},
    "case.assigned": {"reason_sha256"},
}


class EventAnswer(Answer):
    """One thing that happened; `facts` hold ids, codes, amounts and hashes."""

    id = serializers.IntegerField()
    sequence = serializers.IntegerField(help_text=_("1, 2, 3, … without a gap within its case or order."))
    type = serializers.CharField(source="kind")
    case = serializers.CharField(allow_null=True)
    order_number = serializers.CharField(allow_null=True)
    by = serializers.CharField(help_text=_("The role that acted."))
    occurred_at = Instant()
    recorded_at = Instant()
    facts = serializers.DictField()
    hash = serializers.CharField(help_text=_("SHA-256 over the hash before it and the event."))
    cursor = serializers.CharField(help_text=_("For `after` of the feed."))

    def to_representation(self, instance: Event) -> dict[str, Any]:
        """Read the event's body out."""
        body = json.loads(instance.body)
        left_out = TOLD_NO_MORE.get(instance.kind, ())
        return {
            "id": instance.pk,
            "sequence": instance.sequence,
            "type": instance.kind,
            "case": body.get("case"),
            "order_number": body.get("order"),
            "by": body["by"]["role"],
            "occurred_at": Instant().to_representation(instance.occurred_at),
            "recorded_at": Instant().to_representation(instance.recorded_at),
            "facts": {name: fact for name, fact in body["facts"].items() if name not in left_out},
            "hash": bytes(instance.hash).hex(),
            "cursor": cursor_of(instance),
        }


def cursor_of(event: Event) -> str:
    """Name the place of an event in the feed."""
    return f"{event.transaction_id}-{event.pk}"
