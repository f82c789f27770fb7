"""Offers over HTTP: either side proposes a settlement, the other accepts or declines it."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from adjudication import docket
from adjudication.api import documented
from adjudication.api.acts import amount_in
from adjudication.api.answers.cases import CaseAnswer, answer_case
from adjudication.api.answers.offers import OfferAnswer
from adjudication.api.doors import Door
from adjudication.api.forms import ActForm
from adjudication.api.forms.cases import OfferForm
from adjudication.api.idempotency import answered_once
from adjudication.cases import standing
from adjudication.cases.offers import Offer
from adjudication.credentials.models import Scope
from adjudication.errors import NoStanding, NotFound
from adjudication.parties import Actor, opponent
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, negotiate


class OffersDoor(Door):
    """`cases/{number}/offers`."""

    @documented.changing(
        "Offer a settlement to the other side",
        OfferAnswer,
        form=OfferForm,
        has_version=True,
        tags=["cases"],
        operation_id="make_offer",
    )
    @answered_once
    def post(self, request: Request, number: str) -> Response:
        """It stops no term."""
        looked, _at = docket.look(number)
        self.caller.candidates(acts.MAKE_OFFER, looked)
        self.caller.require_scope(Scope.CASES_ACT)
        given = self.form(OfferForm)
        by = self.caller.acting(acts.MAKE_OFFER, looked, named=given.get("by"))
        with docket.take(number, version=self.version_seen()) as (case, at):
            standing.require(acts.MAKE_OFFER, case, by, at=at)
            offer = negotiate.make_offer(
                case,
                by=by,
                remedy=Remedy(given["remedy"]),
                amount_minor=amount_in(case, given["amount"], "amount"),
                text=given["text"],
                until=given.get("until"),
                at=at,
            )
        return Response(OfferAnswer.write(offer), status=201)


class OfferAnswerDoor(Door):
    """What the other side answers to one offer."""

    def who_answers(self, offer_id: UUID) -> tuple[str, Actor]:
        """Find the offer's case, and the side that may answer: the one that did not make it."""
        offer = Offer.objects.select_related("case").filter(pk=offer_id).first()
        if offer is None or self.caller.party_id not in (None, offer.case.buyer_id, offer.case.shop_id):
            raise NotFound(_("There is no such offer."))
        looked, _at = docket.look(offer.case.number)
        able = self.caller.candidates(acts.ANSWER_OFFER, looked)
        other = opponent(offer.by)
        by = next((actor for actor in able if actor.role is other), None)
        if by is None:
            raise NoStanding(_("An offer is answered by the other side."))
        self.caller.require_scope(Scope.CASES_ACT)
        named = self.form(ActForm).get("by")
        if named not in (None, other.value):
            raise NoStanding(_("An offer is answered by the other side."))
        return looked.number, by


class AcceptOfferDoor(OfferAnswerDoor):
    """`offers/{id}/accept`."""

    @documented.changing(
        "Accept an offer: it is carried out",
        CaseAnswer,
        form=ActForm,
        status=200,
        has_version=True,
        tags=["cases"],
        operation_id="accept_offer",
    )
    @answered_once
    def post(self, request: Request, offer_id: UUID) -> Response:
        """The case closes, or the goods go back first."""
        number, by = self.who_answers(offer_id)
        with docket.take(number, version=self.version_seen()) as (case, at):
            negotiate.accept_offer(case, by=by, offer_id=offer_id, at=at)
        return Response(answer_case(number, self.caller))


class DeclineOfferDoor(OfferAnswerDoor):
    """`offers/{id}/decline`."""

    @documented.changing(
        "Decline an offer; nothing else changes",
        CaseAnswer,
        form=ActForm,
        status=200,
        has_version=True,
        tags=["cases"],
        operation_id="decline_offer",
    )
    @answered_once
    def post(self, request: Request, offer_id: UUID) -> Response:
        """The other side may offer again."""
        number, by = self.who_answers(offer_id)
        with docket.take(number, version=self.version_seen()) as (case, at):
            negotiate.decline_offer(case, by=by, offer_id=offer_id, at=at)
        return Response(answer_case(number, self.caller))
