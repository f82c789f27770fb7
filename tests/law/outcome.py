"""The law of outcomes: what was agreed or ruled is carried out, and how a case closes."""

from __future__ import annotations

from tests.law.custody import CustodyLaw
from tests.law.matter import CaseModel
from tests.law.terms import Term
from tests.law.words import H


class OutcomeLaw(CustodyLaw):
    """Its part of the model."""

    def _carry_out(self, case: CaseModel, remedy: str, buyer: int, is_ruled: bool = False) -> None:
        """Nothing shipped, delivery refused, goods already back: no return."""
        out = self.parcel in ("shipped", "delivered") and not case.shipped_back
        if remedy in ("return_and_refund", "exchange", "repair") and buyer and out:
            self._move(case, "returning")
            case.offers.clear()
            case.agreed, case.term = (remedy, buyer), Term.of(self.now, 168 * H)
        else:
            self._conclude(case, remedy, buyer, is_ruled)

    def _conclude(self, case: CaseModel, remedy: str, buyer: int, is_ruled: bool) -> None:
        if remedy in ("refund", "return_and_refund", "release"):
            self._settle(case, buyer, is_ruled)
        elif remedy == "wait":
            self._close(case, "withdrawn")
        else:
            self.parcel, self.owed = "owed", case.amount
            self._close(case, "replaced")

    def _settle(self, case: CaseModel, buyer: int, is_ruled: bool = False) -> None:
        self._pay(buyer, case.amount - buyer)
        self.ruled = self.ruled or is_ruled
        outcome = "refunded" if buyer == case.amount else "partly_refunded" if buyer else "released"
        self._close(case, outcome)

    def _close(self, case: CaseModel, outcome: str) -> None:
        self._move(case, "closed")
        case.outcome = outcome
        case.offers.clear()
        case.filing.drafts = {"buyer": [], "seller": []}
        self._resume()
