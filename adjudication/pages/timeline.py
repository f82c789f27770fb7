"""What happened, in words: every event of the case's journal as one sentence, for the side that reads it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.cases.states import Outcome
from adjudication.deadlines.models import Deadline
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.money import format_amount
from adjudication.parties import Role
from adjudication.policy.terms import RejectionReason
from adjudication.reports.wording import EVENTS
from adjudication.rulings.models import Winner

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Happening:
    """One event for people: when, what, whose it was, and the exhibit it put on file."""

    at: datetime
    text: str
    by: str
    sequence: int
    exhibit: Exhibit | None = None
    is_turn: bool = False
    """It moved the case on: set apart from what went along with it."""


#: Events that move the case from one state to the next, or end it.
TURNS = frozenset(
    {"case.requested", "case.accepted", "case.rejected", "case.withdrawn", "case.intervened", "case.evidence_opened"}
    | {"case.evidence_closed", "case.appealed", "ruling.issued", "return.ordered", "return.disputed", "case.closed"}
)
WHO: dict[str, StrOrPromise] = {
    Role.BUYER: gettext_lazy("The buyer"),
    Role.SELLER: gettext_lazy("The seller"),
    Role.ARBITRATOR: gettext_lazy("The arbitrator"),
    Role.SUPERVISOR: gettext_lazy("A supervisor"),
    Role.CLOCK: gettext_lazy("The clock"),
}


def tell(events: Iterable[Event], *, reader: Role, exhibits: Iterable[Exhibit], currency: str) -> list[Happening]:
    """Put events into words, newest first.

    Args:
        events: of one case.
        reader: the side that reads; its own acts are told as “You …”.
        exhibits: of the case, for their titles.
        currency: the case's.

    """
    on_file = {str(exhibit.pk): exhibit for exhibit in exhibits}
    told = [_told(event, reader, on_file, currency) for event in events]
    return sorted(told, key=lambda happening: happening.sequence, reverse=True)


def _told(event: Event, reader: Role, on_file: dict[str, Exhibit], currency: str) -> Happening:
    body = json.loads(event.body)
    facts, by = body["facts"], body["by"]["role"]
    exhibit = on_file.get(facts.get("exhibit", ""))
    words = EVENTS.get(event.kind)
    sentence = words and ((by == Role.CLOCK and words.of_silence) or words.sentence)
    text = str(sentence) % _words(facts, by, reader, exhibit, currency) if sentence else _recorded(event.kind)
    return Happening(event.occurred_at, text, by, event.sequence, exhibit, event.kind in TURNS)


def _words(facts: dict[str, Any], by: str, reader: Role, exhibit: Exhibit | None, currency: str) -> dict[str, str]:
    minor = facts.get("amount_minor")
    return {
        "who": _("You") if by == reader else str(WHO.get(by, _("The platform"))),
        "amount": format_amount(minor, currency) if minor is not None else "",
        "reason": _label(RejectionReason, facts.get("reason")),
        "outcome": _label(Outcome, facts.get("outcome")),
        "winner": _label(Winner, facts.get("winner")),
        "term": _label(Deadline.Kind, facts.get("term")),
        "kind": _label(Exhibit.Kind, facts.get("kind")),
        "label": facts.get("label", ""),
        "title": exhibit.title if exhibit else "",
    }


def _label(choices: Any, code: str | None) -> str:
    return str(dict(choices.choices).get(code, code or ""))


def _recorded(kind: str) -> str:
    return _("Recorded: %(kind)s.") % {"kind": kind.replace(".", " ").replace("_", " ")}
