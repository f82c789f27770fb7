"""Where an order stands, told from the API's answers alone: which act of the play it is, and where the money lies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adjudication.shop.asking import NotAnswered, Service


@dataclass(frozen=True, slots=True)
class Money:
    """The order's price, in smallest units: where each part of it lies."""

    currency: str
    paid: int
    held: int
    to_seller: int
    to_buyer: int
    fees: int


@dataclass(frozen=True, slots=True)
class Scene:
    """One moment of the play."""

    order: dict[str, Any]
    case: dict[str, Any] | None = None
    exhibits: list[dict[str, Any]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The state of the case, or of the parcel, or how the order ended: `paid`, `requested`, `closed`, `settled`."""
        if self.case is not None and self.case["state"] != "closed":
            return str(self.case["state"])
        if not self.money.held:
            return "settled"
        return str(self.order["items"][0]["parcel"])

    @property
    def version(self) -> str:
        """Changes with everything that happens."""
        return f"{self.case['number']}-{self.case['version']}" if self.case else self.name

    @property
    def latest(self) -> str:
        """When the last parcel was reported, or the order registered: the moment that the next report tells of."""
        reports = self.order["parcel_reports"]
        return str(reports[-1]["recorded_at"] if reports else self.order["registered_at"])

    @property
    def deadline(self) -> dict[str, Any] | None:
        """The term that runs: the case's, or else the order's."""
        of_case = self.case["deadline"] if self.case else None
        found: dict[str, Any] | None = of_case or self.order["deadline"]
        return found

    @property
    def due_at(self) -> datetime | None:
        """When it ends."""
        return datetime.fromisoformat(self.deadline["due_at"]) if self.deadline else None

    @property
    def money(self) -> Money:
        """From the order's escrow."""
        told = self.order["escrow"]
        minor = {name: int(told[name]["amount_minor"]) for name in ("paid", "held", "released", "refunded", "fees")}
        return Money(
            told["paid"]["currency"],
            minor["paid"],
            minor["held"],
            minor["released"],
            minor["refunded"],
            minor["fees"],
        )

    @property
    def arbitrator(self) -> str:
        """Who hears the case, by username; empty while nobody does."""
        return str(((self.case or {}).get("arbitrator") or {}).get("username", ""))

    def may(self, act: str, by: str) -> bool:
        """Does the API say that this act would succeed now?"""
        allowed = self.case["allowed_acts"] if self.case else []
        return any((each["act"], each["by"]) == (act, by) for each in allowed)

    def has_filed(self, by: str) -> bool:
        """Has this side filed anything?"""
        return any(each["by"] == by for each in self.exhibits)

    def open_offer(self, by: str) -> dict[str, Any] | None:
        """What this side offers now."""
        offers = self.case["offers"] if self.case else []
        return next((each for each in offers if each["by"] == by and each["state"] == "open"), None)


def look(service: Service) -> Scene | None:
    """Ask where the order stands; None: the service knows of no such order.

    Raises:
        NotAnswered: it was not answered.

    """
    try:
        order = service.get(f"orders/{service.number}")
    except NotAnswered as refused:
        if refused.call.status == 404:
            return None
        raise
    if not order["cases"]:
        return Scene(order)
    case = service.get(f"cases/{order['cases'][-1]}")
    exhibits = service.get(f"cases/{case['number']}/exhibits?limit=100")["results"] if case["state"] != "closed" else []
    return Scene(order, case, exhibits)
