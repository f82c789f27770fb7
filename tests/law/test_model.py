"""Whatever anybody does in whatever order, at any moment around a term's end: the service answers as the law does.

Terms are extended by people and by outages, those declared ahead and those that come to light late, and reminded of.

One test for each edge of DOMAIN section 2, steered towards it and disturbed on the way; one that misses its edge fails.
The environment says how long it goes on:

- `MODEL_EXAMPLES` (3): lives of an order with its cases, for each edge;
- `MODEL_STEPS` (24): acts, waits and sweeps in each life, at most;
- `MODEL_SEED`: a number, to repeat a run; every run tells its own.

By hand, for some twenty minutes: `MODEL_EXAMPLES=20 MODEL_STEPS=60 pytest tests/law/test_model.py -n0 -s`; with `-s` it
tells at its end how much was done, refused and reached.
"""

from __future__ import annotations

import copy
import os
import secrets
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.cases.offers import Offer
from adjudication.deadlines import outages
from adjudication.deadlines.models import Extension
from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.journal.models import Event
from adjudication.policy import versions
from adjudication.procedure import extend, lapse, payouts
from tests import walk
from tests.law import filing_performed, performing, route
from tests.law.matter import EDGES, REMEDIES
from tests.law.model import Model
from tests.law.words import Refusal

EXAMPLES = int(os.environ.get("MODEL_EXAMPLES", "3"))
STEPS = int(os.environ.get("MODEL_STEPS", "24"))
#: So many last steps are kept for the way to the edge, if it has not been reached by then.
LONGEST_WAY = 14
MICROSECOND = timedelta(microseconds=1)

#: Around the end of a term, and around the point at which it is reminded of.
SHIFTS = (-MICROSECOND, 0 * MICROSECOND, MICROSECOND, walk.HOUR)
#: When an outage begins, counted from the end of the term that runs, and how long it lasts.
BEGINS = (-10 * walk.HOUR, -MICROSECOND, 0 * MICROSECOND, MICROSECOND, 3 * walk.HOUR)
LASTS = (0 * MICROSECOND, MICROSECOND, walk.HOUR, 10 * walk.HOUR, 721 * walk.HOUR)

PRICES = (10_000, 10_001, 3, 600_000)
#: An act on a case, and what else it is given.
GIVEN: dict[str, tuple[st.SearchStrategy[Any], ...]] = {
    "accept": (),
    "reject": (),
    "withdraw": (),
    "intervene": (),
    "make_offer": (st.sampled_from(REMEDIES["other"]), st.sampled_from((0, 1, 2, 4_999, 10_000, 10_000_000))),
    "answer_offer": (st.booleans(),),
    "assign": (),
    "extend": (st.sampled_from((0 * walk.HOUR, MICROSECOND, 24 * walk.HOUR, 72 * walk.HOUR, 73 * walk.HOUR)),),
    "remind": (),
    "file_exhibit": (st.booleans(),),
    "rest": (),
    "rule": (st.sampled_from(("buyer", "seller", "split")), st.sampled_from((*REMEDIES["other"], "release"))),
    "confirm": (),
    "send_back": (),
    "appeal": (st.sampled_from((True, True, False)),),
    "withdraw_appeal": (),
    "ship_return": (),
    "acknowledge_return": (),
    "dispute_return": (),
    **filing_performed.GIVEN,
}
WRITTEN = "SELECT " + ", ".join(
    f"(SELECT count(*) FROM adjudication_{table})"
    for table in (
        "event",
        "entry",
        "posting",
        "deadline",
        "exhibit",
        "ruling",
        "offer",
        "payout",
        "announcement",
        "draft",
        "inquiry",
        "asking",
    )
)
GAPS = """SELECT count(*) FROM (
    SELECT e.case_id, e.order_id FROM adjudication_event e GROUP BY 1, 2
    HAVING count(*) <> max(e.sequence) OR max(e.sequence) <> coalesce(
        (SELECT version FROM adjudication_case c WHERE c.id = e.case_id),
        (SELECT version FROM adjudication_order o WHERE o.id = e.order_id))) gaps"""
LAPSED = """SELECT count(*) FROM adjudication_deadline WHERE "end" = 'lapsed'"""
OPEN_TERMS = """SELECT count(*) FROM adjudication_case c WHERE (c.state <> 'closed') <>
    (SELECT count(*) = 1 FROM adjudication_deadline d WHERE d.case_id = c.id AND d.ended_at IS NULL)"""


def counted(sql: str) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


