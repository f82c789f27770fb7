"""How the schema tells of each door: its summary, its forms, its answers, and the problems it may answer with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers

from adjudication.api.answers.problems import ProblemAnswer
from adjudication.api.problems import MEDIA_TYPE

F = TypeVar("F", bound=Callable[..., Any])

ALWAYS = (400, 401, 403, 404, 409, 429)
CHANGING = (413, 415, 422)
TOLD = {
    400: "invalid",
    401: "unauthenticated",
    403: "no_standing",
    404: "not_found: unknown, or another's",
    409: "out_of_order, stale, too_late, too_early, busy, conflict, not_whole",
    413: "too_large",
    415: "unsupported_media_type",
    422: "unprocessable, evidence_refused, inadmissible_citation, idempotency_mismatch, …",
    429: "rate_limited; `Retry-After` says in how many seconds the same request is let through",
    503: "unavailable",
    507: "storage_full",
}
IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]([ -~]*[!-~])?$", "minLength": 1, "maxLength": 255},
    OpenApiParameter.HEADER,
    description="The same key and body again get the stored answer, with `Idempotent-Replayed: true`.",
)


def if_match(description: str) -> OpenApiParameter:
    """Describe the header that names one version, or any with `*`."""
    version = {"type": "string", "pattern": '^([*]|(W/)?"?[0-9]{1,9}"?)$'}
    return OpenApiParameter("If-Match", version, OpenApiParameter.HEADER, description=description)


IF_MATCH = if_match("The case's version that was last seen; otherwise `stale`.")


def told_with(name: str, kind: type, description: str, *statuses: int) -> OpenApiParameter:
    """Describe a header that answers with these statuses carry; with any, if none is named."""
    where: Any = list(statuses) or True
    return OpenApiParameter(name, kind, OpenApiParameter.HEADER, description=description, response=where)


WITH_EVERY_ANSWER = [
    told_with("RateLimit-Remaining", int, "How many more requests of this key would be let through now."),
    told_with("RateLimit-Reset", int, "In how many seconds the whole minute's worth is there again."),
    told_with("Retry-After", int, "In how many seconds the same request may be sent again.", 409, 429, 503),
]
REPLAYED = told_with(
    "Idempotent-Replayed", str, "`true`: it had been done before; this is the stored answer.", 200, 201
)


def problems(*statuses: int) -> dict[tuple[int, str], OpenApiResponse]:
    """Problem documents with these statuses."""
    return {(status, MEDIA_TYPE): OpenApiResponse(ProblemAnswer, TOLD[status]) for status in statuses}


def reading(summary: str, answer: Any, *, query: Any = None, **options: Any) -> Callable[[F], F]:
    """Describe a GET."""
    return extend_schema(
        summary=summary,
        parameters=[*([query] if query else []), *WITH_EVERY_ANSWER],
        responses={200: answer, **problems(*ALWAYS, 503)},
        **options,
    )


def listing(summary: str, answer: Any, *, query: Any, name: str, **options: Any) -> Callable[[F], F]:
    """Describe a GET of one page of a list."""
    return reading(summary, page_of(answer, name), query=query, **options)


def page_of(answer: Any, name: str, **more: Any) -> Any:
    """Describe a cursor page."""
    return inline_serializer(
        name,
        {
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": answer(many=True),
            **more,
        },
    )


def changing(
    summary: str, answer: Any, *, form: Any, status: int = 201, has_version: bool = False, **options: Any
) -> Callable[[F], F]:
    """Describe a POST; what is not described is not taken: a body of another media type is refused."""
    answers = answer if isinstance(answer, dict) else {status: answer}
    parameters = [IDEMPOTENCY, *([IF_MATCH] if has_version else []), *options.pop("parameters", [])]
    parameters += [*WITH_EVERY_ANSWER, REPLAYED]
    forms = form if isinstance(form, dict) else {"application/json": form}
    describe = extend_schema(
        summary=summary,
        request=forms,
        parameters=parameters,
        responses={**answers, **problems(*ALWAYS, *CHANGING, 503, 507)},
        **options,
    )

    def described(post: F) -> F:
        told: F = describe(post)
        told.media_types_taken = frozenset(forms)  # type: ignore[attr-defined]  # for Door.get_parsers
        return told

    return described
