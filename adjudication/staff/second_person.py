"""The second person: a ruling above the policy’s limit is issued only when a supervisor who did not write it agrees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.standing import Act, require_standing
from adjudication.money import Amount
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, rule
from adjudication.procedure.rule import RulingGiven
from adjudication.rulings.award import award
from adjudication.rulings.models import Proposal, Winner
from adjudication.staff.doors import actor_of, door, typed
from adjudication.staff.seen import version_seen

SUPERVISING = frozenset({Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposed ruling, put into words."""

    proposal: Proposal
    winner: str
    remedy: str
    to_buyer: Amount
    to_seller: Amount
    reasons: str
    findings: list[dict[str, Any]]


def proposed(case: Case) -> Proposed | None:
    """The ruling that waits for the second person, if there is one."""
    proposal = acts.open_proposal(case)
    if proposal is None:
        return None
    given = RulingGiven.read(proposal.content)
    split = award(case.amount_minor, given.winner, given.answers)
    exhibits = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    return Proposed(
        proposal=proposal,
        winner=str(Winner(given.winner).label),
        remedy=str(Remedy(given.remedy).label),
        to_buyer=Amount(split.buyer_minor, case.currency),
        to_seller=Amount(split.seller_minor, case.currency),
        reasons=given.reasons,
        findings=[
            {
                "finding": finding,
                "exhibit": exhibits[finding.exhibit],
                "is_cited": finding.exhibit in given.cited_exhibits,
            }
            for finding in given.findings
            if finding.exhibit in exhibits
        ],
    )


@door("POST", open_to=SUPERVISING, is_fresh=True)
def confirm(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """The second person agrees: the ruling is issued as it was proposed."""
    by = _standing(request, number, acts.CONFIRM)
    with docket.take(number, version=version_seen(request)) as (case, at):
        rule.confirm(case, by=by, at=at)
    messages.success(request, _("The ruling of case %(number)s is confirmed and issued.") % {"number": number})
    return redirect("admin:hearing", number=number)


@door("POST", open_to=SUPERVISING, is_fresh=True)
def send_back(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """The second person does not agree, and says why."""
    by = _standing(request, number, acts.SEND_BACK)
    with docket.take(number, version=version_seen(request)) as (case, at):
        rule.send_back(case, by=by, note=typed(request, "note"), at=at)
    messages.success(request, _("Case %(number)s goes back to its arbitrator.") % {"number": number})
    return redirect("admin:hearing", number=number)


def _standing(request: HttpRequest, number: str, act: Act) -> Actor:
    by = actor_of(request)
    require_standing(act, docket.look(number)[0], by)
    return by
