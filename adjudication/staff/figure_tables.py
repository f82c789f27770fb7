"""The figures as tables: each with what it means in words, its rows as people read them and as a file keeps them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from adjudication.cases.states import Outcome
from adjudication.money import decimals, format_amount
from adjudication.policy.terms import Reason
from adjudication.reports import figures
from adjudication.reports.figures import Share
from adjudication.reports.periods import Period

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NONE = "–"


@dataclass(frozen=True, slots=True)
class Cell:
    """One value: as it is read, and as a file keeps it."""

    shown: str
    kept: Any


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


def course(periods: Sequence[Period]) -> Table:
    """What came, went and ran late."""
    found = figures.course(periods)
    return Table(
        "course",
        _("Opened, closed, overdue"),
        _(
            "Opened: refunds requested. Closed: cases that ended, however they did. Overdue: the term to rule ran out "
            "and the case went to a supervisor."
        ),
        [_("Period"), _("Opened"), _("Closed"), _("Overdue")],
        [
            [_text(period.name), _count(each.opened), _count(each.closed), _count(each.overdue)]
            for period, each in zip(periods, found, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                _set(_("Opened"), [each.opened for each in found], "--color-base-400"),
                _set(_("Closed"), [each.closed for each in found], "--color-primary-600"),
                _set(_("Overdue"), [each.overdue for each in found], LATE),
            ],
        },
    )


def time_to_ruling(periods: Sequence[Period]) -> Table:
    """How long people took to rule."""
    found = figures.ruled(periods)
    return Table(
        "time-to-ruling",
        _("Time to the ruling"),
        _(
            "Rulings by arbitrators and supervisors; those that a rule of the policy gave are left out. Hours run from "
            "the act that called for the hearing (the intervention, the appeal, the disputed return) until the ruling "
            "was issued, extensions included. Half were ruled on within the median, nine in ten within the "
            "90th percentile."
        ),
        [_("Period"), _("Rulings"), _("Median, hours"), _("90th percentile, hours")],
        [
            [_text(period.name), _count(each.count), _hours(each.median_hours), _hours(each.ninetieth_hours)]
            for period, each in zip(periods, found, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                _line(_("Median, hours"), [_rounded(each.median_hours) for each in found], "--color-primary-600"),
                _line(_("90th percentile, hours"), [_rounded(each.ninetieth_hours) for each in found], LATE),
            ],
        },
        remark=_few(sum(each.count for each in found)),
    )


def outcomes(periods: Sequence[Period]) -> Table:
    """How cases ended, by their reason."""
    found = figures.outcomes(periods)
    return Table(
        "outcomes",
        _("Outcome by reason"),
        _(
            "Cases closed in these periods, by the reason first given and by how they ended: by ruling, by agreement "
            "or by a term’s silence."
        ),
        [_("Reason"), *(str(outcome.label) for outcome in Outcome), _("Together")],
        [
            [
                _text(reason.label),
                *(_count(found.get((reason, outcome), 0)) for outcome in Outcome),
                _count(sum(found.get((reason, outcome), 0) for outcome in Outcome)),
            ]
            for reason in Reason
        ],
        {
            "labels": [str(reason.label) for reason in Reason],
            "datasets": [
                _set(str(outcome.label), [found.get((reason, outcome), 0) for reason in Reason], colour)
                for outcome, colour in zip(Outcome, COLOURS, strict=True)
            ],
        },
        layout="stacked",
    )


def appeals(periods: Sequence[Period]) -> Table:
    """What became of first rulings on appeal."""
    found = figures.appeals(periods)
    whole = figures.Appeals(*(sum(getattr(each, name) for each in found) for name in ("upheld", "varied", "reversed")))
    rows = [(period.name, each) for period, each in zip(periods, found, strict=True)]
    return Table(
        "appeals",
        _("Reversed on appeal"),
        _(
            "Appeals decided in these periods; withdrawn ones are left out. Upheld: the first ruling stands as it was. "
            "Varied: another share or remedy. Reversed: it went to the other side. The rate is of all decided; the "
            "true rate lies within the interval in 95 of 100 cases (Wilson)."
        ),
        [_("Period"), _("Upheld"), _("Varied"), _("Reversed"), _("Reversal rate"), _("from"), _("to")],
        [
            [_text(name), _count(each.upheld), _count(each.varied), _count(each.reversed), *_share(each.reversals)]
            for name, each in [*rows, (_("Together"), whole)]
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                _set(_("Upheld"), [each.upheld for each in found], "--color-base-400"),
                _set(_("Varied"), [each.varied for each in found], "--color-primary-400"),
                _set(_("Reversed"), [each.reversed for each in found], LATE),
            ],
        },
        layout="stacked",
        remark=_few(whole.reversals.of),
    )


def arbitrators(periods: Sequence[Period]) -> Table:
    """For whom each member of staff decided."""
    found = figures.arbitrators(periods)
    charted = [each for each in found if each.buyer_wins.of][:CHARTED]
    return Table(
        "arbitrators",
        _("Buyer wins by arbitrator"),
        _(
            "A buyer win is a ruling for the buyer; a split is none, and counts among the rulings. Every ruling that "
            "this person issued in these periods counts, in whatever instance and whatever became of it on appeal. The "
            "true rate lies within the interval in 95 of 100 cases (Wilson); where two intervals overlap, the "
            "difference may be chance. Cases are not alike, so a rate says nothing about anybody by itself."
        ),
        [
            *(_("Arbitrator"), _("Rulings"), _("For the buyer"), _("Split"), _("For the seller")),
            *(_("Buyer-win rate"), _("from"), _("to"), _("Remark")),
        ],
        [
            [
                *(_text(each.name), _count(each.buyer_wins.of), _count(each.buyer), _count(each.split)),
                *(_count(each.seller), *_share(each.buyer_wins), _text(_few(each.buyer_wins.of))),
            ]
            for each in found
        ],
        {
            "labels": [each.name for each in charted],
            "datasets": [
                _line(_("Buyer-win rate, percent"), [_percent(each.buyer_wins.rate) for each in charted], LATE)
                | {"showLine": False},
                _set(_("interval (95 of 100)"), [_percents(each.buyer_wins.interval) for each in charted], FAINT),
            ],
        },
        layout="interval",
    )


def money(periods: Sequence[Period], *, currency: str) -> Table:
    """What was claimed, and what settlements paid, in one currency."""
    found = figures.money(periods, currency=currency)
    columns = [_("Claimed"), _("To buyers"), _("To sellers"), _("Fees")]
    values = [(each.claimed, each.to_buyers, each.to_sellers, each.fees) for each in found]
    return Table(
        "money",
        _("Money, in %(currency)s") % {"currency": currency},
        _(
            "Claimed: the claims of the cases opened in the period. The rest is what settlements of cases moved out of "
            "custody in the period; what sellers got is told after the fee, and return shipping is left out."
        ),
        [_("Period"), _("Currency"), *columns],
        [
            [_text(period.name), _text(currency), *(_money(minor, currency) for minor in row)]
            for period, row in zip(periods, values, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                _set(name, [float(_main(row[place], currency)) for row in values], colour)
                for place, (name, colour) in enumerate(zip(columns, COLOURS, strict=False))
            ],
        },
    )


#: The tables that depend on the periods alone.
TABLES = {
    "course": course,
    "time-to-ruling": time_to_ruling,
    "outcomes": outcomes,
    "appeals": appeals,
    "arbitrators": arbitrators,
}
#: So many people fit into one chart; the table has all.
CHARTED = 40
LATE, FAINT = "--late-bar", "--color-base-300"
COLOURS = ("--color-primary-600", "--color-primary-300", "--color-base-400", "--color-base-200", LATE)


def _set(label: str, data: list[Any], colour: str) -> dict[str, Any]:
    return {"label": label, "data": data, "backgroundColor": f"var({colour})", "borderColor": f"var({colour})"}


def _line(label: str, data: list[Any], colour: str) -> dict[str, Any]:
    return {**_set(label, data, colour), "type": "line", "pointRadius": 4}


def _text(value: StrOrPromise) -> Cell:
    return Cell(str(value), str(value))


def _count(value: int) -> Cell:
    return Cell(str(value), value)


def _hours(value: float | None) -> Cell:
    return Cell(NONE if value is None else f"{value:.1f}", _rounded(value))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def _share(share: Share) -> list[Cell]:
    """The rate and the two ends of its interval, in percent."""
    low, high = share.interval or (None, None)
    return [_rate(share.rate), _rate(low), _rate(high)]


def _rate(value: float | None) -> Cell:
    return Cell(NONE if value is None else f"{value * 100:.1f}\u00a0%", _percent(value))


def _percent(value: float | None) -> float | None:
    return None if value is None else round(value * 100, 1)


def _percents(interval: tuple[float, float] | None) -> list[float | None]:
    return [_percent(bound) for bound in interval] if interval else []


def _money(minor: int, currency: str) -> Cell:
    return Cell(format_amount(minor, currency), _main(minor, currency))


def _main(minor: int, currency: str) -> Decimal:
    return Decimal(minor).scaleb(-decimals(currency))


def _few(of: int) -> str:
    if not 0 < of < figures.FEW:
        return ""
    return _("few cases: fewer than %(few)d, so chance alone may explain much") % {"few": figures.FEW}
