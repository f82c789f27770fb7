"""Everything the case page shows, read in a fixed number of queries, whatever the number of exhibits and events."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.urls import reverse

from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.explain import OTHERWISE, counted, explain, extended, in_full
from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.evidence.checklists import checklist
from adjudication.journal.models import Event
from adjudication.orders.models import Line, ParcelReport
from adjudication.pages import own_drafts
from adjudication.pages.act_table import PAGE_ACTS, PageAct
from adjudication.pages.forms import ActForm
from adjudication.pages.next_step import next_step
from adjudication.pages.timeline import tell
from adjudication.parties import SIDES, Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts
from adjudication.reports import manifests, wall
from adjudication.reports.wording import rule_words
from adjudication.rulings.models import Ruling
from adjudication.rulings.questions import ASKED

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: So many of the latest events are shown at once; the earlier ones are folded away below them.
LATEST_EVENTS = 12

#: While one of these is allowed, a side is shown what proves its case.
MAY_FILE = {acts.FILE_EXHIBIT.name, acts.KEEP_DRAFT.name, acts.FILE_DRAFT.name}

#: Event → the state it led to: which stations of the progress strip were passed.
LED_TO = {
    "case.requested": State.REQUESTED,
    "case.rejected": State.REJECTED,
    "case.intervened": State.INTERVENTION,
    "case.evidence_opened": State.EVIDENCE,
    "case.evidence_closed": State.RULING,
    "ruling.issued": State.RULED,
    "return.ordered": State.RETURNING,
    "case.closed": State.CLOSED,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """One act on the page: how it is offered, its form, and what was refused of it, if it was tried just now."""

    page_act: PageAct
    form: ActForm
    is_allowed: bool
    is_tried: bool = False
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Station:
    """One state on the progress strip."""

    label: StrOrPromise
    is_passed: bool
    is_current: bool


def case_view(
    case: Case,
    actor: Actor,
    *,
    at: datetime,
    asked: QueryDict,
    tried: tuple[PageAct, ActForm, Refused | None] | None = None,
) -> dict[str, Any]:
    """The context of the case page for one of its sides.

    Args:
        case: with its papers.
        actor: the side that reads; its access has been checked.
        at: now.
        asked: what the page's address asks for: whose exhibits are shown.
        tried: the act that has just been refused, with its form as it was filled in.

    Raises:
        Malformed: the address asks for the exhibits of no side.

    """
    deadline, role = case.papers.deadline, actor.role
    is_over = deadline is not None and at >= deadline.due_at
    events = list(Event.objects.filter(case=case).order_by("sequence"))
    allowed = {act.name for act in acts.allowed(case, actor, at=at)}
    offered = _offered(case, actor, allowed, tried)
    kept = own_drafts.shown(case, role, allowed=allowed, tried=tried[1] if tried else None)
    if tried and tried[0].act is acts.CHANGE_DRAFT and not any(each.is_tried for each in kept):
        # The draft is gone, or may not be changed any more; what was typed is kept all the same.
        offered.insert(0, Offered(tried[0], tried[1], False, True, tried[2]))
    inquiry = next((inquiry for inquiry in case.papers.inquiries if inquiry.waits_for(role)), None)
    asking = inquiry.asking(role) if inquiry else None
    happenings = tell(events, reader=role, exhibits=case.papers.exhibits, currency=case.currency)
    return {
        "case": case,
        "role": role,
        "other_side": case.shop.party if role is Role.BUYER else case.buyer,
        "at": at,
        "step": next_step(case, role, deadline, is_over=is_over),
        "deadline": None if is_over else deadline,
        "otherwise": OTHERWISE[deadline.if_silent] if deadline else "",
        "explained": explain(deadline) if deadline else "",
        "counted": counted(deadline) if deadline else "",
        "extensions": [extended(extension) for extension in case.papers.extensions],
        "ended_terms": [(term.get_kind_display(), in_full(term)) for term in case.papers.ended_terms],
        "offered": offered,
        "asked": inquiry,
        "code": asking.code if asking else "",
        "tried": Offered(tried[0], tried[1], False, True, tried[2]) if tried else None,
        "drafts": kept,
        "draft_becomes": own_drafts.becomes(case),
        "checklist": checklist(case, role) if allowed & MAY_FILE else [],
        "has_burden": versions.get(case.policy_version_id).reasons[case.reason].burden == role,
        "manifests": manifests.named((event.kind, event.body, event.occurred_at) for event in events),
        "stations": _stations(case, events),
        "happenings": happenings[:LATEST_EVENTS],
        "earlier": happenings[LATEST_EVENTS:],
        "wall": _wall(case, role, asked),
        "rulings": _rulings(case),
        "lines": _lines(case, events),
        "offers": list(reversed(case.papers.offers)),
        "parcels": list(ParcelReport.objects.filter(order_id=case.order_id).order_by("id")),
        "balance": balances.of_order(case.order_id),
    }


def _offered(
    case: Case, actor: Actor, allowed: Collection[str], tried: tuple[PageAct, ActForm, Refused | None] | None
) -> list[Offered]:
    """Forms for exactly the acts that are allowed, and for the one that has just been refused."""
    offered = []
    for page_act in PAGE_ACTS:
        is_allowed = page_act.act.name in allowed and page_act.is_of_use(case)
        if page_act.is_of_draft:
            continue  # it stands beside its draft
        if tried is not None and tried[0] is page_act:
            offered.append(Offered(page_act, tried[1], is_allowed, True, tried[2]))
        elif is_allowed:
            offered.append(Offered(page_act, page_act.form(name=page_act.name, case=case, role=actor.role), True))
    return offered


def _stations(case: Case, events: Iterable[Event]) -> list[Station]:
    """Every state that was passed; of an open case also those that may come. A return only where there is one."""
    passed = {LED_TO[event.kind] for event in events if event.kind in LED_TO} | {State(case.state)}
    stations, is_ahead = [], False
    for state in State:
        is_current = state == case.state
        may_come = is_ahead and case.is_open and state != State.RETURNING
        if state in passed or may_come:
            stations.append(Station(state.label, state in passed and not is_current and not is_ahead, is_current))
        is_ahead = is_ahead or is_current
    return stations


def _wall(case: Case, role: Role, asked: QueryDict) -> wall.Wall:
    """What is on file, as the party's pages lead to it."""
    number = case.number
    return wall.hang(
        case.papers.exhibits,
        reason=case.reason,
        addresses=wall.Addresses(
            page=reverse("pages:case", args=[number]),
            original=lambda exhibit: reverse("pages:exhibit_file", args=[number, exhibit.pk]),
            copy=lambda exhibit, which: reverse("pages:exhibit_copy", args=[number, exhibit.pk, which]),
            receipt=lambda exhibit: reverse("pages:receipt", args=[number, exhibit.pk]) if exhibit.by == role else "",
        ),
        asked=asked,
        own=role,
        names={Role.BUYER: str(case.buyer), Role.SELLER: str(case.shop)},
        rested=[side for side in SIDES if acts.has_rested(case, side)],
    )


