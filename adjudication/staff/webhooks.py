"""What an operator does about webhooks: sends again, asks whether a receiver answers, rotates a secret, switches off.

The same acts as an owner's own over the API; whoever else is on the staff reads.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables

from adjudication.errors import Fault, Malformed, NotFound
from adjudication.parties import Role
from adjudication.staff.doors import door, page
from adjudication.webhooks import endpoints
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint

#: Who sees to the service.
SENDING = frozenset({Role.OPERATOR})
#: So many of the latest are shown beside their endpoint.
LATEST = 10
#: For so many hours the old secret goes on signing at most; the form asks in hours, and so it is refused in hours.
MOST_HOURS = endpoints.LONGEST_OVERLAP // timedelta(hours=1)


@door("POST", open_to=SENDING)
def send_again(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Make it due."""
    delivery = WebhookDelivery.objects.select_related("endpoint").filter(pk=pk).first()
    if delivery is None:
        raise NotFound(_("There is no such delivery."))
    endpoints.replay(delivery)
    messages.success(request, _("It is sent again within seconds."))
    return redirect("admin:adjudication_webhookdelivery_change", pk)


@door("POST", open_to=SENDING)
def ping(request: HttpRequest, *, pk: UUID) -> HttpResponseBase:
    """Have a message of no consequence sent; its delivery shows what came of it."""
    delivery = endpoints.ping(_found(pk))
    messages.success(request, _("A ping is sent within seconds; here you see what came of it."))
    return redirect("admin:adjudication_webhookdelivery_change", delivery.pk)


@door("POST", open_to=SENDING)
def send_range(request: HttpRequest, *, pk: UUID) -> HttpResponseBase:
    """Send again what was noted in a stretch of time, or all that was given up."""
    state = request.POST.get("state", "")
    if state not in ("", WebhookDelivery.State.PARKED, WebhookDelivery.State.DELIVERED):
        raise Malformed(_("Choose which deliveries are sent again."), Fault("state", _("is not one of the choices")))
    asked: dict[str, Any] = {"state": state or None}
    asked |= {name: _moment(request, name) for name in ("after", "until")}
    replayed, more = endpoints.replay_range(_found(pk), **asked)
    told = ngettext("%(count)d delivery is sent again.", "%(count)d deliveries are sent again.", replayed)
    told %= {"count": replayed}
    messages.success(request, told + (" " + _("There are more; send again once more.") if more else ""))
    return redirect("admin:adjudication_webhookendpoint_change", pk)


@door("POST", open_to=SENDING, is_fresh=True)
@sensitive_variables("secret")
def rotate(request: HttpRequest, *, pk: UUID) -> HttpResponseBase:
    """Sign with a new secret, shown this once, and for so many hours with the old one too."""
    hours = request.POST.get("hours", "")
    if not (hours.isascii() and hours.isdecimal() and len(hours) < 5 and int(hours) <= MOST_HOURS):
        raise Malformed(
            _("Say for how many hours the old secret goes on."),
            Fault("hours", _("must be a whole number from 0 to %(most)d") % {"most": MOST_HOURS}),
        )
    endpoint, secret = endpoints.rotate(_found(pk), overlap=timedelta(hours=int(hours)))
    context = {"title": _("The new secret"), "endpoint": endpoint, "secret": secret}
    answer = page(request, "staff/webhook_secret.html", context)
    add_never_cache_headers(answer)
    return answer


@door("POST", open_to=SENDING)
def switch(request: HttpRequest, *, pk: UUID) -> HttpResponseBase:
    """Switch it off, which parks what is due; or on again."""
    is_on = request.POST.get("to") == "on"
    if not is_on and request.POST.get("to") != "off":
        raise Malformed(_("Say whether it is to be on or off."), Fault("to", _("is not one of the choices")))
    endpoints.change(_found(pk), enabled=is_on)
    off = _("It is switched off; what was due is parked, and can be sent again once it is on.")
    messages.success(request, _("It is switched on.") if is_on else off)
    return redirect("admin:adjudication_webhookendpoint_change", pk)


def latest(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """What was last noted for it."""
    return list(WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-id")[:LATEST])


def _found(pk: UUID) -> WebhookEndpoint:
    found = WebhookEndpoint.objects.filter(pk=pk).exclude(off=WebhookEndpoint.Off.REMOVED).first()
    if found is None:
        raise NotFound(_("There is no such webhook endpoint."))
    return found


def _moment(request: HttpRequest, name: str) -> datetime | None:
    """A moment in UTC, as a browser's field for dates and times gives it."""
    given = request.POST.get(name, "").strip()
    if not given:
        return None
    try:
        found = datetime.fromisoformat(given)
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found
    except (ValueError, OverflowError) as error:
        told = _("must be a date and a time in UTC, as in 2026-03-02T09:00")
        raise Malformed(_("One of the moments cannot be read."), Fault(name, told)) from error
