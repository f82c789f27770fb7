"""Exhibits: filed by a side, read by both; of their files copies are shown, and originals fetched as attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
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
from adjudication.api import documented
from adjudication.api.answers.exhibits import ExhibitAnswer
from adjudication.api.doors import Door
from adjudication.api.forms.exhibits import (
    DraftUploadForm,
    DraftWithoutFileForm,
    ExhibitForm,
    ExhibitsQuery,
    ExhibitUploadForm,
    KindForm,
)
from adjudication.api.idempotency import InTwoParts, answered_once
from adjudication.api.paging import page
from adjudication.cases import standing
from adjudication.cases.models import Case
from adjudication.credentials.models import Scope
from adjudication.errors import NoStanding, NotFound
from adjudication.evidence import access, copies, corrections, drafts
from adjudication.evidence.access import Served
from adjudication.evidence.drafts import Draft
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.kinds import TAKEN
from adjudication.evidence.models import Exhibit
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts, take_evidence
from adjudication.procedure import drafts as drafting
from adjudication.procedure.correct_kind import correct_kind


class ExhibitsDoor(Door):
    """`cases/{number}/exhibits`."""

    @documented.listing(
        "List the exhibits of a case, in the order of filing",
        ExhibitAnswer,
        query=ExhibitsQuery,
        name="ExhibitPage",
        tags=["evidence"],
        operation_id="list_exhibits",
    )
    def get(self, request: Request, number: str) -> Response:
        """Both sides' and the platform's; with `drafts`, what the caller's own side has drafted, and nothing else."""
        case = self.case(number, Scope.EVIDENCE_READ)
        asked = self.filters(ExhibitsQuery)
        if asked.pop("drafts"):
            own = self.caller.candidates(acts.KEEP_DRAFT, case)
            found = [draft for actor in own for draft in drafts.of_side(case, actor.role)]
            return Response(
                {"next": None, "previous": None, "results": [answered(draft, case).data for draft in found]}
            )
        rows = Exhibit.objects.filter(case=case)
        return page(
            request,
            rows,
            key=("number",),
            asked=asked,
            answer=_written,
        )

    @documented.changing(
        "File an exhibit",
        ExhibitAnswer,
        form={"application/json": ExhibitForm, "multipart/form-data": ExhibitUploadForm},
        has_version=True,
        tags=["evidence"],
        operation_id="file_exhibit",
    )
    @answered_once
    def post(self, request: Request, number: str) -> InTwoParts:
        """It is never changed or deleted; a correction names it with `replaces`. With `draft`, nobody else sees it."""
        looked, looked_at = docket.look(number)
        self.caller.candidates(acts.FILE_EXHIBIT, looked)
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(ExhibitUploadForm if self.is_multipart else ExhibitForm)
        act = acts.KEEP_DRAFT if given["draft"] else acts.FILE_EXHIBIT
        by = self.caller.acting(act, looked, named=given.get("by"))
        stored = None
        if "file" in given:  # nothing is stored for an act whose turn it is not
            standing.require(act, looked, by, at=looked_at)
            stored = self.store(given["file"], versions.get(looked.policy_version_id))
        exhibit_given = ExhibitGiven(
            kind=Exhibit.Kind(given["kind"]),
            title=given["title"],
            text=given["text"],
            file=stored,
            replaces=given.get("replaces"),
            messages=tuple(given.get("messages", ())),
            facts=tuple(given["facts"]),
        )
        yield
        with docket.take(number, version=self.version_seen()) as (case, at):
            if given["draft"]:
                return answered(drafting.keep_draft(case, by=by, given=exhibit_given, at=at), case, status=201)
            exhibit = take_evidence.file_exhibit(case, by=by, given=exhibit_given, at=at)
        return answered(exhibit, case, status=201)


IF_MATCH = documented.if_match("The draft's version that was last seen; otherwise `stale`.")