def _rulings(case: Case) -> list[dict[str, Any]]:
    """The rulings, newest first, each with its findings by exhibit and the questions it answers in words."""
    rulings = case.papers.rulings
    if rulings:
        prefetch_related_objects(rulings, "findings")
    labels = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    return [
        {
            "ruling": ruling,
            "findings": sorted(
                ((labels[finding.exhibit_id], finding) for finding in ruling.findings.all()),
                key=lambda found: found[0].number,
            ),
            "answers": _answers(case, ruling),
            "rule": rule_words(ruling.rule),
        }
        for ruling in reversed(rulings)
    ]


def _answers(case: Case, ruling: Ruling) -> list[tuple[StrOrPromise, Any]]:
    answered = []
    for question in ASKED[case.reason]:
        if question.id in ruling.answers:
            answer = ruling.answers[question.id]
            words = f"{answer} %" if question.type == "percent" else dict(question.choices).get(answer, answer)
            answered.append((question.text, words))
    return answered


def _lines(case: Case, events: Iterable[Event]) -> list[tuple[Line, bool, int | None]]:
    """The order's lines: whether the case is over each, and what it claims of it where that can be told."""
    named: list[str] = next((json.loads(e.body)["facts"]["lines"] for e in events if e.kind == "case.requested"), [])
    return [
        (line, line.label in named, _claimed(case, line, alone=len(named) == 1)) for line in case.order.papers.lines
    ]


def _claimed(case: Case, line: Line, *, alone: bool) -> int | None:
    if line.latest_case_id == case.pk and line.is_disputed:
        return line.claimed_minor
    return case.amount_minor if alone else None
