"""Have a webhook sent again: the same id and the same bytes, whatever became of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication.errors import NotFound
from adjudication.parties import Role
from adjudication.staff.doors import door
from adjudication.webhooks import endpoints
from adjudication.webhooks.models import WebhookDelivery

#: Who sees to the service.
SENDING = frozenset({Role.OPERATOR})


@door("POST", open_to=SENDING)
def send_again(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Make it due."""
    delivery = WebhookDelivery.objects.select_related("endpoint").filter(pk=pk).first()
    if delivery is None:
        raise NotFound(_("There is no such delivery."))
    endpoints.replay(delivery)
    messages.success(request, _("It is sent again within seconds."))
    return redirect("admin:adjudication_webhookdelivery_change", pk)