class Law(RuleBasedStateMachine):
    """A person at the desk of the model, and one at the service's; both do the same, and compare."""

    edge: tuple[str, str]
    reached: set[tuple[str, str]]
    figures: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.rolled_back = transaction.atomic()
        self.rolled_back.__enter__()
        versions.get.cache_clear()

    def teardown(self) -> None:
        self.figures["lives"] += 1
        self.figures["steps"] += self.steps
        for model in self.models:
            self.reached.update(model.edges)
            self.figures.update(f"edge {'>'.join(edge)}" for edge in model.edges)
        transaction.set_rollback(True)
        self.rolled_back.__exit__(None, None, None)
        versions.get.cache_clear()

    @initialize(price=st.sampled_from(PRICES))
    def begin(self, price: int) -> None:
        self.start = route.start_for(self.edge)
        versions.load(f'[fees]\nseller_basis_points = 500\n[on_silence]\nseller = "{self.start.seller_silence}"')
        self.models: list[Model] = []
        self.steps = 0
        self.another_order(price, walk.START)

    def another_order(self, price: int, at: datetime) -> None:
        """The one before it runs on by itself."""
        item = walk.ItemGiven("CUP", "Cup", price, 1)
        with clock.simulated(at):
            self.order = walk.register(walk.given_order(items=(item,)))
        outages = self.models[-1].outages if self.models else ()
        self.model, self.number = Model(price, at, self.start.seller_silence, outages=outages), ""
        self.models.append(self.model)

    @rule(
        aim=st.sampled_from(("on",) * 5 + ("anything",) * 3 + ("clock", "clock", "sweep", "again", "parcel", "outage")),
        data=st.data(),
    )
    def step(self, aim: str, data: st.DataObject) -> None:
        self.steps += 1
        is_reached = any(self.edge in model.edges for model in self.models)
        if not is_reached and (aim == "on" or self.steps > STEPS - LONGEST_WAY):
            step = route.next_step(self.model, self.edge, self.start)
            hypothesis.event(f"towards {self.edge[0]}>{self.edge[1]}")
        elif aim == "clock":
            step = ("clock", data.draw(st.sampled_from(SHIFTS)), data.draw(st.sampled_from(("due", "due", "remind"))))
        elif aim == "outage":
            step = ("outage", data.draw(st.sampled_from(BEGINS)), data.draw(st.sampled_from(LASTS)))
        elif aim == "sweep":
            step = ("sweep",)
        elif aim == "parcel":
            step = ("order", "report", data.draw(st.sampled_from(("shipment", "delivery", "refusal"))), True)
        elif aim == "again" and self.number:
            step = ("again", data.draw(st.sampled_from(sorted(GIVEN))))
        elif self.model.case is None or data.draw(st.integers(0, 9)) >= (5 if self.model.open is None else 9):
            step = self.ask(data)
        else:
            name = data.draw(st.sampled_from(sorted(GIVEN)))
            by = data.draw(st.sampled_from((route.BUYER, route.BUYER, route.SELLER, route.SELLER, *route.EVERYBODY)))
            step = ("case", name, by, *(data.draw(strategy) for strategy in GIVEN[name]))
        self.take(step)

    def ask(self, data: st.DataObject) -> route.Step:
        if data.draw(st.integers(0, 5)) == 5:
            return ("order", "confirm_receipt")
        by = data.draw(st.sampled_from((route.BUYER, route.BUYER, *route.EVERYBODY)))
        reason = data.draw(st.sampled_from(sorted(REMEDIES)))
        remedy = data.draw(st.sampled_from((*REMEDIES[reason], "wait")))
        amount = data.draw(st.sampled_from((self.model.held, self.model.held // 2, self.model.held + 1, 1, 0)))
        return ("order", "request", by, reason, remedy, amount)

    def take(self, step: route.Step) -> None:
        """Do it on both sides."""
        kind, *given = step
        if kind == "another order":
            self.another_order(self.model.price, self.model.now)
        elif kind == "clock":
            self.wait(*given)
        elif kind == "outage":
            self.declare(*given)
        elif kind == "until due":
            self.wait(timedelta(0))
            self.sweep()
        elif kind == "sweep":
            self.sweep()
        elif kind == "again":
            self.repeat_from_the_past(given[0])
        else:
            self.perform(kind, *given)
        self.compare()

    def wait(self, shift: timedelta, until: str = "due") -> None:
        """Until around the end of the term that runs, or around the next point at which it is reminded of."""
        term = self.model.open.term if self.model.open else self.model.term
        moment = getattr(term, until) if term else None
        self.model.now = max(self.model.now, (moment or self.model.now) + shift)

    def declare(self, shift: timedelta, lasts: timedelta) -> None:
        """An operator puts an outage on record, around the end of the term that runs."""
        began = ((self.model.open.due if self.model.open else self.model.due) or self.model.now) + shift
        expected = answered = ""
        try:
            self.model.declare(began, began + lasts)
        except Refusal as refusal:
            expected = str(refusal)
        try:
            with clock.simulated(self.model.now):
                outages.declare(began_at=began, ended_at=began + lasts, note="The database moved.")
        except Refused as refused:
            answered = refused.code
        assert answered == expected
        for model in self.models:
            model.outages = self.model.outages
        self.figures[f"outages {expected or 'declared'}"] += 1

    def sweep(self) -> None:
        """As often as one likes; payouts too."""
        expected, before = 0, counted(LAPSED)[0]
        for model in self.models:
            model.now = self.model.now
            expected += model.sweep()
        self.figures["terms lapsed"] += expected
        with clock.simulated(self.model.now):
            for _twice in range(2):
                extend.extend_fallen()
                lapse.sweep()
                extend.extend_fallen()
                extend.remind_all()
                assert counted(LAPSED)[0] - before == expected
            payouts.pay_due()
            assert payouts.pay_due() == 0

    def repeat_from_the_past(self, name: str) -> None:
        """Whoever saw an older version is told so, whatever they want."""
        events = Event.objects.filter(case__number=self.number).exclude(kind="deadline.reminder")
        before, seen = counted(WRITTEN), events.order_by("-sequence").values_list("sequence", flat=True)[0] - 1
        with pytest.raises(Refused) as refused, clock.simulated(self.model.now):
            performing.on_case(self.number, name, route.BUYER, version=seen)
        assert refused.value.code == "stale"
        assert counted(WRITTEN) == before
        self.figures["refused stale"] += 1

    def perform(self, kind: str, name: str, *given: Any) -> None:
        foreseen, expected = copy.deepcopy(self.model), ""
        try:
            foreseen.come(kind)
            getattr(foreseen, name)(*given)
        except Refusal as refusal:
            expected = str(refusal)
        before, answered = counted(WRITTEN), ""
        try:
            with clock.simulated(self.model.now):
                if kind == "order":
                    performing.on_order(self.order.number, name, *given)
                else:
                    performing.on_case(self.number, name, *given)
        except Refused as refused:
            answered = refused.code
        assert answered == expected, f"{name} {given}: the law says “{expected or 'done'}”, not “{answered or 'done'}”"
        self.figures[f"refused {expected}" if expected else "acts done"] += 1
        if expected:
            assert counted(WRITTEN) == before
            return
        self.model = self.models[-1] = foreseen
        if name == "request":
            self.number = Case.objects.order_by("-pk").values_list("number", flat=True)[0]

    def compare(self) -> None:
        """Both have come to the same."""
        with clock.simulated(self.model.now):
            self.compare_orders()

    def compare_orders(self) -> None:
        model, order = self.model, docket.look_at_order(self.order.number)
        (line,) = order.papers.lines
        assert (line.parcel, line.held_minor, line.owed_minor) == (model.parcel, model.held, model.owed)
        assert (order.papers.deadline.due_at if order.papers.deadline else None) == model.due
        assert (order.papers.deadline.remind_at if order.papers.deadline else None) == (
            model.term and model.term.remind
        )
        assert Extension.objects.filter(deadline__order=order).count() == model.extensions
        told = Event.objects.filter(Q(order=order) | Q(case__order=order), kind="deadline.reminder")
        assert told.count() == model.reminders
        balance = balances.of_order(order.pk)
        assert balance.as_dict() == {
            "paid": model.price,
            "held": model.held,
            "released": model.released,
            "refunded": model.refunded,
            "fees": model.fees,
        }
        assert balance.paid == balance.held + balance.released + balance.refunded + balance.fees
        assert counted(GAPS) == (0,)
        assert counted(OPEN_TERMS) == (0,)
        if model.case is not None:
            self.compare_cases(model.case)

    def compare_cases(self, model: Any) -> None:
        case = docket.look(self.number)[0]
        stands = (case.state, case.outcome, case.instance, case.hearing, case.is_overdue)
        assert stands == (model.state, model.outcome, model.instance, model.hearing, model.overdue)
        rulings = [(ruling.winner, ruling.remedy, ruling.buyer_minor) for ruling in case.papers.rulings]
        assert rulings == [(ruling.winner, ruling.remedy, ruling.buyer_minor) for ruling in model.rulings]
        offers = {o.by: (o.remedy, o.amount_minor) for o in case.papers.offers if o.state == Offer.State.OPEN}
        assert offers == model.offers
        asked = [(each.waiting, each.due) for each in model.filing.asked]
        assert filing_performed.stands(case) == (model.filing.drafts, asked)
        if model.state != "closed":
            assert case.papers.deadline is not None
            is_over = self.model.now >= model.due
            longer = model.term.fallen(self.model.outages) if is_over else timedelta()
            assert case.papers.deadline.due_at == model.due + longer
            assert is_over or case.papers.deadline.remind_at == model.term.remind
            assert (case.arbitrator.username if case.arbitrator else "") == model.arbitrator


@pytest.fixture(scope="module")
def figures() -> Iterator[Counter[str]]:
    """How much was done over all the tests here; told at the end."""
    counts: Counter[str] = Counter()
    yield counts
    print("", *(f"{name:<32}{count:>9,}" for name, count in sorted(counts.items())), sep="\n")


@pytest.mark.parametrize("edge", EDGES, ids=[">".join(edge) for edge in EDGES])
def test_the_law_holds_on_the_way_to(edge: tuple[str, str], figures: Counter[str], db: None) -> None:
    reached: set[tuple[str, str]] = set()
    machine = type("Law", (Law,), {"edge": edge, "reached": reached, "figures": figures})
    seed = int(os.environ.get("MODEL_SEED", secrets.randbelow(2**32)))
    print(f"MODEL_SEED={seed}")
    run_state_machine_as_test(
        hypothesis.seed(seed)(machine),
        settings=hypothesis.settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    assert edge in reached, "the run missed its edge: steer it better"
