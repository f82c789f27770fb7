"""The law of the hearing: evidence, rulings, the appeal, and the goods that go back; each instance anew."""

from __future__ import annotations

from datetime import timedelta

from tests.law.filing import FilingLaw
from tests.law.matter import REMEDIES, CaseModel, Ruled
from tests.law.outcome import OutcomeLaw
from tests.law.terms import Term
from tests.law.words import DECIDERS, NEGOTIABLE, H, Refusal, Who

HEARD = ("intervention", "evidence", "ruling")
SECOND_PERSON_ABOVE = 500_000


class HearingLaw(OutcomeLaw, FilingLaw):
    """Its part of the model."""

    def assign(self, by: Who) -> None:
        case = self._may(by, DECIDERS)
        self._hears(case, by)
        self._turn(*HEARD)
        if case.state != "intervention" and case.arbitrator == by.name:
            raise Refusal("out_of_order")
        case.arbitrator = by.name
        if case.state == "intervention":
            self._open_evidence(case)

    def _hears(self, case: CaseModel, by: Who) -> None:
        """Nobody in two instances; an appeal and an overdue case are a supervisor's."""
        if any(ruling.by == by.name for ruling in case.rulings):
            raise Refusal("no_standing")
        if by.role == "arbitrator" and (case.hearing == "appeal" or case.overdue):
            raise Refusal("no_standing")

    def _open_evidence(self, case: CaseModel) -> None:
        assert case.heard_from is not None
        self._move(case, "evidence")
        case.term = Term.of(self.now, 48 * H + case.heard_longer, case.heard_from)

    def file_exhibit(self, by: Who, admissible: bool) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn(*NEGOTIABLE)
        if by.role in case.rested:
            raise Refusal("out_of_order")
        if admissible:
            case.admissible.add(by.role)

    def rest(self, by: Who) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn("evidence")
        if by.role in case.rested:
            raise Refusal("out_of_order")
        case.rested.add(by.role)
        self._take_in(case, by.role)
        if case.rested == {"buyer", "seller"}:
            self._close_evidence(case)

    def _close_evidence(self, case: CaseModel) -> None:
        assert case.heard_from is not None
        self._take_in(case, "buyer", "seller")
        self._move(case, "ruling")
        case.offers.clear()
        case.term = Term.of(self.now, 72 * H + case.heard_longer, case.heard_from)
        if case.instance == 1 and self._is_forced(case):
            self._issue(case, Ruled("buyer", "refund", case.amount))
        elif (
            case.instance == 1
            and self.parcel == "delivered"
            and self.signed
            and case.reason in ("damaged_in_transit", "not_as_described")
            and "buyer" not in case.admissible
        ):
            self._issue(case, Ruled("seller", "release", 0))

    def _is_forced(self, case: CaseModel) -> bool:
        return self.parcel == "refused" and self.shipped_at is not None and self.shipped_at > case.requested_at

    # --- The ruling -------------------------------------------------------------------------------------------------

    def rule(self, by: Who, winner: str, remedy: str) -> None:
        case = self._may(by, DECIDERS)
        if case.arbitrator != by.name:
            raise Refusal("no_standing")
        self._hears(case, by)
        self._turn("ruling")
        if case.proposal:
            raise Refusal("out_of_order")
        if not case.admissible or remedy not in self.remedies_for(case, winner):
            raise Refusal("unprocessable")
        # Split: 40 % usable, the seller's fault in full: 60 % for the buyer, the seller's part rounded down.
        seller = {"buyer": 0, "seller": case.amount, "split": case.amount * 40 // 100}[winner]
        if winner == "split" and seller == 0:
            raise Refusal("unprocessable")
        ruling = Ruled(winner, remedy, case.amount - seller, by.name)
        if case.amount > SECOND_PERSON_ABOVE and not case.overdue:
            case.proposal = (by.name, ruling)
        else:
            self._issue(case, ruling)

    def remedies_for(self, case: CaseModel, winner: str) -> tuple[str, ...]:
        if winner == "seller":
            return ("release",)
        if winner == "split" or case.shipped_back:  # over a return: in money alone
            return ("refund",)
        return tuple(r for r in (*REMEDIES[case.reason], "refund") if r != "wait")

    def confirm(self, by: Who) -> None:
        case, ruling = self._second_person(by)
        case.proposal = None
        self._issue(case, ruling)

    def send_back(self, by: Who) -> None:
        case, _ruling = self._second_person(by)
        case.proposal = None

    def _second_person(self, by: Who) -> tuple[CaseModel, Ruled]:
        case = self._may(by, ("supervisor",))
        if case.proposal and case.proposal[0] == by.name:
            raise Refusal("no_standing")
        if any(ruling.by == by.name for ruling in case.rulings):
            raise Refusal("no_standing")
        self._turn("ruling")
        if not case.proposal:
            raise Refusal("out_of_order")
        return case, case.proposal[1]

    def _issue(self, case: CaseModel, ruling: Ruled) -> None:
        self._move(case, "ruled")
        case.rulings.append(ruling)
        if len(case.rulings) == 1:
            case.term = Term.of(self.now, 72 * H)
        else:
            self._carry_out(case, ruling.remedy, ruling.buyer_minor, is_ruled=True)

    # --- The appeal -------------------------------------------------------------------------------------------------

    def appeal(self, by: Who, with_ground: bool) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn("ruled")
        if case.rulings[0].winner == by.role:
            raise Refusal("no_standing")
        if not with_ground:
            raise Refusal("unprocessable")
        self._next_instance(case, "appeal")
        case.appellant = by.role

    def withdraw_appeal(self, by: Who) -> None:
        case = self._may(by, ("buyer", "seller"))
        self._turn("evidence")
        if case.hearing != "appeal":
            raise Refusal("out_of_order")
        if case.appellant != by.role:
            raise Refusal("no_standing")
        if case.rulings[-1].winner == "split":
            raise Refusal("out_of_order")
        self._carry_out(case, case.rulings[-1].remedy, case.rulings[-1].buyer_minor, is_ruled=True)

    def _next_instance(self, case: CaseModel, hearing: str) -> None:
        self._move(case, "evidence")
        case.instance += 1
        case.hearing, case.heard_from, case.term = hearing, self.now, Term.of(self.now, 48 * H)
        case.arbitrator, case.overdue, case.rested, case.heard_longer = "", False, set(), timedelta()

    # --- The way back -----------------------------------------------------------------------------------------------

    def ship_return(self, by: Who) -> None:
        case = self._may(by, ("buyer",))
        self._turn("returning")
        if case.shipped_back:
            raise Refusal("out_of_order")
        case.shipped_back, case.term = True, Term.of(self.now, 240 * H)

    def acknowledge_return(self, by: Who) -> None:
        case = self._may(by, ("seller",))
        self._turn("returning")
        if not case.shipped_back:
            raise Refusal("out_of_order")
        self._conclude(case, *case.agreed, is_ruled=bool(case.rulings))

    def dispute_return(self, by: Who) -> None:
        case = self._may(by, ("seller",))
        self._turn("returning")
        if not case.shipped_back or case.hearing == "return":
            raise Refusal("out_of_order")
        self._next_instance(case, "return")
        case.admissible.add("seller")
