"""Ask the sides, and say what an exhibit really is: two views of the hearing page, one verb each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases.standing import require_standing
from adjudication.errors import Fault, Malformed
from adjudication.evidence.models import Exhibit
from adjudication.parties import SIDES
from adjudication.procedure import acts
from adjudication.procedure.correct_kind import correct_kind
from adjudication.procedure.inquire import inquire
from adjudication.staff.doors import DECIDING, actor_of, door, typed
from adjudication.staff.seen import version_seen


@door("POST", open_to=DECIDING)
def ask(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Put a question to one side or both."""
    by = actor_of(request)
    require_standing(acts.INQUIRE, docket.look(number)[0], by)
    to = [side for side in SIDES if side.value in request.POST.getlist("to")]
    text, is_challenge = typed(request, "text"), bool(request.POST.get("challenge"))
    with docket.take(number, version=version_seen(request)) as (case, at):
        inquire(case, by=by, to=to, text=text, is_challenge=is_challenge, at=at)
    messages.success(request, _("Your question is put; whom it asks is told."))
    return redirect("admin:hearing", number=number)


@door("POST", open_to=DECIDING)
def correct(request: HttpRequest, *, number: str, exhibit_id: UUID) -> HttpResponseBase:
    """Correct the kind an exhibit was filed as."""
    by = actor_of(request)
    require_standing(acts.CORRECT_KIND, docket.look(number)[0], by)
    kind = request.POST.get("kind", "")
    if kind not in Exhibit.Kind.values:
        raise Malformed(_("Choose what the exhibit is."), Fault("kind", _("must be one of the kinds")))
    reason = typed(request, "reason")
    with docket.take(number, version=version_seen(request)) as (case, at):
        corrected = correct_kind(case, by=by, exhibit_id=exhibit_id, kind=Exhibit.Kind(kind), reason=reason, at=at)
    messages.success(request, _("%(label)s is corrected; both sides are told.") % {"label": corrected.label})
    return redirect("admin:hearing", number=number)
