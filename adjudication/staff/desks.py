"""The desks of those who hear cases: each sets their own, a supervisor anybody's; who changed what stays on the page.

Supervisors and auditors see all desks at a glance; an arbitrator sees their own alone, for what somebody declares of
themselves is no colleague's business.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.cases.desks import Desk, DeskChange, Interest
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.credentials.staff import staff_roles
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused, Stale
from adjudication.orders.models import Party
from adjudication.parties import DECIDERS, Role
from adjudication.procedure import desks
from adjudication.procedure.desks import DeskGiven
from adjudication.staff.categories import categories
from adjudication.staff.doors import DECIDING, READERS, actor_of, door, page

#: So many changes the page tells; the record has them all.
MOST_TOLD = 12
OVERSEERS = frozenset({Role.SUPERVISOR, Role.AUDITOR})


@dataclass(frozen=True, slots=True)
class Seen:
    """One desk at a glance."""

    user: User
    says: list[str]
    hears: int
    is_full: bool
    is_away: bool
    interests: int


@door("GET", open_to=READERS)
def all_desks(request: HttpRequest) -> HttpResponseBase:
    """Everybody who hears cases; whoever may see one desk alone is led to it."""
    if not staff_roles(request.user) & OVERSEERS:
        return redirect("admin:desk", pk=actor_of(request).id)
    at = clock.now()
    hears = Count("cases_heard", filter=~Q(cases_heard__state=State.CLOSED), distinct=True)
    running = Count("interests", filter=Q(interests__ended_at=None), distinct=True)
    people = _who_hear().select_related("desk").annotate(hears=hears, running=running).order_by("username")
    rows = []
    for user in people:
        desk = getattr(user, "desk", None) or Desk(user=user)
        is_full = desk.most_cases is not None and user.hears >= desk.most_cases
        rows.append(Seen(user, _says(desk), user.hears, is_full, desk.is_away_at(at), user.running))
    return page(request, "staff/desks.html", {"title": _("Desks"), "rows": rows})


@door("GET", open_to=READERS)
def desk(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """One desk, as it is set, with what is declared and how it was set before."""
    return _shown(request, _readable(request, pk))


@door("POST", open_to=DECIDING)
def set_desk(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Set the desk to what the form says; a refusal keeps every word and says what would be right beside its field."""
    user, by = _readable(request, pk), actor_of(request)
    if not desks.may_set(user.pk, by):
        raise NoStanding(_("Another’s desk is set by a supervisor."))
    try:
        done = desks.set_desk(user, _given(request), by=by, seen=_seen(request), at=clock.now())
    except (Malformed, Stale) as refused:
        return _shown(request, user, refused=refused, typed=request.POST.dict())
    messages.success(request, _("The desk is set.") if done else _("The desk was set like this already."))
    return redirect("admin:desk", pk=pk)


