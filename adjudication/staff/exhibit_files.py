"""An exhibit's file for staff: its copies for the page, the original as a download that is put on record."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from adjudication import clock
from adjudication.errors import NotFound
from adjudication.evidence import access
from adjudication.evidence.access import Served
from adjudication.evidence.models import Exhibit
from adjudication.staff.doors import READERS, actor_of, door


@door("GET", open_to=READERS)
def exhibit_file(request: HttpRequest, *, exhibit_id: UUID) -> HttpResponseBase:
    """The original of one exhibit's file, never shown by a browser; that it was fetched is recorded."""
    is_read = request.method == "GET"
    return _answer(access.original(_exhibit(exhibit_id), by=actor_of(request), at=clock.now(), is_read=is_read))


@door("GET", open_to=READERS)
def exhibit_copy(request: HttpRequest, *, exhibit_id: UUID, which: str) -> HttpResponseBase:
    """What is shown of it: a page, or its thumbnail."""
    return _answer(access.copy(_exhibit(exhibit_id), which))


def _exhibit(exhibit_id: UUID) -> Exhibit:
    exhibit = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
    if exhibit is None:
        raise NotFound(_("There is no such exhibit."))
    return exhibit


def _answer(served: Served) -> HttpResponseBase:
    return FileResponse(
        served.file,
        as_attachment=served.is_attachment,
        filename=served.name,
        content_type=served.media_type,
        headers=served.headers,
    )
