"""Take a case: whoever hears cases may take one that waits; of two at once, the second is told that it has moved on."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases.standing import require_standing
from adjudication.procedure import acts, intervene
from adjudication.staff.doors import DECIDING, actor_of, door
from adjudication.staff.seen import version_seen


@door("POST", open_to=DECIDING)
def take_case(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Assign the case to who asks."""
    by = actor_of(request)
    require_standing(acts.ASSIGN, docket.look(number)[0], by)
    with docket.take(number, version=version_seen(request)) as (case, at):
        intervene.assign(case, by=by, arbitrator_id=by.id, at=at)
    messages.success(request, _("Case %(number)s is yours.") % {"number": number})
    return redirect("admin:hearing", number=number)
