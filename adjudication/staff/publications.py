"""What the public will read: the rulings that are to be published, with what was left out, and the wording of it.

All staff read the list; arbitrators and supervisors word. The ruling itself stands beside, and is never changed.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.credentials.staff import staff_roles
from adjudication.errors import NoStanding, NotFound, Refused
from adjudication.register.enter import reword
from adjudication.register.telling import words_told
from adjudication.rulings.publications import Publication
from adjudication.staff.doors import DECIDING, READERS, actor_of, door, page, plain

PAGE = 30


@door("GET", open_to=READERS)
def publications(request: HttpRequest) -> HttpResponseBase:
    """Those that wait, due next first; a number leads to any other."""
    number = request.GET.get("number", "").strip()
    if number:
        if not number.isascii() or not number.isdigit() or len(number) > 18:
            raise NotFound(_("The register has no such number."))
        return redirect("admin:publication", pk=_found(int(number)).pk)
    waiting = Publication.objects.filter(published_at=None, entered_at__isnull=False).defer("search")
    found = list(waiting.select_related("ruling__case").order_by("publish_by", "id")[: PAGE + 1])
    at = clock.now()
    rows = [
        {"entry": each, "words": words_told(each), "is_late": each.publish_by is not None and each.publish_by <= at}
        for each in found[:PAGE]
    ]
    context = {"title": _("To be published"), "rows": rows, "is_more": len(found) > PAGE}
    return page(request, "staff/publications.html", context)


@door("GET", open_to=READERS)
def publication(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """One of them: the ruling's reasons, and the words that the public reads."""
    return _shown(request, _found(pk))


@door("POST", open_to=DECIDING)
def reword_publication(request: HttpRequest, *, pk: int) -> HttpResponseBase:
    """Change the words that the public reads."""
    found = _found(pk)
    typed = plain(request.POST.get("words", ""))
    try:
        kept = reword(found, typed, by=actor_of(request))
    except (NotFound, NoStanding):
        raise
    except Refused as refused:
        return _shown(request, found, words=typed, refused=refused)
    told = _("The words of No. %(number)s are changed.") % {"number": pk}
    if kept.words != typed.strip():
        told += " " + _("A name or number was left out of them once more.")
    messages.success(request, told)
    return redirect("admin:publication", pk=pk)


def _found(pk: int) -> Publication:
    found = Publication.objects.filter(pk=pk, entered_at__isnull=False).defer("search")
    known = found.select_related("ruling__case", "edited_by").first()
    if known is None:
        raise NotFound(_("The register has no such number."))
    return known


def _shown(
    request: HttpRequest, of: Publication, *, words: str | None = None, refused: Refused | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "title": _("No. %(number)s of the register") % {"number": of.pk},
        "entry": of,
        "case": of.ruling.case,
        "ruling": of.ruling,
        "words": words_told(of),
        "typed": words_told(of) if words is None else words,
        "may_word": bool(staff_roles(request.user) & DECIDING),
        "refused": refused,
    }
    return page(request, "staff/publication.html", context, status=refused.status if refused else 200)
