"""The canned reasons: supervisors keep them; whoever rules fills one in, and then edits what it says."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.credentials.staff import staff_roles
from adjudication.errors import Fault, Malformed, NoStanding, NotFound, Refused
from adjudication.money import format_amount
from adjudication.parties import Role
from adjudication.policy.terms import Reason, Remedy
from adjudication.reports.wording import rule_words
from adjudication.rulings import canned
from adjudication.rulings.award import award
from adjudication.rulings.canned import CODE, LANGUAGES, PLACES, CannedReason
from adjudication.rulings.models import Winner
from adjudication.rulings.questions import AtFault
from adjudication.staff.doors import READERS, actor_of, door, page
from adjudication.staff.ruling_form import RulingTyped

SUPERVISING = frozenset({Role.SUPERVISOR})
#: In an address these lead to pages of their own, so no text is called by them.
NO_CODES = frozenset({"new", "write"})


@door("GET", open_to=READERS)
def canned_reasons(request: HttpRequest) -> HttpResponseBase:
    """All of them, each as it now reads."""
    context = {"title": _("Canned reasons"), "texts": canned.current(), "may_write": _supervises(request)}
    return page(request, "staff/canned_reasons.html", context)


@door("GET", open_to=READERS)
def canned_reason(request: HttpRequest, *, code: str) -> HttpResponseBase:
    """One of them with its history, or the form for a new one."""
    versions = _versions(code)
    if not versions and code != "new":
        raise NotFound(_("There is no such text."))
    return _shown(request, versions[0] if versions else CannedReason(), versions)


@door("POST", open_to=SUPERVISING)
def write_canned_reason(request: HttpRequest) -> HttpResponseBase:
    """Keep a new version of a text."""
    post = {name: str(value).replace("\r\n", "\n") for name, value in request.POST.items()}
    seen = post.get("seen", "")
    given = CannedReason(
        code=post.get("code", "").strip(),
        title=post.get("title", "").strip(),
        reason=post.get("reason", ""),
        winner=post.get("winner", ""),
        text_en=post.get("text_en", "").strip(),
        text_zh_hans=post.get("text_zh_hans", "").strip(),
        is_offered=bool(post.get("is_offered")),
    )
    try:
        if not (seen.isascii() and seen.isdecimal() and len(seen) < 5):
            raise Malformed(_("The form does not say which version it was shown with; open the text again."))
        if given.code in NO_CODES:
            told = _("“%(code)s” leads to a page of its own; choose another") % {"code": given.code}
            raise Malformed(_("The text cannot be kept as it is."), Fault("code", told))
        kept = canned.write(given, by=actor_of(request), seen=int(seen), at=clock.now())
    except NoStanding:
        raise
    except Refused as refused:
        return _shown(request, given, _versions(given.code), refused=refused)
    messages.success(request, _("%(code)s is kept as version %(n)d.") % {"code": kept.code, "n": kept.version})
    return redirect("admin:canned_reason", code=kept.code)


def filled(case: Case, typed: RulingTyped, pk: str, language: str) -> str:
    """A canned reason filled in for this case, by what was typed so far.

    Raises:
        Malformed: no text was chosen that is offered here, or no language.
        Unprocessable: a place has nothing to be filled with; it is named.

    """
    texts = {str(each.pk): each for each in canned.offered(canned.current(), reason=case.reason)}
    if pk not in texts or language not in LANGUAGES:
        told = _("choose one of the texts, and its language")
        raise Malformed(_("Choose which text is to be inserted."), Fault("canned", told))
    with translation.override(language):
        values = _values(case, typed)
    return canned.fill(texts[pk].text(language), values)


def language_for(case: Case, typed: RulingTyped) -> str:
    """In which language the losing side reads; the reader's own where that is not known."""
    loser = {"buyer": case.shop.party, "seller": case.buyer}.get(typed.winner)
    told = (loser.language if loser else "") or translation.get_language() or ""
    return "zh-hans" if told.lower().startswith("zh") else "en"


def _values(case: Case, typed: RulingTyped) -> dict[str, str]:
    """What each place is filled with, in the language that is active; empty where this case has nothing yet."""
    labels = {Winner.BUYER.value: _("the seller"), Winner.SELLER.value: _("the buyer")}
    answers = typed.read(case)[0].answers
    cited = [e.label for e in case.papers.exhibits if (f := typed.findings.get(e.pk)) is not None and f.is_cited]
    fault = answers.get("fault")
    return {
        "buyer_label": _("the buyer"),
        "seller_label": _("the seller"),
        "loser_label": labels.get(typed.winner, ""),
        "amount": format_amount(case.amount_minor, case.currency),
        **_award_values(case, typed, answers),
        "rule": f"{rule_words(typed.rule)} ({typed.rule})" if typed.rule else "",
        "remedy": str(Remedy(typed.remedy).label) if typed.remedy in Remedy.values else "",
        "cited": ", ".join(cited),
        "usable_percent": f"{answers['usable_percent']} %" if "usable_percent" in answers else "",
        "fault": str(AtFault(fault).label) if fault else "",
        "case_number": case.number,
        "order_number": case.order.number,
    }


def _award_values(case: Case, typed: RulingTyped, answers: Any) -> dict[str, str]:
    if typed.winner not in Winner.values:
        return {}
    try:
        split = award(case.amount_minor, typed.winner, answers)
    except Refused:
        return {}
    return {
        "to_buyer": format_amount(split.buyer_minor, case.currency),
        "to_seller": format_amount(split.seller_minor, case.currency),
    }


def _versions(code: str) -> list[CannedReason]:
    """All of one text, the newest first; none of a code that no text can have."""
    if not CODE.fullmatch(code):
        return []
    return list(CannedReason.objects.filter(code=code).select_related("written_by").order_by("-version"))


def _supervises(request: HttpRequest) -> bool:
    return Role.SUPERVISOR in staff_roles(request.user)


def _shown(
    request: HttpRequest, text: CannedReason, versions: list[CannedReason], *, refused: Refused | None = None
) -> HttpResponse:
    faults = refused.faults if refused else ()
    context: dict[str, Any] = {
        "title": _("Canned reason %(code)s") % {"code": text.code} if versions else _("A new canned reason"),
        "text": text,
        "versions": versions,
        "seen": versions[0].version if versions else 0,
        "is_new": not versions,
        "may_write": _supervises(request),
        "places": PLACES.items(),
        "reasons": Reason.choices,
        "winners": Winner.choices,
        "refused": refused,
        "fields_at_fault": {fault.field: fault for fault in reversed(faults)},
    }
    return page(request, "staff/canned_reason.html", context, status=refused.status if refused else 200)
