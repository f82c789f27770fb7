"""The award: how a ruling splits the claim, computed from the answers and never typed in (DOMAIN section 7).

The buyer wins: the claim. The seller wins: nothing of it. Split: claim × (100 % − usable) × fault, where the fault
counts in full if it is the seller's or the carrier's, half if shared, not at all if the buyer's. It is rounded once,
down, on the seller's side; the rest is the buyer's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Unprocessable
from adjudication.rulings.models import Winner

FAULT_PERCENT = {"seller": 100, "carrier": 100, "shared": 50, "buyer": 0}


@dataclass(frozen=True, slots=True)
class Award:
    """What of the claim goes to each side, in minor units, before the fee on the seller's part."""

    buyer_minor: int
    seller_minor: int


def award(claim_minor: int, winner: str, answers: Mapping[str, Any]) -> Award:
    """Split the claim.

    Raises:
        Unprocessable: a split without the two answers it is computed from, or one that splits nothing.

    """
    if winner == Winner.BUYER:
        return Award(claim_minor, 0)
    if winner == Winner.SELLER:
        return Award(0, claim_minor)
    if missing := [name for name in ("usable_percent", "fault") if name not in answers]:
        raise Unprocessable(
            _("A split is computed from what is still usable and whose fault it was; answer both."),
            *(Fault(f"answers.{name}", _("is needed for a split"), "answer_required") for name in missing),
        )
    buyers_ten_thousandths = (100 - answers["usable_percent"]) * FAULT_PERCENT[answers["fault"]]
    seller_minor = claim_minor * (10_000 - buyers_ten_thousandths) // 10_000
    if seller_minor in (0, claim_minor):
        raise Unprocessable(
            _("These answers split nothing: one side gets all of it. Find for that side instead."),
            Fault("winner", _("is not split by these answers"), "nothing_to_split"),
        )
    return Award(claim_minor - seller_minor, seller_minor)
