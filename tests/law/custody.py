"""The law of custody: what is held for an order, where its parcel is, and what silence does to it."""

from __future__ import annotations

from tests.law.matter import ORDER_TERMS, Matter
from tests.law.terms import Term
from tests.law.words import H, Refusal

FEE_PERCENT = 5


class CustodyLaw(Matter):
    """Its part of the model."""

    def report(self, kind: str, signed: bool = False) -> None:
        sources, target = {
            "shipment": (("paid", "owed"), "shipped"),
            "delivery": (("paid", "shipped"), "delivered"),
            "refusal": (("paid", "shipped"), "refused"),
        }[kind]
        if self.parcel not in sources:
            raise Refusal("out_of_order")
        self._order_in_time()
        self.parcel = target
        if target == "shipped":
            self.shipped_at, self.signed, self.owed = self.now, False, 0
        if target == "delivered":
            self.signed = signed
        if self.term is not None:
            self.term = Term.of(self.now, ORDER_TERMS[target] * H)

    def confirm_receipt(self) -> None:
        if self.open or not self.held:
            raise Refusal("out_of_order")
        self._order_in_time()
        self._pay(0, self.held)
        self.term = None

    def _pay(self, buyer: int, seller: int) -> None:
        fee = seller * FEE_PERCENT // 100
        self.held -= buyer + seller
        self.owed = min(self.owed, self.held)  # a replacement is owed for no more than what stays held
        if self.parcel == "owed" and not self.owed:
            self.parcel = "delivered"
        self.refunded += buyer
        self.released += seller - fee
        self.fees += fee

    def _resume(self) -> None:
        if not self.held:
            return
        left = ORDER_TERMS[self.parcel] * H
        if self.suspended and self.suspended[0] == self._stage():
            left = max(self.suspended[1], 72 * H)
        self.suspended, self.term = None, Term.of(self.now, left)

    def _stage(self) -> str:
        return "delivered" if self.parcel == "refused" else self.parcel

    def _lapse_order(self) -> None:
        self.term = None
        if self.parcel == "owed":
            self._pay(self.owed, 0)
            self.owed, self.parcel = 0, "delivered"
            if self.held:
                self.term = Term.of(self.now, ORDER_TERMS["delivered"] * H)
        elif self.parcel in ("paid", "refused"):
            self._pay(self.held, 0)
        else:
            self._pay(0, self.held)
