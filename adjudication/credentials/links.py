"""Sign-in links: an address that signs one party in, once, within a quarter of an hour."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.credentials.models import SignInLink
from adjudication.errors import Unauthenticated
from adjudication.orders.models import Party

VALID_FOR = timedelta(minutes=15)


def create(party: Party, *, case: Case | None = None) -> str:
    """Make a link for a party (and the case it should open at); returns the token, which is shown this once."""
    token, now = secrets.token_urlsafe(32), clock.now()
    SignInLink.objects.create(
        token_hash=_hash(token), party=party, case=case, created_at=now, expires_at=now + VALID_FOR
    )
    return token


def is_open(token: str) -> bool:
    """Would this token still sign somebody in? Does not use it up."""
    return SignInLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=clock.now()).exists()


def use(token: str) -> SignInLink:
    """Use a link up. Two at once: one wins.

    Raises:
        Unauthenticated: unknown, used before, or older than its quarter of an hour.

    """
    now = clock.now()
    used = SignInLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=now).update(
        used_at=now, expires_at=F("expires_at")
    )
    if not used:
        raise Unauthenticated(_("This link has been used or has run out; ask the marketplace for a new one."))
    return SignInLink.objects.select_related("party", "case").get(token_hash=_hash(token))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
