"""Endpoints: an owner says where to send what, changes its mind, rotates the secret, and has things sent again.

An endpoint belongs to the marketplace or to one party, not to the key it was made with; another's is as if unknown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.errors import Fault, Malformed, NotFound, OutOfOrder, Unprocessable
from adjudication.webhooks import addresses, compose, signing
from adjudication.webhooks.addresses import Resolve
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint, WebhookMessage
from adjudication.webhooks.types import PING, TYPES

#: One owner has no more of them.
MOST = 20
#: How long the old secret goes on signing beside the new one, at most.
LONGEST_OVERLAP = timedelta(days=7)
#: So many are sent again by one request.
MOST_AGAIN = 10_000

Off, State = WebhookEndpoint.Off, WebhookDelivery.State


def of_owner(party_id: int | None) -> QuerySet[WebhookEndpoint]:
    """The endpoints of this party, or the marketplace's; not those that were removed."""
    return WebhookEndpoint.objects.filter(party=party_id).exclude(off=Off.REMOVED)


def find(endpoint_id: UUID, *, party_id: int | None) -> WebhookEndpoint:
    """Find one of an owner's endpoints.

    Raises:
        NotFound: there is none, or it is another's.

    """
    endpoint = of_owner(party_id).filter(pk=endpoint_id).first()
    if endpoint is None:
        raise NotFound(_("There is no such webhook endpoint."))
    return endpoint


@contextmanager
def held(endpoint: WebhookEndpoint) -> Iterator[WebhookEndpoint]:
    """The endpoint as it is now, while nobody else changes it; in a transaction.

    Raises:
        NotFound: it has been removed meanwhile.

    """
    with transaction.atomic():
        now = WebhookEndpoint.objects.select_for_update().filter(pk=endpoint.pk).exclude(off=Off.REMOVED).first()
        if now is None:
            raise NotFound(_("There is no such webhook endpoint."))
        yield now


def create(
    *,
    party_id: int | None,
    url: str,
    types: Collection[str] | None = None,
    description: str = "",
    enabled: bool = True,
    resolve: Resolve | None = None,
) -> tuple[WebhookEndpoint, str]:
    """Make an endpoint, which hears of everything from now on (or of these types); its secret is returned this once.

    Raises:
        Unprocessable: nothing may be sent to this address, or the owner has too many endpoints.
        Malformed: an unknown type.

    """
    addresses.require_reachable(url, resolve=resolve)
    secret = signing.new()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('adjudication.webhooks.endpoints'), %s)", [party_id or 0])
        if of_owner(party_id).count() >= MOST:
            raise Unprocessable(_("There are %(most)d webhook endpoints already; remove one first.") % {"most": MOST})
        endpoint = WebhookEndpoint.objects.create(
            party_id=party_id,
            url=url,
            types=_known(types),
            description=description,
            secret=signing.seal(secret),
            created_at=clock.now(),
            **({} if enabled else {"off": Off.BY_REQUEST, "off_at": clock.now()}),
        )
    return endpoint, secret


def change(
    endpoint: WebhookEndpoint,
    *,
    url: str | None = None,
    types: Collection[str] | None = None,
    all_types: bool = False,
    description: str | None = None,
    enabled: bool | None = None,
    resolve: Resolve | None = None,
) -> WebhookEndpoint:
    """Change what is named. Another address starts without failures; switched off, what is due is parked.

    Raises:
        Unprocessable: nothing may be sent to this address.
        Malformed: an unknown type.

    """
    if url is not None:
        addresses.require_reachable(url, resolve=resolve)  # before anything is locked: it may take seconds
    with held(endpoint) as changed:
        if url is not None and url != changed.url:
            changed.url = url
            _is_well(changed)
        if types is not None or all_types:
            changed.types = _known(types)
        if description is not None:
            changed.description = description
        if enabled is not None and enabled != (changed.off == ""):
            changed.off, changed.off_at = ("", None) if enabled else (Off.BY_REQUEST, clock.now())
            _is_well(changed)
        changed.save()
        if changed.off:
            _park(changed)
    return changed


def remove(endpoint: WebhookEndpoint) -> None:
    """Send nothing to it any more; what was sent stays on record."""
    with held(endpoint) as removed:
        removed.off, removed.off_at = Off.REMOVED, clock.now()
        removed.save()
        _park(removed)


