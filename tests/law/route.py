"""The way to an edge: what somebody would sensibly do next to bring a case there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.law.matter import CaseModel
from tests.law.model import CASES_OVER_A_LINE, Model
from tests.law.words import Who

BUYER, SELLER = Who("buyer"), Who("seller")
ARBITRATORS = (Who("arbitrator", "a1"), Who("arbitrator", "a2"))
SUPERVISORS = (Who("supervisor", "s1"), Who("supervisor", "s2"), Who("supervisor", "s3"))
STAFF = (*ARBITRATORS, *SUPERVISORS)
EVERYBODY = (BUYER, SELLER, Who("stranger"), *STAFF, Who("auditor", "x"))

#: `("case", act, who, …)`, `("order", act, …)`, `("until due",)`, `("sweep",)`, `("another order",)`.
Step = tuple[Any, ...]


@dataclass(frozen=True)
class Start:
    """What an order and its first case must be for an edge to be within reach."""

    reason: str = "quality"
    remedy: str = "refund"
    delivered: bool = True
    seller_silence: str = "accept"


def start_for(edge: tuple[str, str]) -> Start:
    """How to begin."""
    if edge == ("requested", "intervention"):
        return Start(seller_silence="intervene")
    if edge == ("intervention", "ruled"):
        return Start("not_shipped", delivered=False)
    return Start(remedy="return_and_refund" if "returning" in edge else "refund")


def next_step(model: Model, edge: tuple[str, str], start: Start) -> Step:
    """The next step on the way."""
    case = model.open
    if case is None:
        return _begin(model, start)
    if model.now >= case.due:
        return ("sweep",)
    if case.state == edge[0]:
        return _cross(case, edge)
    return _onward(case, edge)


def _begin(model: Model, start: Start) -> Step:
    spent = model.ruled or model.cases >= CASES_OVER_A_LINE or model.parcel in ("owed", "refused")
    if spent or model.held < 2 or model.due is None or model.now >= model.due:
        return ("another order",)
    if start.delivered and model.parcel in ("paid", "shipped"):
        return ("order", "report", "delivery", False)
    if not start.delivered and model.parcel != "paid":
        return ("another order",)
    return ("order", "request", BUYER, start.reason, start.remedy, model.held)


def _cross(case: CaseModel, edge: tuple[str, str]) -> Step:
    match edge:
        case ("ruled", "evidence"):
            return ("case", "appeal", SELLER if case.rulings[0].winner == "buyer" else BUYER, True)
        case ("ruled", _):
            return ("until due",)
        case ("returning", "evidence") if case.shipped_back:
            return ("case", "acknowledge_return" if case.hearing == "return" else "dispute_return", SELLER)
        case ("returning", "closed") if case.shipped_back:
            return ("case", "acknowledge_return", SELLER)
        case ("returning", _):
            return ("case", "ship_return", BUYER)
        case ("requested", "intervention"):
            return ("case", "intervene", BUYER) if case.silent else ("until due",)
        case (_, "closed") | (_, "returning"):
            return ("case", "accept", SELLER)
    return _onward(case, edge)


def _onward(case: CaseModel, edge: tuple[str, str]) -> Step:
    """Towards the end, the usual way."""
    match case.state:
        case "requested" if edge[0] == "returning":
            return ("case", "accept", SELLER)
        case "requested":
            return ("case", "intervene", BUYER) if case.silent else ("case", "reject", SELLER)
        case "rejected":
            return ("case", "intervene", BUYER)
        case "evidence":
            return ("case", "rest", SELLER if "buyer" in case.rested else BUYER)
        case "intervention":
            return ("case", "assign", ARBITRATORS[0])
        case "ruling" if case.proposal:
            return ("case", "confirm", next(s for s in SUPERVISORS if s.name != case.proposal[0]))
        case "ruling":
            ruled = {ruling.by for ruling in case.rulings}
            may = [
                s for s in (SUPERVISORS if case.hearing == "appeal" or case.overdue else STAFF) if s.name not in ruled
            ]
            arbitrator = next((s for s in may if s.name == case.arbitrator), None)
            if arbitrator is None:
                return ("case", "assign", may[0])
            if not case.admissible:
                return ("until due",)
            remedy = "refund" if case.shipped_back or edge[1] != "returning" else case.remedy
            return ("case", "rule", arbitrator, "buyer", remedy)
        case "returning" if case.shipped_back:
            return ("case", "acknowledge_return", SELLER)
        case "returning":
            return ("case", "ship_return", BUYER)
    return ("until due",)
