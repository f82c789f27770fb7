"""A crash between any two statements leaves all or nothing; and a batch needs no more statements than one case."""

import psycopg
import pytest
from django.db import connection

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.docket import write as writing
from adjudication.escrow import balances
from adjudication.evidence.models import Exhibit
from adjudication.journal.models import Event
from adjudication.orders.register import ItemGiven
from adjudication.parties import Role
from adjudication.procedure import appeal as appealing
from adjudication.procedure import inquire as inquiries
from adjudication.procedure import lapse, respond, rule
from adjudication.rulings.models import Winner
from tests import walk


class Crash(BaseException):
    """The process is gone."""


class Counted:
    """Counts every statement on this thread's connection, and crashes at the one it is told."""

    def __init__(self, monkeypatch, crash_at=None):
        self.count, self.crash_at = 0, crash_at
        outer = self

        class Cursor(psycopg.Cursor):
            def execute(self, *args, **kwargs):
                outer.step()
                return super().execute(*args, **kwargs)

        monkeypatch.setattr(writing.psycopg, "Cursor", Cursor)

    def step(self):
        self.count += 1
        if self.count == self.crash_at:
            connection.connection.close()
            raise Crash

    def through_django(self, execute, *args):
        self.step()
        return execute(*args)


def reject(case):
    with docket.take(case.number) as (taken, at):
        respond.reject(
            taken, by=walk.seller_of(taken), reason="signed_for", text="Signed.", exhibits=[walk.an_exhibit()], at=at
        )


def rule_on(case):
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken, Winner.SPLIT), at=at)


def settle(case):
    with walk.at_due(case):
        lapse.sweep()


def inquire_of_both(case):
    with docket.take(case.number) as (taken, at):
        inquiries.inquire(
            taken, by=walk.arbitrator(), to=(Role.BUYER, Role.SELLER), text="Show it.", is_challenge=True, at=at
        )


def reply(case):
    inquiry = case.papers.inquiries[0]
    walk.replied(case, walk.buyer_of(case), inquiry, walk.an_exhibit("Scales"), walk.an_exhibit("Ruler"))


def asked():
    case = walk.in_ruling()
    walk.asked(case)
    return walk.look(case)


def correct(case):
    walk.corrected(case, case.papers.exhibits[0], Exhibit.Kind.OFF_PLATFORM_CHAT)


def talked():
    cup = ItemGiven(sku="CUP", title="Cup", unit_price_minor=10_000, quantity=1, snapshot={"title": "A cup"})
    order = walk.register(walk.given_order(items=(cup,)))
    walk.deliver(order)
    walk.talked(order, ("buyer", "Is it whole?"))
    return order


def dear():
    order = walk.register(walk.given_order(items=(ItemGiven("V", "Vase", 600_000, 1),)))
    walk.deliver(order)
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    walk.arbitrator("second")
    return case


def proposed():
    case = dear()
    rule_on(case)
    return walk.look(case)


def confirm(case):
    with docket.take(case.number) as (taken, at):
        rule.confirm(taken, by=walk.arbitrator("second", Role.SUPERVISOR), at=at)


def send_back(case):
    with docket.take(case.number) as (taken, at):
        rule.send_back(taken, by=walk.arbitrator("second", Role.SUPERVISOR), note="Weigh S1 again.", at=at)


def appeal(case):
    with docket.take(case.number) as (taken, at):
        exhibits = [walk.an_exhibit("Scales"), walk.an_exhibit("Ruler")]
        appealing.appeal(taken, by=walk.seller_of(taken), grounds="It was whole.", exhibits=exhibits, at=at)


def heard_again():
    """On appeal, awaiting the ruling that is final at once."""
    case, _ruling = walk.ruled()
    appeal(case)
    supervisor = walk.arbitrator("second", Role.SUPERVISOR)
    return walk.in_ruling(walk.in_evidence(case, supervisor))


def rule_again(case):
    with docket.take(case.number) as (taken, at):
        by = walk.arbitrator("second", Role.SUPERVISOR)
        rule.rule(taken, by=by, given=walk.a_ruling(taken, Winner.BUYER), at=at)


ACTS = {
    "propose": (dear, rule_on),
    "confirm": (proposed, confirm),
    "send back": (proposed, send_back),
    "appeal": (lambda: walk.ruled()[0], appeal),
    "rule again": (heard_again, rule_again),
    "inquire": (walk.in_evidence, inquire_of_both),
    "reply": (asked, reply),
    "correct": (walk.in_ruling, correct),
    "reject": (walk.requested, reject),
    "rule": (walk.in_ruling, rule_on),
    "settle": (lambda: walk.ruled()[0], settle),
}


@pytest.mark.parametrize("name", ACTS)
def test_a_crash_before_any_statement_of(name, own_database, monkeypatch):
    prepare, act = ACTS[name]
    with clock.simulated(walk.START):
        case, k, crashed = prepare(), 0, 0
        before = walk.snapshot()
        while True:
            k += 1
            with monkeypatch.context() as patch:
                counted = Counted(patch, crash_at=k)
                connection.ensure_connection()
                try:
                    with connection.execute_wrapper(counted.through_django):
                        act(case)
                except Crash:
                    crashed += 1
                else:
                    break
            connection.close()
            if name == "settle" and not walk.look(case).is_open:  # it crashed looking for more, after the commit
                break
            assert walk.snapshot() == before, f"statement {k} of {name} left half an act"
        assert crashed >= 5
        assert walk.look(case).version > case.version
        assert balances.of_order(case.order_id).refunded == (10_000 if name in ("settle", "rule again") else 0)


