"""Who of the staff is locked out and until when, and how a lock is taken off.

A name that failed ten times from one address is locked there for a quarter of an hour (django-axes, in the database);
ten wrong second factors lock that person's second factor wherever they come from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from adjudication.credentials import limits, second_factor
from adjudication.credentials.models import AccessChange
from adjudication.errors import Fault, Malformed, NoStanding, OutOfOrder


def address_of(request: HttpRequest) -> str | None:
    """Whence a request comes, past the proxies that TRUSTED_PROXIES names; None where that is no address."""
    found = limits.address_of(request.META)
    try:
        return str(ip_address(found))
    except ValueError:
        return None


def locked_until(username: str, *, address: str | None) -> datetime | None:
    """Until when this name cannot sign in from this address; None if it can."""
    tries = _counting().filter(username=username, ip_address=address)
    return _until(list(tries.values("attempt_time", "failures_since_start")))


def locks(usernames: Iterable[str]) -> Mapping[str, datetime]:
    """Until when each of these names is locked at some address; those that are not are left out."""
    tries = _counting().filter(username__in=list(usernames))
    by_place: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for each in tries.values("username", "ip_address", "attempt_time", "failures_since_start"):
        by_place.setdefault((each["username"], each["ip_address"]), []).append(each)
    found: dict[str, datetime] = {}
    for (username, _address), of_place in by_place.items():
        until = _until(of_place)
        if until is not None:
            found[username] = max(until, found.get(username, until))
    return found


def unlock(user: User, *, by: User | None, reason: str, at: datetime) -> None:
    """Let somebody try again at once, from everywhere.

    Raises:
        NoStanding: it is one's own.
        Malformed: without a reason.
        OutOfOrder: nothing is locked.

    """
    if by is not None and by.pk == user.pk:
        raise NoStanding(_("Somebody else takes your lock off."))
    if not reason.strip():
        raise Malformed(_("Say why, and how you know who asks."), Fault("reason", _("must not be empty"), "required"))
    with transaction.atomic():
        name_is_locked = bool(locks([user.get_username()]))
        if not second_factor.unlock(user, at=at) and not name_is_locked:
            raise OutOfOrder(_("This account is not locked."))
        AccessAttempt.objects.filter(username=user.get_username()).delete()
        AccessChange.objects.create(
            kind=AccessChange.Kind.UNLOCKED, at=at, by=by, user=user, reason=reason.strip()[:500]
        )


def _counting() -> QuerySet[AccessAttempt]:
    """The tries that still count."""
    since = timezone.now() - settings.AXES_COOLOFF_TIME  # by the host's clock, as axes counts
    found: QuerySet[AccessAttempt] = AccessAttempt.objects.filter(attempt_time__gt=since)
    return found


def _until(tries: list[dict[str, Any]]) -> datetime | None:
    """When enough of the tries will be over; each counts until the cooling-off after its last one has passed."""
    left = sum(each["failures_since_start"] for each in tries)
    for each in sorted(tries, key=lambda each: each["attempt_time"]):
        if left < settings.AXES_FAILURE_LIMIT:
            break
        left -= each["failures_since_start"]
        if left < settings.AXES_FAILURE_LIMIT:
            until: datetime = each["attempt_time"] + settings.AXES_COOLOFF_TIME
            return until
    return None
