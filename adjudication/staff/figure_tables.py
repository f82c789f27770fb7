"""The figures as tables: each with what it means in words, its rows as people read them and as a file keeps them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from adjudication.cases.states import Outcome
from adjudication.policy.terms import Reason
from adjudication.reports import figures
from adjudication.reports.periods import Period
from adjudication.staff.figure_cells import (
    Table,
    amount,
    count,
    drawn_line,
    drawn_set,
    few,
    hours,
    main_units,
    percent,
    percents,
    rounded,
    shares,
    text,
)

#: So many people fit into one chart; the table has all.
CHARTED = 40
LATE, FAINT = "--late-bar", "--color-base-300"
COLOURS = ("--color-primary-600", "--color-primary-300", "--color-base-400", "--color-base-200", LATE)


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
            [text(period.name), count(each.opened), count(each.closed), count(each.overdue)]
            for period, each in zip(periods, found, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                drawn_set(_("Opened"), [each.opened for each in found], "--color-base-400"),
                drawn_set(_("Closed"), [each.closed for each in found], "--color-primary-600"),
                drawn_set(_("Overdue"), [each.overdue for each in found], LATE),
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
            [text(period.name), count(each.count), hours(each.median_hours), hours(each.ninetieth_hours)]
            for period, each in zip(periods, found, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                drawn_line(_("Median, hours"), [rounded(each.median_hours) for each in found], "--color-primary-600"),
                drawn_line(_("90th percentile, hours"), [rounded(each.ninetieth_hours) for each in found], LATE),
            ],
        },
        remark=few(sum(each.count for each in found)),
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
                text(reason.label),
                *(count(found.get((reason, outcome), 0)) for outcome in Outcome),
                count(sum(found.get((reason, outcome), 0) for outcome in Outcome)),
            ]
            for reason in Reason
        ],
        {
            "labels": [str(reason.label) for reason in Reason],
            "datasets": [
                drawn_set(str(outcome.label), [found.get((reason, outcome), 0) for reason in Reason], colour)
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
            [text(name), count(each.upheld), count(each.varied), count(each.reversed), *shares(each.reversals)]
            for name, each in [*rows, (_("Together"), whole)]
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                drawn_set(_("Upheld"), [each.upheld for each in found], "--color-base-400"),
                drawn_set(_("Varied"), [each.varied for each in found], "--color-primary-400"),
                drawn_set(_("Reversed"), [each.reversed for each in found], LATE),
            ],
        },
        layout="stacked",
        remark=few(whole.reversals.of),
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
                *(text(each.name), count(each.buyer_wins.of), count(each.buyer), count(each.split)),
                *(count(each.seller), *shares(each.buyer_wins), text(few(each.buyer_wins.of))),
            ]
            for each in found
        ],
        {
            "labels": [each.name for each in charted],
            "datasets": [
                drawn_line(_("Buyer-win rate, percent"), [percent(each.buyer_wins.rate) for each in charted], LATE)
                | {"showLine": False},
                drawn_set(_("interval (95 of 100)"), [percents(each.buyer_wins.interval) for each in charted], FAINT),
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
            [text(period.name), text(currency), *(amount(minor, currency) for minor in row)]
            for period, row in zip(periods, values, strict=True)
        ],
        {
            "labels": [period.name for period in periods],
            "datasets": [
                drawn_set(name, [float(main_units(row[place], currency)) for row in values], colour)
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