def rotate(endpoint: WebhookEndpoint, *, overlap: timedelta) -> tuple[WebhookEndpoint, str]:
    """Sign with a new secret, returned this once; for the overlap, with the old one too. An older one ends at once.

    Raises:
        Malformed: the overlap is negative, or longer than a week.

    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        told = _("must be from 0 to %(most)d seconds") % {"most": LONGEST_OVERLAP.total_seconds()}
        raise Malformed(_("The overlap is out of range."), Fault("overlap_seconds", told))
    secret, overlaps = signing.new(), overlap > timedelta()
    with held(endpoint) as rotated:
        rotated.previous_secret = rotated.secret if overlaps else ""
        rotated.previous_expires_at = clock.now() + overlap if overlaps else None
        rotated.secret = signing.seal(secret)
        rotated.save()
    return rotated, secret


def ping(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Have a message of no consequence sent, to see whether the receiver answers.

    Raises:
        OutOfOrder: the endpoint is switched off.

    """
    _require_on(endpoint)
    name, now = f"ping_{uuid4()}", clock.now()
    body = compose.of_ping(name, endpoint_id=endpoint.pk, at=now)
    with transaction.atomic():
        message = WebhookMessage.objects.create(name=name, kind=PING, body=body, created_at=now)
        return WebhookDelivery.objects.create(
            endpoint=endpoint, message=message, kind=PING, matter=0, created_at=now, trying_since=now, next_try_at=now
        )


def replay(delivery: WebhookDelivery) -> None:
    """Send it again, whatever became of it: the same id and the same bytes.

    Raises:
        OutOfOrder: its endpoint is switched off.
        NotFound: it has just been let go of, for it was delivered long ago.

    """
    _require_on(delivery.endpoint)
    _again(WebhookDelivery.objects.filter(pk=delivery.pk))
    try:
        delivery.refresh_from_db()
    except WebhookDelivery.DoesNotExist:
        raise NotFound(_("There is no such delivery.")) from None


def replay_range(
    endpoint: WebhookEndpoint,
    *,
    after: datetime | None = None,
    until: datetime | None = None,
    types: Collection[str] | None = None,
    state: str | None = None,
) -> tuple[int, bool]:
    """Send again what was noted from `after` on and before `until`; returns how many, and whether there is more.

    Raises:
        OutOfOrder: the endpoint is switched off.
        Malformed: an unknown type.

    """
    _require_on(endpoint)
    chosen = WebhookDelivery.objects.filter(endpoint=endpoint, state__in=[state] if state else list(State.values))
    if state is None:
        chosen = chosen.exclude(state=State.DUE)
    if after is not None:
        chosen = chosen.filter(created_at__gte=after)
    if until is not None:
        chosen = chosen.filter(created_at__lt=until)
    if types is not None:
        chosen = chosen.filter(kind__in=_known(types) or [])
    found = list(chosen.order_by("id").values_list("pk", flat=True)[: MOST_AGAIN + 1])
    _again(WebhookDelivery.objects.filter(pk__in=found[:MOST_AGAIN]))
    return min(len(found), MOST_AGAIN), len(found) > MOST_AGAIN


def _again(deliveries: QuerySet[WebhookDelivery]) -> None:
    """What is being tried at this moment is left alone."""
    now = clock.now()
    free = deliveries.filter(Q(lease=None) | Q(leased_until__lte=now))
    free.update(state=State.DUE, delivered_at=None, trying_since=now, next_try_at=now, lease=None, leased_until=None)


def _require_on(endpoint: WebhookEndpoint) -> None:
    if endpoint.off:
        raise OutOfOrder(_("This endpoint is switched off; switch it on first."))


def _is_well(endpoint: WebhookEndpoint) -> None:
    endpoint.failures, endpoint.failing_since, endpoint.probe_at = 0, None, None


def _park(endpoint: WebhookEndpoint) -> None:
    due = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.DUE)
    due.update(state=State.PARKED, lease=None, leased_until=None)


def _known(types: Collection[str] | None) -> list[str] | None:
    if types is None:
        return None
    if unknown := sorted(set(types) - set(TYPES)):
        raise Malformed(
            _("Unknown types: %(unknown)s.") % {"unknown": ", ".join(unknown)},
            Fault("types", _("names a type that does not exist")),
        )
    return sorted(set(types))
