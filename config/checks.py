"""What production refuses about its database server, or lacks, said before the first request and not after a loss."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError, connections


@register(Tags.database)
def server_keeps_what_it_confirms(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """In production the server must have fsync on: money booked and forgotten after a power cut is a broken promise."""
    if not settings.PRODUCTION:
        return []
    refusals: list[CheckMessage] = []
    for alias in databases or []:
        with connections[alias].cursor() as cursor:
            cursor.execute("SHOW fsync")
            (fsync,) = cursor.fetchone()
        if fsync != "on":
            refusals.append(
                Error(
                    f"The database server runs with fsync={fsync}: a power cut would lose payments already confirmed.",
                    hint="Set fsync = on in its postgresql.conf and restart it.",
                    id="config.E001",
                )
            )
    return refusals


@register()
def can_sign(**kwargs: Any) -> list[CheckMessage]:
    """Production that was given no key hears cases, and cannot hand out their signed files: better known beforehand."""
    if settings.SIGNING_KEY:
        return []
    return [
        Warning(
            "SIGNING_KEY is not set: whoever asks for the signed file of a case is told that there is none.",
            hint="Set it to what `openssl rand -base64 32` prints, the same on every host; keep it with SECRET_KEY.",
            id="config.W001",
        )
    ]


def require_safe_server() -> None:
    """Let a long-running process refuse what the check refuses; a server that is down now is checked by `up` alone."""
    try:
        refusals = server_keeps_what_it_confirms(databases=["default"])
    except OperationalError:
        return
    finally:
        connections["default"].close()
    if refusals:
        raise ImproperlyConfigured(f"{refusals[0].msg} {refusals[0].hint}")
