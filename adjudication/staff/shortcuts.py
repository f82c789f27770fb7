"""Whether single keys act on the queue, which each reader switches for themselves (WCAG 2.1.4)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Malformed
from adjudication.staff.doors import READERS, actor_of, door
from adjudication.staff.models import Shortcuts

SWITCH = {"on": True, "off": False}


@door("POST", open_to=READERS)
def switch_shortcuts(request: HttpRequest) -> HttpResponseBase:
    """Switch them on or off for whoever asks."""
    given = request.POST.get("keys", "")
    if given not in SWITCH:
        raise Malformed(_("Say whether the shortcuts are to be on or off."), Fault("keys", _("must be “on” or “off”")))
    Shortcuts.objects.update_or_create(user_id=actor_of(request).id, defaults={"are_on": SWITCH[given]})
    if request.headers.get("Accept") == "application/json":
        return HttpResponse(status=204)
    return redirect("admin:queue")


def are_on(request: HttpRequest) -> bool:
    """On, unless this person has switched them off."""
    found = Shortcuts.objects.filter(user_id=actor_of(request).id).first()
    return found is None or found.are_on
