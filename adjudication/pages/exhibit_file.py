"""An exhibit's file: byte for byte as it was filed, only to the two sides, never run or shown as a page of ours."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adjudication.cases import standing
from adjudication.errors import NotFound
from adjudication.evidence.intake import TAKEN
from adjudication.evidence.models import Exhibit
from adjudication.pages.session import for_parties
from adjudication.parties import Actor


@require_safe
@for_parties
def download(request: HttpRequest, actor: Actor, number: str, exhibit: UUID) -> HttpResponseBase:
    """The original, as an attachment; an image of it may stand on the case page."""
    filed = Exhibit.objects.select_related("case").filter(pk=exhibit, case__number=number).first()
    if filed is None:
        raise NotFound(_("There is no such exhibit."))
    standing.require_access(filed.case, actor)
    store = storages["evidence"]
    if not filed.file_name or not store.exists(filed.file_name):
        raise NotFound(_("There is no such file."))
    # The name people gave it is for display only: what is offered for saving is named by us.
    answer = FileResponse(
        store.open(filed.file_name),
        as_attachment=True,
        filename=f"{filed.case.number}-{filed.label}.{TAKEN.get(filed.media_type, 'bin')}",
        content_type=filed.media_type,
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, max-age=3600, immutable"
    return answer
