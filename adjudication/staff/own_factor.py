"""One's own second factor: set up, set up on another device, and new recovery codes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.staff import sign_in
from adjudication.staff.doors import READERS, door, page, who


@door("GET", open_to=READERS)
def own_factor(request: HttpRequest) -> HttpResponseBase:
    """Since when there is one, when it was last shown, and how many recovery codes are left."""
    user = who(request)
    context = {
        "title": _("Your second factor"),
        "device": second_factor.of(user),
        "left": second_factor.recovery_codes_left(user),
        "is_required": second_factor.is_required(),
    }
    return page(request, "staff/own_factor.html", context)


@door("POST", open_to=READERS, is_fresh=True)
def set_up_another(request: HttpRequest) -> HttpResponseBase:
    """Set up a device; an earlier one counts until the new one has shown its first password."""
    return sign_in.set_up(request, who(request), template="set_up_another")


@door("POST", open_to=READERS, is_fresh=True)
def make_recovery_codes(request: HttpRequest) -> HttpResponseBase:
    """Ten new ones, shown this once."""
    codes = second_factor.new_recovery_codes(who(request), at=clock.now())
    context = {"title": _("Recovery codes"), "codes": codes, "next": reverse("admin:second_factor")}
    return page(request, "staff/sign_in/codes.html", context)
