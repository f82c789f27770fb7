"""Files of exhibits for both sides, and of drafts for their own: copies to look at, originals as recorded downloads."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adjudication import clock
from adjudication.cases import standing
from adjudication.errors import NotFound
from adjudication.evidence import access
from adjudication.evidence.access import Served
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.pages.session import for_parties
from adjudication.parties import Actor


@require_safe
@for_parties
def download(request: HttpRequest, actor: Actor, number: str, exhibit: UUID) -> HttpResponseBase:
    """The original, byte for byte, never shown by a browser; that it was fetched is recorded."""
    filed = _filed(actor, number, exhibit)
    return _answer(access.original(filed, by=actor, at=clock.now(), is_read=request.method == "GET"))


@require_safe
@for_parties
def show(request: HttpRequest, actor: Actor, number: str, exhibit: UUID, which: str) -> HttpResponseBase:
    """What is shown of it: a page, or its thumbnail."""
    return _answer(access.copy(_filed(actor, number, exhibit), which))


def _filed(actor: Actor, number: str, exhibit: UUID) -> Exhibit | Draft:
    """The exhibit, or a draft of the reader's own side."""
    named = {"pk": exhibit, "case__number": number}
    filed: Exhibit | Draft | None = Exhibit.objects.select_related("case").filter(**named).first()
    filed = filed or Draft.objects.select_related("case").filter(**named, by=actor.role).first()
    if filed is None:
        raise NotFound(_("There is no such exhibit."))
    standing.require_access(filed.case, actor)
    return filed


def _answer(served: Served) -> HttpResponseBase:
    return FileResponse(
        served.file,
        as_attachment=served.is_attachment,
        filename=served.name,
        content_type=served.media_type,
        headers=served.headers,
    )
