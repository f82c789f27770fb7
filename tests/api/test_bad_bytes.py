"""Whatever bytes come to whatever address: a problem document that says what would be right, never an error of ours."""

import io
import itertools
import json

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.urls import reverse

from config import wsgi
from tests import walk
from tests.api.conftest import an_order
from tests.api.matrix import NOBODYS, TABLE, a_world
from tests.api.test_matrix import ROUTES

REFUSALS = (400, 403, 404, 405, 406, 409, 413, 414, 415, 422, 429, 431)
#: A DELETE takes no body.
WRITING = [row for row in TABLE if row[0] in ("POST", "PUT", "PATCH")]
#: What the marketplace's key reads.
READING = [
    name
    for (method, name), row in TABLE.items()
    if method == "GET" and row.statuses["marketplace"] == 200 and name not in ("schema", "docs")
]


def deep(opening, closing, levels=100_000):
    return opening * levels + b"1" + closing * levels


#: What is no JSON of ours, whatever the address.
BODIES = {
    "nothing": b"",
    "cut off": b'{"statement": "The cu',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"text"',
    "a number": b"7",
    "true": b"true",
    "NaN": b'{"amount": NaN}',
    "Infinity": b'{"amount": Infinity}',
    "-Infinity": b'{"amount": -Infinity}',
    "1e400": b'{"amount": 1e400}',
    "a big whole number": b'{"amount": ' + b"9" * 4_000 + b"}",
    "more digits than Python reads": b'{"amount": ' + b"9" * 100_000 + b"}",
    "beyond 2^53": b'{"amount": 9007199254740993}',
    "half a character": b'{"text": "\\ud800"}',
    "half a character in a name": b'{"\\udfff": 1}',
    "NUL": b'{"text": "a\\u0000b"}',
    "NUL in a name": b'{"a\\u0000b": 1}',
    "NUL deep down": b'{"findings": [{"note": "\\u0000"}]}',
    "a name twice": b'{"by": "buyer", "by": "seller"}',
    "a name twice deep down": b'{"amount": {"currency": "CNY", "currency": "EUR"}}',
    "brackets": deep(b"[", b"]"),
    "open brackets": b"[" * 100_000,
    "braces": deep(b'{"a":', b"}", 20_000),
    "33 levels": deep(b'{"a":', b"}", 40),
    "a byte order mark": b"\xef\xbb\xbf{}",
    "no UTF-8": b'{"text": "\xff\xfe"}',
    "overlong UTF-8": b'{"text": "\xc0\xaf"}',
    "surrogates in UTF-8": b'{"text": "\xed\xa0\x80"}',
    "UTF-16": json.dumps(an_order()).encode("utf-16"),
    "UTF-32": json.dumps(an_order()).encode("utf-32"),
    "a comment": b"{} // nothing",
    "two documents": b"{}{}",
    "single quotes": b"{'by': 'buyer'}",
}

#: (content type of a body that is `{}`, statuses)
TYPES = [
    "text/plain",
    "text/html; charset=utf-8",
    "application/xml",
    "application/x-www-form-urlencoded",
    "application/vnd.api+json",
    "json",
    "/",
    "*/*",
    ";",
    "application/json/extra",
    "application/" + "x" * 5_000,
]
CHARSETS = [
    "bz2_codec",
    "base64",
    "hex",
    "zip",
    "rot13",
    "utf-16",
    "utf-7",
    "idna",
    "nonsense",
    "\x00",
    "undefined",
    "",
]


class Door:
    """The web process's own callable, without a server: bytes in, status and bytes out."""

    def __init__(self, key):
        self.key = key

    def __call__(self, method, path, body=b"", *, query="", length=True, content_type="application/json", **headers):
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": path if isinstance(path, str) else path.decode("latin-1"),
            "QUERY_STRING": query,
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "HTTP_AUTHORIZATION": f"Bearer {self.key}",
            "CONTENT_TYPE": content_type,
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            **headers,
        }
        if length:
            environ["CONTENT_LENGTH"] = str(len(body)) if length is True else length
        told = {}

        def start_response(status, headers, exc_info=None):
            told["status"], told["headers"] = int(status.split()[0]), dict(headers)

        answer = wsgi.application(environ, start_response)
        content = b"".join(answer)
        getattr(answer, "close", lambda: None)()
        return told["status"], told["headers"].get("Content-Type", ""), content


@pytest.fixture(autouse=True)
def _one_handler(monkeypatch):
    """As in the web process, but its connection stays the test's."""
    monkeypatch.setattr(wsgi, "_django", _handler())


_made = []


def _handler():
    if not _made:
        _made.append(WSGIHandler())
    return _made[0]


