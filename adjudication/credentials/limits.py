"""How much one key, or one address without a key, may ask for in a minute: drawn from a bucket that fills steadily.

One statement draws and tells what is left, in a transaction of its own and before anything else is done, so that the
limit holds over all web processes and a refused request has changed nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from adjudication.errors import RateLimited
from adjudication.statements import rows

#: What is in it now: a minute's worth at most. What a refusal left below zero says how far it was from one.
_FILLED = """least(%(most)s, b.tokens + (b.tokens < 0)::int
    + %(most)s / 60.0 * greatest(0, extract(epoch FROM clock_timestamp() - b.filled_at)))"""
DRAW = f"""
INSERT INTO adjudication_ratebucket AS b (who, tokens, filled_at) VALUES (%(who)s, %(most)s - 1, clock_timestamp())
ON CONFLICT (who) DO UPDATE SET tokens = {_FILLED} - 1, filled_at = clock_timestamp()
RETURNING tokens"""  # noqa: S608  # nothing given


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is left after one request."""

    most: int
    left: int
    full_in_seconds: int

    def headers(self) -> dict[str, str]:
        """For the answer."""
        return {
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.full_in_seconds),
        }


def draw_for_key(key_id: int) -> Drawn:
    """One request of this key.

    Raises:
        RateLimited: it has asked for too much in the last minute.

    """
    return _draw(f"key:{key_id}", settings.RATE_LIMIT_PER_MINUTE)


def draw_for_address(meta: Mapping[str, Any]) -> Drawn:
    """One try without a valid key or link from the address of this request.

    Raises:
        RateLimited: there were too many in the last minute.

    """
    return _draw(f"address:{address_of(meta)}", settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED)


def draw_for_sign_in(meta: Mapping[str, Any]) -> Drawn:
    """One try to sign in as staff from the address of this request, whether it succeeds or not.

    Raises:
        RateLimited: there were too many in the last minute.

    """
    return _draw(f"sign-in:{address_of(meta)}", settings.RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED)


def address_of(meta: Mapping[str, Any]) -> str:
    """Who is at the other end: past the proxies that TRUSTED_PROXIES names, and no others.

    X-Forwarded-For is read from its end, for whatever stands before the first stranger the stranger may have written.
    Of IPv6 the network of 64 bits counts: one household has all of it.
    """
    hops = [*str(meta.get("HTTP_X_FORWARDED_FOR", "")).split(","), str(meta.get("REMOTE_ADDR", ""))]
    found = ""
    for hop in reversed(hops):
        try:
            address = ip_address(hop.strip())
        except ValueError:
            break
        found = str(address)
        if address.version == 6:
            found = str(ip_network((address, 64), strict=False).network_address)
        if not any(address in network for network in settings.TRUSTED_PROXIES):
            break
    return found or "unknown"


def _draw(who: str, most: int) -> Drawn:
    ((drawn,),) = rows(DRAW, {"who": who, "most": most})
    tokens = float(drawn)
    if tokens < 0:
        seconds = max(1, math.ceil(-tokens * 60 / most))
        raise RateLimited(
            _("More than %(most)d requests in a minute; send it again in %(seconds)d s.")
            % {"most": most, "seconds": seconds},
            retry_after_seconds=seconds,
        )
    return Drawn(most, math.floor(tokens), math.ceil((most - tokens) * 60 / most))
