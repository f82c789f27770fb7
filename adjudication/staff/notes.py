"""Private notes: what those who hear a case tell one another about it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases import notes
from adjudication.staff.doors import READERS, actor_of, door


@door("POST", open_to=READERS)
def write_note(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Note something on the case, for staff alone; the case does not move on by it."""
    case, at = docket.look(number)
    notes.write(case, by=actor_of(request), text=request.POST.get("text", "").replace("\r\n", "\n"), at=at)
    messages.success(request, _("Noted, for staff alone."))
    return redirect(reverse("admin:hearing", args=[number]) + "#notes")
