"""Give the parties more time: whole hours and a reason, which both sides read."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases.standing import require_standing
from adjudication.errors import Fault, Malformed
from adjudication.procedure import acts
from adjudication.procedure.extend import extend
from adjudication.staff.doors import DECIDING, actor_of, door, typed
from adjudication.staff.seen import version_seen


@door("POST", open_to=DECIDING)
def extend_term(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Extend the running term of a case."""
    by = actor_of(request)
    require_standing(acts.EXTEND, docket.look(number)[0], by)
    hours = request.POST.get("hours", "").strip()
    if not hours.isascii() or not hours.isdigit() or len(hours) > 4:
        raise Malformed(_("Say by how many hours."), Fault("hours", _("must be a whole number")))
    with docket.take(number, version=version_seen(request)) as (case, at):
        extend(case, by=by, by_length=timedelta(hours=int(hours)), reason=typed(request, "reason"), at=at)
    messages.success(request, _("The term of case %(number)s is extended; both sides are told.") % {"number": number})
    return redirect("admin:hearing", number=number)
