"""The queue: what is due next stands first; each page is found by where the last one ended, however deep.

The page refreshes its rows by itself: it asks for them again with the mark of what it shows, and is mostly told that
nothing has changed. Without JavaScript it is the same page, as of the moment it was opened.
"""

from __future__ import annotations

import json
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import parse_etags, quote_etag
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import HEARD, State
from adjudication.credentials.staff import staff_roles
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed
from adjudication.parties import Role
from adjudication.policy.terms import Reason
from adjudication.procedure.desks import language_name
from adjudication.staff import presence
from adjudication.staff.categories import categories
from adjudication.staff.doors import DECIDING, READERS, actor_of, door, page
from adjudication.staff.filters import LANGUAGES, OPEN_STATES, Filter, as_typed, asked_for
from adjudication.staff.saved import kept_by
from adjudication.staff.shortcuts import are_on
from adjudication.staff.tabs import TABS, Tab, behind, capped_count, counts, require_tab
from adjudication.staff.wording import TimeLeft, state_badge, time_left

if TYPE_CHECKING:
    from django.utils.safestring import SafeString

EPOCH = datetime.fromtimestamp(0, UTC)
PAGE = 50
#: The page asks again after so long.
REFRESHED_EVERY = timedelta(seconds=12)

BESIDE = f"""
SELECT c.id,
       (SELECT count(*) FROM adjudication_exhibit e WHERE e.case_id = c.id AND e.by = 'buyer'),
       (SELECT count(*) FROM adjudication_exhibit e WHERE e.case_id = c.id AND e.by = 'seller'),
       ARRAY(SELECT DISTINCT a.side FROM adjudication_inquiry q JOIN adjudication_asking a ON a.inquiry_id = q.id
             WHERE q.case_id = c.id AND q.instance = c.instance AND a.replied_at IS NULL AND q.due_at > %(at)s
             ORDER BY 1),
       ARRAY(SELECT {presence.NAME} FROM adjudication_looking l JOIN auth_user u ON u.id = l.user_id
             WHERE l.case_id = c.id AND l.seen_at > %(over)s AND l.user_id <> %(user)s ORDER BY 1)
FROM adjudication_case c WHERE c.id = ANY(%(ids)s)"""  # noqa: S608  # nothing given


