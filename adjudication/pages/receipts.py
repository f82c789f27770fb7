"""What a side keeps for itself: the receipt of each of its exhibits, and the lists of exhibits as they were frozen."""

from __future__ import annotations

from datetime import UTC
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from adjudication import docket
from adjudication.cases import standing
from adjudication.errors import NotFound
from adjudication.evidence.models import Exhibit
from adjudication.pages.session import for_parties
from adjudication.parties import Actor
from adjudication.procedure.manifest import words_sha256
from adjudication.reports import manifests


@require_safe
@for_parties
def receipt(request: HttpRequest, actor: Actor, number: str, exhibit: UUID) -> HttpResponseBase:
    """The receipt of one of the reader's own exhibits, as a text file."""
    filed = Exhibit.objects.select_related("case").filter(pk=exhibit, case__number=number, by=actor.role).first()
    if filed is None:
        raise NotFound(_("There is no such exhibit."))
    standing.require_access(filed.case, actor)
    return HttpResponse(
        receipt_words(filed),
        content_type="text/plain; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{number}-{filed.label}-receipt.txt"',
            "X-Content-Type-Options": "nosniff",
        },
    )


def receipt_words(exhibit: Exhibit) -> str:
    """The receipt: a line for each fact, and how to compare the file with it."""
    filed_at = exhibit.filed_at
    facts = [
        (_("Case"), exhibit.case.number),
        (_("Exhibit"), exhibit.label),
        (_("Id"), str(exhibit.pk)),
        (_("Title"), exhibit.title),
        (_("Filed, UTC"), f"{filed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"),
        (_("Filed, in your own time"), f"{timezone.localtime(filed_at):%Y-%m-%d %H:%M:%S %Z}"),
        (_("SHA-256 of the words"), words_sha256(exhibit)),
    ]
    if exhibit.sha256:
        facts += [
            (_("Size in bytes"), str(exhibit.size_bytes)),
            (_("SHA-256 of the file"), exhibit.sha256),
        ]
    lines = [_("Receipt of an exhibit"), "", *(f"{name}: {value}" for name, value in facts)]
    if exhibit.sha256:
        lines += ["", _("Keep the file: as long as sha256sum gives the same for it, it is what was filed.")]
    return "".join(f"{line}\n" for line in lines)


@require_safe
@for_parties
def manifest(request: HttpRequest, actor: Actor, number: str, which: str) -> HttpResponseBase:
    """The list of exhibits as it was frozen, to be checked against the journal."""
    case, _at = docket.look(number)
    standing.require_access(case, actor)
    found = manifests.frozen(case.pk, number, which)
    answer = JsonResponse(manifests.as_json(found), json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="{number}-{found.name}.json"'
    return answer
