"""The API keys, for operators: made and shown once, replaced without a pause, and revoked for a reason.

The same functions as the commands'. A key that acts as somebody else of the staff is made on the server alone: an
operator's page must not be a way to rule.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.credentials import keys
from adjudication.credentials.models import AccessChange, ApiKey, Scope
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, OutOfOrder, Refused
from adjudication.parties import Role
from adjudication.staff.doors import door, page, who

#: Who sees to the service.
KEEPING = frozenset({Role.OPERATOR})
PAGE = 50
#: Whom a key made here may act as.
AS = ("marketplace", "party", "me")
LONGEST_DAYS = 3650


@door("GET", open_to=KEEPING)
def key_list(request: HttpRequest) -> HttpResponseBase:
    """The keys, the latest first; the valid ones unless all are asked for."""
    return _listed(request)


@door("POST", open_to=KEEPING, is_fresh=True)
def make_key(request: HttpRequest) -> HttpResponseBase:
    """Make a key and show it, this once."""
    typed = request.POST
    try:
        whom, days = typed.get("acts_as", ""), typed.get("days", "").strip()
        if whom not in AS:
            raise Malformed(_("Say whom the key acts as."), Fault("acts_as", _("must be one of those offered")))
        key, text = keys.create(
            typed.get("name", "").strip(),
            scopes=typed.getlist("scopes"),
            user=who(request) if whom == "me" else None,
            party=keys.party_named(typed.get("party", "").strip()) if whom == "party" else None,
            expires_at=_end(days) if days else None,
            by=who(request),
        )
    except Refused as refused:
        return _listed(request, refused=refused)
    return _shown_once(request, key, text)


@door("POST", open_to=KEEPING, is_fresh=True)
def succeed_key(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Make a second key of the same name, holder and scopes; the first stays valid until it is revoked."""
    found = _found(pk)
    _require_may_hold(request, found)
    key, text = keys.succeed(found, by=who(request))
    return _shown_once(request, key, text)


@door("POST", open_to=KEEPING)
def revoke_key(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Take a key back for good; never made to wait for a second factor, for a key may be in the wrong hands."""
    key = _found(pk)
    if key.revoked_at is not None:
        raise OutOfOrder(_("This key has been revoked already."))
    keys.revoke(key.prefix, reason=request.POST.get("reason", ""), by=who(request))
    messages.success(request, _("The key “%(name)s” is revoked.") % {"name": key.name})
    return redirect("admin:keys")


def _found(pk: int) -> ApiKey:
    key = ApiKey.objects.select_related("user", "party").filter(pk=pk).first()
    if key is None:
        raise NotFound(_("There is no such key."))
    return key


def _require_may_hold(request: HttpRequest, key: ApiKey) -> None:
    if key.user is not None and key.user != who(request):
        raise NoStanding(_("A key that acts as somebody else of the staff is made on the server, with create_api_key."))


def _end(days: str) -> datetime:
    if not days.isascii() or not days.isdigit() or len(days) > 4 or not 1 <= int(days) <= LONGEST_DAYS:
        raise Malformed(
            _("Say after how many days it ends: a whole number from 1 to %(most)d.") % {"most": LONGEST_DAYS},
            Fault("days", _("must be a whole number of days")),
        )
    return clock.now() + timedelta(days=int(days))


def _listed(request: HttpRequest, *, refused: Refused | None = None) -> HttpResponse:
    at, all_of_them = clock.now(), request.GET.get("show") == "all"
    found = ApiKey.objects.select_related("user", "party").order_by("-pk")
    if not all_of_them:
        found = found.filter(revoked_at=None).exclude(expires_at__lte=at).exclude(user__is_active=False)
    after = request.GET.get("after", "")
    if after:
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise Malformed(_("The page’s mark is not one of this list’s."), Fault("after", _("is unknown")))
        found = found.filter(pk__lt=int(after))
    rows = list(found[: PAGE + 1])
    told = _changes(rows[:PAGE])
    context: dict[str, Any] = {
        "title": _("API keys"),
        "rows": [_row(request, key, at) | told.get(key.pk, {}) for key in rows[:PAGE]],
        "all": all_of_them,
        "next": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "scopes": Scope.values,
        "typed": request.POST,
        "chosen": request.POST.getlist("scopes"),
        "refused": refused,
        "at_fault": {fault.field for fault in refused.faults} if refused else set(),
    }
    return page(request, "staff/keys.html", context, status=refused.status if refused else 200)


def _row(request: HttpRequest, key: ApiKey, at: datetime) -> dict[str, Any]:
    is_over = key.expires_at is not None and key.expires_at <= at
    may_succeed = keys.is_valid(key, at=at) and key.user in (None, who(request))
    return {"key": key, "is_over": is_over, "may_succeed": may_succeed}


def _changes(rows: list[ApiKey]) -> dict[int, dict[str, AccessChange]]:
    """Who made each and who revoked it, in one question."""
    told: dict[int, dict[str, AccessChange]] = {}
    for change in AccessChange.objects.filter(key__in=rows).select_related("by"):
        if change.key_id is not None:
            told.setdefault(change.key_id, {})[change.kind] = change
    return told


def _shown_once(request: HttpRequest, key: ApiKey, text: str) -> HttpResponse:
    return page(request, "staff/key_made.html", {"title": _("A new key"), "key": key, "text": text})
