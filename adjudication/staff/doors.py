"""The doors of the staff's own pages: who may pass, by which verb, and how a refusal is told.

A refusal keeps its HTTP status and says what would be right; it is turned into a page here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from adjudication.credentials.staff import staff_actor, staff_roles
from adjudication.errors import NoStanding, Refused
from adjudication.parties import DECIDERS, Actor, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

READERS = frozenset({Role.ARBITRATOR, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR})
DECIDING = frozenset(DECIDERS)


READS_HERE = _("Your role reads here; hearing and ruling belong to arbitrators.")


def door(verb: str, *, open_to: Collection[Role], otherwise: StrOrPromise = READS_HERE) -> Callable[[View[P]], View[P]]:
    """Let staff of these roles through, by this verb alone; a refusal behind it becomes a page with its status.

    `otherwise` tells the others whose act it is.
    """

    def fit(view: View[P]) -> View[P]:
        @wraps(view)
        def passed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if request.method != verb and (request.method, verb) != ("HEAD", "GET"):
                return HttpResponseNotAllowed([verb])
            try:
                if not staff_roles(request.user) & frozenset(open_to):
                    raise NoStanding(otherwise)
                return view(request, *args, **kwargs)
            except Refused as refused:
                return refusal_page(request, refused, number=str(kwargs.get("number", "")))

        return passed

    return fit


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff at the door."""
    return staff_actor(request.user)


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One page of the staff's site."""
    from adjudication.staff.site import site  # the site names these pages, so it is known only once all are

    request.current_app = site.name
    return TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)


def refusal_page(request: HttpRequest, refused: Refused, *, number: str = "") -> HttpResponse:
    """Say why it was refused, with the refusal's own status, and lead back to the case."""
    known = number if refused.code != "not_found" else ""
    return page(
        request,
        "staff/refused.html",
        {"title": refused.title, "refused": refused, "number": known},
        status=refused.status,
    )
