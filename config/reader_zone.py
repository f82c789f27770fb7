"""The reader's time zone: the browser names it in a cookie (static/reader/zone.js), and a page shows its times in it.

Without the cookie, or with one that names no zone, it is UTC. The API has no reader: its times are UTC always.
"""

import zoneinfo
from collections.abc import Callable
from datetime import tzinfo
from functools import cache

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

COOKIE = "timezone"
API_PREFIX = "/api/"


class ReaderZoneMiddleware:
    """Activates the reader's zone for as long as their page is made."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        """Take what makes the page."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Make the page in the reader's zone."""
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request: HttpRequest) -> tzinfo:
    """The zone this page is shown in."""
    named = request.COOKIES.get(COOKIE, "")
    if request.path.startswith(API_PREFIX) or named not in known_zones():
        return zoneinfo.ZoneInfo("UTC")
    return zoneinfo.ZoneInfo(named)


@cache
def known_zones() -> frozenset[str]:
    """Every zone there is; looked up once, so that nothing that a browser sends is opened as a file."""
    return frozenset(zoneinfo.available_timezones())
