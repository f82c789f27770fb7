"""The docket: take up cases and orders, let acts run on them in memory, write all of it at once.

While a matter is taken up its order's row is locked (the order first, then the case, everywhere) and nothing is sent
to the database until the `with` block ends, so an act that raises leaves nothing to undo. One case and five hundred go
through the same few statements, so the rule that a person reads is the rule that a hundred thousand terms run through.
"""

from adjudication.docket.look import look
from adjudication.docket.sweep import DUE, FALLEN, REMINDING, Swept, sweep_cases, sweep_orders, unpark
from adjudication.docket.take import enter_order, look_at_order, take, take_order

__all__ = [
    "DUE",
    "FALLEN",
    "REMINDING",
    "Swept",
    "enter_order",
    "look",
    "look_at_order",
    "sweep_cases",
    "sweep_orders",
    "take",
    "take_order",
    "unpark",
]
