"""Lists are read page by page from a place in their order, never counted from the start: deep pages cost no more."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param

from adjudication.api.fields import Form, Instant
from adjudication.errors import Fault, Malformed

M = TypeVar("M", bound=Model)

MOST_PER_PAGE = 100
USUAL_PER_PAGE = 50


class PageQuery(Form):
    """Which page of a list."""

    limit = serializers.IntegerField(min_value=1, max_value=MOST_PER_PAGE, default=USUAL_PER_PAGE)
    cursor = serializers.CharField(required=False, max_length=400, help_text=_("From `next` or `previous`."))


def page(
    request: Request,
    rows: QuerySet[M],
    *,
    key: tuple[str, ...],
    newest_first: bool = False,
    answer: Callable[[Sequence[M]], list[Any]],
    asked: dict[str, Any],
) -> Response:
    """Answer one page of `rows` in the order of `key` (one or two fields, the last unique).

    Args:
        request: for the addresses of the pages beside it.
        rows: filtered, unordered.
        key: what they are ordered by.
        newest_first: descending.
        answer: writes the rows of the page out.
        asked: the checked query, with `limit` and perhaps `cursor`.

    Raises:
        Malformed: a cursor that is none of ours.

    """
    backwards, place = _place(asked["cursor"], rows.model, key) if asked.get("cursor") else (False, None)
    descending = newest_first != backwards
    if place is not None:
        rows = rows.filter(_beyond(key, place, descending=descending))
    ordered = rows.order_by(*(f"-{name}" if descending else name for name in key))
    found = list(ordered[: asked["limit"] + 1])
    is_more, found = len(found) > asked["limit"], found[: asked["limit"]]
    if backwards:
        found.reverse()
    after = found and (is_more or backwards)
    before = found and ((is_more and backwards) or (place is not None and not backwards))
    return Response(
        {
            "next": _address(request, found[-1], key, backwards=False) if after else None,
            "previous": _address(request, found[0], key, backwards=True) if before else None,
            "results": answer(found),
        }
    )


def _beyond(key: tuple[str, ...], place: Sequence[Any], *, descending: bool) -> Q:
    word = "lt" if descending else "gt"
    if len(key) == 1:
        return Q(**{f"{key[0]}__{word}": place[0]})
    first, second = key
    # The first condition alone bounds the index; the second leaves out what was shown of the same moment.
    return Q(**{f"{first}__{word}e": place[0]}) & (
        Q(**{f"{first}__{word}": place[0]}) | Q(**{f"{second}__{word}": place[1]})
    )


def _address(request: Request, row: Model, key: tuple[str, ...], *, backwards: bool) -> str:
    place = [getattr(row, name) for name in key]
    written = [value.isoformat() if isinstance(value, datetime) else str(value) for value in place]
    text = json.dumps([int(backwards), *written], separators=(",", ":"))
    cursor = base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")
    return str(replace_query_param(request.build_absolute_uri(), "cursor", cursor))


def _place(cursor: str, model: type[Model], key: tuple[str, ...]) -> tuple[bool, list[Any]]:
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        backwards, *written = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        if backwards not in (0, 1) or len(written) != len(key):
            raise ValueError("another list's")
        place = [_value(model, name, text) for name, text in zip(key, written, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError, serializers.ValidationError) as error:
        raise Malformed(
            _("This cursor is not one of this list's; follow “next” and “previous” as they are."),
            Fault("cursor", _("is malformed")),
        ) from error
    return bool(backwards), place


def _value(model: type[Model], name: str, text: str) -> Any:
    field = model._meta.get_field(name)
    kind = getattr(field, "get_internal_type", str)()
    if kind == "DateTimeField":
        return Instant().to_internal_value(text)
    if kind == "UUIDField":
        return serializers.UUIDField().to_internal_value(text)
    number = int(text)
    if not 0 <= number < 2**63:
        raise ValueError("out of range")
    return number
