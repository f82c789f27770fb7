"""The doors of the staff's own pages: who may pass, by which verb, how fresh their sign-in, and how a refusal is told.

A refusal keeps its HTTP status and says what would be right; it is turned into a page here and nowhere else, and the
page carries it along, so that `watch.py` can write it down.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _

from adjudication.credentials.staff import staff_actor, staff_roles
from adjudication.errors import Fault, Malformed, MethodNotAllowed, NoStanding, Refused, Unauthenticated
from adjudication.parties import DECIDERS, Actor, Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

READERS = frozenset({Role.ARBITRATOR, Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR})
DECIDING = frozenset(DECIDERS)


def door(
    verb: str, *, open_to: Collection[Role], is_fresh: bool = False, otherwise: StrOrPromise = ""
) -> Callable[[View[P]], View[P]]:
    """Let staff of these roles through, by this verb alone; a refusal behind it becomes a page with its status.

    Args:
        verb: GET or POST.
        open_to: the roles.
        is_fresh: the second factor must have been shown within the last ten minutes; else it is asked for, and
            what was sent is done once it is given.
        otherwise: tells the others whose act it is, where the roles' names do not say enough.

    """

    def fit(view: View[P]) -> View[P]:
        @wraps(view)
        def passed(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            from adjudication.staff import fresh  # it makes a page, as this module does

            try:
                if request.method != verb and (request.method, verb) != ("HEAD", "GET"):
                    raise MethodNotAllowed(_("This address takes %(verb)s alone.") % {"verb": verb})
                if not staff_roles(request.user) & frozenset(open_to):
                    roles = ", ".join(str(role.label) for role in Role if role in open_to)
                    told = _("Your role may not do this; it belongs to: %(roles)s.") % {"roles": roles}
                    raise NoStanding(otherwise or told)
                if is_fresh and (asked := fresh.asked_again(request)) is not None:
                    return asked
                return view(request, *args, **kwargs)
            except Refused as refused:
                return refusal_page(request, refused, number=str(kwargs.get("number", "")))

        return passed

    return fit


def actor_of(request: HttpRequest) -> Actor:
    """The member of staff at the door."""
    return staff_actor(request.user)


def who(request: HttpRequest) -> User:
    """The member of staff who is signed in; asked behind a door alone.

    Raises:
        Unauthenticated: nobody is.

    """
    if not isinstance(request.user, User):
        raise Unauthenticated(_("Sign in first."))
    return request.user


def plain(typed: str) -> str:
    """What was typed, as it is kept: a browser ends lines with CRLF, here they end with LF, and no text holds a NUL."""
    return typed.replace("\r\n", "\n").replace("\0", "")


def typed(request: HttpRequest, field: str, *, most: int = 4000) -> str:
    """What was typed into a field of words, as it is kept: at most as long as the API takes it.

    Raises:
        Malformed: it is longer; nothing of it is cut off.

    """
    text = plain(request.POST.get(field, "")).strip()
    if len(text) > most:
        told = _("is %(length)d characters long; %(most)d are the most") % {"length": len(text), "most": most}
        raise Malformed(_("This is too long; go back and shorten it."), Fault(field, told))
    return text


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """One page of the staff's site."""
    from adjudication.staff.site import site  # the site names these pages, so it is known only once all are

    request.current_app = site.name
    answer = TemplateResponse(request, template, {**site.each_context(request), **context}, status=status)
    answer.refused = context.get("refused")  # type: ignore[attr-defined]  # for watch.py
    return answer


def refusal_page(request: HttpRequest, refused: Refused, *, number: str = "") -> HttpResponse:
    """Say why it was refused, with the refusal's own status, and lead back to the case."""
    known = number if refused.code != "not_found" else ""
    answer = page(
        request,
        "staff/refused.html",
        {"title": refused.title, "refused": refused, "number": known},
        status=refused.status,
    )
    if isinstance(refused, MethodNotAllowed):
        answer["Allow"] = "POST" if request.method in ("GET", "HEAD") else "GET"
    return answer
