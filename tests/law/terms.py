"""A term, once more and in plain Python: how long it runs, when it is reminded of, and what an outage does to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.law.words import H

GRACE = 4 * H
#: An outage is declared at most so long before it begins, and lasts at most as long.
LONGEST_OUTAGE = 720 * H

#: From when to when the service could not be relied on.
Outage = tuple[datetime, datetime]


@dataclass
class Term:
    """One that runs: since when, counted from when, until when; when it is reminded of next, and how often it was."""

    since: datetime
    counted_from: datetime
    due: datetime
    remind: datetime | None = None
    reminders: int = 0

    @classmethod
    def of(cls, now: datetime, length: timedelta, counted_from: datetime | None = None) -> Term:
        """One that opens now."""
        since = counted_from or now
        term = cls(now, since, since + length)
        term.wind(now)
        return term

    def wind(self, now: datetime) -> None:
        """It is reminded of next where a third of it is left, or six hours, whichever comes first and is to come."""
        points = (self.due - (self.due - self.counted_from) / 3, self.due - 6 * H)
        left = [point for point in points if now < point < self.due and point > self.since]
        self.remind = min(left, default=None)

    def reminded(self, now: datetime) -> None:
        """Once at each point."""
        self.reminders += 1
        self.wind(now)

    def lengthen(self, by: timedelta, now: datetime) -> None:
        """It ends later, and is reminded of where a third of the whole is left."""
        self.due += by
        self.wind(now)

    def fallen(self, outages: Sequence[Outage]) -> timedelta:
        """By how much outages lengthen it: with the grace, to the end of each that it falls into, one by one."""
        due = self.due
        while ends := [to + GRACE for at, to in outages if at <= due < to + GRACE and self.since < to]:
            due = max(ends)
        return due - self.due
