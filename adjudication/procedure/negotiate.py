"""Negotiate: either side may offer a settlement while the case is heard; the other accepts or declines it.

An offer stops no term. To ask for a review to be changed or removed is no settlement, and is refused.
"""

from __future__ import annotations

import re
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.errors import Fault, NoStanding, NotFound, OutOfOrder, Unprocessable
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.money import format_amount
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts
from adjudication.procedure.carry_out import carry_out

#: A review, and something to be done with it, in one breath.
ABOUT_A_REVIEW = re.compile(
    r"\b(review|rating|stars?)\b.*\b(remove|delete|change|edit|withdraw|improve|positive)|"
    r"\b(remove|delete|change|edit|withdraw|improve|positive)\w*\b.*\b(review|rating|stars?)\b|"
    r"(改|删|撤|修改|删除|撤销|好).{0,6}(评价|差评|好评|评论)|(评价|差评|评论).{0,6}(改|删|撤)",
    re.IGNORECASE | re.DOTALL,
)


@act
def make_offer(
    case: Case,
    *,
    by: Actor,
    remedy: Remedy,
    amount_minor: int,
    text: str = "",
    until: datetime | None = None,
    at: datetime,
) -> Offer:
    """Propose a settlement: a remedy, and how much of the claim the buyer would get.

    Raises:
        OutOfOrder: this side has an open offer already.
        Unprocessable: more than the claim, a remedy the reason does not allow, one that asks for a review, or an end
            that goes with no waiting or does not lie ahead.

    """
    require(acts.MAKE_OFFER, case, by, at=at)
    if ABOUT_A_REVIEW.search(text):
        raise Unprocessable(
            _("An offer may not ask for a review to be changed or removed."),
            Fault("text", _("asks for a review"), "asks_for_review"),
        )
    allowed = versions.get(case.policy_version_id).reasons[case.reason].remedies
    if remedy not in allowed:
        raise Unprocessable(
            _("For this reason one can offer: %(remedies)s.") % {"remedies": ", ".join(allowed)},
            Fault("remedy", _("is not allowed for this reason"), "remedy_not_allowed"),
        )
    if not 1 <= amount_minor <= case.amount_minor:
        raise Unprocessable(
            _("Offer at least one smallest unit and at most the claim, %(claim)s.")
            % {"claim": format_amount(case.amount_minor, case.currency)},
            Fault("amount.amount_minor", _("must be between 1 and the claim"), "above_the_claim"),
        )
    if until is not None and (remedy != Remedy.WAIT or until <= at):
        raise Unprocessable(
            _("Only an offer to wait says until when, and that lies ahead."),
            Fault("until", _("must lie ahead, and goes with “wait” alone"), "until_does_not_fit"),
        )
    offer = Offer(
        case=case,
        by=by.role.value,
        remedy=remedy,
        amount_minor=amount_minor,
        text=text,
        until=until,
        made_at=at,
    )
    case.papers.offers.append(offer)
    case.papers.new_offers.append(offer)
    case.open_offers += 1
    record(
        case,
        "offer.made",
        by=by,
        at=at,
        offer=str(offer.pk),
        remedy=str(remedy),
        amount_minor=amount_minor,
        text_sha256=digest(text),
    )
    return offer


@act
def accept_offer(case: Case, *, by: Actor, offer_id: UUID, at: datetime) -> None:
    """The other side agrees: the offer is carried out, and the case closes or the goods go back."""
    require(acts.ANSWER_OFFER, case, by, at=at)
    offer = _open_offer(case, by, offer_id)
    _end(case, offer, Offer.State.ACCEPTED, at)
    schedule.supersede(case, at=at)
    record(case, "offer.accepted", by=by, at=at, offer=str(offer.pk))
    carry_out(case, remedy=offer.remedy, buyer_minor=offer.amount_minor, by=by, at=at)


@act
def decline_offer(case: Case, *, by: Actor, offer_id: UUID, at: datetime) -> None:
    """The other side does not agree; nothing else changes."""
    require(acts.ANSWER_OFFER, case, by, at=at)
    offer = _open_offer(case, by, offer_id)
    _end(case, offer, Offer.State.DECLINED, at)
    record(case, "offer.declined", by=by, at=at, offer=str(offer.pk))


def _open_offer(case: Case, by: Actor, offer_id: UUID) -> Offer:
    offer = next((offer for offer in case.papers.offers if offer.pk == offer_id), None)
    if offer is None:
        raise NotFound(_("There is no such offer in this case."))
    if offer.by == by.role:
        raise NoStanding(_("An offer is answered by the other side."))
    if offer.state != Offer.State.OPEN:
        raise OutOfOrder(_("This offer has been answered already."))
    return offer


def _end(case: Case, offer: Offer, state: Offer.State, at: datetime) -> None:
    offer.state, offer.ended_at = state, at
    case.open_offers -= 1
    if offer not in case.papers.new_offers:
        case.papers.moved_offers.append(offer)
