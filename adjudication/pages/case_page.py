"""The case page: what happened, what to do now and until when, what both sides filed, and the forms of the acts.

A refused act comes back as this same page, with its status, the refusal beside the form, and everything that was typed.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from adjudication import docket
from adjudication.cases import standing
from adjudication.errors import Malformed, Refused
from adjudication.pages.act_table import BY_NAME, PageAct
from adjudication.pages.case_view import case_view
from adjudication.pages.forms import ActForm
from adjudication.pages.session import for_parties
from adjudication.parties import Actor

FORM_REFUSED = 400


@require_safe
@for_parties
def show(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """The case, to the two sides alone."""
    case, at = docket.look(number)
    standing.require_access(case, actor)
    return render(request, "pages/case.html", case_view(case, actor, at=at, asked=request.GET))


@require_POST
@for_parties
def perform(request: HttpRequest, actor: Actor, number: str, name: str) -> HttpResponseBase:
    """Perform one act with what its form says, then show the case; or show why not."""
    page_act = BY_NAME.get(name)
    if page_act is None:
        raise Http404
    case, at = docket.look(number)
    standing.require_standing(page_act.act, case, actor)
    form = page_act.form(request.POST, request.FILES, name=name, case=case, role=actor.role)
    try:
        if not form.is_valid():
            return _refused(request, actor, number, page_act, form, status=FORM_REFUSED)
        standing.require_turn(page_act.act, case, actor, at=at)
        version = _version_seen(request) if page_act.depends_on_version else None
        done = _perform(page_act, form, number, actor, version=version)
    except Refused as refused:
        form.tell(refused)
        return _refused(request, actor, number, page_act, form, status=refused.status, refused=refused)
    messages.success(request, str(page_act.words_of(done)))
    return redirect("pages:case", number)


def _perform(page_act: PageAct, form: ActForm, number: str, actor: Actor, *, version: int | None) -> object:
    try:
        form.store_files()
        with docket.take(number, version=version) as (case, at):
            done = page_act.perform(case, actor, form, at)
    except BaseException:
        form.discard_files()
        raise
    return done


def _refused(
    request: HttpRequest,
    actor: Actor,
    number: str,
    page_act: PageAct,
    form: ActForm,
    *,
    status: int,
    refused: Refused | None = None,
) -> HttpResponseBase:
    """The case as it now stands, with this form open."""
    case, at = docket.look(number)
    context = case_view(case, actor, at=at, asked=request.GET, tried=(page_act, form, refused))
    return render(request, "pages/case.html", context, status=status)


def _version_seen(request: HttpRequest) -> int:
    """The version of the case that the form was shown with."""
    given = request.POST.get("version", "")
    if not (given.isascii() and given.isdecimal() and len(given) < 10):
        raise Malformed(_("The form does not say which version of the case it was shown with; open the case again."))
    return int(given)
