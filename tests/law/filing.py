"""The law of drafts and inquiries, from the design alone: what a side keeps to itself, and what it is asked.

A draft is its side's until it is filed, or evidence ends; an inquiry has an end of its own and moves no term.
"""

from __future__ import annotations

from datetime import datetime

from tests.law.matter import Asked, CaseModel, Matter
from tests.law.terms import Term
from tests.law.words import DECIDERS, NEGOTIABLE, SIDES, H, Refusal, Who

DRAFTABLE = (*NEGOTIABLE, "ruled", "returning")
REPLY_HOURS = 24
INQUIRIES_OF_A_CASE = 10


class FilingLaw(Matter):
    """Its part of the model."""

    def keep_draft(self, by: Who, content: str) -> None:
        self._drafting(by).filing.drafts[by.role].append(content)

    def change_draft(self, by: Who, content: str) -> None:
        """The oldest."""
        case = self._drafting(by)
        self._own(case, by)[0] = content

    def drop_draft(self, by: Who) -> None:
        """The oldest."""
        case = self._may(by, SIDES)
        self._turn(*DRAFTABLE)
        del self._own(case, by)[0]

    def file_draft(self, by: Who) -> None:
        """The oldest that can be filed."""
        case = self._may(by, SIDES)
        self._turn(*NEGOTIABLE)
        fit = [content for content in case.filing.drafts[by.role] if content != "empty"]
        if by.role in case.rested or not fit:
            raise Refusal("out_of_order")
        case.filing.drafts[by.role].remove(fit[0])
        if fit[0] == "admissible":
            case.admissible.add(by.role)

    def _drafting(self, by: Who) -> CaseModel:
        """While exhibits are filed; after a ruling, who may appeal; over a return, the seller, for a dispute."""
        case = self._may(by, SIDES)
        self._turn(*DRAFTABLE)
        if case.state == "ruled" and case.rulings[0].winner == by.role:
            raise Refusal("no_standing")
        if case.state == "returning" and by.role != "seller":
            raise Refusal("no_standing")
        if case.state == "returning" and case.hearing == "return":
            raise Refusal("out_of_order")
        if case.state == "evidence" and by.role in case.rested:
            raise Refusal("out_of_order")
        return case

    def _own(self, case: CaseModel, by: Who) -> list[str]:
        if not case.filing.drafts[by.role]:
            raise Refusal("out_of_order")
        return case.filing.drafts[by.role]

    def _take_in(self, case: CaseModel, *sides: str) -> None:
        """What these sides drafted counts as filed; what is empty goes."""
        for side in sides:
            if "admissible" in case.filing.drafts[side]:
                case.admissible.add(side)
            case.filing.drafts[side] = []

    def inquire(self, by: Who, to: tuple[str, ...]) -> None:
        case = self._may(by, DECIDERS)
        if by.role != "supervisor" and case.arbitrator != by.name:
            raise Refusal("no_standing")
        self._turn("evidence", "ruling")
        if len(case.filing.asked) >= INQUIRIES_OF_A_CASE:
            raise Refusal("out_of_order")
        if not to:
            raise Refusal("invalid")
        due = min(self.now + REPLY_HOURS * H, self._ruling_ends(case))
        case.filing.asked.append(Asked(case.instance, self.now, due, to, set(to)))

    def _ruling_ends(self, case: CaseModel) -> datetime:
        assert case.heard_from is not None
        return case.due if case.state == "ruling" else case.heard_from + 72 * H + case.heard_longer

    def _is_over(self, case: CaseModel, asked: Asked) -> bool:
        """One that ran out in an outage can be answered until the grace has passed, never beyond the ruling's term."""
        if self.now < asked.due:
            return False
        longer = Term(asked.made, asked.made, asked.due).fallen(self.outages)
        return not longer or self.now >= min(asked.due + longer, self._ruling_ends(case))

    def reply(self, by: Who, place: int) -> None:
        """To the inquiry at this place, counted from the last; the case's own term does not bind it."""
        case = self._may(by, SIDES)
        asked = case.filing.asked[-1 - place] if place < len(case.filing.asked) else None
        if asked is not None and by.role not in asked.sides:
            raise Refusal("no_standing")
        waiting = [each for each in case.filing.asked if each.instance == case.instance and by.role in each.waiting]
        if case.state not in ("evidence", "ruling") or not waiting:
            raise Refusal("out_of_order")
        if all(self._is_over(case, each) for each in waiting):
            raise Refusal("too_late")
        if asked is None:
            raise Refusal("not_found")
        if asked not in waiting:
            raise Refusal("out_of_order")
        if self._is_over(case, asked):
            raise Refusal("too_late")
        asked.waiting.discard(by.role)