@door("POST", open_to=DECIDING)
def declare_interest(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Declare an own account, or a relation with a party."""
    user, given = _readable(request, pk), request.POST
    try:
        interest = desks.declare(
            user,
            party_kind=given.get("party_kind", ""),
            external_id=given.get("party", "").strip(),
            kind=given.get("kind", ""),
            by=actor_of(request),
            at=clock.now(),
        )
    except NoStanding:
        raise
    except Refused as refused:
        return _shown(request, user, refused=refused, typed=given.dict(), is_declaring=True)
    told = _("It is declared: no case of %(party)s is heard by %(name)s from now on.")
    messages.success(request, told % {"party": interest.party, "name": user.get_username()})
    if held := desks.touched_by(interest):
        told = _("Hand these over, for they can no longer be ruled on from this desk: %(numbers)s")
        messages.warning(request, told % {"numbers": ", ".join(held)})
    return redirect("admin:desk", pk=pk)


@door("POST", open_to=DECIDING)
def end_interest(request: HttpRequest, *, pk: int, interest_id: int) -> HttpResponseBase:
    """End what was declared; it stays on record."""
    user = _readable(request, pk)
    interest = desks.end(interest_id, user=user, by=actor_of(request), at=clock.now())
    told = _("The interest in %(party)s has ended; that it was declared stays on record.")
    messages.success(request, told % {"party": interest.party})
    return redirect("admin:desk", pk=pk)


def _who_hear() -> Any:
    roles = [role.value for role in DECIDERS]
    return User.objects.filter(is_active=True, is_staff=True, groups__name__in=roles).distinct()


def _readable(request: HttpRequest, pk: int) -> User:
    """The desk's owner; another's desk is as if unknown to whoever may not see it."""
    may = pk == request.user.pk or bool(staff_roles(request.user) & OVERSEERS)
    user: User | None = _who_hear().filter(pk=pk).first() if may else None
    if user is None:
        raise NotFound(_("There is no such desk; a desk belongs to an arbitrator or a supervisor."))
    return user


def _given(request: HttpRequest) -> DeskGiven:
    given, faults = request.POST, []
    most: int | None = None
    typed = given.get("most_cases", "").strip()
    if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 9):
        told = _("must be a whole number from 0 to %(most)d") % {"most": desks.MOST_CASES}
        faults.append(Fault("most_cases", told))
    elif typed:
        most = int(typed)
    until: datetime | None = None
    if typed := given.get("away_until", "").strip():
        try:
            read = parse_datetime(typed)
            until = timezone.make_aware(read) if read and timezone.is_naive(read) else read
        except (ValueError, OverflowError):
            until = None
        if until is None or until.year > 2200:
            faults.append(Fault("away_until", _("must be a date and a time, as in 2026-12-24 18:00")))
    if faults:
        raise Malformed(_("The desk cannot be set like this."), *faults)
    return DeskGiven(
        languages=tuple(dict.fromkeys(given.get("languages", "").replace(",", " ").lower().split())),
        categories=tuple(
            dict.fromkeys(line.strip() for line in given.get("categories", "").splitlines() if line.strip())
        ),
        most_cases=most,
        is_away="is_away" in given,
        away_until=until,
    )


def _seen(request: HttpRequest) -> int:
    given = request.POST.get("seen", "")
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        raise Malformed(
            _("Open the desk again; the form does not say what it was made for."), Fault("seen", _("is unknown"))
        )
    return int(given)


def _says(desk: Desk | DeskChange) -> list[str]:
    """A desk in words, a part a line."""
    reader = get_language() or "en"
    languages = ", ".join(desks.language_name(code, reader) or code for code in desk.languages)
    parts = [
        _("reads %(languages)s") % {"languages": languages} if languages else _("any language"),
        _("knows %(categories)s") % {"categories": ", ".join(desk.categories)} if desk.categories else "",
        _("at most %(most)d open cases") % {"most": desk.most_cases} if desk.most_cases is not None else "",
    ]
    if desk.is_away and desk.away_until is None:
        parts.append(_("away"))
    elif desk.is_away and desk.away_until is not None:
        until = f"{timezone.localtime(desk.away_until):%Y-%m-%d %H:%M %Z}"
        parts.append(_("away until %(moment)s") % {"moment": until})
    return [part for part in parts if part]


def _shown(
    request: HttpRequest,
    user: User,
    *,
    refused: Refused | None = None,
    typed: dict[str, Any] | None = None,
    is_declaring: bool = False,
) -> HttpResponse:
    by, at = actor_of(request), clock.now()
    kept = Desk.objects.filter(user=user).first() or Desk(user=user)
    changes = list(DeskChange.objects.filter(user=user).select_related("by")[:MOST_TOLD])
    interests = Interest.objects.filter(user=user).select_related("party", "declared_by", "ended_by")
    until = timezone.localtime(kept.away_until) if kept.away_until else None
    usual = {
        "languages": " ".join(kept.languages),
        "categories": "\n".join(kept.categories),
        "most_cases": "" if kept.most_cases is None else kept.most_cases,
        "is_away": kept.is_away,
        "away_until": f"{until:%Y-%m-%dT%H:%M}" if until else "",
    }
    context: dict[str, Any] = {
        "title": _("Your desk") if user.pk == by.id else _("The desk of %(name)s") % {"name": user.get_username()},
        "owner": user,
        "is_mine": user.pk == by.id,
        "may_set": desks.may_set(user.pk, by),
        "may_end": by.role is Role.SUPERVISOR and by.id != user.pk,
        "may_see_all": bool(staff_roles(request.user) & OVERSEERS),
        "field": typed if typed is not None and not is_declaring else usual,
        "declared": typed if typed is not None and is_declaring else {},
        "faults": {fault.field: fault.detail for fault in refused.faults} if refused else {},
        "refused": refused,
        "is_declaring": is_declaring,
        "says": _says(kept),
        "is_away_now": kept.is_away_at(at),
        "hears": Case.objects.filter(arbitrator=user).exclude(state=State.CLOSED).count(),
        "most_cases_ever": desks.MOST_CASES,
        "seen": changes[0].pk if changes else 0,
        "changes": [(change, _says(change)) for change in changes],
        "interests": interests.order_by("ended_at", "-declared_at"),
        "kinds": Interest.Kind.choices,
        "party_kinds": Party.Kind.choices,
        "zone": timezone.get_current_timezone_name(),
        "known_categories": categories(),
    }
    return page(request, "staff/desk.html", context, status=refused.status if refused else 200)
