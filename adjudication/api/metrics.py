"""The door for Prometheus: open to all unless METRICS_TOKEN is set, for what it tells holds no personal data."""

from __future__ import annotations

from hmac import compare_digest

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import override

from adjudication.reports import metrics as reported


def metrics(request: HttpRequest) -> HttpResponse:
    """Everything there is to watch, in Prometheus' text format."""
    if not _may_read(request):
        return HttpResponse("the token is missing or another\n", status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        with override("en"):
            told = reported.exposition()
    except (DatabaseError, InterfaceError) as error:
        return HttpResponse(f"the database is away: {type(error).__name__}\n", status=503, content_type="text/plain")
    answer = HttpResponse(told, content_type=reported.CONTENT_TYPE)
    add_never_cache_headers(answer)
    return answer


def _may_read(request: HttpRequest) -> bool:
    if not settings.METRICS_TOKEN:
        return True
    given = request.headers.get("Authorization", "")
    return compare_digest(given.encode(), f"Bearer {settings.METRICS_TOKEN}".encode())