@pytest.fixture
def door(marketplace, settings):
    from django.core.signals import request_finished, request_started
    from django.db import close_old_connections

    settings.ALLOWED_HOSTS = ["testserver"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield Door(marketplace.text)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def world(day):
    return a_world()


def address(name, world):
    return reverse(f"api:{name}", kwargs={each: (NOBODYS | world.of(name))[each] for each in ROUTES[name][0]})


def require_problem(answer, statuses=REFUSALS, what=""):
    status, kind, content = answer
    assert status in statuses, (what, status, content[:300])
    assert kind.startswith("application/problem+json"), (what, status, kind)
    problem = json.loads(content)
    assert problem["status"] == status
    assert problem["detail"]
    assert problem["code"]


@pytest.mark.parametrize(("method", "name"), WRITING, ids=lambda value: value)
def test_no_body_is_an_error_of_ours(door, world, method, name):
    before = walk.snapshot()
    there = address(name, world)
    for what, body in BODIES.items():
        if what == "nothing":
            continue
        for headers in ({}, {"HTTP_IDEMPOTENCY_KEY": f"k {what}"}):
            require_problem(door(method, there, body, **headers), (400, 403, 404, 413), what)
    for content_type in TYPES:
        require_problem(door(method, there, b"{}", content_type=content_type), (403, 404, 415), content_type)
    too_large = b'{"text": "' + b"x" * (10 * 2**20) + b'"}'
    require_problem(door(method, there, too_large), (403, 404, 413))
    require_problem(door(method, there, b"{", length="x"), (400, 403, 404))
    require_problem(door(method, there, b"{", length="-1"), (400, 403, 404))
    require_problem(door(method, there, b"{}", length=str(10**12)), (400, 403, 404, 413))
    require_problem(
        door(method, there, b"--x\r\n", content_type="multipart/form-data; boundary=x"), (400, 403, 404, 409, 415, 422)
    )
    assert walk.snapshot() == before


def test_a_character_set_never_matters_or_is_refused(door, world):
    for charset, (method, name) in itertools.product(CHARSETS, WRITING):
        there = address(name, world)
        kind = f"application/json; charset={charset}"
        require_problem(door(method, there, b"{", content_type=kind), (400, 403, 404, 415), (name, charset))


ACCEPTED = [
    "text/html",
    "application/xml",
    "nonsense",
    "",
    ";;;q=",
    "a/b;q=2",
    "*/*;" * 2_000,
    "application/json;" + "x" * 60_000,
]


def test_whatever_is_accepted_the_answer_is_json_or_the_file(door, world):
    for accept, name in itertools.product(ACCEPTED, READING):
        status, kind, _content = door("GET", address(name, world), HTTP_ACCEPT=accept, HTTP_ACCEPT_LANGUAGE=accept)
        assert status == 200, name
        assert kind.startswith(("application/json", "image/", "application/octet-stream", "application/zip")), (
            name,
            kind,
        )
        require_problem(door("GET", "/api/v1/nowhere", HTTP_ACCEPT=accept), (404,))


TIMES = [
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00Z",
    "2026-06-30T23:59:60Z",
    "2026-02-30T00:00:00Z",
    "now",
    "",
    7,
    None,
]


@pytest.mark.parametrize("value", TIMES)
def test_a_time_that_is_none_is_malformed(door, world, value):
    body = json.dumps(an_order(paid_at=value)).encode()
    require_problem(door("POST", "/api/v1/orders", body), (400,))
    number = world.objects["order_number"]
    for below, name in (
        ("shipments", "shipped_at"),
        ("deliveries", "delivered_at"),
        ("refusals", "refused_at"),
        ("receipt", "confirmed_at"),
    ):
        given = {name: value} | ({"carrier": "SF", "tracking_number": "1"} if below == "shipments" else {})
        require_problem(door("POST", f"/api/v1/orders/{number}/{below}", json.dumps(given).encode()), (400,))


@pytest.mark.parametrize(
    "number", ["1e30", "1e2", "1.0", "-1", "-0.0", "true", '"100"', "null", "[]", "9007199254740992", "1e-400"]
)
def test_an_amount_that_is_none_is_malformed(door, world, number):
    raw = json.dumps(an_order("N-1")).replace('"amount_minor": 10000', f'"amount_minor": {number}').encode()
    require_problem(door("POST", "/api/v1/orders", raw), (400,))
    offer = f'{{"by": "buyer", "remedy": "refund", "amount": {{"amount_minor": {number}, "currency": "CNY"}}}}'
    require_problem(door("POST", address("offers", world), offer.encode()), (400, 422))


QUERIES = [
    *(
        f"limit={limit}"
        for limit in ("0", "-1", "101", "1e2", "9" * 4_000, "9" * 5_000, "%00", "%D9%A1", "", "1&limit=0")
    ),
    *(
        f"cursor={cursor}"
        for cursor in (
            "nonsense",
            "W10",
            "WzAsIiJd",
            "%FF",
            "%ED%A0%80",
            "%00",
            "A" * 401,
            "WzAsMSwxXQ",
            "WzAsImEiLCJiIl0",
        )
    ),
    "cursor=WzAsIjk5OTktMTItMzFUMjM6NTk6NTkrMDA6MDAiLCIxIl0",
    "after=nonsense",
    "after=999999999999999999-999999999999999999",
    "after=9999999999999999999-1",
    "colour=red",
    "%FF=%FE",
    "a=%00",
    "state=%00",
    "shop=%00",
    "updated_after=9999-12-31T23:59:59-14:00",
    "updated_after=0001-01-01T00:00:00Z",
    "preview=perhaps",
    "&" * 3_000,
    "&".join(f"a{number}=1" for number in range(2_000)),
    "=" * 5_000,
    "format=api",
    "format=json",
]


@pytest.mark.parametrize("name", READING)
def test_a_query_that_makes_no_sense_is_malformed_or_does_not_matter(door, world, name):
    for query in QUERIES:
        answer = door("GET", address(name, world), query=query)
        if answer[0] != 200:
            require_problem(answer, (400,), query)


PATHS = [
    b"/api/v1/cases/\xff\xfe",
    b"/api/v1/orders/\xff",
    b"/api/v1/orders/\xed\xa0\x80",
    b"/api/v1/orders/\xc0\xaf",
    b"/api/v1/orders/\x00",
    b"/api/v1/orders/a\nb",
    b"/api/v1/orders/" + b"x" * 121,
    b"/api/v1/orders/" + b"x" * 100_000,
    b"/api/v1/cases/" + b"9" * 100_000,
    b"/api/v1/cases/2026-999999999999-00",
    "/api/v1/cases/٢٠٢٦-000001-00".encode(),
    b"/api/v1/exhibits/not-a-uuid/file",
    b"/api/v1/exhibits/9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f/pages/" + b"9" * 40,
    b"/api/v1/exhibits/9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f/pages/" + b"9" * 5_000,
    b"/api/v1/exhibits/9a1f0a52-8b3e-4a83-9d2e-1a2b3c4d5e6f/pages/-1",
    b"/api/v1/policies/999999999",
    b"/api/v1/policies/9999999999",
    b"/api/v1/../../etc/passwd",
    b"/api/v1//cases",
    b"/api/v1/cases/",
    b"/api/v1/",
    b"/api/v1/%",
]


@pytest.mark.parametrize("path", PATHS, ids=range(len(PATHS)))
def test_an_address_that_is_none_is_not_found(door, path):
    for method in ("GET", "POST", "DELETE", "OPTIONS", "TRACE", "BREW"):
        require_problem(door(method, path, b"{}" if method == "POST" else b""), (404, 405), method)


def test_the_pages_of_an_exhibit_end_where_they_end(door, world):
    exhibit = world.objects["exhibit_id"]
    for page in ("0", "2", "999", "9" * 40, "9" * 5_000):
        require_problem(door("GET", f"/api/v1/exhibits/{exhibit}/pages/{page}"), (404,), page)


@pytest.mark.parametrize("name", ["HTTP_IF_MATCH", "HTTP_IDEMPOTENCY_KEY"])
@pytest.mark.parametrize("value", ["\xff", "\x00", "", "x" * 5_000, '"' + "9" * 5_000 + '"', "W/", '"1", "2"', "٧"])
def test_a_header_that_makes_no_sense_is_malformed(door, world, name, value):
    exhibit = b'{"by": "buyer", "kind": "document", "title": "A", "text": "B"}'
    before = walk.snapshot()
    answer = door("POST", address("exhibits", world), exhibit, **{name: value})
    if name == "HTTP_IDEMPOTENCY_KEY" and value.isascii() and value.isprintable() and 0 < len(value) <= 255:
        assert answer[0] == 201
        return
    require_problem(answer, (400,))
    assert walk.snapshot() == before


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic YTpi", "bearer \xff", "Bearer a\x00b", "Bearer " + "x" * 70_000, "x"]
)
def test_a_key_that_is_none_signs_nobody_in(door, value):
    require_problem(door("GET", "/api/v1/cases", HTTP_AUTHORIZATION=value), (401,))


@pytest.mark.parametrize("host", ["evil.example", "\xff", "a b", "[::1"])
def test_another_host_is_refused(door, host):
    require_problem(door("GET", "/api/v1/cases", HTTP_HOST=host), (400,))


def test_a_fault_of_our_own_is_a_problem_document_without_a_word_about_it(door, monkeypatch):
    from adjudication.api.cases import CasesDoor

    def fail(*_args, **_kwargs):
        raise ZeroDivisionError("a secret")

    monkeypatch.setattr(CasesDoor, "get", fail)
    answer = door("GET", "/api/v1/cases")
    require_problem(answer, (500,))
    assert b"secret" not in answer[2]