def test_a_crash_while_a_case_opens_leaves_no_case_and_nothing_filed(own_database, monkeypatch):
    with clock.simulated(walk.START):
        order, k, case = talked(), 0, None
        before = walk.snapshot()
        while case is None:
            k += 1
            with monkeypatch.context() as patch:
                counted = Counted(patch, crash_at=k)
                connection.ensure_connection()
                try:
                    with connection.execute_wrapper(counted.through_django):
                        case = walk.requested(order)
                except Crash:
                    connection.close()
                    case = Case.objects.first()  # it crashed looking at the case, after the commit
                    assert case is not None or walk.snapshot() == before, f"statement {k} left half a case"
            connection.close()
        assert k >= 5
        assert [exhibit.label for exhibit in walk.look(case).papers.exhibits] == ["P1", "P2"]


def test_a_crash_before_any_statement_of_a_sweep_leaves_the_whole_batch_or_nothing_of_it(own_database, monkeypatch):
    with clock.simulated(walk.START):
        cases, k = [walk.requested() for _case in range(5)], 0
        before = walk.snapshot()
    states = {"requested"}
    with walk.at_due(cases[-1]):
        while states == {"requested"}:
            k += 1
            with monkeypatch.context() as patch:
                counted = Counted(patch, crash_at=k)
                connection.ensure_connection()
                with connection.execute_wrapper(counted.through_django), pytest.raises(Crash):
                    lapse.sweep()
            connection.close()
            states = {walk.look(case).state for case in cases}
            assert states == {"closed"} or walk.snapshot() == before, f"statement {k} left half a batch"
    assert k >= 6
    assert Event.objects.filter(kind="deadline.lapsed").count() == 5
    assert sum(balances.of_order(case.order_id).refunded for case in cases) == 50_000


@pytest.mark.parametrize("many", [1, 30])
def test_a_batch_needs_as_few_statements_as_one_case(many, own_database, monkeypatch):
    with clock.simulated(walk.START):
        cases = [walk.requested() for _case in range(many)]
        counted = Counted(monkeypatch)
        with walk.at_due(cases[-1]), connection.execute_wrapper(counted.through_django):
            assert docket.sweep_cases(docket.DUE, lapse.lapse).done == many
    empty_sweep = 1
    assert counted.count - empty_sweep <= 8  # BEGIN and COMMIT come on top


def test_a_case_whose_lapse_raises_is_tried_again_then_parked_and_the_rest_of_its_batch_goes_on(db):
    def poisoned(case, at):
        if case.pk == cases[1].pk:
            raise ZeroDivisionError("a bug")
        lapse.lapse(case, at)

    with clock.simulated(walk.START):
        cases = [walk.requested() for _case in range(4)]
    with walk.at_due(cases[-1]):
        swept = docket.sweep_cases(docket.DUE, poisoned)
        assert (swept.done, swept.failed, swept.parked) == (3, 1, 0)
        assert docket.sweep_cases(docket.DUE, poisoned) == docket.Swept(), "it is tried again later, not at once"
        waits = []
        for _try in range(4):
            failed = walk.look(cases[1]).papers.deadline
            with clock.simulated(failed.retry_at - walk.MICROSECOND):
                assert docket.sweep_cases(docket.DUE, poisoned) == docket.Swept(), "not before its time"
            with clock.simulated(failed.retry_at):
                swept += docket.sweep_cases(docket.DUE, poisoned)
                waits.append((walk.look(cases[1]).papers.deadline.retry_at - clock.now()).total_seconds())
        assert waits == [120, 480, 1920, 7680]
        assert (swept.done, swept.failed, swept.parked) == (3, 5, 1)
        parked = walk.look(cases[1]).papers.deadline
        assert (parked.parked_at is not None, parked.failure) == (True, "ZeroDivisionError: a bug")
        assert docket.sweep_cases(docket.DUE, lapse.lapse).done == 0, "a parked term waits for a person"
        assert docket.unpark([parked]) == 1
        assert docket.sweep_cases(docket.DUE, lapse.lapse).done == 1


def test_where_the_database_refuses_a_batch_the_culprit_alone_is_left(db):
    def unwritable(case, at):
        lapse.lapse(case, at)
        if case.pk == cases[2].pk:
            case.outcome = "lost"

    with clock.simulated(walk.START):
        cases = [walk.requested() for _case in range(5)]
    with walk.at_due(cases[-1]):
        swept = docket.sweep_cases(docket.DUE, unwritable)
    assert (swept.done, swept.failed) == (4, 1)
    assert [walk.look(case).papers.deadline is None for case in cases] == [True, True, False, True, True]
    assert walk.look(cases[2]).papers.deadline.failures == 1


def test_several_transitions_in_one_take_are_written_edge_by_edge(db):
    with clock.simulated(walk.START):
        case = walk.rejected()
        with docket.take(case.number) as (taken, at):
            walk.intervene.intervene(taken, by=walk.buyer_of(taken), at=at)
            walk.intervene.assign(taken, by=walk.PLATFORM, to=walk.arbitrator(), at=at)
        after = walk.look(case)
    assert after.state == "evidence"
    assert list(after.deadlines.order_by("id").values_list("kind", "end")) == [
        ("seller_answers", "met"),
        ("buyer_intervenes", "met"),
        ("arbitrator_assigned", "met"),
        ("evidence", ""),
    ]
