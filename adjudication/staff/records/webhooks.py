"""The records of webhooks: every endpoint (never its secret), every delivery and how each try went."""

from __future__ import annotations

from django.contrib.admin import display
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from adjudication.staff.reading import ReadOnlyAdmin
from adjudication.templatetags.looks import moment
from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint


class WebhookEndpointRecord(ReadOnlyAdmin):
    """Every endpoint; made through the API, seen to from here."""

    change_form_outer_before_template = "staff/webhook_endpoint.html"
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
    numbers_of = (("endpoint_id", WebhookEndpoint, "url"),)
    search_help_text = _("The beginning of an address")
    readonly_fields = ("body", "tries")
    hidden = frozenset({"lease"})

    @display(description=_("body"))
    def body(self, delivery: WebhookDelivery) -> SafeString | str:
        """The very text that is sent."""
        body = delivery.message.body
        return format_html('<pre class="source">{}</pre>', body) if body else "–"

    @display(description=_("tries"))
    def tries(self, delivery: WebhookDelivery) -> SafeString | str:
        """Each: when, how long it took, what was sent beside the body, and what came back."""
        made = sorted(delivery.attempts_made.all(), key=lambda attempt: attempt.number)
        if not made:
            return "–"
        return format_html('<ul class="tried">{}</ul>', format_html_join("", "{}", ((_told(each),) for each in made)))


def _told(attempt: WebhookAttempt) -> SafeString:
    """One try, as the desk shows it."""
    headers = "\n".join(f"{name}: {value}" for name, value in attempt.headers.items())
    return format_html(
        '<li>{}. {} · {} · <b>{}</b><pre class="source">POST {}\n{}</pre><pre class="source">{}</pre></li>',
        attempt.number,
        moment(attempt.sent_at, seconds=True),
        _("%(milliseconds)d ms") % {"milliseconds": attempt.duration_ms},
        attempt.status or _("no answer"),
        attempt.url,
        headers,
        attempt.error or attempt.answer or "–",
    )
