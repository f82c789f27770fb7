"""Money is a whole number of a currency's smallest units, and is never converted, signed or rounded in secret.

JPY has no decimals, KWD three (ISO 4217). Amounts are positive or zero; what is owed the other way is another posting.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from moneyed import CURRENCIES, Money, get_currency
from moneyed.l10n import format_money

from adjudication.errors import Malformed

#: The largest amount taken: exact in every JSON reader (RFC 8785 numbers are doubles), far above any order.
MAX_MINOR = 10**15

#: Codes of ISO 4217 that are no money a buyer could pay in: metals, funds, tests.
NO_TENDER = frozenset({"XXX", "XTS", "XAU", "XAG", "XPT", "XPD", "XDR", "XBA", "XBB", "XBC", "XBD", "XSU", "XUA"})


@dataclass(frozen=True, slots=True)
class Amount:
    """So many smallest units of one currency."""

    minor: int
    currency: str

    def __str__(self) -> str:
        """The amount as people write it, in the reader's language."""
        return format_amount(self.minor, self.currency)


def require_currency(code: str) -> str:
    """Return `code` if it is an ISO 4217 currency in use.

    Raises:
        Malformed: it is not.

    """
    if code not in CURRENCIES or code in NO_TENDER:
        raise Malformed(_("“%(code)s” is not a currency code of ISO 4217, such as CNY, EUR or JPY.") % {"code": code})
    return code


def decimals(currency: str) -> int:
    """How many decimals the currency's main unit has: CNY 2, JPY 0, KWD 3."""
    return len(str(get_currency(currency).sub_unit)) - 1


def format_amount(minor: int, currency: str) -> str:
    """`10000, "CNY"` → `¥100.00` or `CN¥100.00`, as the reader's language writes it."""
    places = decimals(currency)
    locale = (get_language() or "en").replace("-", "_")
    locale = {"zh_hans": "zh_Hans_CN", "en": "en_US"}.get(locale, locale)
    return format_money(Money(Decimal(minor).scaleb(-places), currency), locale=locale)


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` by `weights`: each part rounded down, the rest to the largest weight (the first of equals).

    >>> share(100, [1, 1, 1])
    [34, 33, 33]
    """
    whole = sum(weights)
    if whole == 0:
        parts = [0] * len(weights)
        largest = 0
    else:
        parts = [total * weight // whole for weight in weights]
        largest = max(range(len(weights)), key=lambda i: (weights[i], -i))
    if parts:
        parts[largest] += total - sum(parts)
    return parts


def portion_down(amount_minor: int, basis_points: int) -> int:
    """`basis_points` hundredths of a percent of an amount, rounded down."""
    return amount_minor * basis_points // 10_000
