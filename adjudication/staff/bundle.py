"""The signed file of a case, for staff: what they may read of it, and on record."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from adjudication import docket
from adjudication.credentials import signing
from adjudication.evidence.access import ALWAYS_ASKED_FOR
from adjudication.reports.bundle.hand_out import MEDIA_TYPE, hand_out
from adjudication.reports.bundle.reading import Asker
from adjudication.staff.doors import READERS, actor_of, door


@door("GET", open_to=READERS)
def bundle(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """All of the case as a ZIP that proves itself."""
    case, _at = docket.look(number)
    if request.method == "HEAD":  # nothing is handed out, so nothing is made
        return HttpResponse(content_type=MEDIA_TYPE)
    given = hand_out(
        case.number,
        to=Asker(actor_of(request), request.user.get_username()),
        signer=signing.own(),
        even_if_not_whole=request.GET.get("even_if_not_whole") == "true",
    )
    return FileResponse(
        given.file, as_attachment=True, filename=given.name, content_type=MEDIA_TYPE, headers=ALWAYS_ASKED_FOR
    )
