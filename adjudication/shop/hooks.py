"""How the shop is told: a receiver of webhooks, which believes nothing that is not signed with its secret.

The scheme is Standard Webhooks': HMAC-SHA256 over `id.timestamp.body`, and a timestamp of these minutes.
"""

from __future__ import annotations

import base64
import hmac
import json
import time
from hashlib import sha256
from typing import Any

from django.conf import settings

from adjudication.shop import kept
from adjudication.shop.asking import NotAnswered, Service

AT_MOST_SECONDS_OFF = 300


class NotBelieved(Exception):
    """It is not signed with our secret, or not now."""


def listen(service: Service) -> None:
    """Have an endpoint of our own at the service: made once, followed to another port, made anew if it is gone.

    Of two first purchases at once one makes it, and the other waits and finds it made.

    Raises:
        NotAnswered: it was refused, or not answered.

    """
    with kept.alone():
        _see_to_the_endpoint(service)


def _see_to_the_endpoint(service: Service) -> None:
    url, known = f"{settings.DEMO_SHOP_ADDRESS}/demo/webhooks", kept.endpoint()
    if known:
        try:
            told = service.get(f"webhook-endpoints/{known['id']}")
            if told["url"] != url or not told["enabled"]:
                service.patch(f"webhook-endpoints/{known['id']}", {"url": url, "enabled": True})
                kept.keep_endpoint({**known, "url": url})
            return
        except NotAnswered as refused:
            if refused.call.status != 404:
                raise
    once = f"endpoint-{service.number}"
    made = service.post("webhook-endpoints", {"url": url, "description": "the demo marketplace"}, once=once)
    kept.keep_endpoint({"id": made["id"], "url": url, "secret": made["secret"]})


def believed(headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The event, if it was signed with our secret.

    Raises:
        NotBelieved: it was not, or its time is off.

    """
    secret = kept.endpoint().get("secret", "")
    name, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (secret and timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 13):
        raise NotBelieved
    if abs(time.time() - int(timestamp)) > AT_MOST_SECONDS_OFF:  # by the receiver's clock: it has no other
        raise NotBelieved
    key = base64.b64decode(secret.removeprefix("whsec_"))
    ours = base64.b64encode(hmac.new(key, f"{name}.{timestamp}.".encode() + body, sha256).digest())
    given = [each.removeprefix("v1,").encode() for each in headers.get("webhook-signature", "").split(" ")]
    if not any(hmac.compare_digest(ours, each) for each in given):
        raise NotBelieved
    return dict(json.loads(body))


def take(event: dict[str, Any]) -> None:
    """Note what it tells of one of our orders, once: a webhook may come twice."""
    matter = event.get("data", {})
    number = (matter.get("case") or matter.get("order") or {}).get("order_number", "")
    if kept.is_ours(number) and all(each["event"]["id"] != event["id"] for each in kept.noted(number, "arrived")):
        kept.note(number, "arrived", {"event": event})
