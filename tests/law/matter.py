"""What the law speaks of: an order of one line, the cases over it one after another, who may act, and when.

It shares nothing with the service but words.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.law.terms import Outage, Term
from tests.law.words import SIDES, H, Refusal, Who

#: What must be answered: the edges of DOMAIN section 2.
EDGES = (
    ("requested", "rejected"),
    ("requested", "intervention"),
    ("rejected", "intervention"),
    ("intervention", "evidence"),
    ("evidence", "ruling"),
    ("intervention", "ruled"),
    ("ruling", "ruled"),
    ("ruled", "evidence"),
    ("requested", "returning"),
    ("rejected", "returning"),
    ("intervention", "returning"),
    ("evidence", "returning"),
    ("ruled", "returning"),
    ("returning", "evidence"),
    ("requested", "closed"),
    ("rejected", "closed"),
    ("intervention", "closed"),
    ("evidence", "closed"),
    ("ruled", "closed"),
    ("returning", "closed"),
)
REMEDIES = {
    "not_shipped": ("refund",),
    "quality": ("refund", "return_and_refund", "exchange", "repair", "resend"),
    "not_as_described": ("refund", "return_and_refund", "exchange", "resend"),
    "size_or_taste": ("return_and_refund", "exchange"),
    "late_delivery": ("refund", "wait", "resend"),
    "other": ("refund", "return_and_refund", "exchange", "repair", "resend", "wait"),
}
ORDER_TERMS = {"paid": 720, "shipped": 1080, "delivered": 240, "refused": 240, "owed": 168}


@dataclass
class Asked:
    """One inquiry: in which instance, since when and until when, whom it asks, and who of them has not answered."""

    instance: int
    made: datetime
    due: datetime
    sides: tuple[str, ...]
    waiting: set[str]


@dataclass
class Filing:
    """What lies beside a case: each side's drafts, the oldest first, and what has been asked."""

    drafts: dict[str, list[str]] = field(default_factory=lambda: {side: [] for side in SIDES})
    """`admissible`, `inadmissible`, or `empty`: what cannot be filed."""
    asked: list[Asked] = field(default_factory=list)


@dataclass
class Ruled:
    """A ruling: for whom, with what remedy, how much of the claim for the buyer, and by whom."""

    winner: str
    remedy: str
    buyer_minor: int
    by: str = ""


@dataclass
class CaseModel:
    """What a case must look like."""

    reason: str
    remedy: str
    amount: int
    requested_at: datetime
    term: Term
    state: str = "requested"
    outcome: str = ""
    silent: bool = False
    instance: int = 1
    hearing: str = "claim"
    appellant: str = ""
    heard_from: datetime | None = None
    arbitrator: str = ""
    overdue: bool = False
    rested: set[str] = field(default_factory=set)
    admissible: set[str] = field(default_factory=set)
    offers: dict[str, tuple[str, int]] = field(default_factory=dict)
    """The open offer of each side: remedy and amount."""
    proposal: tuple[str, Ruled] | None = None
    rulings: list[Ruled] = field(default_factory=list)
    delivered_at_rejection: bool = False
    agreed: tuple[str, int] = ("", 0)
    shipped_back: bool = False
    extended: int = 0
    heard_longer: timedelta = timedelta()
    """How much longer this instance is heard: by what extended its evidence, or the time before it."""
    filing: Filing = field(default_factory=Filing)

    @property
    def due(self) -> datetime:
        """When its term ends, as it is written down."""
        return self.term.due


@dataclass
class Matter:
    """What an order, and the case over it, must look like."""

    price: int
    now: datetime
    seller_silence: str = "accept"
    parcel: str = "paid"
    signed: bool = False
    shipped_at: datetime | None = None
    held: int = 0
    released: int = 0
    refunded: int = 0
    fees: int = 0
    owed: int = 0
    term: Term | None = None
    """The order's own."""
    outages: tuple[Outage, ...] = ()
    extensions: int = 0
    reminders: int = 0
    """Of all its terms, those of its cases included."""
    suspended: tuple[str, timedelta] | None = None
    cases: int = 0
    ruled: bool = False
    case: CaseModel | None = None
    edges: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.held = self.price
        self.term = Term.of(self.now, ORDER_TERMS["paid"] * H)

    @property
    def due(self) -> datetime | None:
        """When the order's own term ends, as it is written down."""
        return self.term.due if self.term else None

    @property
    def open(self) -> CaseModel | None:
        return self.case if self.case and self.case.state != "closed" else None

    def _may(self, by: Who, roles: tuple[str, ...]) -> CaseModel:
        if by.role == "stranger":
            raise Refusal("not_found")
        if by.role not in roles:
            raise Refusal("no_standing")
        assert self.case is not None
        return self.case

    def _turn(self, *states: str) -> None:
        assert self.case is not None
        if self.case.state not in states:
            raise Refusal("out_of_order")
        if self.now >= self.case.due:
            raise Refusal("too_late")

    def _order_in_time(self) -> None:
        if self.due is not None and self.now >= self.due:
            raise Refusal("too_late")

    def _move(self, case: CaseModel, to: str) -> None:
        self.edges.append((case.state, to))
        case.state = to
