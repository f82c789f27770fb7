"""The payment provider as a port: the one way money leaves, asked with a key that it honours once.

`embedded` pays within this database, at once. `marketplace` pays itself: each payout waits until the marketplace
reports it paid or failed. An installation's own is a class with the shape of `Provider`, named by its import path.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from adjudication.money import Amount


@dataclass(frozen=True, slots=True)
class Payee:
    """Whom to pay, as the marketplace knows them: the ids of buyers and those of shops are counted apart."""

    kind: str
    """`buyer` or `shop`."""
    id: str


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

    def pay(self, *, key: str, payee: Payee, amount: Amount) -> Paid | Failed:
        """Pay `amount`, at most once for each `key`: asked again with a key it has paid, it says `Paid` again.

        It answers within seconds. No transaction is open meanwhile, and no case is locked. Whatever it raises counts as
        a failed try of unknown outcome: the next one comes with the same key, payee and amount.
        """


class EmbeddedProvider:
    """Pays within this database: the ledger's own record is the payment."""

    pays_itself = False

    def pay(self, *, key: str, payee: Payee, amount: Amount) -> Paid | Failed:
        """Pay at once; the key is the reference."""
        return Paid(f"embedded:{key}")


class MarketplaceProvider:
    """The marketplace pays what is due and reports it."""

    pays_itself = True

    def pay(self, *, key: str, payee: Payee, amount: Amount) -> Paid | Failed:
        """Never called; what is due waits for the marketplace's report."""
        raise ImproperlyConfigured("The marketplace pays by itself; nothing here asks it to.")


OURS: dict[str, type[Provider]] = {"embedded": EmbeddedProvider, "marketplace": MarketplaceProvider}


def provider_named() -> type[Provider]:
    """Return the class of provider that `PAYMENT_PROVIDER` names: one of ours, or the installation's own.

    Raises:
        ImproperlyConfigured: there is none at that path, or it has not the shape of one.

    """
    name: str = settings.PAYMENT_PROVIDER
    if name in OURS:
        return OURS[name]
    try:
        found = import_string(name)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"PAYMENT_PROVIDER is “{name}”: neither {' nor '.join(OURS)} nor a class that can be imported ({error})."
        ) from error
    if not (isinstance(found, type) and callable(getattr(found, "pay", None)) and hasattr(found, "pays_itself")):
        raise ImproperlyConfigured(f"PAYMENT_PROVIDER is “{name}”, which has not both `pays_itself` and `pay`.")
    return found


def provider() -> Provider:
    """Make a provider of the class that `PAYMENT_PROVIDER` names, without arguments."""
    return provider_named()()
