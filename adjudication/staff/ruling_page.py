"""The ruling's pages: the form, the preview of its award, and the issue; each one view and one verb.

A preview changes nothing. What is issued is what was previewed, word for word, for the case as it was seen; a refusal
names every gap where it belongs, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.cases.standing import require, require_standing
from adjudication.deadlines.explain import moment
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused, Stale
from adjudication.escrow import settlement
from adjudication.escrow.models import Account
from adjudication.money import Amount
from adjudication.parties import Actor
from adjudication.procedure import acts, custody, rule
from adjudication.procedure.rule import RulingGiven
from adjudication.reports import hearing_room
from adjudication.rulings import canned, drafts
from adjudication.rulings.award import Award
from adjudication.rulings.drafts import RulingDraft
from adjudication.rulings.models import Finding, Proposal, Winner
from adjudication.staff import canned_reasons
from adjudication.staff.doors import DECIDING, actor_of, door, page
from adjudication.staff.hearing import about_case
from adjudication.staff.precedents import beside
from adjudication.staff.rule_shown import rule_shown
from adjudication.staff.ruling_form import (
    RulingTyped,
    consider,
    finding_rows,
    labelled,
    question_rows,
    remedy_rows,
)
from adjudication.staff.seen import version_seen


@door("GET", open_to=DECIDING)
def draft(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """The form, for the arbitrator of the case while it awaits the ruling: as they left it, as sent back, or blank."""
    by = actor_of(request)
    case, at = docket.look(number)
    require(acts.RULE, case, by, at=at)
    kept = drafts.of(case, by)
    if kept is not None:
        return _form(request, case, RulingTyped.from_content(case, kept.content), kept=kept)
    sent_back = [each for each in case.papers.proposals if each.proposed_by_id == by.id]
    if sent_back:
        return _form(request, case, RulingTyped.from_given(RulingGiven.read(sent_back[-1].content)))
    return _form(request, case, RulingTyped.blank(case))


@door("POST", open_to=DECIDING)
def keep(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Keep what is typed so far; it is no ruling, no evidence, and in no journal."""
    by = actor_of(request)
    case, at = docket.look(number)
    require(acts.RULE, case, by, at=at)
    typed = RulingTyped.from_post(case, request.POST)
    kept = _keep(case, typed, by=by, at=at)
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"kept": _told_kept(kept), "new": _told_new(kept, case)})
    return _form(request, case, typed, kept=kept)


