"""The same POST sent twice is done once: its answer is kept in the very transaction of its effect.

A refusal changes nothing and is not kept. While the first is still running, the second waits for the lock timeout and
is then told to come back.

An answer that holds a secret is kept sealed, as the secret itself is: a repetition is answered alike, and whoever reads
the database alone learns nothing.

A POST that takes files is written in two parts with a bare `yield` between them: before it the caller is heard and the
files are received and inspected, which may take long and holds no transaction open; after it is the act.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import wraps
from hashlib import sha256
from inspect import isgenerator, isgeneratorfunction
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar, cast

from django.core.files.uploadedfile import UploadedFile
from django.db import connection, transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import clock
from adjudication.api.models import IdempotencyKey
from adjudication.cases.models import Case
from adjudication.errors import Fault, IdempotencyMismatch, Malformed, OutOfOrder
from adjudication.evidence import intake
from adjudication.webhooks.signing import Unreadable, seal, unseal

if TYPE_CHECKING:
    from adjudication.api.doors import Door

P = ParamSpec("P")
D = TypeVar("D", bound="Door")
#: A POST in two parts, begun: it stops once, and ends with its answer.
InTwoParts = Generator[None, None, HttpResponseBase]
Post = Callable[Concatenate[D, Request, P], HttpResponseBase | InTwoParts]
Answered = Callable[Concatenate[D, Request, P], HttpResponseBase]

LONGEST_KEY = 255
#: What a sealed answer begins with; JSON does not.
SEALED = "sealed:"


def answered_once(post: Post[D, P]) -> Answered[D, P]:
    """Let a POST honour `Idempotency-Key`, and keep no uploaded file of a request that was refused or done before."""
    is_in_two_parts = isgeneratorfunction(post)

    @wraps(post)
    def answered(door: D, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        name = request.headers.get("Idempotency-Key")
        try:
            if name is None:
                return _ended(post(door, request, *args, **kwargs))
            _require_well_formed(name)
            fingerprint, api_key_id = _fingerprint(door, request), door.caller.key.pk
            kept = IdempotencyKey.objects.filter(api_key_id=api_key_id, key=name).first()
            if kept is not None and kept.status:  # nothing is received again for what is answered already
                return _again(kept, fingerprint)
            begun = _heard(post(door, request, *args, **kwargs)) if is_in_two_parts else None
            with transaction.atomic():
                kept = _enter(api_key_id, name, fingerprint)
                if kept.status:  # it was answered while the files were received
                    _discard(door)
                    return _again(kept, fingerprint)
                answer_given = _ended(begun or post(door, request, *args, **kwargs))
                answer = _as_text(answer_given)
                IdempotencyKey.objects.filter(pk=kept.pk).update(
                    status=answer.status_code,
                    body=_to_keep(answer, is_secret=door.answers_with_a_secret),
                    case_id=_case_of(door, answer_given, kwargs),
                )
            return answer
        except BaseException:
            _discard(door)
            raise

    answered.is_answered_once = True  # type: ignore[attr-defined]  # for the test that finds those that are not
    return answered


def _heard(begun: HttpResponseBase | InTwoParts) -> HttpResponseBase | InTwoParts:
    """Do the first of two parts."""
    if isgenerator(begun):
        next(begun)
    return begun


def _ended(begun: HttpResponseBase | InTwoParts) -> HttpResponseBase:
    """Do what is left of it; its answer."""
    if not isgenerator(begun):
        return cast(HttpResponseBase, begun)
    while True:
        try:
            next(begun)
        except StopIteration as end:
            return cast(HttpResponseBase, end.value)


def _discard(door: Door) -> None:
    for stored in door.stored:
        intake.discard(stored)
    door.stored = []


def _require_well_formed(name: str) -> None:
    if not (0 < len(name) <= LONGEST_KEY and name.isascii() and name.isprintable()):
        raise Malformed(
            _("An idempotency key is 1 to %(most)d printable ASCII characters.") % {"most": LONGEST_KEY},
            Fault("Idempotency-Key", _("is malformed")),
        )


def _enter(api_key_id: int, name: str, fingerprint: str) -> IdempotencyKey:
    """Put the key down, waiting for whoever is doing the same request; status 0 says that it is ours to do."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO adjudication_idempotencykey (api_key_id, key, fingerprint, status, body, created_at) "
            "VALUES (%s, %s, %s, 0, '', %s) ON CONFLICT (api_key_id, key) DO NOTHING",
            [api_key_id, name, fingerprint, clock.now()],
        )
    return IdempotencyKey.objects.get(api_key_id=api_key_id, key=name)


def _again(kept: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        raise IdempotencyMismatch(_("This idempotency key was used for another request; take a new one."))
    answer = HttpResponse(_kept(kept), status=kept.status, content_type="application/json")
    answer["Idempotent-Replayed"] = "true"
    return answer


def _to_keep(answer: HttpResponse, *, is_secret: bool) -> str:
    text = answer.content.decode()
    return SEALED + seal(text) if is_secret else text


def _kept(kept: IdempotencyKey) -> str:
    if not kept.body.startswith(SEALED):
        return kept.body
    try:
        return unseal(kept.body.removeprefix(SEALED))
    except Unreadable as error:
        raise OutOfOrder(
            _("This was done; its answer held a secret and was sealed under another SECRET_KEY: make a new secret.")
        ) from error


def _as_text(answer: HttpResponseBase) -> HttpResponse:
    """Write the answer out now, so that what is kept is what is sent."""
    if not isinstance(answer, Response):
        raise TypeError("a POST answers with a Response")
    written = HttpResponse(
        JSONRenderer().render(answer.data), status=answer.status_code, content_type="application/json"
    )
    for name, value in answer.headers.items():
        if name != "Content-Type":
            written[name] = value
    return written


def _case_of(door: Door, answer: HttpResponseBase, ids: Mapping[str, Any]) -> int | None:
    """The case in the address, the one that the door names, or the one that the answer is about."""
    if door.about is not None:
        return door.about.pk
    told: Any = getattr(answer, "data", None) or {}
    number = ids.get("number") or told.get("number") or told.get("case")
    return Case.objects.filter(number=number).values_list("pk", flat=True).first() if number else None


def _fingerprint(door: Door, request: Request) -> str:
    """SHA-256 over method, address and body; a multipart body counts by its fields and files, not by its boundaries."""
    whole = sha256(f"{request.method} {request.get_full_path()}\n{request.headers.get('If-Match', '')}\n".encode())
    if (request.content_type or "").lower().startswith("multipart/"):
        content: Any = door.try_content()
        for name in sorted(content or {}):
            for value in content.getlist(name):
                whole.update(f"{name}={_digest_of(value)}\n".encode())
    else:
        whole.update(request._request.body)
    return whole.hexdigest()


def _digest_of(value: Any) -> str:
    if not isinstance(value, UploadedFile):
        return sha256(str(value).encode(errors="backslashreplace")).hexdigest()
    digest = sha256((value.name or "").encode(errors="backslashreplace"))
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return f"file:{digest.hexdigest()}"
