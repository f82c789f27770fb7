"""What another policy version would have changed for the cases of a month, as far as that can be computed.

Each case is held against its own version and the other. What is on record stays as it was: nobody knows what people
would have done had a term been another. So each rule is looked at by itself, and nothing that would have followed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline
from adjudication.money import format_amount
from adjudication.policy import versions
from adjudication.policy.terms import Reason
from adjudication.policy.versions import Policy
from adjudication.reports.policy_words import duration

#: So many cases are named of each effect.
NAMED = 5


@dataclass(frozen=True, slots=True)
class Effect:
    """One rule that is another in the other version: what it says, how many it touches, and some of them by number."""

    words: str
    count: int
    examples: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Looked:
    """Over which cases: those requested from `since`, included, to `until`, by the version they opened under."""

    since: datetime
    until: datetime
    own: dict[int, int]
    other: Policy

    @property
    def cases(self) -> int:
        """How many there are."""
        return sum(self.own.values())

    @property
    def policies(self) -> list[Policy]:
        """Their own versions, but for the other itself."""
        return [versions.get(version) for version in sorted(self.own) if version != self.other.version]

    def rows(self, statement: str, **given: Any) -> list[tuple[Any, ...]]:
        """What a statement finds over these cases."""
        with connection.cursor() as cursor:
            cursor.execute(statement, {"since": self.since, "until": self.until, "named": NAMED, **given})
            return list(cursor.fetchall())


def look(other: Policy, *, since: datetime, until: datetime) -> Looked:
    """Find the cases that were requested in that time."""
    found = Case.objects.filter(requested_at__gte=since, requested_at__lt=until).order_by()
    return Looked(since, until, dict(Counter(found.values_list("policy_version_id", flat=True))), other)


def effects(looked: Looked) -> list[Effect]:
    """Every effect that can be computed, of each rule that differs; none where no rule does."""
    if not looked.policies:
        return []
    return [effect for computed in COMPUTED for effect in computed(looked)]


TERMS = """
SELECT d.kind, s.shift, count(*), count(*) FILTER (WHERE d."end" = 'met' AND d.ended_at >= d.due_at + s.by),
       count(*) FILTER (WHERE d."end" = 'lapsed'),
       (array_agg(c.number ORDER BY c.id) FILTER (WHERE d."end" = 'met' AND d.ended_at >= d.due_at + s.by))[:%(named)s]
FROM adjudication_case c JOIN adjudication_deadline d ON d.case_id = c.id
JOIN (SELECT version, kind, shift, make_interval(secs => shift) AS by
      FROM unnest(%(versions)s::int[], %(kinds)s::text[], %(shifts)s::bigint[]) AS u(version, kind, shift)) s
    ON s.version = d.policy_version_id AND s.kind = d.kind
WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s
GROUP BY d.kind, s.shift ORDER BY d.kind, s.shift"""


def _terms(looked: Looked) -> list[Effect]:
    shifts = [
        (policy.version, kind, int((looked.other.terms[kind] - policy.terms[kind]).total_seconds()))
        for policy in looked.policies
        for kind in policy.terms
        if looked.other.terms[kind] != policy.terms[kind]
    ]
    if not shifts:
        return []
    of, kinds, by = (list(column) for column in zip(*shifts, strict=True))
    found = []
    for kind, shift, count, late, lapsed, numbers in looked.rows(TERMS, versions=of, kinds=kinds, shifts=by):
        told = {"term": Deadline.Kind(kind).label, "by": duration(abs(shift))}
        earlier = _("“%(term)s” would have been due %(by)s earlier") % told
        later = _("“%(term)s” would have been due %(by)s later") % told
        found.append(Effect(later if shift > 0 else earlier, count))
        if late:
            found.append(Effect(_("“%(term)s”: what was done in time would have come too late") % told, late, numbers))
        if lapsed:
            found.append(Effect(_("“%(term)s”: silence would have taken effect at another time") % told, lapsed))
    return found


SILENT = """
SELECT count(*), (array_agg(c.number ORDER BY c.id))[:%(named)s]
FROM adjudication_case c JOIN adjudication_deadline d ON d.case_id = c.id
WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s AND c.policy_version_id = ANY(%(versions)s)
  AND d.kind = 'seller_answers' AND d."end" = 'lapsed'"""


def _silence(looked: Looked) -> list[Effect]:
    touched = [policy.version for policy in looked.policies if policy.seller_silence != looked.other.seller_silence]
    if not touched:
        return []
    ((count, numbers),) = looked.rows(SILENT, versions=touched)
    words = _("the seller’s silence would not have been acceptance; the buyer would have had to call the platform in")
    if looked.other.seller_silence == "accept":
        words = _("the seller’s silence would have been acceptance")
    return [Effect(words, count, numbers or ())]


ASKED = """
SELECT policy_version_id, reason, remedy, count(*), (array_agg(number ORDER BY id))[:%(named)s]
FROM adjudication_case WHERE requested_at >= %(since)s AND requested_at < %(until)s GROUP BY 1, 2, 3"""


def _reasons(looked: Looked) -> list[Effect]:
    """What the rule of the case's reason says: remedies, burden of proof, and who pays the way back."""
    barred: list[tuple[int, Sequence[str]]] = []
    burden: Counter[str] = Counter()
    way_back: Counter[str] = Counter()
    for version, reason, remedy, count, numbers in looked.rows(ASKED):
        own, other = versions.get(version).reasons[reason], looked.other.reasons[reason]
        if remedy not in other.remedies:
            barred.append((count, numbers))
        burden[reason] += count * (own.burden != other.burden)
        way_back[reason] += count * (own.return_shipping != other.return_shipping)
    found = []
    if barred:
        named = [number for _count, numbers in barred for number in numbers][:NAMED]
        count = sum(count for count, _numbers in barred)
        found.append(Effect(_("what was asked for could not have been asked for"), count, named))
    for words, counted in (
        (_("%(reason)s: the burden of proof would have lain on the other side"), burden),
        (_("%(reason)s: the way back would have been paid by another rule"), way_back),
    ):
        found += [Effect(words % {"reason": Reason(reason).label}, count) for reason, count in counted.items() if count]
    return found