class ExhibitDoor(Door):
    """`exhibits/{id}`."""

    @documented.reading(
        "Read one exhibit, or one's own draft", ExhibitAnswer, tags=["evidence"], operation_id="read_exhibit"
    )
    def get(self, request: Request, exhibit_id: UUID) -> Response:
        """A draft carries its version as `ETag`."""
        exhibit = exhibit_of(self, exhibit_id)
        return answered(exhibit, exhibit.case)

    @documented.changing(
        "Change a draft, or file it",
        ExhibitAnswer,
        form={"application/json": DraftWithoutFileForm, "multipart/form-data": DraftUploadForm},
        status=200,
        parameters=[IF_MATCH],
        tags=["evidence"],
        operation_id="change_draft",
    )
    @answered_once
    def patch(self, request: Request, exhibit_id: UUID) -> InTwoParts:
        """What is left out stays as it is; with `draft: false` it is filed, and never changed again."""
        looked, by = self._own(exhibit_id)
        self.about = looked.case
        given = self.form(DraftUploadForm if self.is_multipart else DraftWithoutFileForm)
        is_filed = not given.pop("draft", True)
        if given.get("file") is not None:
            case, at = docket.look(looked.case.number)
            standing.require(acts.CHANGE_DRAFT, case, by, at=at)
            given["file"] = self.store(given["file"], versions.get(case.policy_version_id))
        seen = self.version_seen()
        yield
        with docket.take(looked.case.number) as (case, at):
            exhibit: Exhibit | Draft
            if not is_filed:
                exhibit = self._change(case, by, exhibit_id, given, seen, at)
            else:
                if given:
                    self._change(case, by, exhibit_id, given, seen, at)
                    seen = None
                exhibit = drafting.file_draft(case, by=by, draft_id=exhibit_id, seen=seen, at=at)
        return answered(exhibit, case)

    @extend_schema(
        summary="Drop a draft, and its file",
        parameters=[IF_MATCH],
        responses={204: None, **documented.problems(*documented.ALWAYS, 503)},
        tags=["evidence"],
        operation_id="drop_draft",
    )
    def delete(self, request: Request, exhibit_id: UUID) -> Response:
        """A filed exhibit stays."""
        looked, by = self._own(exhibit_id)
        with docket.take(looked.case.number) as (case, at):
            drafting.drop_draft(case, by=by, draft_id=exhibit_id, seen=self.version_seen(), at=at)
        return Response(status=204)

    def _own(self, exhibit_id: UUID) -> tuple[Exhibit | Draft, Actor]:
        """What the caller's own side has drafted or filed, and that side."""
        exhibit = exhibit_of(self, exhibit_id)
        able = self.caller.candidates(acts.CHANGE_DRAFT, exhibit.case)
        self.caller.require_scope(Scope.CASES_ACT)
        by = next((actor for actor in able if actor.role == exhibit.by), None)
        if by is None:
            raise NoStanding(_("This exhibit is another’s."))
        return exhibit, by

    def _change(
        self, case: Case, by: Actor, draft_id: UUID, changes: dict[str, Any], seen: int | None, at: datetime
    ) -> Draft:
        now = next((draft for draft in drafts.of_side(case, by.role) if draft.pk == draft_id), None)
        kept = now.given if now else ExhibitGiven(Exhibit.Kind.DOCUMENT, "")  # the act says what became of it
        if "facts" in changes:
            changes["facts"] = tuple(changes["facts"])
        if "kind" in changes:
            changes["kind"] = Exhibit.Kind(changes["kind"])
        given = replace(kept, **changes)
        return drafting.change_draft(case, by=by, draft_id=draft_id, given=given, seen=seen, at=at)


class ExhibitKindDoor(Door):
    """`exhibits/{id}/kind`."""

    @documented.changing(
        "Say what an exhibit really is; it stays as it was filed",
        ExhibitAnswer,
        form=KindForm,
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
        self.about = looked
        by = self.caller.acting(acts.CORRECT_KIND, looked, named=None)
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(KindForm)
        with docket.take(looked.number, version=self.version_seen()) as (case, at):
            kind = Exhibit.Kind(given["kind"])
            corrected = correct_kind(case, by=by, exhibit_id=exhibit_id, kind=kind, reason=given["reason"], at=at)
        return Response(ExhibitAnswer.write(corrected), status=201)


class ExhibitFileDoor(Door):
    """`exhibits/{id}/file`."""

    @extend_schema(
        summary="Fetch an exhibit's file, byte for byte as it was filed",
        responses={
            **{
                (200, media_type): OpenApiResponse(OpenApiTypes.BINARY, "The file, as an attachment")
                for media_type in (*TAKEN, "application/octet-stream")
            },
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
        """As a page, with its longer side at most 960 pixels."""
        return _answer(access.copy(exhibit_of(self, exhibit_id), copies.THUMBNAIL))


def exhibit_of(door: Door, exhibit_id: UUID) -> Exhibit | Draft:
    """Return an exhibit that the caller may read, or a draft of their own side.

    Raises:
        NotFound: there is none, it is another's, or a draft that is not their side's.
        NoStanding: the key lacks the scope.

    """
    filed = Exhibit.objects.select_related("case").filter(pk=exhibit_id).first()
    exhibit: Exhibit | Draft | None = filed
    if filed is not None:
        corrections.look_up([filed])
    else:
        exhibit = Draft.objects.select_related("case").filter(pk=exhibit_id).first()
    if (
        exhibit is None
        or not door.caller.may_see(exhibit.case)
        or (isinstance(exhibit, Draft) and not _is_own(door, exhibit))
    ):
        raise NotFound(_("There is no such exhibit."))
    door.caller.require_scope(Scope.EVIDENCE_READ)
    return exhibit


def _written(found: Sequence[Exhibit]) -> list[Any]:
    corrections.look_up(found)
    return ExhibitAnswer.write_all(found)


def answered(exhibit: Exhibit | Draft, case: Case, *, status: int = 200) -> Response:
    """Write an exhibit or a draft out; a draft with its version as `ETag`."""
    exhibit.case = case
    answer = Response(ExhibitAnswer.write(exhibit), status=status)
    if isinstance(exhibit, Draft):
        answer["ETag"] = f'"{exhibit.version}"'
    return answer


def _is_own(door: Door, draft: Draft) -> bool:
    actors = door.caller.actors(draft.case)
    own = {Role.BUYER: draft.case.buyer_id, Role.SELLER: draft.case.shop_id}
    return any(actor.role == draft.by and actor.id == own[actor.role] for actor in actors)


def _answer(served: Served) -> HttpResponseBase:
    return FileResponse(
        served.file,
        as_attachment=served.is_attachment,
        filename=served.name,
        content_type=served.media_type,
        headers=served.headers,
    )
