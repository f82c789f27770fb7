"""The signed file of a case, for either side to keep."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from adjudication import docket
from adjudication.cases import standing
from adjudication.credentials import signing
from adjudication.evidence.access import ALWAYS_ASKED_FOR
from adjudication.pages.session import for_parties
from adjudication.parties import Actor, Role
from adjudication.reports.bundle.hand_out import MEDIA_TYPE, hand_out
from adjudication.reports.bundle.reading import Asker


@require_safe
@for_parties
def bundle(request: HttpRequest, actor: Actor, number: str) -> HttpResponseBase:
    """All that this side may read of the case, as a ZIP that proves itself; that it was handed out is recorded."""
    case, _at = docket.look(number)
    standing.require_access(case, actor)
    if request.method == "HEAD":  # nothing is handed out, so nothing is made
        return HttpResponse(content_type=MEDIA_TYPE)
    side = case.buyer if actor.role is Role.BUYER else case.shop.party
    given = hand_out(
        number,
        to=Asker(actor, side.external_id),
        signer=signing.own(),
        even_if_not_whole=request.GET.get("even_if_not_whole") == "true",
    )
    return FileResponse(
        given.file, as_attachment=True, filename=given.name, content_type=MEDIA_TYPE, headers=ALWAYS_ASKED_FOR
    )
