"""What cannot be taken back asks for the second factor again, if it was shown more than ten minutes ago.

What was sent waits on the page that asks, and is sent once more together with the code: nothing typed is lost, but for
a password, which no page repeats.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.errors import Fault, Refused, Unauthenticated
from adjudication.staff import passed
from adjudication.staff.doors import page, who

#: The field in which the page sends the second factor along.
FIELD = "second_factor"


def asked_again(request: HttpRequest) -> HttpResponse | None:
    """The page that asks for the second factor; None where it is fresh, or was sent along and fits."""
    if passed.is_fresh(request):
        return None
    code = request.POST.get(FIELD, "").strip()[:40]
    refused: Refused = Unauthenticated(
        _("Your second factor was last shown more than ten minutes ago; show it again."),
        Fault(FIELD, _("is needed once more"), "second_factor_required"),
    )
    if code:
        try:
            passed.mark(request, second_factor.show(who(request), code, at=clock.now()))
        except Refused as refusal:
            refused = refusal
        else:
            return None
    kept = [
        (name, value)
        for name in request.POST
        for value in request.POST.getlist(name)
        if name not in (FIELD, "csrfmiddlewaretoken") and "password" not in name
    ]
    context = {
        "title": _("Show your second factor again"),
        "refused": refused,
        "was_wrong": bool(code),
        "kept": kept,
        "is_password_left_out": any("password" in name for name in request.POST),
        "address": request.get_full_path(),
        "field": FIELD,
    }
    answer = page(request, "staff/fresh.html", context, status=refused.status)
    if not code:
        answer.refused = None  # type: ignore[attr-defined]  # whoever is only asked has not been denied anything
    return answer
