"""The records of webhooks: every endpoint (never its secret), every delivery and how each try went."""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adjudication.staff.reading import ReadOnlyAdmin
from adjudication.templatetags.looks import moment
from adjudication.webhooks.models import WebhookDelivery


class WebhookEndpointRecord(ReadOnlyAdmin):
    """Every endpoint; made and changed through the API."""

    list_display = ("url", "party", "description", "off", "failures", "failing_since", "created_at")
    list_select_related = ("party",)
    list_filter = ("off",)
    ordering = ("-created_at",)
    numbers = ("url",)
    hidden = frozenset({"secret", "previous_secret"})
    search_help_text = _("The beginning of an address")


class WebhookDeliveryRecord(ReadOnlyAdmin):
    """Every delivery; a button sends it again."""

    change_form_outer_before_template = "staff/webhook.html"
    list_display = ("id", "kind", "endpoint", "state", "attempts", "created_at", "next_try_at", "delivered_at")
    list_select_related = ("endpoint", "message")
    list_filter = ("state", "kind")
    readonly_fields = ("body", "tries")
    hidden = frozenset({"lease"})

    @display(description=_("body"))
    def body(self, delivery: WebhookDelivery) -> SafeString | str:
        """The very text that is sent."""
        body = delivery.message.body
        return format_html('<pre class="source">{}</pre>', body) if body else "–"

    @display(description=_("tries"))
    def tries(self, delivery: WebhookDelivery) -> SafeString | str:
        """When, and what came of each."""
        made = sorted(delivery.attempts_made.all(), key=lambda attempt: attempt.number)
        rows = (
            (each.number, moment(each.sent_at, seconds=True), each.status or "–", each.error, each.answer)
            for each in made
        )
        lines = format_html_join("", "<li>{}. {}: {} {} {}</li>", rows)
        return format_html("<ul>{}</ul>", lines) if made else "–"
