"""Who is at the door: a party, never a user. The session holds one party and opens nobody else's pages."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from adjudication.errors import NotFound, Refused, Unauthenticated
from adjudication.orders.models import Party
from adjudication.parties import Actor, Role

P = ParamSpec("P")

PARTY, ROLE = "party_id", "party_role"


def sign_in(request: HttpRequest, party: Party) -> None:
    """Bind the session to this party, under a new session key."""
    request.session.cycle_key()
    request.session[PARTY], request.session[ROLE] = party.pk, str(party.role)


def sign_out(request: HttpRequest) -> None:
    """Forget the party; whoever else is signed in with this browser (staff) stays so, under a new key."""
    request.session.pop(PARTY, None)
    request.session.pop(ROLE, None)
    request.session.cycle_key()


def actor_of(request: HttpRequest) -> Actor | None:
    """The party of this session as an actor, without asking the database for it."""
    party_id, role = request.session.get(PARTY), request.session.get(ROLE)
    return Actor(Role(role), party_id) if party_id and role else None


def party_of(request: HttpRequest) -> Party | None:
    """The party of this session; None if nobody is signed in."""
    actor = actor_of(request)
    return Party.objects.filter(pk=actor.id).first() if actor else None


def answered(view: Callable[Concatenate[HttpRequest, P], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer a refusal that the view leaves to us with its page and status, and let no answer be kept by caches."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        request.party = SimpleLazyObject(lambda: party_of(request))  # type: ignore[attr-defined]  # for the header
        try:
            answer = view(request, *args, **kwargs)
        except NotFound as refused:
            raise Http404 from refused
        except Refused as refused:
            answer = refusal_page(request, refused)
        if isinstance(answer, HttpResponse):
            add_never_cache_headers(answer)
        return answer

    return guarded


def for_parties(
    view: Callable[Concatenate[HttpRequest, Actor, P], HttpResponseBase],
) -> Callable[..., HttpResponseBase]:
    """Let only a signed-in party through; a stranger who reads is led to the sign-in, one who acts is refused."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if actor is None:
            if request.method in ("GET", "HEAD"):
                return HttpResponseRedirect(f"{reverse('pages:home')}?{urlencode({'next': request.path})}")
            raise Unauthenticated(
                _("You are no longer signed in. Open the link from the marketplace again, then go back and send again.")
            )
        return view(request, actor, *args, **kwargs)

    return answered(guarded)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """A refusal as a page of its own, with its status."""
    return render(request, "pages/refused.html", {"refused": refused}, status=refused.status)
