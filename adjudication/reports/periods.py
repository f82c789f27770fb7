"""Weeks, months and quarters that follow each other: calendar periods in UTC, a week from Monday to Sunday."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Every(models.TextChoices):
    """How long a period is."""

    WEEK = "week", _("week")
    MONTH = "month", _("month")
    QUARTER = "quarter", _("quarter")


#: So many periods are shown beside each other: about a quarter of weeks, a year of months, two years of quarters.
SHOWN = {Every.WEEK: 13, Every.MONTH: 12, Every.QUARTER: 8}


@dataclass(frozen=True, slots=True)
class Period:
    """From one midnight in UTC, included, to another, excluded."""

    every: Every
    since: date
    until: date

    @property
    def name(self) -> str:
        """`2026-W10`, `2026-03`, `2026-Q1`: the same in every language."""
        if self.every == Every.WEEK:
            return f"{self.since:%G-W%V}"
        return f"{self.since:%Y-%m}" if self.every == Every.MONTH else f"{self.since:%Y}-Q{(self.since.month + 2) // 3}"


def period_of(day: date, every: Every) -> Period:
    """Return the period that the day lies in."""
    if every == Every.WEEK:
        since = day - timedelta(days=day.weekday())
        return Period(every, since, since + timedelta(days=7))
    months = 1 if every == Every.MONTH else 3
    since = date(day.year, (day.month - 1) // months * months + 1, 1)
    return Period(every, since, _months_on(since, months))


def before(period: Period) -> Period:
    """Return the one that ends where this begins."""
    return period_of(period.since - timedelta(days=1), period.every)


def ending_with(last: Period) -> list[Period]:
    """As many as are shown, in their order, the last of them this one."""
    found = [last]
    while len(found) < SHOWN[last.every]:
        found.append(before(found[-1]))
    return found[::-1]


def midnight(day: date) -> datetime:
    """The moment at which the day begins, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _months_on(day: date, months: int) -> date:
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)
