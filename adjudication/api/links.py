"""Sign-in links: the marketplace hands a side an address that signs it in to its own pages, once."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import clock
from adjudication.api import documented
from adjudication.api.doors import Door
from adjudication.api.fields import Answer, Form, Instant, one_line
from adjudication.api.idempotency import answered_once
from adjudication.cases.models import Case
from adjudication.credentials import links
from adjudication.credentials.models import Scope
from adjudication.errors import Fault, Unprocessable
from adjudication.orders.models import Party
from adjudication.parties import Role


class LinkForm(Form):
    """Which side: buyer, seller, or the marketplace's id of one of the two."""

    told_of = {"party": {"examples": ["buyer"]}}
    party = one_line(max_length=130)


class LinkAnswer(Answer):
    """An address that signs one side in, once."""

    url = serializers.URLField()
    expires_at = Instant()


class LinksDoor(Door):
    """`cases/{number}/links`."""

    answers_with_a_secret = True

    @documented.changing(
        "Make a sign-in address for one side of the case",
        LinkAnswer,
        form=LinkForm,
        tags=["cases"],
        operation_id="make_link",
    )
    @answered_once
    def post(self, request: Request, number: str) -> Response:
        """It works once, for a quarter of an hour."""
        case = self.case(number)
        self.caller.require_role(Role.MARKETPLACE)
        self.caller.require_scope(Scope.CASES_ACT)
        party = _side(case, self.form(LinkForm)["party"])
        expires_at = clock.now() + links.VALID_FOR
        token = links.create(party, case=case)
        answer = {
            "url": request.build_absolute_uri(f"/sign-in/{token}/"),
            "expires_at": Instant().to_representation(expires_at),
        }
        return Response(answer, status=201)


def _side(case: Case, named: str) -> Party:
    buyer, seller = case.buyer, case.shop.party
    sides = {
        Role.BUYER.value: [buyer],
        Role.SELLER.value: [seller],
        f"buyer:{buyer.external_id}": [buyer],
        f"shop:{seller.external_id}": [seller],
    }
    found = sides.get(named) or [party for party in (buyer, seller) if party.external_id == named]
    if len(found) != 1:
        raise Unprocessable(
            _("Say “buyer”, “seller”, or the marketplace's id of one of the two sides of this case."),
            Fault("party", _("is not one side of this case"), "unknown_party"),
        )
    return found[0]
