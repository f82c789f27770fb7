"""An exhibit's file for staff: as a download that no browser runs; never a page of ours."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from adjudication.errors import NotFound
from adjudication.evidence.intake import TAKEN
from adjudication.evidence.models import Exhibit
from adjudication.staff.doors import READERS, door

#: What may stand on a page as a picture.
PICTURES = frozenset({"image/jpeg", "image/png", "image/webp"})


@door("GET", open_to=READERS)
def exhibit_file(request: HttpRequest, *, exhibit_id: UUID) -> HttpResponseBase:
    """The file of one exhibit; a picture may be shown in an `<img>`, which ignores that it is an attachment."""
    exhibit = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
    if exhibit is None:
        raise NotFound(_("There is no such exhibit."))
    store = storages["evidence"]
    if not exhibit.file_name or not store.exists(exhibit.file_name):
        raise NotFound(_("This exhibit has no file."))
    known = exhibit.media_type in TAKEN
    answer = FileResponse(
        store.open(exhibit.file_name),
        as_attachment=True,
        filename=f"{exhibit.case.number}-{exhibit.label}.{TAKEN[exhibit.media_type] if known else 'bin'}",
        content_type=exhibit.media_type if known else "application/octet-stream",
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
