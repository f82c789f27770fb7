"""Outages: those on record with the terms they moved, and the operator's form that puts one there.

All staff read; operators declare, by the same act as `manage.py outage declare`. What is typed is a moment with its
offset from UTC: whose clock was meant is never guessed. A refusal keeps what was typed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication import clock
from adjudication.credentials.staff import staff_roles
from adjudication.deadlines import outages
from adjudication.deadlines.explain import extended, moment
from adjudication.deadlines.models import Extension, Outage
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused
from adjudication.parties import Role
from adjudication.policy import versions
from adjudication.staff.doors import READERS, actor_of, door, page, plain
from adjudication.staff.tabs import MOST_COUNTED, capped

#: Who sees to the service.
DECLARING = frozenset({Role.OPERATOR})
PAGE, MOST_TERMS = 30, 100
#: The longest note.
NOTE_LENGTH = 1000
FIELDS = ("began_at", "ended_at", "note")

MOVED = """
SELECT o.id, (SELECT count(*) FROM (SELECT FROM adjudication_extension x WHERE x.outage_id = o.id LIMIT %s) moved)
FROM unnest(%s::bigint[]) AS o(id)"""


@door("GET", open_to=READERS)
def outage_list(request: HttpRequest) -> HttpResponseBase:
    """Those on record, the latest first; operators find the form above them."""
    return _listed(request)


@door("GET", open_to=READERS)
def outage(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """One of them, with the terms it moved."""
    found = Outage.objects.select_related("declared_by").filter(pk=pk).first()
    if found is None:
        raise NotFound(_("There is no such outage."))
    moved = Extension.objects.filter(outage=found).select_related("outage", "by", "deadline__case", "deadline__order")
    terms = list(moved.order_by("-pk")[: MOST_TERMS + 1])
    context = {
        "title": _("Outage from %(from)s") % {"from": moment(found.began_at)},
        "outage": found,
        "terms": [{"of": each.deadline, "told": extended(each)} for each in terms[:MOST_TERMS]],
        "count": _moved_by([found])[found.pk],
        "is_more": len(terms) > MOST_TERMS,
    }
    return page(request, "staff/outage.html", context)


@door("POST", open_to=DECLARING, is_fresh=True, otherwise=gettext_lazy("Outages are declared by operators."))
def declare_outage(request: HttpRequest) -> HttpResponseBase:
    """Put an outage on record; what fell due inside moves at the next tick, or as soon as anybody comes to it."""
    typed = {field: plain(request.POST.get(field, "")).strip() for field in FIELDS}
    try:
        moments = {field: _moment(field, typed[field]) for field in FIELDS[:2]}
        if len(typed["note"]) > NOTE_LENGTH:
            raise Malformed(
                _("The reason is at most %(most)d characters long.") % {"most": NOTE_LENGTH},
                Fault("note", _("must be shorter")),
            )
        made = outages.declare(**moments, note=typed["note"], user_id=actor_of(request).id)
    except (NotFound, NoStanding):
        raise
    except Refused as refused:
        return _listed(request, typed=typed, refused=refused)
    messages.success(request, _("The outage is on record. The terms that fall into it move at the next tick."))
    return redirect("admin:outage", pk=made.pk)


def _moment(field: str, typed: str) -> datetime:
    try:
        return outages.instant(typed)
    except Malformed as refused:
        raise Malformed(refused.detail, Fault(field, _("must be a moment with its offset from UTC"))) from refused


def _listed(
    request: HttpRequest, *, typed: Mapping[str, str] | None = None, refused: Refused | None = None
) -> HttpResponse:
    found = list(Outage.objects.select_related("declared_by").order_by("-began_at", "-id")[: PAGE + 1])
    counts = _moved_by(found[:PAGE])
    policy = versions.current()
    hours = {name: policy.number("outages", f"{name}_seconds") / 3600 for name in ("grace", "longest", "ahead")}
    context: dict[str, Any] = {
        "title": _("Outages"),
        "rows": [{"outage": each, "count": counts[each.pk]} for each in found[:PAGE]],
        "is_more": len(found) > PAGE,
        "may_declare": bool(staff_roles(request.user) & DECLARING),
        "typed": typed or {},
        "refused": refused,
        "faulty": {fault.field for fault in refused.faults} if refused else set(),
        "example": _typed(clock.now()),
        "minutes": policy.number("outages", "tolerance_seconds") // 60,
        "hours": {name: f"{value:g}" for name, value in hours.items()},
        "note_length": NOTE_LENGTH,
    }
    return page(request, "staff/outages.html", context, status=refused.status if refused else 200)


def _typed(at: datetime) -> str:
    """A moment as one would type it, in the reader's own time: `2026-03-01T16:00+08:00`."""
    return timezone.localtime(at).isoformat(timespec="minutes").replace("+00:00", "Z")


def _moved_by(found: list[Outage]) -> dict[int, str]:
    """How many terms each has moved, in one statement; `1000+` where there are more."""
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [MOST_COUNTED + 1, [each.pk for each in found]])
        return {pk: capped(count) for pk, count in cursor.fetchall()}
