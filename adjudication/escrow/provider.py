"""The payment provider as a port: the one way money leaves, asked with a key that it honours once.

`embedded` pays within this database, at once. `marketplace` pays itself: each payout waits until the marketplace
reports it paid or failed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from adjudication.money import Amount


@dataclass(frozen=True, slots=True)
class Paid:
    """The provider has paid; its own reference."""

    provider_reference: str


@dataclass(frozen=True, slots=True)
class Failed:
    """The provider could not pay; it stays payable."""

    why: str


class Provider(Protocol):
    """Whoever holds the cash."""

    pays_itself: bool
    """It is told by the feed and reports back; the service never calls it."""

    def pay(self, *, key: str, payee: str, amount: Amount) -> Paid | Failed:
        """Pay `amount` to the marketplace's `payee` id, at most once for each `key`."""


class EmbeddedProvider:
    """Pays within this database: the ledger's own record is the payment."""

    pays_itself = False

    def pay(self, *, key: str, payee: str, amount: Amount) -> Paid | Failed:
        """Pay at once; the key is the reference."""
        return Paid(f"embedded:{key}")


class MarketplaceProvider:
    """The marketplace pays what is due and reports it."""

    pays_itself = True

    def pay(self, *, key: str, payee: str, amount: Amount) -> Paid | Failed:
        """Never called; what is due waits for the marketplace's report."""
        raise ImproperlyConfigured("The marketplace pays by itself; nothing here asks it to.")


def provider() -> Provider:
    """Return the provider that `PAYMENT_PROVIDER` names."""
    providers: dict[str, type[Provider]] = {"embedded": EmbeddedProvider, "marketplace": MarketplaceProvider}
    name = settings.PAYMENT_PROVIDER
    if name not in providers:
        raise ImproperlyConfigured(f"PAYMENT_PROVIDER is “{name}”; it must be one of: {', '.join(sorted(providers))}.")
    return providers[name]()