@dataclass(frozen=True, slots=True)
class Beside:
    """What else is known of a case at a glance."""

    buyers_exhibits: int = 0
    sellers_exhibits: int = 0
    asked: tuple[str, ...] = ()
    looking: str = ""

    @property
    def questions(self) -> str:
        """Whose answer is waited for; empty where nobody's is."""
        return " · ".join(str(Role(side).label) for side in self.asked)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One row of the queue."""

    case: Case
    deadline: Deadline
    left: TimeLeft
    state: SafeString
    beside: Beside
    may_take: bool

    @property
    def soon_at(self) -> datetime:
        """From here on a third of the term is left."""
        return self.deadline.due_at - (self.deadline.due_at - self.deadline.anchored_at) / 3

    @property
    def facts(self) -> list[Any]:
        """All that the row shows, but for the time left, which the page tells by itself."""
        return [self.case.pk, self.case.version, self.case.arbitrator_id, self.deadline.pk, *astuple(self.beside)]


@dataclass(frozen=True, slots=True)
class Rows:
    """What the queue shows now, on the page and when it is asked for again."""

    tab: str
    filter: Filter
    at: datetime
    tabs: list[Tab]
    rows: list[Waiting]
    found: str
    after: str
    next_mark: str
    hears: bool

    @property
    def mark(self) -> str:
        """A name for exactly this, in this language."""
        told = [get_language(), self.tab, self.filter.named, [tab.count for tab in self.tabs], self.found, self.hears]
        shown = json.dumps([*told, self.next_mark, [row.facts for row in self.rows]], default=str)
        return quote_etag(sha256(shown.encode()).hexdigest()[:32])

    def context(self) -> dict[str, Any]:
        """For the templates."""
        return {
            "tabs": self.tabs,
            "rows": self.rows,
            "found": self.found,
            "hears": self.hears,
            "mark": self.mark,
            "first_page": self.filter.address(self.tab) if self.after else "",
            "next_page": self.filter.address(self.tab, after=self.next_mark) if self.next_mark else "",
        }


@door("GET", open_to=READERS)
def queue(request: HttpRequest) -> HttpResponseBase:
    """The cases that wait, due next first. A filter that is wrong shows nothing and says why beside its field."""
    tab, refused = _tab(request), None
    try:
        wanted = asked_for(request.GET)
    except Malformed as malformed:
        wanted, refused = Filter(), malformed
    shown = _rows(request, tab, wanted)
    if refused:
        shown = Rows(tab, wanted, shown.at, shown.tabs, [], "", "", "", shown.hears)
    typed = as_typed(request.GET)
    now = wanted.address(tab)
    context = {
        "title": _("Queue"),
        **shown.context(),
        "tab": tab,
        "filter": typed,
        "is_narrowed": bool(wanted),
        "refused": refused,
        "faults": {fault.field: fault.detail for fault in refused.faults} if refused else {},
        "unfiltered": Filter().address(tab),
        "query": now,
        "kept": kept_by(actor_of(request).id, now=now),
        "choices": _choices(typed),
        "live": _live(request, shown, refused),
    }
    return page(request, "staff/queue.html", context, status=refused.status if refused else 200)


@door("GET", open_to=READERS)
def queue_rows(request: HttpRequest) -> HttpResponseBase:
    """The rows alone, for the page that shows them; nothing where they are as it has them."""
    shown = _rows(request, _tab(request), asked_for(request.GET))
    answer: HttpResponse
    if shown.mark in parse_etags(request.headers.get("If-None-Match", "")):
        answer = HttpResponseNotModified()
    else:
        answer = render(request, "staff/queue_rows.html", shown.context())
    answer["ETag"] = shown.mark
    return answer


def _tab(request: HttpRequest) -> str:
    hears = bool(staff_roles(request.user) & DECIDING)
    return require_tab(request.GET.get("tab") or ("mine" if hears else "open"))


def _rows(request: HttpRequest, tab: str, wanted: Filter) -> Rows:
    user_id, at, hears = actor_of(request).id, clock.now(), bool(staff_roles(request.user) & DECIDING)
    numbers = counts(user_id)
    tabs = [Tab(key, label, numbers[key], wanted.address(key), key == tab) for key, label in TABS.items()]
    narrowed = wanted.narrow(behind(tab, user_id, is_full=numbers[tab].endswith("+")), at=at)
    let_through = capped_count(narrowed) if wanted else ""
    after = request.GET.get("after", "")
    # Found by the index alone, then fetched: joined in one statement, planning it would cost more than running it.
    found = list(_after(narrowed, after).order_by("due_at", "id").values_list("due_at", "pk")[: PAGE + 1])
    rows = _written([pk for _due_at, pk in found[:PAGE]], at=at, user_id=user_id, hears=hears)
    next_mark = mark_of(*found[PAGE - 1]) if len(found) > PAGE else ""
    return Rows(tab, wanted, at, tabs, rows, let_through, after, next_mark, hears)


def _written(ids: list[int], *, at: datetime, user_id: int, hears: bool) -> list[Waiting]:
    known = Deadline.objects.filter(pk__in=ids).select_related("case__arbitrator", "case__shop__party")
    terms = list(known.order_by("due_at", "id"))
    with connection.cursor() as cursor:
        cursor.execute(
            BESIDE, {"ids": [term.case_id for term in terms], "at": at, "over": at - presence.LASTS, "user": user_id}
        )
        beside = {
            case_id: Beside(buyers, sellers, tuple(asked), presence.words(names))
            for case_id, buyers, sellers, asked, names in cursor.fetchall()
        }
    return [
        Waiting(
            case=term.case,
            deadline=term,
            left=time_left(term, at),
            state=state_badge(State(term.case.state)),
            beside=beside.get(term.case_id, Beside()),
            may_take=hears and term.case.state in HEARD and term.case.arbitrator_id is None,
        )
        for term in terms
        if term.case is not None
    ]


def _choices(typed: Filter) -> dict[str, Any]:
    """What the form offers; whatever the address asks for is among it."""
    known, reader = categories(), get_language() or "en"
    languages = dict.fromkeys((*LANGUAGES, typed.language)) if typed.language else LANGUAGES
    return {
        "reasons": Reason.choices,
        "states": OPEN_STATES,
        "languages": [(code, language_name(code, reader) or code) for code in languages],
        "categories": known if typed.category in ("", *known) else [*known, typed.category],
    }


def _live(request: HttpRequest, shown: Rows, refused: Malformed | None) -> dict[str, Any]:
    """What the page's script needs to keep it fresh, in the reader's words."""
    address = "" if refused else reverse("admin:queue_rows") + shown.filter.address(shown.tab)
    if address and shown.after:
        address = reverse("admin:queue_rows") + shown.filter.address(shown.tab, after=shown.after)
    return {
        "rows": address,
        "every": REFRESHED_EVERY // timedelta(milliseconds=1),
        "now": (shown.at - EPOCH) // timedelta(milliseconds=1),
        "keys": are_on(request),
        "words": {
            "left": gettext("%(time)s left"),
            "over": gettext("%(time)s over"),
            "time": gettext("%(hours)d h %(minutes)02d min"),
            "one": ngettext("%(count)s new case", "%(count)s new cases", 1),
            "many": ngettext("%(count)s new case", "%(count)s new cases", 2),
            "show": gettext("Show them"),
            "gone": gettext("has left this list"),
            "fresh": gettext("up to date"),
            "old": gettext("No connection: what you see is %(age)s old."),
            "seconds": gettext("%(count)s s"),
            "minutes": gettext("%(count)s min"),
            "back": gettext("The connection is back."),
            "ended": gettext("You are signed out. Sign in again to go on."),
            "failed": gettext("That did not work; nothing is known to have changed. Try it again."),
            "on": gettext("Shortcuts are on."),
            "off": gettext("Shortcuts are off."),
            "none": gettext("Tick cases first."),
        },
    }


def mark_of(due_at: datetime, pk: int) -> str:
    """Where a page ended: the due moment in whole microseconds, and the term's id."""
    return f"{(due_at - EPOCH) // timedelta.resolution}-{pk}"


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
