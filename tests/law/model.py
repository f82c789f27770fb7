"""The law once more, in plain Python and from the design alone: one order of one line, and its cases one after another.

It shares nothing with the service but words. Each act either raises `Refusal` with the code that must be answered, or
moves the model to where the case must then stand. Here are the first exchange and silence; each other subject has a
module of its own.
"""

from __future__ import annotations

from tests.law.hearing import HearingLaw
from tests.law.lengthening import LengtheningLaw
from tests.law.matter import REMEDIES, CaseModel, Ruled
from tests.law.terms import Term
from tests.law.words import NEGOTIABLE, H, Refusal, Who

CASES_OVER_A_LINE = 3


class Model(HearingLaw, LengtheningLaw):
    """What an order, and the case over it, must look like."""

    def request(self, by: Who, reason: str, remedy: str, amount: int) -> None:
        if by.role == "stranger":
            raise Refusal("not_found")
        if by.role != "buyer":
            raise Refusal("no_standing")
        if amount < 1:
            raise Refusal("invalid")
        if self.open:
            raise Refusal("conflict")
        if self.ruled or (self.parcel != "refused" and self.cases >= CASES_OVER_A_LINE):
            raise Refusal("unprocessable")
        if remedy not in REMEDIES[reason] or amount > self.held:
            raise Refusal("unprocessable")
        self._order_in_time()
        assert self.term is not None
        self.suspended, self.term = (self._stage(), self.term.due - self.now), None
        self.cases += 1
        self.case = CaseModel(reason, remedy, amount, self.now, Term.of(self.now, 72 * H))

    def accept(self, by: Who) -> None:
        case = self._may(by, ("seller",))
        self._turn(*NEGOTIABLE)
        self._carry_out(case, case.remedy, case.amount)

    def reject(self, by: Who) -> None:
        case = self._may(by, ("seller",))
        self._turn("requested")
        if case.silent:
            raise Refusal("out_of_order")
        case.admissible.add("seller")
        self._move(case, "rejected")
        case.term = Term.of(self.now, 72 * H)
        case.delivered_at_rejection = self.parcel == "delivered" and case.reason != "not_shipped"

    def withdraw(self, by: Who) -> None:
        case = self._may(by, ("buyer",))
        self._turn(*NEGOTIABLE)
        if case.instance > 1:
            raise Refusal("out_of_order")
        self._close(case, "withdrawn")

    def intervene(self, by: Who) -> None:
        case = self._may(by, ("buyer",))
        self._turn("requested", "rejected")
        if case.state == "requested" and not case.silent:
            raise Refusal("out_of_order")
        self._move(case, "intervention")
        case.heard_from, case.term = self.now, Term.of(self.now, 12 * H)
        if self.parcel == "paid" or self._is_forced(case):
            self._issue(case, Ruled("buyer", "refund", case.amount))

    # --- Offers -----------------------------------------------------------------------------------------------------

    def make_offer(self, by: Who, remedy: str, amount: int) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn(*NEGOTIABLE)
        if by.role in case.offers:
            raise Refusal("out_of_order")
        if remedy not in REMEDIES[case.reason] or not 1 <= amount <= case.amount:
            raise Refusal("unprocessable")
        case.offers[by.role] = (remedy, amount)

    def answer_offer(self, by: Who, yes: bool) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn(*NEGOTIABLE)
        other = "seller" if by.role == "buyer" else "buyer"
        if other not in case.offers:
            raise Refusal("out_of_order")
        remedy, amount = case.offers.pop(other)
        if yes:
            self._carry_out(case, remedy, amount)

    # --- Silence ----------------------------------------------------------------------------------------------------

    def sweep(self) -> int:
        """What fell into an outage is extended, what is due takes effect now, however late; the rest is reminded of.

        Returns how many terms lapsed.
        """
        lapsed = 0
        self._fall_all()
        while self.open and self.now >= self.open.due:
            if not self._fall(self.open):
                self._lapse(self.open)
                lapsed += 1
        while self.term is not None and self.now >= self.term.due:
            if not self._fall(self):
                self._lapse_order()
                lapsed += 1
        self._fall_all()
        for term in (self.open.term if self.open else None, self.term):
            if term and term.remind and term.remind <= self.now < term.due:
                self._remind(term)
        return lapsed

    def _fall_all(self) -> None:
        for of in (self.open, self):
            if of is not None:
                self._fall(of)

    def _lapse(self, case: CaseModel) -> None:
        match case.state:
            case "requested" if not case.silent:
                if self.seller_silence == "accept":
                    self._carry_out(case, case.remedy, case.amount)
                else:
                    case.silent, case.term = True, Term.of(self.now, 72 * H)
                    case.delivered_at_rejection = self.parcel == "delivered" and case.reason != "not_shipped"
            case "requested" | "rejected":
                if case.delivered_at_rejection:
                    self._settle(case, 0)
                else:
                    self._close(case, "withdrawn")
            case "intervention":
                self._open_evidence(case)
            case "evidence":
                self._close_evidence(case)
            case "ruling" if not case.overdue:
                case.overdue, case.arbitrator, case.proposal = True, "", None
                case.term = Term.of(self.now, 24 * H)
            case "ruling":
                self._last_resort(case)
            case "ruled":
                self._carry_out(case, case.rulings[-1].remedy, case.rulings[-1].buyer_minor, is_ruled=True)
            case "returning" if case.shipped_back:
                self._conclude(case, *case.agreed, is_ruled=bool(case.rulings))
            case "returning":
                self._settle(case, 0, is_ruled=bool(case.rulings))

    def _last_resort(self, case: CaseModel) -> None:
        if case.hearing == "appeal":
            first = case.rulings[0]
            self._issue(case, Ruled(first.winner, first.remedy, first.buyer_minor))
        elif case.hearing == "claim" and case.admissible == {"seller"}:
            self._issue(case, Ruled("seller", "release", 0))
        else:
            self._issue(case, Ruled("buyer", "refund", case.amount))
