"""The parts of the queue, and how much is behind each.

Counts stop at a thousand: whether it is 1,400 or 14,000 changes nothing about the next case.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from adjudication.cases.states import HEARD, State
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed
from adjudication.policy import versions

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MOST_COUNTED = 1000

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


def behind(key: str, user_id: int) -> QuerySet[Deadline]:
    """The open terms of the cases that a tab shows, for this member of staff."""
    running = Deadline.objects.filter(ended_at=None, case__isnull=False)
    if key == "parked":
        return running.filter(parked_at__isnull=False)
    running = running.filter(parked_at=None)
    shown = {
        "mine": Q(case__arbitrator_id=user_id, case__state__in=HEARD),
        "unassigned": Q(case__arbitrator=None, case__state__in=HEARD),
        "overdue": Q(case__is_overdue=True, case__state=State.RULING),
        "appeals": Q(case__instance__gt=1, case__state__in=HEARD),
        "open": Q(),
    }
    return running.filter(_above_the_limit() if key == "large" else shown[key])


def _above_the_limit() -> Q:
    """Claims that a second person looks at while they are heard, by the limits in force now."""
    limits = versions.current().tables["limits_minor"]["second_person_above"]
    named = [code for code in limits if code != "default"]
    above = ~Q(case__currency__in=named) & Q(case__amount_minor__gt=limits["default"])
    for code in named:
        above |= Q(case__currency=code, case__amount_minor__gt=limits[code])
    # The first condition alone follows from the others and lets the index start there.
    return Q(case__amount_minor__gt=min(limits.values()), case__state__in=HEARD) & above


def counts(user_id: int) -> dict[str, str]:
    """How many are behind each tab, `0` … `1000`, then `1000+`."""
    return dict(zip(TABS, counted(behind(key, user_id) for key in TABS), strict=True))


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
