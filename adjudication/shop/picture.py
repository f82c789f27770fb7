"""The money's whereabouts as a picture: three vessels, filled by what lies in each. Plain figures for an SVG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_lazy

from adjudication.shop.scene import Money

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

HEIGHT, BOTTOM = 90, 120


@dataclass(frozen=True, slots=True)
class Vessel:
    """One place where money can lie."""

    name: str
    words: StrOrPromise
    amount: str
    left: int
    top: float
    height: float


def vessels(money: Money) -> list[Vessel]:
    """Refunded, held, paid out: left to right as the sides stand."""
    places: tuple[tuple[str, StrOrPromise, int, int], ...] = (
        ("buyer", gettext_lazy("refunded"), money.to_buyer, 6),
        ("held", gettext_lazy("held"), money.held, 126),
        ("seller", gettext_lazy("to the seller"), money.to_seller, 246),
    )
    found = []
    for name, words, minor, left in places:
        height = round(HEIGHT * minor / money.paid, 1) if money.paid else 0.0
        found.append(Vessel(name, words, in_words(minor, money.currency), left, BOTTOM - height, height))
    return found


def in_words(minor: int, currency: str) -> str:
    """As the reader's language writes it; the shop sells in one currency, of two decimals."""
    sign = "¥" if (get_language() or "").startswith("zh") else "CN¥"
    return f"{sign if currency == 'CNY' else currency + ' '}{minor // 100}.{minor % 100:02d}"
