"""Many cases at once from the queue: taken or reminded of, each by its own act; one that is refused stops no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext_lazy as _

from adjudication import docket
from adjudication.errors import Fault, Malformed, Refused, Stale
from adjudication.parties import Actor
from adjudication.procedure import extend, intervene
from adjudication.staff import watch
from adjudication.staff.doors import DECIDING, actor_of, door, page

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: As many as a page of the queue shows.
MOST_AT_ONCE = 50


def _take(number: str, by: Actor) -> StrOrPromise:
    with docket.take(number) as (case, at):
        if case.arbitrator_id not in (None, by.id):
            raise Stale(_("Somebody else hears it already."))
        intervene.assign(case, by=by, to=by, at=at)
    return _("It is yours.")


def _remind(number: str, by: Actor) -> StrOrPromise:
    with docket.take(number) as (case, at):
        extend.remind_by_hand(case, by=by, at=at)
    return _("The bound side is reminded.")


ACTS: dict[str, Callable[[str, Actor], StrOrPromise]] = {"take": _take, "remind": _remind}


@door("POST", open_to=DECIDING)
def act_on_many(request: HttpRequest) -> HttpResponseBase:
    """Do one act on every case that was ticked; a line each says what became of it."""
    act, numbers = ACTS.get(request.POST.get("act", "")), [given for given in request.POST.getlist("case") if given]
    if act is None or not numbers:
        raise Malformed(_("Tick cases and choose what to do with them."), Fault("case", _("names none")))
    if len(numbers) > MOST_AT_ONCE:
        told = _("At most %(most)d cases are acted on at once.") % {"most": MOST_AT_ONCE}
        raise Malformed(told, Fault("case", _("names too many")))
    by, results = actor_of(request), []
    for number in dict.fromkeys(numbers):
        try:
            results.append((number, True, act(number, by)))
        except Refused as refused:
            watch.note(request, refused, number=number, act=f"act_on_many {request.POST['act']}")
            results.append((number, False, refused.detail))
    if request.headers.get("Accept") == "application/json":
        lines = [{"number": number, "is_done": is_done, "words": str(words)} for number, is_done, words in results]
        return JsonResponse({"results": lines})
    return page(request, "staff/many.html", {"title": _("What became of each"), "results": results})
