"""Filters that one person keeps under names of their own: twenty at most, seen by nobody else."""

from __future__ import annotations

from urllib.parse import parse_qsl

from django.contrib import messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.encoding import uri_to_iri
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.errors import Fault, Malformed, NotFound, Unprocessable
from adjudication.staff.doors import READERS, actor_of, door
from adjudication.staff.filters import asked_for
from adjudication.staff.models import MOST_KEPT, SavedFilter
from adjudication.staff.tabs import require_tab


@door("POST", open_to=READERS)
def keep_filter(request: HttpRequest) -> HttpResponseBase:
    """Keep the tab and filter of the page under a name; the same name again keeps this instead."""
    name, given = " ".join(request.POST.get("name", "").split()), QueryDict(request.POST.get("query", ""))
    if not name or len(name) > 60 or "\0" in name:
        raise Malformed(
            _("Give the filter a name of 1 to 60 characters."), Fault("name", _("must have 1 to 60 characters"))
        )
    # Kept as it is read: percent-encoded, a category in Chinese is nine times as long as its name.
    query = uri_to_iri(asked_for(given).address(require_tab(given.get("tab", ""))))
    user_id = actor_of(request).id
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user_id)  # two forms at once take two places
        kept = {each.name: each for each in SavedFilter.objects.filter(user_id=user_id)}
        if name in kept:
            SavedFilter.objects.filter(pk=kept[name].pk).update(query=query, saved_at=clock.now())
        else:
            taken = {each.place for each in kept.values()}
            free = next((place for place in range(1, MOST_KEPT + 1) if place not in taken), None)
            if free is None:
                told = _("You keep %(most)d filters already; drop one first, or keep this under the name of another.")
                raise Unprocessable(told % {"most": MOST_KEPT})
            SavedFilter.objects.create(user_id=user_id, place=free, name=name, query=query, saved_at=clock.now())
    messages.success(request, _("Kept as “%(name)s”.") % {"name": name})
    return redirect(reverse("admin:queue") + query)


@door("POST", open_to=READERS)
def drop_filter(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Forget one of one's own; another's is as if unknown."""
    found = SavedFilter.objects.filter(pk=pk, user_id=actor_of(request).id).first()
    if found is None:
        raise NotFound(_("You keep no such filter."))
    found.delete()
    messages.success(request, _("“%(name)s” is forgotten.") % {"name": found.name})
    return redirect("admin:queue")


def kept_by(user_id: int, *, now: str) -> list[tuple[SavedFilter, bool]]:
    """What this person keeps, by name, and whether it is what the page shows now."""
    here = sorted(parse_qsl(now.lstrip("?")))
    found = SavedFilter.objects.filter(user_id=user_id)
    return [(each, sorted(parse_qsl(each.query.lstrip("?"))) == here) for each in found]
