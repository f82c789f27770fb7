"""Who has shown their second factor in this session, and how long ago; a mark that the session keeps.

The mark names the device: when that is reset or replaced, whoever was signed in by it is signed out.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.staff.doors import who

MARK = "second_factor"


def mark(request: HttpRequest, device: Authenticator) -> None:
    """Note that it was shown just now."""
    request.session[MARK] = {"device": device.pk, "at": clock.now().timestamp()}


def has_passed(request: HttpRequest) -> bool:
    """Is the second factor of who is signed in shown, or none asked for? Asks the database once a request at most."""
    known = request.session.get(MARK)
    if known is None:
        return not second_factor.is_required()
    answer: bool | None = request.__dict__.get("_second_factor_passed")
    if answer is None:
        answer = Authenticator.objects.filter(pk=known["device"], user_id=request.user.pk).exists()
        request.__dict__["_second_factor_passed"] = answer
    return answer


def is_fresh(request: HttpRequest) -> bool:
    """Was it shown within the last ten minutes? Always so for whoever has none and need not have one."""
    known = request.session.get(MARK)
    if known is None:  # signed in before it was set up, it may be
        return not second_factor.is_required() and second_factor.of(who(request)) is None
    return bool(clock.now().timestamp() - known["at"] <= second_factor.FRESH_FOR.total_seconds())
