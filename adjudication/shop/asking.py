"""How the shop asks: HTTP, JSON and a key, like any marketplace; every call is noted, so that it can be shown.

Each POST carries an idempotency key made of the order, the act and the case's version: asked again after whatever went
wrong, it is done once.
"""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from adjudication.shop import kept

PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Call:
    """One request and its answer, as an engineer would look at them."""

    method: str
    path: str
    body: Any
    status: int
    """0: there was no answer."""
    answer: Any
    took_ms: int
    whose: str = "marketplace"
    """Whose key: the marketplace's, or a member of staff's by username."""

    @property
    def is_done(self) -> bool:
        """It was answered by 2xx."""
        return 200 <= self.status < 300


class NotAnswered(Exception):
    """A call that something else rests on was refused, or not answered; holds it."""

    def __init__(self, call: Call) -> None:
        """Keep it."""
        super().__init__(f"{call.method} {call.path}: {call.status}")
        self.call = call


class Service:
    """The service, as the shop reaches it for one order."""

    def __init__(self, number: str = "") -> None:
        """Of no order: nothing is noted."""
        self.number = number

    def get(self, path: str, *, whose: str = "marketplace", is_noted: bool = False) -> Any:
        """What it answers.

        Raises:
            NotAnswered: a refusal, or no answer.

        """
        return self._asked("GET", path, None, "", whose, is_noted)

    def post(self, path: str, body: Any, *, once: str, whose: str = "marketplace") -> Any:
        """Do something, once for each `once`.

        Raises:
            NotAnswered: it was refused, or not answered.

        """
        return self._asked("POST", path, body, once, whose, True)

    def patch(self, path: str, body: Any) -> Any:
        """Change something that may be changed twice.

        Raises:
            NotAnswered: it was refused, or not answered.

        """
        return self._asked("PATCH", path, body, "", "marketplace", True)

    def _asked(self, method: str, path: str, body: Any, once: str, whose: str, is_noted: bool) -> Any:
        call = _call(method, path, body, once=once, whose=whose)
        if self.number and is_noted:
            kept.note(self.number, "call", _without_secret(asdict(call)))
        if not call.is_done:
            raise NotAnswered(call)
        return call.answer


def _without_secret(call: dict[str, Any]) -> dict[str, Any]:
    """A secret is shown to its owner once, and noted nowhere."""
    answer = call["answer"]
    return (
        {**call, "answer": {**answer, "secret": "whsec_…"}} if isinstance(answer, dict) and "secret" in answer else call
    )


def _call(method: str, path: str, body: Any, *, once: str, whose: str) -> Call:
    keys, began = kept.keys(), time.monotonic()
    key = "" if keys is None else keys.marketplace if whose == "marketplace" else keys.staff.get(whose, "")
    headers = {"Authorization": f"Bearer {key}", "Accept-Language": get_language() or "en"}
    if body is not None:
        headers["Content-Type"] = "application/json"
    if once:
        headers["Idempotency-Key"] = once
    address = urlsplit(settings.DEMO_SHOP_ADDRESS)
    web = http.client.HTTPConnection(str(address.hostname), address.port, timeout=PATIENCE_SECONDS)
    try:
        web.request(method, f"/api/v1/{path}", None if body is None else json.dumps(body), headers)
        response = web.getresponse()
        status, answer = response.status, json.loads(response.read() or b"null")
    except (OSError, http.client.HTTPException, ValueError) as error:
        status, answer = 0, {"title": _("No answer"), "detail": f"{type(error).__name__}: {error}"}
    finally:
        web.close()
    return Call(method, f"/api/v1/{path}", body, status, answer, int((time.monotonic() - began) * 1000), whose)
