"""The parts of the queue, and how much is behind each.

Counts stop at a thousand: whether it is 1,400 or 14,000 changes nothing about the next case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.states import HEARD
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed
from adjudication.policy import versions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_COUNTED = 1000
#: The terms under which a case is heard.
HEARD_UNDER = (
    Deadline.Kind.ARBITRATOR_ASSIGNED,
    Deadline.Kind.EVIDENCE,
    Deadline.Kind.RULING,
    Deadline.Kind.RULING_ONCE_OVERDUE,
)

TABS: dict[str, StrOrPromise] = {
    "mine": _("My cases"),
    "unassigned": _("Unassigned"),
    "overdue": _("Overdue"),
    "appeals": _("Appeals"),
    "large": _("Large"),
    "parked": _("Parked"),
    "open": _("All open"),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its words, how many are behind it (at most “1000+”), and where it leads."""

    key: str
    label: StrOrPromise
    count: str
    address: str
    is_current: bool


def require_tab(key: str) -> str:
    """The key itself.

    Raises:
        Malformed: there is no such tab.

    """
    if key not in TABS:
        told = _("must be one of: %(tabs)s") % {"tabs": list(TABS)}
        raise Malformed(_("There is no such tab."), Fault("tab", told))
    return key


def behind(key: str, user_id: int, *, is_full: bool = False) -> QuerySet[Deadline]:
    """The open terms of the cases that a tab shows, for this member of staff.

    A case that is heard stands under one of four kinds of term, an overdue one under one: each has an index by due
    moment of its own, so that a tab is walked without stepping over what is not in it.

    Args:
        key: the tab's.
        user_id: whose.
        is_full: more are behind it than are counted.

    """
    running = Deadline.objects.filter(ended_at=None, case__isnull=False)
    if key == "parked":
        return running.filter(parked_at__isnull=False)
    running = running.filter(parked_at=None)
    if key == "open":
        return running
    if key == "overdue":
        return running.filter(kind=Deadline.Kind.RULING_ONCE_OVERDUE)
    running = running.filter(kind__in=HEARD_UNDER)
    if key == "appeals":
        return running.filter(instance__gt=1)
    if key == "mine":
        return running.filter(case__arbitrator_id=user_id, case__state__in=HEARD)
    if key == "unassigned":
        return running.filter(case__arbitrator=None, case__state__in=HEARD)
    large = Case.objects.filter(_above_the_limit(), state__in=HEARD)
    if is_full:  # so many that the next ones are soon met: each term in turn is asked for its case
        of_each = Subquery(large.filter(pk=OuterRef("case_id")).values("amount_minor"))
        return running.alias(large_claim=of_each).filter(large_claim__isnull=False)
    return running.filter(case__in=list(large.values_list("pk", flat=True)[:MOST_COUNTED]))


def _above_the_limit() -> Q:
    """Claims that a second person looks at, by the limits in force now."""
    limits = versions.current().tables["limits_minor"]["second_person_above"]
    named = [code for code in limits if code != "default"]
    above = ~Q(currency__in=named) & Q(amount_minor__gt=limits["default"])
    for code in named:
        above |= Q(currency=code, amount_minor__gt=limits[code])
    # The first condition follows from the others and lets the index start there.
    return Q(amount_minor__gt=min(limits.values())) & above


def counted_behind(key: str, user_id: int) -> QuerySet[Any]:
    """As many rows as `behind` finds, of what is counted soonest: where that is cases, without their terms."""
    if key not in ("mine", "unassigned", "large"):
        return behind(key, user_id)
    own = {"mine": Q(arbitrator_id=user_id), "unassigned": Q(arbitrator=None)}
    cases = own[key] if key in own else _above_the_limit()
    parked = Deadline.objects.filter(case=OuterRef("pk"), ended_at=None, parked_at__isnull=False)
    return Case.objects.filter(cases, ~Exists(parked), state__in=HEARD)


def counts(user_id: int) -> dict[str, str]:
    """How many are behind each tab, `0` … `1000`, then `1000+`."""
    return dict(zip(TABS, counted(counted_behind(key, user_id) for key in TABS), strict=True))


def counted(each: Iterable[QuerySet[Any]]) -> list[str]:
    """How many each finds: asked in one statement, and never counted beyond a thousand."""
    parts: list[str] = []
    values: list[Any] = []
    for found in each:
        rows, given = found.order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({rows}) counted)")  # noqa: S608  # Django's own SQL
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)  # as above
        return [capped(number) for number in cursor.fetchone()]


def capped_count(found: QuerySet[Any]) -> str:
    """`0` … `1000`, then `1000+`."""
    return capped(found.order_by().values("pk")[: MOST_COUNTED + 1].count())


def capped(number: int) -> str:
    """Write a count that stopped at one more than `MOST_COUNTED`."""
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number)
