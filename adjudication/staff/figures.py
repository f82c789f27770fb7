"""The figures' page, for supervisors and auditors: charts, each with its table beside it, and each table as a file."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.errors import Fault, Malformed, NotFound
from adjudication.parties import Role
from adjudication.reports.figures import currencies
from adjudication.reports.periods import Every, Period, before, ending_with, period_of
from adjudication.staff import figure_tables
from adjudication.staff.csv_file import csv_answer
from adjudication.staff.doors import door, page

#: Figures tell of people's work, so those see them who answer for it and those who watch over it.
COUNTING = frozenset({Role.SUPERVISOR, Role.AUDITOR})


@door("GET", open_to=COUNTING)
def figures(request: HttpRequest) -> HttpResponseBase:
    """Every figure over some weeks, months or quarters."""
    last, this = _last_asked(request)
    known, currency = _currency_asked(request)
    periods = ending_with(last)
    tables = [make(periods) for make in figure_tables.TABLES.values()]
    if currency:
        tables.append(figure_tables.money(periods, currency=currency))
    context: dict[str, Any] = {
        "title": _("Figures"),
        "tables": [(table, json.dumps(_options(table.layout))) for table in tables],
        "every": last.every,
        "every_choices": Every.choices,
        "currencies": known,
        "currency": currency,
        "first": periods[0],
        "last": last,
        "is_over": last != this,
        "earlier": before(periods[0]),
        "later": None if last == this else min(_later(last, len(periods)), this, key=lambda period: period.since),
    }
    return page(request, "staff/figures.html", context)


@door("GET", open_to=COUNTING)
def figures_file(request: HttpRequest, *, name: str) -> HttpResponseBase:
    """One table as CSV, over the same periods."""
    last = _last_asked(request)[0]
    periods = ending_with(last)
    currency = _currency_asked(request)[1]
    if name == "money" and currency:
        table = figure_tables.money(periods, currency=currency)
    elif name in figure_tables.TABLES:
        table = figure_tables.TABLES[name](periods)
    else:
        raise NotFound(_("There is no such table."))
    rows = ([cell.kept for cell in row] for row in table.rows)
    return csv_answer(f"{name}-{periods[0].name}-{last.name}", table.head, rows)


def _last_asked(request: HttpRequest) -> tuple[Period, Period]:
    """The last period that is asked for, never one to come, and the one that runs now.

    Raises:
        Malformed: no such length of a period, or no day.

    """
    every = request.GET.get("every", Every.MONTH)
    if every not in Every.values:
        told = _("must be one of: %(choices)s") % {"choices": ", ".join(Every.values)}
        raise Malformed(_("There is no such period."), Fault("every", told))
    now = period_of(clock.now().date(), Every(every))
    asked = request.GET.get("until", "")
    try:
        day = date.fromisoformat(asked) if asked else now.since
    except ValueError as error:
        raise Malformed(_("There is no such day."), Fault("until", _("must be a day, as 2026-03-31"))) from error
    if day.year < 2000:
        raise Malformed(_("There is no such day."), Fault("until", _("must be a day since 2000")))
    return min(period_of(min(day, now.since), Every(every)), now, key=lambda period: period.since), now


def _currency_asked(request: HttpRequest) -> tuple[list[str], str]:
    """The currencies there are, and the one asked for, or else the first."""
    known = currencies()
    asked = request.GET.get("currency", "")
    if asked and asked not in known:
        raise Malformed(_("No order was ever paid in it."), Fault("currency", _("is unknown")))
    return known, asked or (known[0] if known else "")


def _later(last: Period, count: int) -> Period:
    for _place in range(count):
        last = period_of(last.until, last.every)
    return last


def _options(layout: str) -> dict[str, Any]:
    """How Chart.js draws it; the colours of its text serve a light page and a dark one."""
    ticks = {"color": "#6b7280"}
    return {
        "animation": False,
        "responsive": True,
        "maintainAspectRatio": False,
        "spanGaps": False,
        "plugins": {"legend": {"position": "bottom", "labels": {"color": "#6b7280", "boxWidth": 12}}},
        "scales": {
            "x": {"stacked": layout == "stacked", "ticks": ticks, "grid": {"display": False}},
            "y": {
                "stacked": layout == "stacked",
                "beginAtZero": True,
                "ticks": ticks,
                **({"max": 100} if layout == "interval" else {}),
                "grid": {"color": "#9ca3af40"},
            },
        },
    }
