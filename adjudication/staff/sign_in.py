"""The staff's door: name and password, then the second factor; nobody is signed in before both.

Whoever must have a second factor and has none sets one up on the way in. Tries are counted: by address and minute, by
name and address (django-axes), and by second factor; each that fails is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.forms import AuthenticationForm

from adjudication import clock
from adjudication.credentials import accounts, denials, limits, second_factor
from adjudication.credentials.staff import staff_roles
from adjudication.errors import Malformed, RateLimited, Refused
from adjudication.staff import passed
from adjudication.staff.doors import page, plain

BACKEND = "django.contrib.auth.backends.ModelBackend"
#: Who has given the password, until the second factor is shown; for so long.
HALFWAY, HALFWAY_FOR = "half_signed_in", timedelta(minutes=10)
#: The sealed secret of a device that is being set up.
SETTING_UP = "second_factor_being_set_up"

View = Callable[[HttpRequest], HttpResponseBase]


class StaffSignInForm(AuthenticationForm):  # type: ignore[misc]  # Unfold carries no types
    """Name and password of a member of staff in one of the four roles."""

    def confirm_login_allowed(self, user: User) -> None:
        """Refuse who has no role here, though the password is right."""
        super().confirm_login_allowed(user)
        if not staff_roles(user):
            raise ValidationError(_("This account is in none of the four roles; ask an operator."), code="no_role")


class PasswordStep(LoginView):
    """Name and password; whoever has or must have a second factor is not signed in by them."""

    authentication_form = StaffSignInForm

    def form_valid(self, form: Any) -> HttpResponse:
        """Go on to the second factor, or where none is asked for, in."""
        user: User = form.get_user()
        if not (second_factor.is_required() or second_factor.of(user)):
            self.request.session.pop(passed.MARK, None)  # of a device that was reset meanwhile
            return super().form_valid(form)
        self.request.session.cycle_key()
        self.request.session[HALFWAY] = {
            "user": user.pk,
            "password": user.get_session_auth_hash(),
            "at": clock.now().timestamp(),
        }
        self.request.session.pop(SETTING_UP, None)
        return redirect(_with_next("admin:sign_in_code", self.get_redirect_url()))

    def form_invalid(self, form: Any) -> HttpResponse:
        """Write down whose right password does not let them in; wrong ones are written down by `failed`."""
        if form.get_user() is not None:
            _note(self.request, form.get_user(), "no_role", form.errors.as_text())
        return super().form_invalid(form)


def counted(view: View) -> View:
    """Let so many tries a minute through from one address, and keep no answer in a cache."""

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def guarded(request: HttpRequest) -> HttpResponseBase:
        if request.method == "POST":
            try:
                limits.draw_for_sign_in(request.META)
            except RateLimited as refused:
                answer = _page(request, "locked", {"title": refused.title, "refused": refused}, status=refused.status)
                answer["Retry-After"] = str(refused.retry_after_seconds)
                return answer
        return view(request)

    return guarded


@counted
@require_http_methods(["GET", "HEAD", "POST"])
def code_step(request: HttpRequest) -> HttpResponseBase:
    """The second factor of who has just given the password."""
    user = _halfway(request)
    if user is None:
        return redirect(_with_next("admin:login", _next(request)))
    if second_factor.of(user) is None:
        return redirect(_with_next("admin:sign_in_set_up", _next(request)))
    refused: Refused | None = None
    if request.method == "POST":
        until = accounts.locked_until(user.username, address=accounts.address_of(request))
        if until is not None:
            return _locked(request, until)
        try:
            device = second_factor.show(user, request.POST.get("code", "")[:40], at=clock.now())
        except Refused as refusal:
            refused = refusal
            # axes counts it with the wrong passwords; `failed` writes it down.
            user_login_failed.send(__name__, credentials={"username": user.username}, request=request, why="wrong_code")
        else:
            _sign_in(request, user)
            passed.mark(request, device)
            return redirect(_next(request) or "admin:index")
    status = refused.status if refused else 200
    return _page(request, "code", {"title": _("Second factor"), "refused": refused}, status=status)


@counted
@require_http_methods(["GET", "HEAD", "POST"])
def set_up_step(request: HttpRequest) -> HttpResponseBase:
    """The device of who must have one and has none yet: they set it up before they are let in."""
    user = _halfway(request)
    if user is None:
        return redirect(_with_next("admin:login", _next(request)))
    if second_factor.of(user) is not None:  # nobody gets past it by setting up another
        return redirect(_with_next("admin:sign_in_code", _next(request)))
    return set_up(request, user, template="set_up", signs_in=True)


def set_up(request: HttpRequest, user: User, *, template: str, signs_in: bool = False) -> HttpResponseBase:
    """Show what a device reads its secret from, then take its first password, and show the recovery codes this once."""
    sealed = request.session.get(SETTING_UP)
    refused: Refused | None = None
    if sealed is None:
        sealed = request.session[SETTING_UP] = second_factor.new_secret()
    elif "code" in request.POST:
        try:
            device, codes = second_factor.set_up(
                user, sealed=sealed, code=request.POST.get("code", "")[:40], at=clock.now()
            )
        except Malformed as refusal:
            refused = refusal
        else:
            del request.session[SETTING_UP]
            if signs_in:
                _sign_in(request, user)
            passed.mark(request, device)
            context = {"title": _("Recovery codes"), "codes": codes, "next": _next(request) or reverse("admin:index")}
            return _page(request, "codes", context)
    secret, drawing = second_factor.shown(user, sealed)
    context = {
        "title": _("Set up your second factor"),
        "secret": secret,
        "drawing": drawing,
        "name": user.get_username(),
        "refused": refused,
    }
    return _page(request, template, context, status=refused.status if refused else 200)


def locked_out(request: HttpRequest, response: Any, credentials: dict[str, Any] | None) -> HttpResponseBase:
    """What axes answers to a name that is locked at this address: until when. Named in the settings."""
    username = str((credentials or {}).get("username") or "")
    until = accounts.locked_until(username, address=accounts.address_of(request))
    return _locked(request, until).render() if until else response


def failed(sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **more: Any) -> None:
    """Write down a sign-in that failed; connected to Django's signal in apps.py."""
    if request is None:
        return
    named = User.objects.filter(username=plain(str(credentials.get("username", "")))[:150]).first()
    why = more.get("why") or ("wrong_password" if named else "unknown_name")
    _note(request, named, "locked_out" if getattr(request, "axes_locked_out", False) else why)


