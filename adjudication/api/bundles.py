"""The signed file of a case over HTTP, and the public key that it is verified with."""

from __future__ import annotations

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication.api import documented
from adjudication.api.callers import Caller
from adjudication.api.doors import Door
from adjudication.api.fields import Answer, Flag, Form
from adjudication.credentials import limits, signing
from adjudication.credentials.models import Scope
from adjudication.evidence.access import ALWAYS_ASKED_FOR
from adjudication.reports.bundle.hand_out import MEDIA_TYPE, hand_out
from adjudication.reports.bundle.reading import Asker


class BundleQuery(Form):
    """Whether it is wanted although something is lacking."""

    even_if_not_whole = Flag(
        default=False,
        help_text=_("Also where the file of an exhibit is lacking; it then says so itself, and that is signed."),
    )


class SigningKeyAnswer(Answer):
    """A public key."""

    key_id = serializers.CharField(help_text=_("SHA-256 of the public key in DER, in hex."))
    algorithm = serializers.CharField()
    public_key_pem = serializers.CharField()


class BundleDoor(Door):
    """`cases/{number}/bundle`."""

    @extend_schema(
        summary="The signed file of a case: all of it as a ZIP that proves itself without this service",
        description="What the caller may read of the case, exhibits' files included; that it was handed out is put on"
        " record. `docs/bundle.md` says what is in it and how it is verified.",
        parameters=[BundleQuery, *documented.WITH_EVERY_ANSWER],
        responses={
            (200, MEDIA_TYPE): OpenApiResponse(OpenApiTypes.BINARY, "The ZIP, as an attachment"),
            **documented.problems(*documented.ALWAYS, 503, 507),
        },
        tags=["evidence"],
        operation_id="fetch_bundle",
    )
    def get(self, request: Request, number: str) -> HttpResponseBase:
        """For the two sides, the marketplace and staff, with the scopes for all that is in it."""
        case = self.case(number, Scope.CASES_READ)
        for scope in (Scope.EVIDENCE_READ, Scope.LEDGER_READ):
            self.caller.require_scope(scope)
        asked = self.filters(BundleQuery)
        if request.method == "HEAD":  # nothing is handed out, so nothing is made
            return HttpResponse(content_type=MEDIA_TYPE, headers=ALWAYS_ASKED_FOR)
        asker = Asker(self.caller.itself(), _name_of(self.caller))
        given = hand_out(case.number, to=asker, signer=signing.own(), **asked)
        return FileResponse(
            given.file, as_attachment=True, filename=given.name, content_type=MEDIA_TYPE, headers=ALWAYS_ASKED_FOR
        )


class SigningKeyDoor(Door):
    """`signing-key`."""

    authentication_classes = ()

    @extend_schema(
        summary="The public key by which signed files of cases are verified",
        responses={200: SigningKeyAnswer, **documented.problems(429, 503)},
        auth=[],
        tags=["evidence"],
        operation_id="read_signing_key",
    )
    def get(self, request: Request) -> Response:
        """For anybody: whoever holds a signed file must be able to ask whose it is."""
        limits.draw_for_address(request.META)
        key = signing.own()
        return Response({"key_id": key.id, "algorithm": signing.ALGORITHM, "public_key_pem": key.public_pem})


def _name_of(caller: Caller) -> str:
    if caller.key.party is not None:
        return caller.key.party.external_id
    return caller.key.user.get_username() if caller.key.user is not None else caller.key.name
