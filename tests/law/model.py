"""The law once more, in plain Python and from the design alone: one order of one line, and its cases one after another.

It shares nothing with the service but words. Each act either raises `Refusal` with the code that must be answered, or
moves the model to where the case must then stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.law.filing import Filing, FilingLaw
from tests.law.terms import GRACE, LONGEST_OUTAGE, Outage, Term
from tests.law.words import DECIDERS, NEGOTIABLE, H, Refusal, Who

HEARD = ("intervention", "evidence", "ruling")
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
FEE_PERCENT = 5
SECOND_PERSON_ABOVE = 500_000
CASES_OVER_A_LINE = 3
EXTENSIONS_OF_A_CASE = 2
LONGEST_EXTENSION = 72 * H
REMINDERS_OF_A_TERM = 5


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
class Model(FilingLaw):
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

    # --- Who may, whether it is their turn, whether it is in time ---------------------------------------------------

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

    # --- The order --------------------------------------------------------------------------------------------------

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

    # --- The first exchange -----------------------------------------------------------------------------------------

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

    def _is_forced(self, case: CaseModel) -> bool:
        return self.parcel == "refused" and self.shipped_at is not None and self.shipped_at > case.requested_at

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

    # --- The hearing ------------------------------------------------------------------------------------------------

    def assign(self, by: Who) -> None:
        case = self._may(by, DECIDERS)
        self._hears(case, by)
        self._turn(*HEARD)
        if case.state != "intervention" and case.arbitrator == by.name:
            raise Refusal("out_of_order")
        case.arbitrator = by.name
        if case.state == "intervention":
            self._open_evidence(case)

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

    def _lengthen(self, of: CaseModel | Model, length: timedelta) -> None:
        """What opens after it in the hearing moves along."""
        assert of.term is not None
        of.term.lengthen(length, self.now)
        self.extensions += 1
        if isinstance(of, CaseModel) and of.state in ("intervention", "evidence"):
            of.heard_longer += length

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

    # --- What is carried out ----------------------------------------------------------------------------------------

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

    # --- Outages ----------------------------------------------------------------------------------------------------

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

    def _fall(self, of: CaseModel | Model) -> bool:
        longer = of.term.fallen(self.outages) if of.term else timedelta()
        if longer:
            self._lengthen(of, longer)
        return bool(longer)

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
