"""Health: is the process up, and can it do its work? A red check says which, and answers 503."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import add_never_cache_headers
from kombu.exceptions import OperationalError

from adjudication import clock
from adjudication.reports import heartbeat
from config.celery import app

#: Under this much room uploads would soon be refused.
LEAST_FREE_BYTES = 100 * 2**20


def live(request: HttpRequest) -> HttpResponse:
    """The process is up; it says nothing about what it depends on."""
    return HttpResponse("live\n", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Whether requests can be served, check by check."""
    checks = {name: _checked(check) for name, check in CHECKS.items()}
    is_well = all(check["ok"] for check in checks.values())
    answer = JsonResponse({"ready": is_well, "checks": checks}, status=200 if is_well else 503)
    add_never_cache_headers(answer)
    return answer


def _checked(check: Callable[[], tuple[bool, str]]) -> dict[str, Any]:
    try:
        is_well, told = check()
    except (DatabaseError, InterfaceError, psycopg.Error, OSError, OperationalError) as error:
        is_well, told = False, type(error).__name__
    return {"ok": is_well, "detail": told}


def _database() -> tuple[bool, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True, "reachable"


def _sweep() -> tuple[bool, str]:
    age = heartbeat.ages().get(heartbeat.SWEEP)
    return not heartbeat.is_late(age), "has not run yet" if age is None else f"ran {age:.0f} s ago"


def _disk() -> tuple[bool, str]:
    with tempfile.TemporaryFile(dir=settings.DATA_DIR):
        free = shutil.disk_usage(settings.DATA_DIR).free
    return free >= LEAST_FREE_BYTES, f"{free // 2**20} MB free"


def _broker() -> tuple[bool, str]:
    with app.connection_for_write() as broker:
        broker.ensure_connection(max_retries=1, timeout=2)
        return True, f"{broker.transport_cls} reachable"


def _clock() -> tuple[bool, str]:
    # The database's clock decides every term, so a wrong clock here is told and harms nothing.
    return True, f"differs from the database's by {abs((datetime.now(UTC) - clock.now()).total_seconds()):.1f} s"


CHECKS = {"database": _database, "broker": _broker, "sweep": _sweep, "disk": _disk, "clock": _clock}
