"""The staff's accounts: who has which role, whose second factor is set up, who is locked.

A lock is taken off, or a lost second factor reset, for a reason that is recorded.
"""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.credentials import accounts, second_factor
from adjudication.credentials.models import AccessChange
from adjudication.errors import NotFound
from adjudication.parties import Role
from adjudication.staff.doors import door, page, plain, who

#: Who looks after those who act here.
LOOKING_AFTER = frozenset({Role.OPERATOR, Role.SUPERVISOR})
PAGE = 100
LATEST = 20


@door("GET", open_to=LOOKING_AFTER)
def account_list(request: HttpRequest) -> HttpResponseBase:
    """Everybody of the staff by name, a hundred at a time."""
    staff = User.objects.filter(is_staff=True, username__gt=plain(request.GET.get("after", "")[:150]))
    users = list(staff.order_by("username").prefetch_related("groups")[: PAGE + 1])
    shown, at = users[:PAGE], clock.now()
    devices = Authenticator.objects.filter(user__in=shown, type=Authenticator.Type.TOTP)
    device_of = {device.user_id: device for device in devices}
    locked = accounts.locks(user.username for user in shown)
    rows = []
    for user in shown:
        device = device_of.get(user.pk)
        until = locked.get(user.username) or (second_factor.locked_until(device, at=at) if device else None)
        roles = ", ".join(str(Role(group.name).label) for group in user.groups.all() if group.name in Role.values)
        rows.append(
            {"account": user, "roles": roles, "device": device, "locked_until": until, "is_own": user == request.user}
        )
    changes = AccessChange.objects.filter(user__isnull=False).select_related("user", "by").order_by("-at", "-pk")
    context = {
        "title": _("Staff accounts"),
        "rows": rows,
        "next": shown[-1].username if len(users) > PAGE else "",
        "is_required": second_factor.is_required(),
        "changes": changes[:LATEST],
    }
    return page(request, "staff/accounts.html", context)


@door("POST", open_to=LOOKING_AFTER)
def unlock(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Let somebody who failed too often try again at once."""
    user = _found(pk)
    accounts.unlock(user, by=who(request), reason=request.POST.get("reason", ""), at=clock.now())
    messages.success(request, _("%(name)s may try again.") % {"name": user.get_username()})
    return redirect("admin:accounts")


@door("POST", open_to=LOOKING_AFTER, is_fresh=True)
def reset_second_factor(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Take a lost second factor from somebody; they set up another when they next sign in."""
    user = _found(pk)
    second_factor.reset(user, by=who(request), reason=request.POST.get("reason", ""), at=clock.now())
    told = _("%(name)s is signed out, and sets up a second factor at the next sign-in.")
    messages.success(request, told % {"name": user.get_username()})
    return redirect("admin:accounts")


def _found(pk: int) -> User:
    user = User.objects.filter(pk=pk, is_staff=True).first()
    if user is None:
        raise NotFound(_("There is no such member of staff."))
    return user
