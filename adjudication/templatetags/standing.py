"""What a page of the desk shows by who reads it: the alarms to all staff, a button to those who may press it."""

from __future__ import annotations

from typing import Any

from django import template

from adjudication.credentials.staff import staff_roles
from adjudication.staff.alarms import notices
from adjudication.staff.parked import RETRYING
from adjudication.staff.webhooks import SENDING, latest
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint

register = template.Library()


@register.inclusion_tag("staff/alarms.html", takes_context=True)
def alarms(context: dict[str, Any]) -> dict[str, Any]:
    """The banner of what is wrong now; nothing for strangers."""
    request = context.get("request")
    return {"notices": notices() if request is not None and staff_roles(request.user) else []}


@register.simple_tag(takes_context=True)
def may_retry_terms(context: dict[str, Any]) -> bool:
    """May the reader have a parked term tried again?"""
    return bool(staff_roles(context["request"].user) & RETRYING)


@register.simple_tag(takes_context=True)
def may_send_again(context: dict[str, Any]) -> bool:
    """May the reader have a webhook sent again?"""
    return bool(staff_roles(context["request"].user) & SENDING)


@register.simple_tag
def latest_webhooks(endpoint: WebhookEndpoint) -> list[WebhookDelivery]:
    """What was last noted for an endpoint."""
    return latest(endpoint)
