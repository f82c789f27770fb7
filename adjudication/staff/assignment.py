"""Who hears a case: whoever may takes one that waits; who hears it, or a supervisor, hands it to a colleague who could.

Of two at once, the second is told that the case has moved on.
"""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.standing import require_standing
from adjudication.errors import Fault, Malformed, Unprocessable
from adjudication.parties import DECIDERS, Actor, Role
from adjudication.procedure import acts, intervene
from adjudication.staff.doors import DECIDING, actor_of, door, typed
from adjudication.staff.seen import version_seen


@door("POST", open_to=DECIDING)
def take_case(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Assign the case to who asks."""
    by = actor_of(request)
    require_standing(acts.ASSIGN, docket.look(number)[0], by)
    with docket.take(number, version=version_seen(request)) as (case, at):
        intervene.assign(case, by=by, to=by, at=at)
    messages.success(request, _("Case %(number)s is yours.") % {"number": number})
    return redirect("admin:hearing", number=number)


@door("POST", open_to=DECIDING)
def give_case(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Assign the case to a colleague, who must be one who could take it; why it leaves somebody is noted for staff."""
    by = actor_of(request)
    require_standing(acts.GIVE, docket.look(number)[0], by)
    name, colleague = _colleague(request.POST.get("arbitrator", ""))
    with docket.take(number, version=version_seen(request)) as (case, at):
        reason = typed(request, "reason")
        if case.arbitrator_id is not None and not reason:
            raise Malformed(
                _("Say why the case is handed over; only staff read it."), Fault("reason", _("must not be empty"))
            )
        intervene.assign(case, by=by, to=colleague, reason=reason, at=at)
    messages.success(request, _("Case %(number)s is now heard by %(name)s.") % {"number": number, "name": name})
    return redirect("admin:hearing", number=number)


def colleagues_for(case: Case, by: Actor, *, at: datetime) -> list[str]:
    """The usernames of those this person may give the case to; none for who neither hears it nor supervises."""
    if not acts.is_allowed(acts.GIVE, case, by, at=at):
        return []
    return [
        name
        for name, colleague in _deciders().items()
        if colleague.id != by.id and acts.is_allowed(acts.ASSIGN, case, colleague, at=at)
    ]


def _deciders() -> dict[str, Actor]:
    """Every active member of staff who hears cases, by username, in the role they hear them in."""
    groups = User.objects.filter(is_active=True, is_staff=True, groups__name__in=[role.value for role in DECIDERS])
    found: dict[str, Actor] = {}
    for pk, name, group in groups.order_by("username", "groups__name").values_list("pk", "username", "groups__name"):
        found[name] = Actor(Role(group), pk)  # “supervisor” comes after “arbitrator”, and counts
    return found


def _colleague(name: str) -> tuple[str, Actor]:
    colleague = _deciders().get(name)
    if colleague is None:
        raise Unprocessable(
            _("Nobody of that name hears cases; name an active arbitrator or supervisor."),
            Fault("arbitrator", _("is not an arbitrator or supervisor"), "unknown_arbitrator"),
        )
    return name, colleague
