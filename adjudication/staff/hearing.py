"""The hearing page: claim and answer, both sides' exhibits beside each other, the time left, and what has happened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.explain import counted, explain, extended
from adjudication.escrow import balances
from adjudication.evidence.models import Exhibit
from adjudication.evidence.signs import Sign, signs_of
from adjudication.journal.models import Event
from adjudication.money import Amount, format_amount
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts
from adjudication.reports import wall
from adjudication.reports.wording import event_words, rule_words
from adjudication.rulings.models import Finding
from adjudication.staff.assignment import colleagues_for
from adjudication.staff.doors import READERS, actor_of, door, page
from adjudication.staff.second_person import proposed
from adjudication.staff.wording import state_badge, time_left

#: How many of the latest events the timeline tells, and how many of these are shown at once; the journal has them all.
MOST_EVENTS, LATEST_EVENTS = 100, 12


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the timeline."""

    at: datetime
    words: str
    by: str
    about: str


@door("GET", open_to=READERS)
def hearing(request: HttpRequest, *, number: str) -> HttpResponseBase:
    """Everything that is known of one case."""
    by = actor_of(request)
    case, at = docket.look(number)
    timeline = _timeline(case)
    return page(
        request,
        "staff/hearing.html",
        {
            "title": _("Case %(number)s") % {"number": case.number},
            **about_case(case, at=at, asked=request.GET),
            **_may(case, by, at),
            "colleagues": colleagues_for(case, by, at=at),
            "timeline": timeline[:LATEST_EVENTS],
            "earlier": timeline[LATEST_EVENTS:],
            "order": case.order,
            "lines": [(line, Amount(line.price_minor, case.currency)) for line in case.order.papers.lines],
            "claimed": {line.pk for line in case.papers.lines},
            "parcels": ParcelReport.objects.filter(order_id=case.order_id),
            "balance": _balance(case),
            "linked": _linked(case),
            "offers": case.papers.offers,
            "proposed": proposed(case),
        },
    )


def about_case(case: Case, *, at: datetime, asked: QueryDict | None = None) -> dict[str, Any]:
    """What the hearing and the ruling form both show: state, term, both sides' exhibits, earlier rulings.

    Args:
        case: with its papers.
        at: now.
        asked: what the page's address asks for: whose exhibits are shown, which two are compared.

    Raises:
        Malformed: the exhibits of no side are asked for.

    """
    deadline = case.papers.deadline
    findings = _findings_by_ruling(case)
    _lay_signs_beside(case)
    return {
        "case": case,
        "state": state_badge(State(case.state)),
        "deadline": deadline,
        "left": time_left(deadline, at) if deadline else None,
        "explained": explain(deadline) if deadline else "",
        "counted": counted(deadline) if deadline else "",
        "extensions": [extended(extension) for extension in case.papers.extensions],
        "wall": _wall(case, asked or QueryDict()),
        "rulings": [(ruling, rule_words(ruling.rule), findings.get(ruling.pk, [])) for ruling in case.papers.rulings],
        "burden": Role(versions.get(case.policy_version_id).reasons[case.reason].burden).label,
    }


def _lay_signs_beside(case: Case) -> None:
    """Give each exhibit its signs, and the code that its photo was to show, for the template."""
    codes = {(inquiry.pk, asked.side): asked.code for inquiry in case.papers.inquiries for asked in inquiry.asked}
    beside: dict[UUID, list[Sign]] = {}
    for sign in signs_of(case):
        beside.setdefault(sign.exhibit, []).append(sign)
    for exhibit in case.papers.exhibits:
        vars(exhibit)["signs"] = beside.get(exhibit.pk, [])
        vars(exhibit)["code_asked"] = codes.get((exhibit.inquiry_id, exhibit.by), "") if exhibit.inquiry_id else ""


def _wall(case: Case, asked: QueryDict) -> wall.Wall:
    """What is on file, as the staff's pages lead to it."""
    return wall.hang(
        case.papers.exhibits,
        reason=case.reason,
        addresses=wall.Addresses(
            page=reverse("admin:hearing", args=[case.number]),
            original=lambda exhibit: reverse("admin:exhibit_file", args=[exhibit.pk]),
            copy=lambda exhibit, which: reverse("admin:exhibit_copy", args=[exhibit.pk, which]),
        ),
        asked=asked,
        names={Role.BUYER: str(case.buyer), Role.SELLER: str(case.shop)},
        rested=[side for side in (Role.BUYER, Role.SELLER) if acts.has_rested(case, side)],
        may_compare=True,
    )


def _may(case: Case, by: Actor, at: datetime) -> dict[str, Any]:
    allowed = acts.allowed(case, by, at=at)
    names = {act.name for act in allowed}
    return {
        "may_take": acts.ASSIGN.name in names and case.arbitrator_id != by.id,
        "may_rule": acts.RULE.name in names,
        "may_confirm": acts.CONFIRM.name in names,
        "may_extend": acts.EXTEND.name in names,
        "may_inquire": acts.INQUIRE.name in names,
        "may_correct": acts.CORRECT_KIND.name in names,
        "kinds": Exhibit.Kind.choices,
        "is_mine": case.arbitrator_id == by.id,
        "allowed": sorted(names),
    }


def _findings_by_ruling(case: Case) -> dict[Any, list[Finding]]:
    if not case.papers.rulings:
        return {}
    found: dict[Any, list[Finding]] = {}
    rows = Finding.objects.filter(ruling__case_id=case.pk).select_related("exhibit").order_by("exhibit__number")
    for finding in rows:
        found.setdefault(finding.ruling_id, []).append(finding)
    return found


def _timeline(case: Case) -> list[Happening]:
    told = []
    for event in Event.objects.filter(case_id=case.pk).order_by("-sequence")[:MOST_EVENTS]:
        body = json.loads(event.body)
        role = body["by"]["role"]
        by = Role(role).label if role in Role.values else role
        told.append(Happening(event.occurred_at, event_words(event.kind), str(by), _about(body["facts"], case)))
    return told


def _about(facts: dict[str, Any], case: Case) -> str:
    """The facts worth a word: which exhibit, how much."""
    minor = facts.get("amount_minor")
    parts = [facts.get("label", ""), format_amount(minor, case.currency) if isinstance(minor, int) else ""]
    return " ".join(part for part in parts if part)


def _balance(case: Case) -> list[tuple[Any, Amount]]:
    balance = balances.of_order(case.order_id)
    words = {
        "paid": _("paid"),
        "held": _("held"),
        "released": _("released"),
        "refunded": _("refunded"),
        "fees": _("fees"),
    }
    return [(words[name], Amount(minor, case.currency)) for name, minor in balance.as_dict().items()]


def _linked(case: Case) -> list[Case]:
    """The other cases over the same order; not asked for where its lines tell that there has been no other."""
    lines = case.order.papers.lines
    if not any(line.cases_count > 1 or line.latest_case_id not in (None, case.pk) for line in lines):
        return []
    return list(Case.objects.filter(order_id=case.order_id).exclude(pk=case.pk).order_by("id")[:20])
