"""The web process: its threads share a pool of database connections; it does not start on an unsafe server."""

import multiprocessing
import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.core.wsgi import get_wsgi_application
from django.utils.http import parse_header_parameters

from config.checks import require_safe_server
from config.lifeline import follow

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("DATABASE_POOL", "1")

_django = get_wsgi_application()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answer a request; one whose charset is no text encoding is refused, for Django itself would stumble over it."""
    charset = parse_header_parameters(environ.get("CONTENT_TYPE", ""))[1].get("charset", "utf-8")
    try:
        "".encode(charset)
    except (LookupError, ValueError):
        told = b'{"type": "urn:adjudication:problem:unsupported_media_type", "title": "Unsupported media type", '
        told += (
            b'"status": 415, "code": "unsupported_media_type", "detail": "The charset must be utf-8.", "errors": []}'
        )
        start_response("415 Unsupported Media Type", [("Content-Type", "application/problem+json")])
        return [told]
    return _django(environ, start_response)


require_safe_server()
if os.environ.get("STARTED_BY_UP") and (server := multiprocessing.parent_process()) and server.pid:
    follow(server.pid)