SECOND = """
WITH limits AS (
    SELECT * FROM unnest(%(versions)s::int[], %(currencies)s::text[], %(minors)s::bigint[])
        AS u(version, currency, minor)),
ruled AS (
    SELECT c.id, c.number, c.amount_minor > coalesce(
               (SELECT minor FROM limits l WHERE l.version = c.policy_version_id AND l.currency = c.currency),
               (SELECT minor FROM limits l WHERE l.version = c.policy_version_id AND l.currency = 'default')) AS was,
           c.amount_minor > coalesce(
               (SELECT minor FROM limits l WHERE l.version = %(other)s AND l.currency = c.currency),
               (SELECT minor FROM limits l WHERE l.version = %(other)s AND l.currency = 'default')) AS would_be
    FROM adjudication_case c
    WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s AND EXISTS (
        SELECT FROM adjudication_ruling r WHERE r.case_id = c.id AND r.decided_as IN ('arbitrator', 'supervisor')))
SELECT would_be, count(*), (array_agg(number ORDER BY id))[:%(named)s]
FROM ruled WHERE was <> would_be GROUP BY would_be ORDER BY would_be DESC"""


def _second_person(looked: Looked) -> list[Effect]:
    limits = [
        (policy.version, currency, minor)
        for policy in {each.version: each for each in [*map(versions.get, looked.own), looked.other]}.values()
        for currency, minor in policy.tables["limits_minor"]["second_person_above"].items()
    ]
    of, currencies, minors = (list(column) for column in zip(*limits, strict=True))
    rows = looked.rows(SECOND, versions=of, currencies=currencies, minors=minors, other=looked.other.version)
    needed = _("a second person would have had to confirm the ruling")
    spared = _("no second person would have been needed for the ruling")
    return [Effect(needed if would_be else spared, count, numbers) for would_be, count, numbers in rows]


FEES = """
WITH settled AS (
    SELECT c.id, e.currency, sum(p.credit_minor) AS part,
           coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'platform_fees'), 0) AS fee
    FROM adjudication_case c JOIN adjudication_entry e ON e.reference = 'settlement:' || c.number
    JOIN adjudication_posting p ON p.entry_id = e.id
    JOIN adjudication_account a ON a.id = p.account_id AND a.kind IN ('payable_to_shop', 'platform_fees')
    WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s AND p.credit_minor > 0
    GROUP BY c.id, e.id)
SELECT currency, count(*), sum(fee)::bigint, sum(div(part * %(rate)s, 10000))::bigint
FROM settled WHERE fee <> div(part * %(rate)s, 10000) GROUP BY currency ORDER BY currency"""


def _fees(looked: Looked) -> list[Effect]:
    rows = looked.rows(FEES, rate=looked.other.seller_basis_points)
    words = _("fee in %(currency)s: %(would_be)s instead of %(was)s")
    return [
        Effect(
            words
            % {
                "currency": currency,
                "would_be": format_amount(would_be, currency),
                "was": format_amount(was, currency),
            },
            count,
        )
        for currency, count, was, would_be in rows
    ]


SHORT = """
SELECT count(DISTINCT c.id), (array_agg(DISTINCT c.number))[:%(named)s]
FROM adjudication_case c JOIN adjudication_ruling r ON r.case_id = c.id
WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s
  AND r.decided_as IN ('arbitrator', 'supervisor') AND char_length(r.reasons) < %(least)s"""
#: What answers an inquiry counts towards no side's quota.
MANY = """
SELECT count(DISTINCT f.case_id), (array_agg(DISTINCT f.number))[:%(named)s]
FROM (SELECT c.id AS case_id, c.number FROM adjudication_case c JOIN adjudication_exhibit x ON x.case_id = c.id
      WHERE c.requested_at >= %(since)s AND c.requested_at < %(until)s AND x.by IN ('buyer', 'seller')
        AND x.inquiry_id IS NULL
      GROUP BY c.id, c.number, x.by HAVING count(*) > %(most)s) f"""


def _texts_and_exhibits(looked: Looked) -> list[Effect]:
    ((short, of_short),) = looked.rows(SHORT, least=looked.other.number("texts", "reasons_at_least"))
    ((many, of_many),) = looked.rows(MANY, most=looked.other.number("evidence", "exhibits_per_side"))
    found = [
        Effect(_("the ruling’s reasons would have been too short"), short, of_short or ()),
        Effect(_("a side filed more exhibits than it could have"), many, of_many or ()),
    ]
    return [effect for effect in found if effect.count]


COMPUTED: tuple[Callable[[Looked], list[Effect]], ...] = (
    _terms,
    _silence,
    _reasons,
    _second_person,
    _fees,
    _texts_and_exhibits,
)
