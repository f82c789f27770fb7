"""What the figures' tables are made of: cells as people read them and as a file keeps them, and sets of a chart."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from adjudication.money import decimals, format_amount
from adjudication.reports import figures
from adjudication.reports.figures import Share

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as it is read, and as a file keeps it."""

    shown: str
    kept: Any

    @property
    def is_number(self) -> bool:
        """Is it one, or the lack of one?"""
        return not isinstance(self.kept, str)


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its title, what it means, and the chart beside it as Chart.js takes it."""

    name: str
    title: StrOrPromise
    meaning: StrOrPromise
    head: list[str]
    rows: list[list[Cell]]
    chart: dict[str, Any]
    layout: str = ""
    remark: str = ""

    @property
    def drawn(self) -> str:
        """The chart's data as JSON."""
        return json.dumps(self.chart)


def drawn_set(label: str, data: list[Any], colour: str) -> dict[str, Any]:
    """One set of values in a chart, in a colour of the page."""
    return {"label": label, "data": data, "backgroundColor": f"var({colour})", "borderColor": f"var({colour})"}


def drawn_line(label: str, data: list[Any], colour: str) -> dict[str, Any]:
    """The same as a line with its points."""
    return {**drawn_set(label, data, colour), "type": "line", "pointRadius": 4}


def text(value: StrOrPromise) -> Cell:
    """A cell of words."""
    return Cell(str(value), str(value))


def count(value: int) -> Cell:
    """A cell of a whole number."""
    return Cell(str(value), value)


def hours(value: float | None) -> Cell:
    """A cell of hours with one decimal; a dash where there are none."""
    return Cell(NONE if value is None else f"{value:.1f}", rounded(value))


def rounded(value: float | None) -> float | None:
    """To one decimal; None stays None."""
    return None if value is None else round(value, 1)


def shares(share: Share) -> list[Cell]:
    """The rate and the two ends of its interval, in percent."""
    low, high = share.interval or (None, None)
    return [_rate(share.rate), _rate(low), _rate(high)]


def _rate(value: float | None) -> Cell:
    return Cell(NONE if value is None else f"{value * 100:.1f}\u00a0%", percent(value))


def percent(value: float | None) -> float | None:
    """0 … 1 as 0 … 100, to one decimal; None stays None."""
    return None if value is None else round(value * 100, 1)


def percents(interval: tuple[float, float] | None) -> list[float | None]:
    """Both ends of an interval in percent; nothing for none."""
    return [percent(bound) for bound in interval] if interval else []


def amount(minor: int, currency: str) -> Cell:
    """A cell of money: in the reader’s form, and kept in the currency’s main unit."""
    return Cell(format_amount(minor, currency), main_units(minor, currency))


def main_units(minor: int, currency: str) -> Decimal:
    """Minor units in the currency’s main one, exactly."""
    return Decimal(minor).scaleb(-decimals(currency))


def few(of: int) -> str:
    """The remark that there are few of them, or nothing."""
    if not 0 < of < figures.FEW:
        return ""
    return _("few cases: fewer than %(few)d, so chance alone may explain much") % {"few": figures.FEW}
