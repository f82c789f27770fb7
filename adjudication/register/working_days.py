"""Working days, by the calendar of the policy's country; only publication counts in them, terms are hours."""

from __future__ import annotations

from datetime import UTC, datetime, time
from functools import lru_cache

from holidays import HolidayBase, country_holidays


def after(moment: datetime, days: int, *, country: str) -> datetime:
    """When the n-th working day after that moment's day begins, in UTC; without any, the moment itself.

    A day that begins is not over in any time zone that matters: what is done by then is done within the n days.
    Days that a country works in exchange for others, as China does, count.
    """
    if days == 0:
        return moment
    day = calendar(country).get_nth_working_day(moment.astimezone(UTC).date(), days)
    return datetime.combine(day, time(), tzinfo=UTC)


@lru_cache(maxsize=8)
def calendar(country: str) -> HolidayBase:
    """The country's calendar; it grows by the years that are asked for."""
    return country_holidays(country)
