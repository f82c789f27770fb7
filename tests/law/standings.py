"""Every standing a case or an order can be in, each walked to through the acts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.orders.models import Order
from adjudication.policy.terms import Remedy
from adjudication.rulings.models import Winner
from tests import walk
from tests.law import performing
from tests.law.words import Who

BUYER, SELLER, ARBITRATOR = Who("buyer"), Who("seller"), Who("arbitrator", "arbitrator")
SECOND = Who("supervisor", "second")


def staff_on_duty() -> None:
    """An arbitrator and two supervisors, whom the tick assigns; none of them says a word."""
    for name, role in (("on duty", "arbitrator"), ("senior", "supervisor"), ("elder", "supervisor")):
        walk.User.objects.get_or_create(username=name)[0].groups.add(walk.group(role))


def after(case: Case, *acts: tuple[object, ...]) -> Case:
    """The case, after these acts."""
    for name, by, *given in acts:
        performing.on_case(case.number, str(name), by, *given)  # type: ignore[arg-type]
    return walk.look(case)


def reported(order: Order, *kinds: str) -> Order:
    """The order, after these reports of its parcel."""
    for kind in kinds:
        performing.on_order(order.number, "report", kind, False)
    return docket.look_at_order(order.number)


def paid() -> Order:
    return walk.register(walk.given_order())


def delivered(unit_price_minor: int = 10_000) -> Order:
    items = (walk.ItemGiven("CUP", "Cup", unit_price_minor, 1),)
    return reported(walk.register(walk.given_order(items=items)), "shipment", "delivery")


def asked(remedy: str, order: Order | None = None, **changes: object) -> Case:
    return walk.requested(order or delivered(), remedy=Remedy(remedy), **changes)


def in_ruling(remedy: str = "refund", order: Order | None = None) -> Case:
    return walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(asked(remedy, order)))))


def ruled(winner: Winner = Winner.BUYER, remedy: str = "refund") -> Case:
    case = in_ruling(remedy)
    ordered = {"buyer": remedy, "seller": "release", "split": "refund"}[winner.value]
    return after(case, ("rule", ARBITRATOR, winner.value, ordered))


def returning(remedy: str = "return_and_refund") -> Case:
    return after(asked(remedy), ("accept", SELLER))


def shipped_back(remedy: str = "return_and_refund") -> Case:
    return after(returning(remedy), ("ship_return", BUYER))


def disputed(remedy: str = "return_and_refund") -> Case:
    return after(shipped_back(remedy), ("dispute_return", SELLER))


def return_ruled() -> Case:
    """A return that was ruled, shipped and disputed: its ruling would be the case's second."""
    case = walk.after_silence(ruled(remedy="return_and_refund"))
    return after(case, ("ship_return", BUYER), ("dispute_return", SELLER))


def appealed(winner: Winner = Winner.BUYER) -> Case:
    return after(ruled(winner), ("appeal", SELLER, True))


def heard(case: Case) -> Case:
    """Both sides have rested."""
    return after(case, ("rest", BUYER), ("rest", SELLER))


def proposed() -> Case:
    case = in_ruling(order=delivered(600_000))
    return after(case, ("rule", ARBITRATOR, "buyer", "refund"))


def return_ruling_appealed() -> Case:
    """The first ruling was over a return; the seller has it heard again."""
    case = heard(disputed())
    case = after(case, ("assign", ARBITRATOR), ("rule", ARBITRATOR, "buyer", "refund"))
    return after(case, ("appeal", SELLER, True))


STANDINGS: dict[str, Callable[[], Case]] = {
    "requested": walk.requested,
    "requested, nothing shipped": lambda: asked("refund", paid(), reason="not_shipped"),
    "requested, goods to be returned": lambda: asked("return_and_refund"),
    "requested, to be exchanged": lambda: asked("exchange"),
    "requested, part of the price": lambda: asked("refund", amount_minor=1),
    "rejected": walk.rejected,
    "rejected, nothing shipped": lambda: walk.rejected(asked("refund", paid(), reason="not_shipped")),
    "intervention": walk.intervened,
    "evidence": walk.in_evidence,
    "evidence, an offer open": lambda: after(walk.in_evidence(), ("make_offer", SELLER, "refund", 4_000)),
    "ruling": walk.in_ruling,
    "ruling, overdue": lambda: walk.after_silence(walk.in_ruling()),
    "a proposed ruling waits for the second person": proposed,
    "a proposed ruling was sent back": lambda: after(proposed(), ("send_back", SECOND)),
    "ruled by default": lambda: walk.intervened(walk.rejected(asked("refund", paid(), reason="not_shipped"))),
    "ruled for the buyer": ruled,
    "ruled for the seller": partial(ruled, Winner.SELLER),
    "ruled split": partial(ruled, Winner.SPLIT),
    "ruled, to be exchanged": partial(ruled, remedy="exchange"),
    "ruled, goods to be returned": partial(ruled, remedy="return_and_refund"),
    "on appeal, evidence": appealed,
    "on appeal against a split, evidence": partial(appealed, Winner.SPLIT),
    "on appeal, ruling": lambda: heard(appealed()),
    "on appeal, ruling overdue": lambda: walk.after_silence(heard(appealed())),
    "returning, not shipped": returning,
    "returning, shipped": shipped_back,
    "returning for an exchange, shipped": partial(shipped_back, "exchange"),
    "returning as ruled, not shipped": lambda: walk.after_silence(ruled(remedy="return_and_refund")),
    "return disputed, evidence": disputed,
    "return disputed, ruling": lambda: heard(disputed()),
    "return for an exchange disputed": partial(disputed, "exchange"),
    "ruled return disputed": return_ruled,
    "ruling over a return appealed": return_ruling_appealed,
    "closed, replacement owed": lambda: after(asked("resend"), ("accept", SELLER)),
    "closed, exchange owed": lambda: after(shipped_back("exchange"), ("acknowledge_return", SELLER)),
    "closed, withdrawn": lambda: after(walk.requested(), ("withdraw", BUYER)),
    "closed, waiting": lambda: after(asked("wait", reason="late_delivery"), ("accept", SELLER)),
}


def two_lines() -> Order:
    items = (walk.ItemGiven("A", "Cup", 3_000, 1), walk.ItemGiven("B", "Saucer", 2_000, 1))
    return walk.register(walk.given_order(items=items))


def with_two_cases() -> Order:
    order = two_lines()
    walk.deliver(order)
    for label in ("1", "2"):
        walk.requested(docket.look_at_order(order.number), lines=(label,), amount_minor=1_000)
    return order


def replacement_shipped() -> Order:
    case = after(asked("resend"), ("accept", SELLER))
    return reported(docket.look_at_order(case.order.number), "shipment")


ORDERS: dict[str, Callable[[], Order]] = {
    "paid": paid,
    "shipped": lambda: reported(paid(), "shipment"),
    "delivered": delivered,
    "refused": lambda: reported(paid(), "shipment", "refusal"),
    "two lines, two cases": with_two_cases,
    "replacement shipped": replacement_shipped,
    "replacement delivered": lambda: reported(replacement_shipped(), "delivery"),
    "replacement refused": lambda: reported(replacement_shipped(), "refusal"),
}
