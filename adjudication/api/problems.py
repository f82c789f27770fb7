"""Every refusal leaves as one problem document (RFC 9457) with a stable code, and never as a bare error page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views import defaults
from psycopg.errors import DeadlockDetected, LockNotAvailable, QueryCanceled
from rest_framework import exceptions
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from adjudication.credentials import denials
from adjudication.errors import (
    Busy,
    Fault,
    Malformed,
    NoStanding,
    NotFound,
    RateLimited,
    Refused,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

MEDIA_TYPE = "application/problem+json"
#: Below this address nobody is shown a page.
PREFIX = "/api/"
#: After how many seconds a request that found the case busy may be sent again.
RETRY_AFTER = "1"
CONTENDED = (LockNotAvailable, DeadlockDetected, QueryCanceled)


def answer_refusal(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an exception of a view with its problem document; None for what is a fault of our own.

    What a member of staff tried by their key and was denied is written down, as on their pages.
    """
    answer = _answer(error)
    if answer is not None and (user_id := _staff_behind(context)) is not None:
        _note_denied(answer, user_id, context)
    return answer


def _staff_behind(context: Mapping[str, Any]) -> int | None:
    """Whose key the request came with, if a member of staff's."""
    key = getattr(context["request"], "_auth", None)  # what has been found; `auth` would look for it once more
    user_id: int | None = getattr(key, "user_id", None)
    return user_id


def _note_denied(answer: Response, user_id: int, context: Mapping[str, Any]) -> None:
    request, told = context["request"], answer.data
    is_a_try = request.method not in ("GET", "HEAD") and "preview" not in request.GET
    if told["code"] == "no_standing" or (is_a_try and told["code"] not in denials.NOT_DENIED):
        match = request.resolver_match
        denials.note(
            user_id=user_id,
            act=f"{request.method} api {match.url_name if match else ''}",
            why=told["code"],
            told=told["detail"],
            case_number=str((context.get("kwargs") or {}).get("number", "")),
        )


def _answer(error: Exception) -> Response | None:
    if isinstance(error, Refused):
        return refused(error)
    if isinstance(error, Http404):
        return refused(NotFound(_("There is nothing at this address.")))
    if isinstance(error, PermissionDenied):
        return refused(NoStanding(_("This is not allowed.")))
    if isinstance(error, RequestDataTooBig):
        return refused(TooLarge(_("The request body is too large.")))
    if isinstance(error, SuspiciousOperation):
        return refused(Malformed(_("The request cannot be read.")))
    if isinstance(error, OperationalError | InterfaceError):
        return _of_database(error)
    if isinstance(error, exceptions.APIException):
        return _of_framework(error)
    return None


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Answer a request that fell before it came to a view: with a problem document under /api/, else with a page."""
    if request.path.startswith(PREFIX):
        return _rendered(refused(Malformed(_("The request cannot be read."))))
    return defaults.bad_request(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Answer what is a fault of our own, without a word about it."""
    if request.path.startswith(PREFIX):
        told = _(
            "Something went wrong here and was recorded. Send the same request again under the same idempotency key."
        )
        return _rendered(problem(status=500, code="internal", title=_("Internal error"), detail=told, errors=[]))
    return defaults.server_error(request)


def refused(refusal: Refused) -> Response:
    """Write a refusal of ours out."""
    answer = problem(
        status=refusal.status,
        code=refusal.code,
        title=str(refusal.title),
        detail=str(refusal.detail),
        errors=[error_of(fault) for fault in refusal.faults],
    )
    if isinstance(refusal, Busy | Unavailable):
        answer["Retry-After"] = RETRY_AFTER
    if isinstance(refusal, RateLimited):
        answer["Retry-After"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, Unauthenticated):
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def problem(*, status: int, code: str, title: str, detail: str, errors: list[dict[str, str]]) -> Response:
    """Build a problem document; `type` is a name, not an address to fetch."""
    content = {
        "type": f"urn:adjudication:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "errors": errors,
    }
    return Response(content, status=status, content_type=MEDIA_TYPE)


def error_of(fault: Fault) -> dict[str, str]:
    """What is wrong with one field."""
    return {"field": fault.field, "code": fault.code, "detail": str(fault.detail)}


def faults_in(detail: Any, path: str = "") -> Iterator[Fault]:
    """Flatten the framework's nested error lists into one fault a field: `items.0.sku`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            own = path if name == "non_field_errors" else f"{path}.{name}".lstrip(".")
            yield from faults_in(inner, own)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            is_leaf = isinstance(inner, exceptions.ErrorDetail)
            yield from faults_in(inner, path if is_leaf else f"{path}.{index}".lstrip("."))
    else:
        yield Fault(path, str(detail), getattr(detail, "code", "invalid"))


def _rendered(answer: Response) -> HttpResponse:
    return HttpResponse(JSONRenderer().render(answer.data), status=answer.status_code, content_type=MEDIA_TYPE)


def _of_framework(error: exceptions.APIException) -> Response:
    if isinstance(error, exceptions.ValidationError):
        faults = list(faults_in(error.detail))
        return refused(
            Malformed(_("The request is malformed; the errors say field by field what would be right."), *faults)
        )
    if isinstance(error, exceptions.ParseError):
        return refused(Malformed(str(error.detail)))
    titles: dict[type[exceptions.APIException], tuple[str, str]] = {
        exceptions.MethodNotAllowed: ("method_not_allowed", _("Method not allowed")),
        exceptions.UnsupportedMediaType: ("unsupported_media_type", _("Unsupported media type")),
        exceptions.Throttled: ("rate_limited", _("Too many requests")),
    }
    code, title = titles.get(type(error), (str(error.default_code), str(error.default_detail)))
    return problem(status=error.status_code, code=code, title=title, detail=str(error.detail), errors=[])


def _of_database(error: Exception) -> Response:
    if isinstance(error.__cause__, CONTENDED):
        return refused(Busy(_("Somebody else is acting on this right now; send the same request again in a moment.")))
    return refused(Unavailable(_("The database cannot be reached; send the same request again in a moment.")))
