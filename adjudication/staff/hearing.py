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
from adjudication.deadlines.explain import counted, explain, extended, in_full
from adjudication.evidence.models import Exhibit
from adjudication.evidence.signs import Sign, signs_of
from adjudication.money import Amount, format_amount
from adjudication.parties import DECIDERS, Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts
from adjudication.reports import hearing_room, wall
from adjudication.reports.hearing_room import Room, Told
from adjudication.reports.wording import event_words, rule_words
from adjudication.staff.assignment import colleagues_for
from adjudication.staff.doors import READERS, actor_of, door, page
from adjudication.staff.proof import proof_of
from adjudication.staff.rule_shown import rule_shown
from adjudication.staff.second_person import proposed
from adjudication.staff.wording import state_badge, time_left

#: How many of the latest events are shown at once; the journal has them all.
LATEST_EVENTS = 12


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
    room = hearing_room.read(case, supervises=by.role is Role.SUPERVISOR)
    timeline = [_happening(case, told) for told in room.told]
    return page(
        request,
        "staff/hearing.html",
        {
            "title": _("Case %(number)s") % {"number": case.number},
            **about_case(case, room, at=at, asked=request.GET),
            **_may(case, by, at),
            "colleagues": colleagues_for(case, by, at=at),
            "timeline": timeline[:LATEST_EVENTS],
            "before": timeline[LATEST_EVENTS:],
            "order": case.order,
            "lines": [(line, Amount(line.price_minor, case.currency)) for line in case.order.papers.lines],
            "claimed": {line.pk for line in case.papers.lines},
            "parcels": room.parcels,
            "balance": _balance(case, room),
            "linked": room.linked,
            "offers": case.papers.offers,
            "proposed": proposed(case),
            **proof_of(case, room.told),
            "shown": rule_shown(case),
            "notes": room.notes,
            "may_note": by.role in DECIDERS and by.id not in case.papers.interested,
            "earlier": room.earlier,
            "most_counted": hearing_room.MOST_COUNTED,
        },
    )


def about_case(case: Case, room: Room, *, at: datetime, asked: QueryDict | None = None) -> dict[str, Any]:
    """What the hearing and the ruling form both show: state, term, both sides' exhibits, earlier rulings.

    Args:
        case: looked at, with its papers.
        room: what is read beside them.
        at: now.
        asked: what the page's address asks for: whose exhibits are shown, which two are compared.

    Raises:
        Malformed: the exhibits of no side are asked for.

    """
    deadline = case.papers.deadline
    _lay_signs_beside(case, room)
    return {
        "case": case,
        "state": state_badge(State(case.state)),
        "deadline": deadline,
        "left": time_left(deadline, at) if deadline else None,
        "explained": explain(deadline) if deadline else "",
        "counted": counted(deadline) if deadline else "",
        "extensions": [extended(extension) for extension in case.papers.extensions],
        "ended_terms": [(term.get_kind_display(), in_full(term)) for term in case.papers.ended_terms],
        "wall": _wall(case, asked or QueryDict()),
        "rulings": [
            (ruling, rule_words(ruling.rule), room.findings.get(ruling.pk, [])) for ruling in case.papers.rulings
        ],
        "burden": Role(versions.get(case.policy_version_id).reasons[case.reason].burden).label,
    }


def _lay_signs_beside(case: Case, room: Room) -> None:
    """Give each exhibit its signs, and the code that its photo was to show, for the template."""
    codes = {(inquiry.pk, asked.side): asked.code for inquiry in case.papers.inquiries for asked in inquiry.asked}
    beside: dict[UUID, list[Sign]] = {}
    for sign in signs_of(case, parcels=room.parcels):
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
    }


def _happening(case: Case, told: Told) -> Happening:
    body = json.loads(told.body)
    role = body["by"]["role"]
    by = Role(role).label if role in Role.values else role
    return Happening(told.at, event_words(told.kind), str(by), _about(body["facts"], case))


def _about(facts: dict[str, Any], case: Case) -> str:
    """The facts worth a word: which exhibit, how much."""
    minor = facts.get("amount_minor")
    parts = [facts.get("label", ""), format_amount(minor, case.currency) if isinstance(minor, int) else ""]
    return " ".join(part for part in parts if part)


def _balance(case: Case, room: Room) -> list[tuple[Any, Amount]]:
    words = {
        "paid": _("paid"),
        "held": _("held"),
        "released": _("released"),
        "refunded": _("refunded"),
        "fees": _("fees"),
    }
    return [(words[name], Amount(minor, case.currency)) for name, minor in room.balance.as_dict().items()]
