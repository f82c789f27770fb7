"""Who calls: a marketplace's key acts for both sides, staff's as that person, a party's as that party alone."""

from __future__ import annotations

from functools import cached_property

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from adjudication.cases import standing
from adjudication.cases.models import Case
from adjudication.cases.standing import Act
from adjudication.credentials import keys, limits
from adjudication.credentials.models import ApiKey, Scope
from adjudication.credentials.staff import staff_actor
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused, Unauthenticated
from adjudication.orders.models import Order
from adjudication.parties import Actor, Role


class Caller:
    """Whoever holds the key of this request."""

    is_authenticated = True
    is_active = True
    drawn: limits.Drawn | None = None
    """What this key may still ask for in this minute."""

    def __init__(self, key: ApiKey) -> None:
        """Take the key, which has been found valid."""
        self.key = key

    @cached_property
    def role(self) -> Role:
        """The capacity in which the key acts: the marketplace's, a side's, or the staff role of its user's group."""
        if self.key.party is not None:
            return self.key.party.role
        if self.key.user is None:
            return Role.MARKETPLACE
        return staff_actor(self.key.user).role

    @property
    def is_marketplace(self) -> bool:
        """Does it act for both sides?"""
        return self.role is Role.MARKETPLACE

    @property
    def party_id(self) -> int | None:
        """The one party whose matters it sees; None sees all."""
        return self.key.party_id

    def itself(self) -> Actor:
        """The caller as an actor in its own right."""
        return Actor(self.role, self.key.party_id or self.key.user_id or 0, self.key.pk)

    def actors(self, matter: Case | Order) -> list[Actor]:
        """List everyone this key can act as over this case or order."""
        if self.is_marketplace:
            return [
                Actor(Role.BUYER, matter.buyer_id, self.key.pk),
                Actor(Role.SELLER, matter.shop_id, self.key.pk),
            ]
        return [self.itself()]

    def may_see(self, matter: Case | Order) -> bool:
        """Is it the caller's own, or does it see all?"""
        own = {Role.BUYER: matter.buyer_id, Role.SELLER: matter.shop_id}
        return self.party_id is None or own[self.role] == self.party_id

    def require_access(self, matter: Case | Order) -> None:
        """Refuse, as if unknown, what is another party's.

        Raises:
            NotFound: it is.

        """
        if not self.may_see(matter):
            raise NotFound(_("There is no such case.") if isinstance(matter, Case) else _("There is no such order."))

    def require_scope(self, *scopes: Scope) -> None:
        """Refuse a key that has none of these scopes; without any named, every key will do.

        Raises:
            NoStanding: it has none.

        """
        if scopes and not any(scope in self.key.scopes for scope in scopes):
            raise NoStanding(_("This key needs the scope %(scopes)s.") % {"scopes": " / ".join(scopes)})

    def require_role(self, *roles: Role) -> None:
        """Refuse a caller in any other role.

        Raises:
            NoStanding: it acts in another.

        """
        if self.role not in roles:
            entitled = ", ".join(str(role.label) for role in roles)
            raise NoStanding(_("This act belongs to: %(entitled)s.") % {"entitled": entitled})

    def candidates(self, act: Act, case: Case) -> list[Actor]:
        """List those among its actors who have standing for the act.

        Raises:
            NotFound: the case is another's.
            NoStanding: none has.

        """
        refusal: Refused | None = None
        able: list[Actor] = []
        for actor in self.actors(case):
            try:
                standing.require_standing(act, case, actor)
            except Refused as refused:
                refusal = refused
            else:
                able.append(actor)
        if not able and refusal is not None:
            raise refusal
        return able

    def acting(self, act: Act, case: Case, *, named: str | None) -> Actor:
        """Return who performs the act: the only one who can, or the side that the body names with `by`.

        Raises:
            NotFound, NoStanding: as `candidates`; or the side that is named cannot be acted for.
            Malformed: both sides can, and none is named.

        """
        able = self.candidates(act, case)
        if named:
            able = [actor for actor in able if actor.role == named]
            if not able:
                raise NoStanding(_("This key cannot do this for the %(side)s.") % {"side": Role(named).label})
        if len(able) > 1:
            raise Malformed(
                _("Either side can do this: say for whom, with “by”."),
                Fault("by", _("must be buyer or seller"), "required"),
            )
        return able[0]


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer KEY`."""

    def authenticate(self, request: Request) -> tuple[Caller, ApiKey]:
        """Find the key; there is no anonymous way in."""
        try:
            key = self._key_of(request)
        except Unauthenticated:
            limits.draw_for_address(request.META)
            raise
        caller = Caller(key)
        caller.drawn = limits.draw_for_key(key.pk)
        return caller, key

    def _key_of(self, request: Request) -> ApiKey:
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        text = text.strip()
        if scheme.lower() != "bearer" or not text.isascii() or not text.isprintable() or not text:
            raise Unauthenticated(_("Send “Authorization: Bearer KEY”."))
        return keys.authenticate(text)

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return "Bearer"


class KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library is untyped
    """Tells the schema of it."""

    target_class = "adjudication.api.callers.KeyAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        """A bearer token."""
        return {"type": "http", "scheme": "bearer", "description": "An API key, from manage.py create_api_key."}
