"""The schema over HTTP: written for one reader after the other."""

from __future__ import annotations

from threading import Lock

from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework.request import Request
from rest_framework.response import Response

#: The library looks up what it extends when it first writes a schema, and not safely for two at once.
ONE_AT_A_TIME = Lock()


class SchemaDoor(SpectacularJSONAPIView):
    """`schema/`."""

    def _get_schema_response(self, request: Request) -> Response:
        with ONE_AT_A_TIME:
            return super()._get_schema_response(request)  # type: ignore[no-untyped-call,no-any-return]  # the library is untyped
