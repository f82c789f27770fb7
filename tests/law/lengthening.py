"""The law of longer terms: people and outages lengthen them, and whoever is bound is reminded of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from tests.law.matter import EDGES, CaseModel, Matter
from tests.law.terms import GRACE, LONGEST_OUTAGE, Term
from tests.law.words import DECIDERS, H, Refusal, Who

EXTENSIONS_OF_A_CASE = 2
LONGEST_EXTENSION = 72 * H
REMINDERS_OF_A_TERM = 5


class LengtheningLaw(Matter):
    """Its part of the model."""

    def extend(self, by: Who, length: timedelta) -> None:
        case = self._may(by, DECIDERS)
        if by.role != "supervisor" and case.arbitrator != by.name:
            raise Refusal("no_standing")
        self._turn(*(state for edge in EDGES for state in edge if state != "closed"))
        if case.state in ("intervention", "ruling") or case.extended >= EXTENSIONS_OF_A_CASE:
            raise Refusal("out_of_order")
        if length <= timedelta():
            raise Refusal("invalid")
        if length > LONGEST_EXTENSION:
            raise Refusal("unprocessable")
        case.extended += 1
        self._lengthen(case, length)

    def remind(self, by: Who) -> None:
        case = self._may(by, DECIDERS)
        if by.role != "supervisor" and case.arbitrator != by.name:
            raise Refusal("no_standing")
        self._turn(*(state for edge in EDGES for state in edge if state != "closed"))
        if case.state in ("intervention", "ruling") or case.term.reminders >= REMINDERS_OF_A_TERM:
            raise Refusal("out_of_order")
        self._remind(case.term)

    def _remind(self, term: Term) -> None:
        term.reminded(self.now)
        self.reminders += 1

    def _lengthen(self, of: CaseModel | Matter, length: timedelta) -> None:
        """What opens after it in the hearing moves along."""
        assert of.term is not None
        of.term.lengthen(length, self.now)
        self.extensions += 1
        if isinstance(of, CaseModel) and of.state in ("intervention", "evidence"):
            of.heard_longer += length

    def declare(self, began: datetime, ended: datetime) -> None:
        if ended <= began or ended + GRACE <= self.now:
            raise Refusal("invalid")
        if began > self.now + LONGEST_OUTAGE or ended - began > LONGEST_OUTAGE:
            raise Refusal("invalid")
        if any(at < ended and began < to for at, to in self.outages):
            raise Refusal("unprocessable")
        self.outages += ((began, ended),)

    def come(self, kind: str) -> None:
        """Whoever comes to a term that seems to be over finds it as long as the outage made it."""
        of = self.open if kind == "case" else self
        if of is not None and of.term is not None and self.now >= of.term.due:
            self._fall(of)

    def _fall(self, of: CaseModel | Matter) -> bool:
        longer = of.term.fallen(self.outages) if of.term else timedelta()
        if longer:
            self._lengthen(of, longer)
        return bool(longer)