@door("POST", open_to=DECIDING)
def insert(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Put a canned reason, filled in for this case, behind the reasons that are typed; there it is edited."""
    by = actor_of(request)
    case, at = docket.look(number)
    require(acts.RULE, case, by, at=at)
    typed = RulingTyped.from_post(case, request.POST)
    chosen = {"canned": request.POST.get("canned", ""), "language": request.POST.get("language", "")}
    try:
        text = canned_reasons.filled(case, typed, chosen["canned"], chosen["language"])
    except Refused as refused:
        return _form(request, case, typed, refused=refused, kept=_keep(case, typed, by=by, at=at), chosen=chosen)
    typed = replace(typed, reasons=f"{typed.reasons.rstrip()}\n\n{text}".lstrip())
    return _form(request, case, typed, kept=_keep(case, typed, by=by, at=at), chosen=chosen, inserted=True)


@door("POST", open_to=DECIDING)
def preview(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """The award that this ruling would make, in money and postings; nothing is changed."""
    case, at = docket.look(number)
    _require_theirs(case, actor_of(request))
    typed = RulingTyped.from_post(case, request.POST)
    kept = _keep_if_theirs(case, typed, by=actor_of(request), at=at)
    try:
        _require_seen(case, version_seen(request))
        _given, _ruling, award = consider(case, typed, by=actor_of(request), at=at)
    except (NotFound, NoStanding):
        raise
    except Refused as refused:
        return _form(request, case, typed, refused=refused, kept=kept)
    return _form(request, case, typed, award=award, kept=kept)


@door("POST", open_to=DECIDING, is_fresh=True)
def issue(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Issue the ruling that was previewed; from then on nobody changes it."""
    by, award = actor_of(request), None
    try:
        with docket.take(number, version=version_seen(request)) as (case, at):
            typed = RulingTyped.from_post(case, request.POST)
            given, _ruling, award = consider(case, typed, by=by, at=at)
            _require_confirmed(request, typed)
            issued = rule.rule(case, by=by, given=given, at=at)
    except (NotFound, NoStanding):
        raise
    except Refused as refused:
        case = docket.look(number)[0]
        _require_theirs(case, by)
        return _form(request, case, RulingTyped.from_post(case, request.POST), refused=refused, award=award)
    if isinstance(issued, Proposal):
        told = _("The ruling of case %(number)s is proposed; above this amount a supervisor confirms it.")
    else:
        told = _("The ruling of case %(number)s is issued.")
    messages.success(request, told % {"number": number})
    return redirect("admin:hearing", number=number)


def _keep(case: Case, typed: RulingTyped, *, by: Actor, at: datetime) -> RulingDraft:
    drafts.keep(case, by=by, content=typed.as_content(), shown=typed.shown, at=at)
    return RulingDraft(case=case, by_id=by.id, content=typed.as_content(), shown=dict(typed.shown), kept_at=at)


def _keep_if_theirs(case: Case, typed: RulingTyped, *, by: Actor, at: datetime) -> RulingDraft | None:
    """Keep it, if the case still awaits their ruling; where it does not, the preview says why."""
    return _keep(case, typed, by=by, at=at) if acts.is_allowed(acts.RULE, case, by, at=at) else None


def _told_kept(kept: RulingDraft) -> str:
    return _("Draft kept at %(time)s.") % {"time": moment(kept.kept_at)}


def _told_new(kept: RulingDraft, case: Case) -> str:
    """What of the exhibits the draft does not know yet."""
    new, otherwise = drafts.new_since(kept, case)
    told = []
    if new:
        told.append(_("New on file since it was kept: %(labels)s.") % {"labels": ", ".join(new)})
    if otherwise:
        told.append(_("Of another kind since it was kept: %(labels)s.") % {"labels": ", ".join(otherwise)})
    return " ".join(told)


def _require_theirs(case: Case, by: Actor) -> None:
    """Whose case it never was has no standing, whatever else is wrong; whose it was is told what has changed."""
    if case.arbitrator_id != by.id:
        require_standing(acts.RULE, case, by)


def _require_seen(case: Case, seen: int) -> None:
    if seen != case.version:
        raise Stale(
            _("The case has moved on: it is at version %(now)d, you saw %(seen)d. Look again.")
            % {"now": case.version, "seen": seen}
        )


def _require_confirmed(request: HttpRequest, typed: RulingTyped) -> None:
    if request.POST.get("previewed", "") != typed.digest:
        told = _("The ruling was changed after its preview; below is the award it makes now.")
        raise Malformed(told, Fault("previewed", _("preview the ruling as it now reads"), "preview_required"))
    if not request.POST.get("confirmed"):
        raise Malformed(
            _("Confirm that the ruling is to be issued."),
            Fault("confirmed", _("tick that this ruling is to be issued"), "confirmation_required"),
        )


def _form(
    request: HttpRequest,
    case: Case,
    typed: RulingTyped,
    *,
    refused: Refused | None = None,
    award: Award | None = None,
    kept: RulingDraft | None = None,
    chosen: Mapping[str, str] | None = None,
    inserted: bool = False,
) -> HttpResponse:
    by = actor_of(request)
    faults = refused.faults if refused else ()
    at = clock.now()
    about = about_case(case, hearing_room.read(case), at=at)
    may_rule = acts.is_allowed(acts.RULE, case, by, at=at)
    sent_back = [each for each in case.papers.proposals if each.state == Proposal.State.SENT_BACK]
    context: dict[str, Any] = {
        "title": _("Ruling on case %(number)s") % {"number": case.number},
        **about,
        "may_rule": may_rule,
        "shown": rule_shown(case),
        "kept": _told_kept(kept) if kept else "",
        "new": _told_new(kept, case) if kept else "",
        "sent_back": sent_back[-1] if sent_back else None,
        "inserted": inserted,
        "texts": canned.offered(canned.current(), reason=case.reason) if may_rule else [],
        "languages": canned.LANGUAGES.items(),
        "canned_faults": [fault for fault in faults if fault.field == "canned"],
        "chosen": {"language": canned_reasons.language_for(case, typed), **(chosen or {})},
        "typed": typed,
        "refused": refused,
        "faults": labelled(faults, case),
        "fields_at_fault": {fault.field: fault for fault in faults},
        "findings": finding_rows(case, about["wall"], typed, faults),
        "questions": question_rows(case, typed, faults),
        "remedies": remedy_rows(case),
        "winners": Winner.choices,
        "supports": Finding.Supports.choices,
        "weights": Finding.Weight.choices,
        "precedents": beside(case, typed),
        "needs_second_person": rule.needs_second_person(case),
        "previewed": typed.digest if award else "",
        "award": _award_shown(case, award) if award else None,
    }
    return page(request, "staff/ruling.html", context, status=refused.status if refused else 200)


def _award_shown(case: Case, award: Award) -> dict[str, Any]:
    """The award as money, and the postings by which it would be paid once it is final."""
    parts = settlement.parts(
        custody.custody_of(case.order), buyer_minor=award.buyer_minor, seller_minor=award.seller_minor
    )
    kind = Account.Kind
    credits = [
        (kind.PAYABLE_TO_BUYER, parts.buyer_minor),
        (kind.PAYABLE_TO_SHOP, parts.seller_minor),
        (kind.PLATFORM_FEES, parts.fee_minor),
    ]
    return {
        "buyer": Amount(award.buyer_minor, case.currency),
        "seller": Amount(award.seller_minor, case.currency),
        "claim": case.claim,
        "held": kind.ESCROW_HELD.label,
        "total": Amount(parts.total_minor, case.currency),
        "credits": [(name.label, Amount(minor, case.currency)) for name, minor in credits if minor],
    }
