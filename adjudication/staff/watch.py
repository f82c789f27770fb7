"""Every refusal on the staff's site is told as a page, and written down: whoever tries a door that is shut is seen.

What is not written down: a page that somebody may not have found (an address mistyped), and what a preview says is
still missing, for neither is a try.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.csrf import csrf_failure

from adjudication.credentials import denials
from adjudication.errors import Malformed, NoStanding, Refused, Unauthenticated
from adjudication.staff.doors import refusal_page

if TYPE_CHECKING:
    from collections.abc import Callable

#: Pages that change nothing, though they are sent by POST.
PREVIEWS = frozenset({"ruling_preview", "ruling_keep", "ruling_insert", "ruling_precedents"})
READING = ("GET", "HEAD")
ADMIN = "/admin/"


def watched(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Turn what Django's admin refuses into a page that says why, and write down every refusal."""

    @wraps(view)
    def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        number = str(kwargs.get("number", ""))
        try:
            answer = view(request, *args, **kwargs)
        except PermissionDenied as denied:
            told = str(denied) or _("Your role does not open this page; nobody adds, changes or deletes records here.")
            answer = refusal_page(request, NoStanding(told), number=number)
        except SuspiciousOperation:
            answer = refusal_page(request, Malformed(_("This address asks for what the page does not offer.")))
        refused: Refused | None = getattr(answer, "refused", None)
        if refused is not None and is_a_try(request, refused):
            note(request, refused, number=number)
        return answer

    return seen


def is_a_try(request: HttpRequest, refused: Refused) -> bool:
    """Is this refusal worth a line?"""
    if isinstance(refused, NoStanding) or refused.status == 405:
        return True
    if refused.code in denials.NOT_DENIED:
        return False
    return request.method not in READING and _page_of(request) not in PREVIEWS


def note(request: HttpRequest, refused: Refused, *, number: str = "", act: str = "") -> None:
    """Write down what the member of staff who is signed in was refused."""
    denials.note(
        user_id=request.user.pk,
        act=f"{request.method} {act or _page_of(request)}",
        why=refused.code,
        told=refused.detail,
        case_number=number,
    )


def form_not_accepted(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form without its token: refused by Django, and written down where staff sent it. Named in the settings."""
    if request.path.startswith(ADMIN) and request.user.is_authenticated:
        number = str((request.resolver_match.kwargs if request.resolver_match else {}).get("number", ""))
        note(request, Unauthenticated(_("The form came without its token.")), number=number)
    return csrf_failure(request, reason=reason)


def _page_of(request: HttpRequest) -> str:
    return request.resolver_match.url_name or "" if request.resolver_match else ""
