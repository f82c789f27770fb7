"""Policy versions: which were in force when, how two differ, what another would have changed, and loading the next.

Supervisors, auditors and operators read; operators load, after they were shown what changes. A version is never
changed: whoever wants the old numbers back loads them as the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.credentials.staff import staff_roles
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.policy.differences import differences, leaves
from adjudication.policy.models import PolicyVersion
from adjudication.policy.versions import Policy
from adjudication.reports import policy_effect
from adjudication.reports.periods import Every, Period, before, midnight, period_of
from adjudication.reports.policy_words import group_of, name_of, value_of
from adjudication.staff.doors import actor_of, door, page

KNOWING = frozenset({Role.SUPERVISOR, Role.AUDITOR, Role.OPERATOR})
LOADING = frozenset({Role.OPERATOR})
#: A policy file is some kilobytes; more is none.
MOST_BYTES = 262_144
#: Months further back are not looked at.
MOST_BACK = timedelta(days=10 * 366)


@door("GET", open_to=KNOWING)
def policies(request: HttpRequest) -> HttpResponseBase:
    """Every version, the one in force first."""
    return _listed(request)


@door("GET", open_to=KNOWING)
def policies_compared(request: HttpRequest) -> HttpResponseBase:
    """Two versions beside each other: what differs, in words."""
    left, right = _asked_for(request, "before"), _asked_for(request, "after")
    every = len(list(leaves(right.tables)))
    groups = _in_words(left.tables, right.tables)
    context = {
        "title": _("Version %(before)d beside version %(after)d") % {"before": left.version, "after": right.version},
        "before": left.version,
        "after": right.version,
        "versions": _numbers(),
        "groups": groups,
        "alike": every - sum(len(rows) for _name, rows in groups),
    }
    return page(request, "staff/policies_compared.html", context)


@door("GET", open_to=KNOWING)
def policy_effects(request: HttpRequest, *, version: int) -> HttpResponseBase:
    """What this version would have changed for the cases of a month; of the last one unless another is asked for."""
    other = _version(version)
    month = _month_asked(request)
    looked = policy_effect.look(other, since=midnight(month.since), until=midnight(month.until))
    context = {
        "title": _("What version %(version)d would have changed") % {"version": version},
        "version": version,
        "versions": _numbers(),
        "month": month.name,
        "looked": looked,
        "own": sorted(looked.own.items()),
        "effects": policy_effect.effects(looked),
    }
    return page(request, "staff/policy_effects.html", context)


@door("POST", open_to=LOADING)
def check_policy(request: HttpRequest) -> HttpResponseBase:
    """Show what a policy file would change, judged as the command judges it; nothing is loaded."""
    source = ""
    try:
        source = _source_of(request)
        return _checked(request, source)
    except (NoStanding, NotFound):
        raise
    except Refused as refused:
        return _listed(request, source=source, refused=refused)


@door("POST", open_to=LOADING, is_fresh=True)
def load_policy(request: HttpRequest) -> HttpResponseBase:
    """Put the checked file in force as the next version."""
    source = request.POST.get("source", "").replace("\r\n", "\n")
    upon = request.POST.get("upon", "")
    try:
        if not upon.isascii() or not upon.isdigit() or len(upon) > 9:
            raise Malformed(_("The file was not checked first."), Fault("upon", _("is unknown")))
        if not request.POST.get("confirmed"):
            told = _("Confirm that these numbers are to be in force.")
            return _checked(request, source, refused=Malformed(told, Fault("confirmed", told, "confirmation_required")))
        policy, is_new = versions.load(source, user_id=actor_of(request).id, upon=int(upon))
    except (NoStanding, NotFound):
        raise
    except Refused as refused:
        return _listed(request, source=source, refused=refused)
    told = _("Version %(version)d is in force, for new cases and orders.")
    if not is_new:
        told = _("Version %(version)d says the same and is in force already; nothing was changed.")
    messages.success(request, told % {"version": policy.version})
    return redirect("admin:policies")


def _listed(request: HttpRequest, *, source: str = "", refused: Refused | None = None) -> HttpResponse:
    known = list(PolicyVersion.objects.defer("source", "tables").select_related("loaded_by").order_by("-version"))
    ends = [None, *(each.loaded_at for each in known[:-1])]
    context = {
        "title": _("Policies"),
        "rows": list(zip(known, ends, strict=True)),
        "latest": (known[1].version, known[0].version) if len(known) > 1 else None,
        "may_load": bool(staff_roles(request.user) & LOADING),
        "source": source,
        "refused": refused,
    }
    return page(request, "staff/policies.html", context, status=refused.status if refused else 200)


def _checked(request: HttpRequest, source: str, *, refused: Refused | None = None) -> HttpResponse:
    tables, now = versions.check(source), versions.current()
    context = {
        "title": _("What the file changes"),
        "upon": now.version,
        "next": now.version + 1,
        "groups": _in_words(now.tables, tables),
        "source": source,
        "refused": refused,
    }
    return page(request, "staff/policy_checked.html", context, status=refused.status if refused else 200)


def _in_words(left: Mapping[str, Any], right: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What differs, under its headings: what it is called, and its value in each."""
    found = differences(left, right)
    return [
        (group, [(name_of(d.path), value_of(d.path, d.before), value_of(d.path, d.after)) for d in each])
        for group, each in groupby(found, key=lambda difference: group_of(difference.path))
    ]


def _source_of(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        source = request.POST.get("source", "").replace("\r\n", "\n")
        if not source.strip():
            raise Malformed(_("Choose a policy file, or write what it says."), Fault("file", _("must not be empty")))
        return source
    content = file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise Malformed(_("The file is too large to be a policy."), Fault("file", _("must be at most 256 kB")))
    try:
        return str(content, "utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Malformed(_("The policy file is not a text in UTF-8."), Fault("file", _("must be UTF-8"))) from error


def _numbers() -> list[int]:
    return list(PolicyVersion.objects.order_by("version").values_list("version", flat=True))


def _asked_for(request: HttpRequest, name: str) -> Policy:
    asked = request.GET.get(name, "")
    if not asked.isascii() or not asked.isdigit() or len(asked) > 9:
        raise Malformed(_("Name two versions."), Fault(name, _("must be the number of a version")))
    return _version(int(asked))


def _version(version: int) -> Policy:
    if version >= 2**31:
        raise NotFound(_("There is no policy version %(version)s.") % {"version": version})
    return versions.get(version)


def _month_asked(request: HttpRequest) -> Period:
    """The month asked for, as 2026-02; the one before this unless one is.

    Raises:
        Malformed: no month, or one that is not over.

    """
    this = period_of(clock.now().date(), Every.MONTH)
    asked = request.GET.get("month", "")
    month, nearest = before(this), before(this)
    while asked and month.name != asked and this.since - month.since < MOST_BACK:
        month = before(month)
    if asked and month.name != asked:
        told = _("must be a month that is over, such as %(month)s") % {"month": nearest.name}
        raise Malformed(_("There is no such month."), Fault("month", told))
    return month