def note_who_has_no_role(request: HttpRequest) -> None:
    """Write down who is signed in and was led back to the door, having none of the four roles (any more)."""
    if request.method == "GET" and isinstance(request.user, User) and not staff_roles(request.user):
        _note(request, request.user, "no_role")


def _note(request: HttpRequest, user: User | None, why: str, told: str = "") -> None:
    denials.note(
        user_id=user.pk if user else None,
        act="sign_in",
        why=why,
        told=told,
        address=limits.address_of(request.META),
    )


def _halfway(request: HttpRequest) -> User | None:
    """Who has given name and password a short while ago, and has not changed it since."""
    known = request.session.get(HALFWAY)
    if known is None or clock.now().timestamp() - known["at"] > HALFWAY_FOR.total_seconds():
        return None
    user = User.objects.filter(pk=known["user"], is_active=True).first()
    if (
        user is None
        or not staff_roles(user)
        or not constant_time_compare(known["password"], user.get_session_auth_hash())
    ):
        return None
    return user


def _sign_in(request: HttpRequest, user: User) -> None:
    login(request, user, backend=BACKEND)
    for left in (HALFWAY, SETTING_UP):
        request.session.pop(left, None)


def _next(request: HttpRequest) -> str:
    """Where somebody was going, if it is an address of this service."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    is_own = url_has_allowed_host_and_scheme(
        asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return asked if is_own else ""


def _with_next(name: str, going_to: str) -> str:
    return reverse(name) + (f"?{urlencode({'next': going_to})}" if going_to else "")


def _locked(request: HttpRequest, until: datetime) -> TemplateResponse:
    seconds = max(1, int((until - timezone.now()).total_seconds()) + 1)  # by the host's clock, as axes counts
    context = {"title": _("Locked for a while"), "until": until, "minutes": settings.AXES_COOLOFF_TIME.seconds // 60}
    answer = _page(request, "locked", {**context, "most": settings.AXES_FAILURE_LIMIT}, status=429)
    answer["Retry-After"] = str(seconds)
    return answer


def _page(request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200) -> TemplateResponse:
    where = {"next": _next(request), "subtitle": None}
    return cast("TemplateResponse", page(request, f"staff/sign_in/{name}.html", {**where, **context}, status=status))
