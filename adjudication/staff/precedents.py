"""Precedents beside the ruling form: how the nearest final rulings went, anew whenever an answer is changed.

They inform and bind nobody: a ruling that departs from all of them is issued like any other.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.standing import require_standing
from adjudication.errors import Unprocessable
from adjudication.policy.terms import Reason, Remedy
from adjudication.procedure import acts
from adjudication.register.bands import band
from adjudication.register.precedents import Drafted, Precedent, departs, nearest
from adjudication.register.telling import share_words, words_told
from adjudication.rulings.award import award
from adjudication.rulings.models import Winner
from adjudication.staff.doors import DECIDING, actor_of, door
from adjudication.staff.ruling_form import RulingTyped


@door("POST", open_to=DECIDING)
def nearest_precedents(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """The part of the ruling's page that tells of precedents, for the form as it is now typed."""
    case = docket.look(number)[0]
    require_standing(acts.RULE, case, actor_of(request))
    typed = RulingTyped.from_post(case, request.POST)
    context = {"case": case, "precedents": beside(case, typed)}
    return TemplateResponse(request, "staff/precedents_found.html", context)


def beside(case: Case, typed: RulingTyped) -> dict[str, Any]:
    """The nearest final rulings to what was typed, told without names, and whether it departs from all of them."""
    drafted = _drafted(case, typed)
    found = nearest(drafted)
    return {
        "rows": [_told(precedent) for precedent in found],
        "departs": departs(drafted, found),
        "winner": Winner(drafted.winner).label if drafted.winner else "",
        "reason": Reason(case.reason).label,
    }


def _drafted(case: Case, typed: RulingTyped) -> Drafted:
    given = typed.read(case)[0]
    winner = typed.winner if typed.winner in Winner.values else ""
    return Drafted(
        case_id=case.pk,
        reason=case.reason,
        category=case.shop.category,
        claim=case.claim,
        answers=given.answers,
        texts=[text for text in (typed.reasons, case.statement) if text.strip()],
        winner=winner,
        share_basis_points=_share(case, winner, given.answers),
    )


def _share(case: Case, winner: str, answers: Any) -> int | None:
    """What of the claim the buyer would be awarded; None as long as that cannot be computed."""
    if not winner:
        return None
    try:
        return award(case.amount_minor, winner, answers).buyer_minor * 10_000 // case.amount_minor
    except Unprocessable:
        return None


def _told(precedent: Precedent) -> dict[str, Any]:
    publication = precedent.publication
    low, high = band(publication.claim)
    return {
        "entry": publication,
        "winner": Winner(publication.winner).label,
        "remedy": Remedy(publication.remedy).label,
        "share": share_words(publication.share_basis_points),
        "low": low,
        "high": high,
        "words": words_told(publication),
        "why": precedent.why,
    }
