"""What every door of the API does alike: who calls, what the body says, which version was seen, and files put by."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from adjudication import docket
from adjudication.api.callers import Caller
from adjudication.api.fields import Form
from adjudication.cases.models import Case
from adjudication.credentials.models import Scope
from adjudication.errors import Fault, Malformed, NotFound, Refused, TooLarge
from adjudication.evidence import intake
from adjudication.evidence.intake import StoredFile
from adjudication.policy.versions import Policy

#: No request is longer than all that one side may file in a case, and a little.
LARGEST_REQUEST = 120 * 2**20
#: What reading a body can end in: a refusal of ours, of the parsers, of Django, or a connection that broke.
UNREADABLE = (Refused, APIException, SuspiciousOperation, OSError)
ENTITY_TAG = re.compile(r'(?:W/)?"?([0-9]{1,9})"?', re.ASCII)


class Door(APIView):
    """One address of the API."""

    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    answers_with_a_secret: ClassVar[bool] = False
    """Then a stored answer is sealed."""
    stored: list[StoredFile]
    about: Case | None = None
    """The case that a stored answer is kept for, where neither the address nor the answer says its number."""
    _content: Any = None
    _refusal: Exception | None = None
    _is_read = False

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Read everything as UTF-8, whatever character set the request claims."""
        request.encoding = "utf-8"
        self.stored = []
        return super().initialize_request(request, *args, **kwargs)

    def get_parsers(self) -> list[BaseParser]:
        """Take the media types that the schema names for this method, and no others."""
        parsers: list[BaseParser] = super().get_parsers()
        method = getattr(self, (getattr(self.request, "method", None) or "").lower(), None)
        taken = getattr(method, "media_types_taken", None)
        return parsers if taken is None else [parser for parser in parsers if parser.media_type in taken]

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Tell with every answer what may still be asked for in this minute."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        drawn = getattr(getattr(request, "_user", None), "drawn", None)
        for name, value in (drawn.headers() if drawn else {}).items():
            answer[name] = value
        return answer

    @property
    def caller(self) -> Caller:
        """Who calls."""
        return cast(Caller, self.request.user)

    def content(self) -> Any:
        """The body, parsed once. Standing is judged before this is asked for.

        Raises:
            Malformed, TooLarge: it cannot be read.

        """
        if not self._is_read:
            self._is_read = True
            try:
                self._content = self._read()
            except UNREADABLE as error:
                self._refusal = error
                raise
        if self._refusal is not None:
            raise self._refusal
        return self._content

    def try_content(self) -> Any:
        """The body if it can be read; if not, whoever needs it will be told why."""
        try:
            return self.content()
        except UNREADABLE:  # kept, and raised again when the body is needed
            return None

    def form(self, kind: type[Form]) -> dict[str, Any]:
        """Check the body against a form.

        Raises:
            Malformed: it does not fit; one fault a field.

        """
        return kind.read(self.content(), in_words=self.is_multipart)

    def filters(self, kind: type[Form]) -> dict[str, Any]:
        """Check the query against a form.

        Raises:
            Malformed: an unknown or malformed parameter.

        """
        return kind.read(self.request.query_params.dict(), in_words=True)

    @property
    def is_multipart(self) -> bool:
        """Does the body come as a form with files?"""
        return (self.request.content_type or "").lower().startswith("multipart/")

    def version_seen(self) -> int | None:
        """Read `If-Match`: the version of the case that the caller last saw.

        Raises:
            Malformed: it is no version.

        """
        header = self.request.headers.get("If-Match", "*").strip()
        if header == "*":
            return None
        tag = ENTITY_TAG.fullmatch(header)
        if tag is None:
            raise Malformed(_('If-Match names one version, as in "7".'), Fault("If-Match", _("is malformed")))
        return int(tag[1])

    def case(self, number: str, *scopes: Scope) -> Case:
        """Look at a case that the caller may see.

        Raises:
            NotFound: there is none, or it is another's.
            NoStanding: the key has none of the scopes.

        """
        case, self.looked_at = docket.look(number)
        self.caller.require_access(case)
        self.caller.require_scope(*scopes)
        return case

    def store(self, upload: UploadedFile[Any], policy: Policy) -> StoredFile:
        """Put an uploaded file by; if the request is refused after all, it is discarded again."""
        stored = intake.store(upload.chunks(), original_name=upload.name or "", policy=policy)
        self.stored.append(stored)
        return stored

    def _read(self) -> Any:
        try:
            length = int(self.request.META.get("CONTENT_LENGTH") or 0)
        except ValueError as error:
            raise Malformed(_("Content-Length is not a number.")) from error
        if length > LARGEST_REQUEST:
            raise TooLarge(_("A request may have at most %(most)d MB.") % {"most": LARGEST_REQUEST // 2**20})
        content = self.request.data
        if not isinstance(content, Mapping):
            raise Malformed(_("The body must be a JSON object."))
        return content


class Nowhere(Door):
    """Every address that is not one."""

    schema = None

    def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Response:
        """Whatever is asked of it."""
        raise NotFound(_("There is nothing at this address."))
