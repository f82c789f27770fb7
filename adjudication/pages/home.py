"""The front door: what this is, and the ways in: a one-time link, or in demo mode a demo party."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from adjudication.credentials import demo, limits, links
from adjudication.errors import Unauthenticated
from adjudication.pages import session


@require_safe
@session.answered
def home(request: HttpRequest) -> HttpResponseBase:
    """What this service is, and how to get in."""
    context = {
        "is_demo": settings.DEMO,
        "has_shop": bool(settings.DEMO_SHOP_ADDRESS),
        "next": _own_address(request, request.GET.get("next")),
    }
    return render(request, "pages/home.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@session.answered
@sensitive_variables("token")
def sign_in(request: HttpRequest, token: str) -> HttpResponseBase:
    """Reading the link changes nothing, so that a mail scanner cannot use it up; the button signs in, once."""
    if request.method != "POST":
        is_open = links.is_open(token)
        if not is_open:
            limits.draw_for_address(request.META)
        return render(request, "pages/sign_in.html", {"is_open": is_open}, status=200 if is_open else 410)
    try:
        link = links.use(token)
    except Unauthenticated as refused:
        limits.draw_for_address(request.META)
        return render(request, "pages/sign_in.html", {"is_open": False}, status=refused.status)
    session.sign_in(request, link.party)
    return redirect("pages:case", link.case.number) if link.case else redirect("pages:cases")


@require_POST
@session.answered
def demo_sign_in(request: HttpRequest, side: str) -> HttpResponseBase:
    """Continue as the demo buyer or the demo seller; only in demo mode."""
    party = demo.party(side) if settings.DEMO else None
    if party is None:
        raise Http404
    session.sign_in(request, party)
    return redirect(_own_address(request, request.POST.get("next")) or reverse("pages:cases"))


@require_POST
@session.answered
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Leave."""
    session.sign_out(request)
    return redirect("pages:home")


def _own_address(request: HttpRequest, address: str | None) -> str:
    """The address if it leads to this service; an empty text otherwise."""
    is_own = url_has_allowed_host_and_scheme(address, allowed_hosts=None, require_https=request.is_secure())
    return address if address and is_own else ""
