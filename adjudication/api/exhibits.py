"""Exhibits: filed by a side, read by both; of their files copies are shown, and originals fetched as attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import clock, docket
from adjudication.api import documented, forms
from adjudication.api.answers import ExhibitAnswer
from adjudication.api.doors import Door
from adjudication.api.idempotency import InTwoParts, answered_once
from adjudication.api.paging import PageQuery, page
from adjudication.cases import standing
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound
from adjudication.evidence import access, copies, corrections
from adjudication.evidence.access import Served
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.policy import versions
from adjudication.procedure import acts, take_evidence
from adjudication.procedure.correct_kind import correct_kind


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
            answer=_written,
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
    def post(self, request: Request, number: str) -> InTwoParts:
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
            messages=tuple(given.get("messages", ())),
        )
        yield
        with docket.take(number, version=self.version_seen()) as (case, at):
            exhibit = take_evidence.file_exhibit(case, by=by, given=exhibit_given, at=at)
        return Response(ExhibitAnswer(exhibit).data, status=201)


class ExhibitKindDoor(Door):
    """`exhibits/{id}/kind`."""

    @documented.changing(
        "Say what an exhibit really is; it stays as it was filed",
        ExhibitAnswer,
        form=forms.KindForm,
        has_version=True,
        tags=["evidence"],
        operation_id="correct_kind",
    )
    @answered_once
    def post(self, request: Request, exhibit_id: UUID) -> Response:
        """By the arbitrator of the case or a supervisor, until the ruling; both sides are told."""
        exhibit = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
        if exhibit is None or self.caller.party_id not in (None, exhibit.case.buyer_id, exhibit.case.shop_id):
            raise NotFound(_("There is no such exhibit."))
        looked, _at = docket.look(exhibit.case.number)
        by = self.caller.acting(acts.CORRECT_KIND, looked, named=None)
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(forms.KindForm)
        with docket.take(looked.number, version=self.version_seen()) as (case, at):
            kind = Exhibit.Kind(given["kind"])
            corrected = correct_kind(case, by=by, exhibit_id=exhibit_id, kind=kind, reason=given["reason"], at=at)
        return Response(ExhibitAnswer(corrected).data, status=201)


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
        """For the two sides, the marketplace and staff; that it was fetched is recorded."""
        exhibit = exhibit_of(self, exhibit_id)
        is_read = request.method == "GET"
        return _answer(access.original(exhibit, by=self.caller.itself(), at=clock.now(), is_read=is_read))


A_COPY = {
    (200, "image/jpeg"): OpenApiResponse(OpenApiTypes.BINARY, "A JPEG, upright and without metadata"),
    **documented.problems(*documented.ALWAYS, 503),
}


class ExhibitPageDoor(Door):
    """`exhibits/{id}/pages/{page}`."""

    @extend_schema(
        summary="Fetch a page of an exhibit's file as a picture that is safe to show",
        responses=A_COPY,
        tags=["evidence"],
        operation_id="fetch_exhibit_page",
    )
    def get(self, request: Request, exhibit_id: UUID, page: int) -> HttpResponseBase:
        """For the two sides, the marketplace and staff; a picture has one page, a film none."""
        return _answer(access.copy(exhibit_of(self, exhibit_id), str(page)))


class ExhibitThumbnailDoor(Door):
    """`exhibits/{id}/thumbnail`."""

    @extend_schema(
        summary="Fetch a small picture of an exhibit's file",
        responses=A_COPY,
        tags=["evidence"],
        operation_id="fetch_exhibit_thumbnail",
    )
    def get(self, request: Request, exhibit_id: UUID) -> HttpResponseBase:
        """As a page, with its longer side at most 320 pixels."""
        return _answer(access.copy(exhibit_of(self, exhibit_id), copies.THUMBNAIL))


def exhibit_of(door: Door, exhibit_id: UUID) -> Exhibit:
    """Return an exhibit whose file the caller may read.

    Raises:
        NotFound: there is none, or it is another's.
        NoStanding: the key lacks the scope.

    """
    exhibit = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
    if exhibit is None or not door.caller.may_see(exhibit.case):
        raise NotFound(_("There is no such exhibit."))
    door.caller.require_scope(Scope.EVIDENCE_READ)
    return exhibit


def _written(found: Sequence[Exhibit]) -> list[Any]:
    corrections.look_up(found)
    return list(ExhibitAnswer(found, many=True).data)


def _answer(served: Served) -> HttpResponseBase:
    return FileResponse(
        served.file,
        as_attachment=served.is_attachment,
        filename=served.name,
        content_type=served.media_type,
        headers=served.headers,
    )
