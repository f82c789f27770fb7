"""The queue: what is due next stands first; each page is found by where the last one ended, however deep.

Counts stop at a thousand: whether it is 1,400 or 14,000 changes nothing about the next case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db import connection
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import HEARD, State
from adjudication.credentials.staff import staff_roles
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from adjudication.staff.doors import DECIDING, READERS, actor_of, door, page
from adjudication.staff.wording import TimeLeft, state_badge, time_left

if TYPE_CHECKING:
    from django.utils.safestring import SafeString
    from django_stubs_ext import StrOrPromise

EPOCH = datetime.fromtimestamp(0, UTC)
PAGE = 50
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
class Waiting:
    """One row of the queue."""

    case: Case
    deadline: Deadline
    left: TimeLeft
    state: SafeString
    buyers_exhibits: int
    sellers_exhibits: int
    may_take: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: its words, how many are behind it (at most “1000+”), and where it leads."""

    key: str
    label: StrOrPromise
    count: str
    address: str
    is_current: bool


def behind(key: str, user_id: int) -> QuerySet[Deadline]:
    """The open terms of the cases that a tab shows, for this member of staff."""
    running = Deadline.objects.filter(ended_at=None, case__isnull=False)
    if key == "parked":
        return running.filter(parked_at__isnull=False)
    running = running.filter(parked_at=None)
    if key == "large":
        return running.filter(_above_the_limit(), case__state__in=HEARD)
    shown = {
        "mine": Q(case__arbitrator_id=user_id, case__state__in=HEARD),
        "unassigned": Q(case__arbitrator=None, case__state__in=HEARD),
        "overdue": Q(case__is_overdue=True, case__state=State.RULING),
        "appeals": Q(case__instance__gt=1, case__state__in=HEARD),
        "open": Q(),
    }
    return running.filter(shown[key])


def _above_the_limit() -> Q:
    """Claims that a second person looks at, by the limits in force now."""
    limits = versions.current().tables["limits_minor"]["second_person_above"]
    named = [code for code in limits if code != "default"]
    above = ~Q(case__currency__in=named) & Q(case__amount_minor__gt=limits["default"])
    for code in named:
        above |= Q(case__currency=code, case__amount_minor__gt=limits[code])
    return above


def counts(user_id: int) -> dict[str, str]:
    """How many are behind each tab, `0` … `1000`, then `1000+`: asked in one statement, and never counted further."""
    parts: list[str] = []
    values: list[Any] = []
    for key in TABS:
        rows, given = behind(key, user_id).order_by().values("pk")[: MOST_COUNTED + 1].query.sql_with_params()
        parts.append(f"(SELECT count(*) FROM ({rows}) counted)")  # noqa: S608  # Django's own SQL
        values += given
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)  # as above
        found = cursor.fetchone()
    return {key: capped(number) for key, number in zip(TABS, found, strict=True)}


def capped_count(found: QuerySet[Any]) -> str:
    """`0` … `1000`, then `1000+`."""
    return capped(found.order_by().values("pk")[: MOST_COUNTED + 1].count())


def capped(counted: int) -> str:
    """A count that stopped at one more than `MOST_COUNTED`, as it is shown."""
    return f"{MOST_COUNTED}+" if counted > MOST_COUNTED else str(counted)


@door("GET", open_to=READERS)
def queue(request: HttpRequest) -> HttpResponseBase:
    """The cases that wait, due next first."""
    hears = bool(staff_roles(request.user) & DECIDING)
    key = request.GET.get("tab") or ("mine" if hears else "open")
    if key not in TABS:
        raise Malformed(_("There is no such tab."), Fault("tab", _("must be one of: %(tabs)s") % {"tabs": list(TABS)}))
    user_id = actor_of(request).id
    found = _after(behind(key, user_id), request.GET.get("after", ""))
    terms = list(found.select_related("case__arbitrator", "case__shop__party").order_by("due_at", "id")[: PAGE + 1])
    rows = _rows(terms[:PAGE], at=clock.now(), user_id=user_id, hears=hears)
    counted = counts(user_id)
    last = terms[PAGE - 1] if len(terms) > PAGE else None
    return page(
        request,
        "staff/queue.html",
        {
            "title": _("Queue"),
            "tabs": [Tab(k, label, counted[k], f"?{urlencode({'tab': k})}", k == key) for k, label in TABS.items()],
            "rows": rows,
            "hears": hears,
            "is_first": "after" not in request.GET,
            "first_page": f"?{urlencode({'tab': key})}",
            "next_page": f"?{urlencode({'tab': key, 'after': _mark(last)})}" if last else "",
        },
    )


def _rows(terms: list[Deadline], *, at: datetime, user_id: int, hears: bool) -> list[Waiting]:
    ids = [term.case_id for term in terms if term.case_id is not None]
    sides = Exhibit.objects.filter(case_id__in=ids).order_by().values_list("case_id", "by").annotate(filed=Count("pk"))
    filed = {(case_id, by): count for case_id, by, count in sides}
    rows = []
    for term in terms:
        if term.case is None:
            continue
        rows.append(
            Waiting(
                case=term.case,
                deadline=term,
                left=time_left(term, at),
                state=state_badge(State(term.case.state)),
                buyers_exhibits=filed.get((term.case_id, "buyer"), 0),
                sellers_exhibits=filed.get((term.case_id, "seller"), 0),
                may_take=hears and term.case.state in HEARD and term.case.arbitrator_id is None,
            )
        )
    return rows


def _mark(term: Deadline) -> str:
    """Where a page ended: the due moment in whole microseconds, and the term's id."""
    return f"{(term.due_at - EPOCH) // timedelta.resolution}-{term.pk}"


def _after(found: QuerySet[Deadline], mark: str) -> QuerySet[Deadline]:
    if not mark:
        return found
    try:
        microseconds, pk = (int(part) for part in mark.split("-"))
        due_at = EPOCH + microseconds * timedelta.resolution
    except (ValueError, OverflowError) as error:
        raise Malformed(_("The page’s mark is not one of this queue’s."), Fault("after", _("is unknown"))) from error
    # The first condition alone lets the index start there; the second is exact.
    return found.filter(Q(due_at__gt=due_at) | Q(pk__gt=pk), due_at__gte=due_at)
