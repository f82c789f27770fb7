"""Exhibits: filed by a side, read by both, and their files fetched as attachments and never shown inline."""

from __future__ import annotations

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented, forms
from adjudication.api.answers import ExhibitAnswer
from adjudication.api.doors import Door
from adjudication.api.idempotency import answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.cases import standing
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound
from adjudication.evidence.intake import TAKEN, ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from adjudication.procedure import acts, take_evidence


class ExhibitsDoor(Door):
    """`cases/{number}/exhibits`."""

    @documented.listing(
        "List the exhibits of a case, in the order of filing",
        ExhibitAnswer,
        query=PageQuery,
        name="ExhibitPage",
        tags=["evidence"],
        operation_id="list_exhibits",
    )
    def get(self, request: Request, number: str) -> Response:
        """Both sides' and the platform's."""
        case = self.case(number, Scope.EVIDENCE_READ)
        rows = Exhibit.objects.filter(case=case)
        return page(
            request,
            rows,
            key=("number",),
            asked=self.filters(PageQuery),
            answer=lambda found: list(ExhibitAnswer(found, many=True).data),
        )

    @documented.changing(
        "File an exhibit",
        ExhibitAnswer,
        form={"application/json": forms.ExhibitForm, "multipart/form-data": forms.ExhibitUploadForm},
        has_version=True,
        tags=["evidence"],
        operation_id="file_exhibit",
    )
    @answered_once
    def post(self, request: Request, number: str) -> Response:
        """It is never changed or deleted; a correction names it with `replaces`."""
        looked, looked_at = docket.look(number)
        self.caller.candidates(acts.FILE_EXHIBIT, looked)
        self.caller.require_scope(Scope.CASES_ACT)
        is_multipart = (request.content_type or "").lower().startswith("multipart/")
        given = self.form(forms.ExhibitUploadForm if is_multipart else forms.ExhibitForm)
        by = self.caller.acting(acts.FILE_EXHIBIT, looked, named=given.get("by"))
        stored = None
        if "file" in given:  # nothing is stored for an act whose turn it is not
            standing.require(acts.FILE_EXHIBIT, looked, by, at=looked_at)
            stored = self.store(given["file"], versions.get(looked.policy_version_id))
        exhibit_given = ExhibitGiven(
            kind=Exhibit.Kind(given["kind"]),
            title=given["title"],
            text=given["text"],
            file=stored,
            replaces=given.get("replaces"),
        )
        with docket.take(number, version=self.version_seen()) as (case, at):
            exhibit = take_evidence.file_exhibit(case, by=by, given=exhibit_given, at=at)
        return Response(ExhibitAnswer(exhibit).data, status=201)


class ExhibitFileDoor(Door):
    """`exhibits/{id}/file`."""

    @extend_schema(
        summary="Fetch an exhibit's file, byte for byte as it was filed",
        responses={
            (200, "application/octet-stream"): OpenApiResponse(OpenApiTypes.BINARY, "The file, as an attachment"),
            **documented.problems(*documented.ALWAYS, 503),
        },
        tags=["evidence"],
        operation_id="fetch_exhibit_file",
    )
    def get(self, request: Request, exhibit_id: UUID) -> HttpResponseBase:
        """For the two sides, the marketplace and staff."""
        exhibit = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
        if exhibit is None:
            raise NotFound(_("There is no such exhibit."))
        self.caller.require_access(exhibit.case)
        self.caller.require_scope(Scope.EVIDENCE_READ)
        kept = storages["evidence"]
        if not exhibit.file_name or not kept.exists(exhibit.file_name):
            raise NotFound(_("This exhibit has no file."))
        name = f"{exhibit.case.number}-{exhibit.label}.{TAKEN.get(exhibit.media_type, 'bin')}"
        answer = FileResponse(
            kept.open(exhibit.file_name), as_attachment=True, filename=name, content_type=exhibit.media_type
        )
        answer["X-Content-Type-Options"] = "nosniff"
        answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
        answer["Cache-Control"] = "private, no-store"
        return answer
