"""What comes in is read strictly: JSON in UTF-8 that every reader understands alike, within bounds, or not at all."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import IO, Any, NoReturn

from django.utils.translation import gettext as _
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from adjudication.errors import Malformed, TooLarge

#: How deep arrays and objects may lie in each other.
MOST_LEVELS = 32
#: The longest JSON body, in bytes.
MOST_BYTES = 2**21
#: Whole numbers beyond this are not exact in every JSON reader (RFC 8785).
LARGEST_NUMBER = 2**53


class StrictJSONParser(BaseParser):
    """JSON without what readers disagree on: no NaN, no name twice, no NUL, no half characters, nothing endless."""

    media_type = "application/json"

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the whole body.

        Raises:
            Malformed: it is not such JSON.
            TooLarge: it is longer than any request of words need be.

        """
        try:
            text = _within_bounds(stream).decode()
            content = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
        except RecursionError as error:
            raise Malformed(_("The JSON is nested too deeply.")) from error
        except ValueError as error:
            raise Malformed(_("The body is not JSON in UTF-8: %(error)s") % {"error": _printable(error)}) from error
        require_plain(content)
        return content


class AlwaysTheFirst(BaseContentNegotiation):
    """There is one answer format a view; what the client would rather have does not turn the answer into an error."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """Choose the parser of the body's content type, if there is one."""
        essence = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == essence), None)

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Choose the view's first renderer."""
        renderer: BaseRenderer = renderers[0]
        return renderer, renderer.media_type


def require_plain(content: Any, level: int = 0) -> None:
    """Refuse what the database or another reader could not keep: NUL, half characters, endless or inexact numbers.

    Raises:
        Malformed: there is such a thing in it.

    """
    if level > MOST_LEVELS:
        raise Malformed(_("The JSON is nested too deeply; %(most)d levels are taken.") % {"most": MOST_LEVELS})
    if isinstance(content, dict):
        for name, value in content.items():
            _require_text(name)
            require_plain(value, level + 1)
    elif isinstance(content, list):
        for value in content:
            require_plain(value, level + 1)
    elif isinstance(content, str):
        _require_text(content)
    elif isinstance(content, float) and not math.isfinite(content):
        raise Malformed(_("A number in the JSON is too large."))
    elif isinstance(content, int) and abs(content) > LARGEST_NUMBER:
        raise Malformed(_("A whole number in the JSON is too large to be exact."))


def _within_bounds(stream: IO[bytes]) -> bytes:
    content = stream.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise TooLarge(_("A JSON body may have at most %(most)d MB.") % {"most": MOST_BYTES // 2**20})
    return content


def _require_text(text: str) -> None:
    if "\x00" in text:
        raise Malformed(_("A text in the JSON contains a NUL character."))
    if any("\ud800" <= char <= "\udfff" for char in text):
        raise Malformed(_("A text in the JSON contains half a character (a lone surrogate)."))


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    content = dict(pairs)
    if len(content) < len(pairs):
        raise ValueError("an object names a field twice")
    return content


def _printable(error: Exception) -> str:
    return str(error).encode("ascii", "backslashreplace").decode()[:200]
