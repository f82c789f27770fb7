"""Figures of the work over some periods: how much came and went, how long it took, how it ended, how it stood.

Each is one statement of its own over what is on record. What a figure means is said where it is shown
(`staff/figure_tables.py`); a share of nothing is None, never 0.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from adjudication.escrow.models import Account
from adjudication.reports.periods import Period, midnight

#: Below so many, a share says little; it is shown with that remark.
FEW = 30


@dataclass(frozen=True, slots=True)
class Course:
    """What came, went and ran late in one period."""

    opened: int
    closed: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Ruled:
    """How many rulings people made in one period, and the hours they took; None where nobody ruled."""

    count: int
    median_hours: float | None
    ninetieth_hours: float | None


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with the 95 % interval in which the true share lies; all None of nothing."""

    part: int
    of: int

    @property
    def rate(self) -> float | None:
        """0 … 1."""
        return self.part / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Lower and upper bound after E. B. Wilson (1927), which stays within 0 … 1 for any number of cases."""
        return wilson(self.part, self.of) if self.of else None


def wilson(part: int, of: int, *, z: float = 1.959964) -> tuple[float, float]:
    """The score interval of a share; `z` is the normal quantile, 1.96 for 95 %.

    >>> [round(bound, 4) for bound in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    rate, square = part / of, z * z
    middle = (rate + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(rate * (1 - rate) / of + square / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Appeals:
    """Appeals that were decided: how many left the first ruling as it was, changed it, or went the other way."""

    upheld: int = 0
    varied: int = 0
    reversed: int = 0

    @property
    def reversals(self) -> Share:
        """Of all that were decided."""
        return Share(self.reversed, self.upheld + self.varied + self.reversed)


@dataclass(frozen=True, slots=True)
class Deciding:
    """How one member of staff ruled."""

    name: str
    buyer: int
    seller: int
    split: int

    @property
    def buyer_wins(self) -> Share:
        """Of all their rulings."""
        return Share(self.buyer, self.buyer + self.seller + self.split)


@dataclass(frozen=True, slots=True)
class Money:
    """What was claimed in a period, and what settlements paid, in minor units of one currency."""

    claimed: int
    to_buyers: int
    to_sellers: int
    fees: int


COURSE = """
WITH opened AS (
    SELECT width_bucket(requested_at, %(bounds)s) AS place, count(*) AS n FROM adjudication_case
    WHERE requested_at >= %(since)s AND requested_at < %(until)s GROUP BY 1),
closed AS (
    SELECT width_bucket(closed_at, %(bounds)s) AS place, count(*) AS n FROM adjudication_case
    WHERE closed_at >= %(since)s AND closed_at < %(until)s GROUP BY 1),
overdue AS (
    SELECT width_bucket(ended_at, %(bounds)s) AS place, count(*) AS n FROM adjudication_deadline
    WHERE "end" = 'lapsed' AND kind = 'ruling' AND ended_at >= %(since)s AND ended_at < %(until)s GROUP BY 1)
SELECT coalesce(o.n, 0), coalesce(c.n, 0), coalesce(v.n, 0)
FROM generate_series(1, cardinality(%(bounds)s) - 1) AS p(place)
LEFT JOIN opened o USING (place) LEFT JOIN closed c USING (place) LEFT JOIN overdue v USING (place)
ORDER BY place"""


def course(periods: Sequence[Period]) -> list[Course]:
    """What came, went and ran late, period by period."""
    return [Course(*row) for row in _rows(COURSE, periods)]


#: The time to a ruling runs from the act that called for the hearing, which every term of the hearing names.
RULED = """
WITH ruled AS (
    SELECT width_bucket(r.issued_at, %(bounds)s) AS place,
           extract(epoch FROM r.issued_at - h.called_at)::float8 / 3600 AS hours
    FROM adjudication_ruling r
    CROSS JOIN LATERAL (
        SELECT min(d.anchored_at) AS called_at FROM adjudication_deadline d
        WHERE d.case_id = r.case_id AND d.instance = r.instance
          AND d.kind IN ('arbitrator_assigned', 'evidence', 'ruling')) h
    WHERE r.decided_as IN ('arbitrator', 'supervisor') AND r.issued_at >= %(since)s AND r.issued_at < %(until)s)
SELECT count(hours), percentile_cont(0.5) WITHIN GROUP (ORDER BY hours),
       percentile_cont(0.9) WITHIN GROUP (ORDER BY hours)
FROM generate_series(1, cardinality(%(bounds)s) - 1) AS p(place) LEFT JOIN ruled USING (place)
GROUP BY place ORDER BY place"""


def ruled(periods: Sequence[Period]) -> list[Ruled]:
    """How long people took to rule, period by period."""
    return [Ruled(*row) for row in _rows(RULED, periods)]


OUTCOMES = """
SELECT reason, outcome, count(*) FROM adjudication_case
WHERE closed_at >= %(since)s AND closed_at < %(until)s GROUP BY 1, 2"""


def outcomes(periods: Sequence[Period]) -> dict[tuple[str, str], int]:
    """How many cases that were closed ended how, by reason and outcome; what did not occur is not named."""
    return {(reason, outcome): count for reason, outcome, count in _rows(OUTCOMES, periods)}


#: Only a first ruling is appealed against, so the appeal's ruling is the second instance's, of a case once appealed.
APPEALS = """
WITH decided AS (
    SELECT width_bucket(again.issued_at, %(bounds)s) AS place,
           again.winner <> first.winner AND 'split' NOT IN (again.winner, first.winner) AS is_reversed,
           (again.buyer_minor, again.remedy) <> (first.buyer_minor, first.remedy) AS is_changed
    FROM adjudication_ruling again
    JOIN adjudication_ruling first ON first.case_id = again.case_id AND first.instance = 1
    WHERE again.instance = 2 AND again.issued_at >= %(since)s AND again.issued_at < %(until)s
      AND EXISTS (SELECT FROM adjudication_event e WHERE e.case_id = again.case_id AND e.kind = 'case.appealed'))
SELECT count(*) FILTER (WHERE NOT is_changed), count(*) FILTER (WHERE is_changed AND NOT is_reversed),
       count(*) FILTER (WHERE is_reversed)
FROM generate_series(1, cardinality(%(bounds)s) - 1) AS p(place) LEFT JOIN decided d USING (place)
GROUP BY place ORDER BY place"""


def appeals(periods: Sequence[Period]) -> list[Appeals]:
    """How appeals were decided, period by period."""
    return [Appeals(*row) for row in _rows(APPEALS, periods)]


ARBITRATORS = """
SELECT u.username, count(*) FILTER (WHERE r.winner = 'buyer'), count(*) FILTER (WHERE r.winner = 'seller'),
       count(*) FILTER (WHERE r.winner = 'split')
FROM adjudication_ruling r JOIN auth_user u ON u.id = r.decided_by_id
WHERE r.decided_as IN ('arbitrator', 'supervisor') AND r.issued_at >= %(since)s AND r.issued_at < %(until)s
GROUP BY u.id, u.username ORDER BY count(*) DESC, u.username"""


def arbitrators(periods: Sequence[Period]) -> list[Deciding]:
    """How each member of staff ruled, over all the periods; who ruled most comes first."""
    return [Deciding(*row) for row in _rows(ARBITRATORS, periods)]


MONEY = """
WITH claimed AS (
    SELECT width_bucket(requested_at, %(bounds)s) AS place, sum(amount_minor) AS minor FROM adjudication_case
    WHERE requested_at >= %(since)s AND requested_at < %(until)s AND currency = %(currency)s GROUP BY 1),
paid AS (
    SELECT width_bucket(e.occurred_at, %(bounds)s) AS place,
           sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_buyer') AS buyers,
           sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_shop') AS sellers,
           sum(p.credit_minor) FILTER (WHERE a.kind = 'platform_fees') AS fees
    FROM adjudication_entry e JOIN adjudication_posting p ON p.entry_id = e.id
    JOIN adjudication_account a ON a.id = p.account_id
    WHERE e.occurred_at >= %(since)s AND e.occurred_at < %(until)s AND e.currency = %(currency)s
      AND e.reference LIKE 'settlement:%%' GROUP BY 1)
SELECT coalesce(c.minor, 0)::bigint, coalesce(p.buyers, 0)::bigint, coalesce(p.sellers, 0)::bigint,
       coalesce(p.fees, 0)::bigint
FROM generate_series(1, cardinality(%(bounds)s) - 1) AS s(place)
LEFT JOIN claimed c USING (place) LEFT JOIN paid p USING (place)
ORDER BY place"""


def money(periods: Sequence[Period], *, currency: str) -> list[Money]:
    """What was claimed and what settlements paid, in one currency, period by period."""
    return [Money(*row) for row in _rows(MONEY, periods, currency=currency)]


def currencies() -> list[str]:
    """Every currency that an order was ever paid in."""
    return sorted(Account.objects.filter(kind=Account.Kind.PLATFORM_FEES).values_list("currency", flat=True))


def _rows(statement: str, periods: Sequence[Period], **given: Any) -> list[tuple[Any, ...]]:
    bounds = [midnight(period.since) for period in periods] + [midnight(periods[-1].until)]
    with connection.cursor() as cursor:
        cursor.execute(statement, {"bounds": bounds, "since": bounds[0], "until": bounds[-1], **given})
        return list(cursor.fetchall())
