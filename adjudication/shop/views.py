"""The shop's pages: what it sells, one order's play, what is new about it, and the address that webhooks come to.

Reading a page asks the API where things stand; a button makes the calls of one step and leads back. Without scripts
everything works by loading the page again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from adjudication.shop import hooks, kept, picture, steps, telling, terms
from adjudication.shop.asking import NotAnswered, Service
from adjudication.shop.scene import Scene, look

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]

#: The shop asks the very process that serves it: so many at a time, so that there is always somebody left to answer.
ASKING_AT_ONCE = BoundedSemaphore(4)
QUEUE_SECONDS = 8.0
MOST_BYTES = 262_144
#: What is tried again where the service knows of no order, or did not answer; no step of the play.
REGISTER = "register"


def in_a_demonstration(view: View[P]) -> View[P]:
    """Elsewhere there is no such page; nothing of it is kept by caches."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        number = kwargs.get("number")
        if not kept.is_open() or (number is not None and not kept.is_ours(str(number))):
            raise Http404
        answer = view(request, *args, **kwargs)
        if isinstance(answer, HttpResponse):
            add_never_cache_headers(answer)
        return answer

    return shown


def asking(view: View[P]) -> View[P]:
    """A view that asks the API; where too many do, it says so rather than leave nobody to answer them."""

    @wraps(view)
    def shown(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not ASKING_AT_ONCE.acquire(timeout=QUEUE_SECONDS):
            return HttpResponse(status=503, headers={"Retry-After": "2"})
        try:
            return view(request, *args, **kwargs)
        finally:
            ASKING_AT_ONCE.release()

    return in_a_demonstration(shown)


@in_a_demonstration
@require_safe
def shop(request: HttpRequest) -> HttpResponseBase:
    """What is sold, and the earlier tours."""
    context = {
        "price": picture.in_words(steps.PRICE_MINOR, steps.CURRENCY),
        "lengths": [(name, words) for name, (words, _terms) in terms.LENGTHS.items()],
        "earlier": kept.orders(),
    }
    return render(request, "demo/shop.html", context)


@asking
@require_POST
def buy(request: HttpRequest) -> HttpResponseBase:
    """A tour begins: have webhooks sent here, have terms of the chosen length, register a paid order."""
    length = request.POST.get("length", "tour")
    if length not in terms.LENGTHS:
        raise Http404
    number = kept.new_number()
    service = Service(number)
    for begin in (hooks.listen, lambda service: terms.ensure(service, length), steps.register):
        try:
            begin(service)
        except NotAnswered:  # it is noted, and the page shows it; without webhooks the tour goes on
            continue
    return redirect("demo:order", number)


@asking
@require_safe
def order(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """One order's play."""
    return render(request, "demo/order.html", _context(request, number))


@asking
@require_POST
def perform(request: HttpRequest, *, number: str, name: str) -> HttpResponseBase:
    """Make the calls of one step; what was refused is shown on the page."""
    step, service = steps.named(name), Service(number)
    if step is None and name != REGISTER:
        raise Http404
    try:
        scene = look(service)
        if scene is None and name == REGISTER:  # a kill between basket and till: it is made good now
            steps.register(service)
        elif scene is not None and step is not None and step.is_open(scene):
            step.perform(service, scene)
    except NotAnswered:
        pass
    return redirect("demo:order", number)


@asking
@require_POST
def sign_in(request: HttpRequest, *, number: str, side: str) -> HttpResponseBase:
    """Ask for a one-time address of that side's pages and go there."""
    service = Service(number)
    try:
        scene = look(service)
        if scene is None or scene.case is None:
            raise Http404
        # A link opens once, so every press asks for another.
        link = service.post(f"cases/{scene.case['number']}/links", {"party": side}, once=f"{number}-link-{uuid4()}")
    except NotAnswered:
        return redirect("demo:order", number)
    return redirect(urlsplit(link["url"]).path)  # by whatever name this visitor reaches us


@asking
@require_safe
def news(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """What is new since the page was loaded: webhooks after the `seen` first, and the parts that they changed."""
    seen = request.GET.get("seen", "")
    told = int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 7 else 0
    arrived = kept.noted(number, "arrived")
    if len(arrived) == told and request.GET.get("since") != "long":
        return JsonResponse({"seen": told})
    context = _context(request, number)
    fresh = {**context, "arrived": list(reversed(_readable(arrived[told:], "event")))}
    return JsonResponse(
        {
            "seen": len(arrived),
            "version": context["version"],
            "said": [each["event"]["type"] for each in arrived[told:]],
            "arrived": render_to_string("demo/parts/arrived.html", fresh, request),
            "parts": {
                name: render_to_string(f"demo/parts/{name}.html", context, request) for name in ("next", "now", "money")
            },
        }
    )


@csrf_exempt
@in_a_demonstration
@require_POST
def webhooks(request: HttpRequest) -> HttpResponseBase:
    """Where the service sends to: what is signed with our secret is noted and accepted."""
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        hooks.take(hooks.believed(headers, body))
    except (hooks.NotBelieved, ValueError):
        return HttpResponse("not signed with the shop's secret", status=401, content_type="text/plain")
    return HttpResponse(status=204)


def _context(request: HttpRequest, number: str) -> dict[str, Any]:
    """Everything the page of an order shows."""
    service, refused = Service(number), None
    try:
        scene = look(service)
    except NotAnswered as unanswered:
        scene, refused = None, unanswered.call
    calls = kept.noted(number, "call")
    arrived = kept.noted(number, "arrived")
    context: dict[str, Any] = {
        "number": number,
        "scene": scene,
        "address": settings.DEMO_SHOP_ADDRESS,
        "calls": list(reversed(_readable(calls, "body", "answer"))),
        "arrived": list(reversed(_readable(arrived, "event"))),
        "seen": len(arrived),
        "hears": bool(kept.endpoint()),
        "refused": refused or (calls[-1] if calls and not 200 <= calls[-1]["status"] < 300 else None),
        "version": "",
    }
    return context | _of_scene(scene) if scene else context


def _of_scene(scene: Scene) -> dict[str, Any]:
    title, meaning = telling.happened(scene)
    ahead, open_now = steps.next_of(scene), steps.open_now(scene)
    due_at = scene.due_at
    # For the eye alone, so this host's clock will do: whether a term has run out is the service's to say.
    left = due_at - timezone.now() if due_at else None
    return {
        "version": f"{scene.version}-{scene.money.held}",
        "title": title,
        "meaning": meaning,
        "acts": telling.acts(scene),
        "ahead": ahead,
        "next_as": telling.NEXT_AS[ahead.by] if ahead else _("Next:"),
        "others": [(step, telling.WHOSE[step.by]) for step in open_now if step is not ahead],
        "money": scene.money,
        "vessels": picture.vessels(scene.money),
        "left_ms": None if left is None else max(0, int(left.total_seconds() * 1000)),
        "waiting": _waiting(scene),
    }


def _waiting(scene: Scene) -> str:
    """What the tour waits for when no button moves it on."""
    if scene.name == "settled":
        return _("That was it. Buy again and let it end differently.")
    if scene.name == "ruled":
        return _("Wait until the time to appeal is over, or appeal.")
    if scene.name == "intervention":
        return _("Wait a few seconds: the next tick assigns an arbitrator.")
    return _("Wait, or choose something else that may be done.")


def _readable(noted: list[dict[str, Any]], *names: str) -> list[dict[str, Any]]:
    """With these parts as indented JSON beside them."""
    made = []
    for each in noted:
        texts = {f"{name}_text": json.dumps(each[name], ensure_ascii=False, indent=2) for name in names}
        made.append({**each, **texts})
    return made
