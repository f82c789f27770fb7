"""What silence means on the way back, on appeal, over a return and while something is owed: the rest of the table.

The rows a first hearing goes through stand in tests/procedure/test_silence.py. Hours are counted from the act named.
"""

import pytest

from adjudication import clock, docket
from adjudication.cases.states import Outcome, State
from adjudication.deadlines.models import Deadline
from adjudication.escrow import balances
from adjudication.procedure import lapse
from adjudication.rulings.models import Ruling
from tests import walk
from tests.law.standings import BUYER, ORDERS, SELLER, STANDINGS, after, heard

# standing, act an hour later, kind and length in hours of the term then open, whom it binds, what silence makes of it.
TABLE = [
    ("requested, goods to be returned", ("accept", SELLER), "buyer_ships_return", 168, "buyer", "closed", "released"),
    (
        "returning, not shipped",
        ("ship_return", BUYER),
        "seller_acknowledges_return",
        240,
        "seller",
        "closed",
        "refunded",
    ),
    ("requested, to be exchanged", ("accept", SELLER), "buyer_ships_return", 168, "buyer", "closed", "released"),
    ("returning for an exchange, shipped", None, "seller_acknowledges_return", 240, "seller", "closed", "replaced"),
    ("returning, shipped", ("dispute_return", SELLER), "evidence", 48, "both", "ruling", ""),
    ("ruled for the buyer", ("appeal", SELLER, True), "evidence", 48, "both", "ruling", ""),
    ("ruled for the seller", ("appeal", BUYER, True), "evidence", 48, "both", "ruling", ""),
    ("on appeal, ruling", None, "ruling", 72, "arbitrator", "ruling", ""),
    ("return disputed, ruling", None, "ruling", 72, "arbitrator", "ruling", ""),
    ("on appeal, ruling overdue", None, "ruling_once_overdue", 24, "supervisor", "closed", "refunded"),
]


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield


@pytest.mark.parametrize(("standing", "act", "kind", "hours", "binds", "state", "outcome"), TABLE, ids=str)
def test_silence(standing, act, kind, hours, binds, state, outcome):
    case = STANDINGS[standing]()
    since = case.papers.deadline.anchored_at
    if act is not None:
        since = walk.START + walk.HOUR
        with clock.simulated(since):
            case = after(case, act)
    deadline = case.papers.deadline
    assert (deadline.kind, deadline.binds) == (kind, binds)
    assert deadline.due_at == since + hours * walk.HOUR
    with walk.at_due(case, -walk.MICROSECOND):
        assert lapse.sweep().done == 0
    then = walk.after_silence(case)
    assert (then.state, then.outcome) == (state, outcome)


def test_on_appeal_the_last_resort_lets_the_first_ruling_stand():
    closed = walk.after_silence(STANDINGS["on appeal, ruling overdue"]())
    first, second = Ruling.objects.filter(case=closed)
    assert (second.rule, second.winner, second.buyer_minor) == ("last_resort", first.winner, first.buyer_minor)


def test_over_a_return_the_last_resort_refunds_the_buyer_whatever_was_filed():
    case = STANDINGS["ruled return disputed"]()
    for _term in ("evidence", "ruling", "ruling_once_overdue"):
        case = walk.after_silence(case)
    assert (case.state, case.outcome) == (State.CLOSED, Outcome.REFUNDED)
    assert balances.of_order(case.order_id).refunded == 10_000


def test_a_first_ruling_over_a_return_can_be_appealed_against_for_72_hours():
    case = heard(STANDINGS["return disputed, evidence"]())
    for _term in ("ruling", "ruling_once_overdue"):
        case = walk.after_silence(case)
    assert (case.state, case.papers.deadline.kind) == (State.RULED, Deadline.Kind.APPEAL)
    assert case.papers.deadline.due_at == case.papers.deadline.started_at + 72 * walk.HOUR
    assert walk.after_silence(case).outcome == Outcome.REFUNDED


@pytest.mark.parametrize(
    ("standing", "kind", "hours", "then"),
    [
        ("paid", "seller_ships", 720, "refunded"),
        ("shipped", "buyer_reports_missing", 1_080, "released"),
        ("delivered", "buyer_confirms_receipt", 240, "released"),
        ("refused", "buyer_confirms_receipt", 240, "refunded"),
        ("replacement shipped", "buyer_reports_missing", 1_080, "released"),
        ("replacement delivered", "buyer_confirms_receipt", 240, "released"),
        ("replacement refused", "buyer_confirms_receipt", 240, "refunded"),
    ],
)
def test_silence_over_an_order(standing, kind, hours, then):
    order = ORDERS[standing]()
    deadline = order.papers.deadline
    assert (deadline.kind, deadline.due_at) == (kind, walk.START + hours * walk.HOUR)
    with walk.at_due(order):
        assert lapse.sweep().done == 1
    assert balances.of_order(order.pk).as_dict()[then] == 10_000


def test_a_replacement_that_is_not_sent_within_168_hours_is_refunded():
    case = STANDINGS["closed, replacement owed"]()
    order = docket.look_at_order(case.order.number)
    assert order.papers.deadline.kind == Deadline.Kind.SELLER_REPLACES
    assert order.papers.deadline.due_at == walk.START + 168 * walk.HOUR
    with walk.at_due(order):
        lapse.sweep()
    assert balances.of_order(order.pk).refunded == 10_000
    assert docket.look_at_order(order.number).papers.deadline is None
