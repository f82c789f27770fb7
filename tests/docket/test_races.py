"""Two at once on one case: one wins, the other is told; with lock and guards off the corruption shows, every time."""

import importlib
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.deadlines import schedule
from adjudication.docket import write as writing
from adjudication.errors import Refused
from adjudication.escrow import balances
from adjudication.journal.models import Event
from adjudication.procedure import lapse, respond, rule
from adjudication.rulings.models import Ruling, Winner
from tests import walk

taking = importlib.import_module("adjudication.docket.take")  # the package has a function of that name

#: Everything in the database that would keep two rulings, two ends or two settlements apart.
GUARDS_OFF = """
DROP TRIGGER version_rises ON adjudication_case; DROP TRIGGER legal_move ON adjudication_case;
DROP TRIGGER ends_once ON adjudication_deadline; DROP TRIGGER chain_holds ON adjudication_event;
DROP TRIGGER hold_never_grows ON adjudication_line; DROP TRIGGER version_never_falls ON adjudication_order;
ALTER TABLE adjudication_event DROP CONSTRAINT one_event_a_number_in_a_case;
ALTER TABLE adjudication_event DROP CONSTRAINT one_event_a_number_in_an_order;
ALTER TABLE adjudication_ruling DROP CONSTRAINT one_ruling_an_instance;
DROP INDEX one_open_deadline_a_case; DROP INDEX one_open_deadline_an_order;
"""


def at_once(*acts: Callable[[threading.Barrier], None]) -> list[BaseException | None]:
    """Run the acts in threads that meet at a barrier; returns what each raised."""
    barrier, raised = threading.Barrier(len(acts), timeout=20), [None] * len(acts)

    def run(index, act):
        try:
            act(barrier)
        except BaseException as error:
            raised[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index, act)) for index, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def taken_up(number, act, at, *, locked):
    """An act that starts with the other under the lock; without it held at the barrier once both have read."""

    def run(barrier):
        with clock.simulated(at):
            if locked:
                barrier.wait()
                with docket.take(number) as (case, now):
                    act(case, now)
                return
            with docket.take(number) as (case, now):
                barrier.wait()
                act(case, now)

    return run


def ruling_for(winner):
    return lambda case, at: rule.rule(case, by=walk.arbitrator(), given=walk.a_ruling(case, winner), at=at)


def withdraw(case, at):
    respond.withdraw(case, by=walk.buyer_of(case), at=at)


GUARD = b" AND c.version = u.was"


@pytest.fixture
def no_lock(monkeypatch):
    monkeypatch.setattr(taking, "LOCK_ORDER_OF", taking.LOCK_ORDER_OF.replace(" FOR UPDATE", ""))
    monkeypatch.setattr(taking, "TAKE_CASE", taking.TAKE_CASE.replace(" FOR UPDATE OF c", ""))


@pytest.fixture
def no_guards(own_database, monkeypatch):
    with own_database.superuser() as raw:
        raw.execute(GUARDS_OFF)
    for name in ("_cases_statement", "_orders_statement"):
        guarded = getattr(writing, name)
        monkeypatch.setattr(writing, name, lambda *sets, guarded=guarded: guarded(*sets).replace(GUARD, b""))
    monkeypatch.setattr(
        schedule, "WRITE_DEADLINES", schedule.WRITE_DEADLINES.replace(" AND d.ended_at IS NULL RETURNING", " RETURNING")
    )


def test_control_without_lock_and_guards_one_case_gets_two_rulings(no_lock, no_guards):
    with clock.simulated(walk.START):
        case = walk.in_ruling()
    raised = at_once(
        taken_up(case.number, ruling_for(Winner.BUYER), walk.START, locked=False),
        taken_up(case.number, ruling_for(Winner.SELLER), walk.START, locked=False),
    )
    assert raised == [None, None]
    assert {r.winner for r in Ruling.objects.filter(case=case)} == {"buyer", "seller"}


def test_control_without_lock_and_guards_a_withdrawn_case_is_paid_as_well(no_lock, no_guards):
    with clock.simulated(walk.START):
        case = walk.requested()
    due = case.papers.deadline.due_at
    raised = at_once(
        taken_up(case.number, withdraw, due - timedelta(microseconds=1), locked=False),
        taken_up(case.number, lapse.lapse, due, locked=False),
    )
    assert raised == [None, None]
    kinds = set(Event.objects.filter(case=case).values_list("kind", flat=True))
    assert {"case.withdrawn", "escrow.refunded"} <= kinds


def test_with_the_guards_alone_the_loser_is_told_that_the_case_has_moved_on(no_lock, own_database):
    with clock.simulated(walk.START):
        case = walk.in_ruling()
    raised = at_once(
        taken_up(case.number, ruling_for(Winner.BUYER), walk.START, locked=False),
        taken_up(case.number, ruling_for(Winner.SELLER), walk.START, locked=False),
    )
    assert sorted(error.code for error in raised if error) == ["stale"]
    assert Ruling.objects.filter(case=case).count() == 1


@pytest.mark.parametrize("round_", range(5))
def test_of_two_rulings_at_once_one_is_issued_and_the_other_is_out_of_order(own_database, round_):
    with clock.simulated(walk.START):
        case = walk.in_ruling()
    raised = at_once(
        taken_up(case.number, ruling_for(Winner.BUYER), walk.START, locked=True),
        taken_up(case.number, ruling_for(Winner.SELLER), walk.START, locked=True),
    )
    codes = [error.code if isinstance(error, Refused) else error for error in raised if error]
    assert codes in (["out_of_order"], ["no_standing"])
    assert Ruling.objects.filter(case=case).count() == 1
    assert Event.objects.filter(case=case, kind="ruling.issued").count() == 1


@pytest.mark.parametrize("round_", range(5))
def test_withdrawn_at_the_last_moment_or_lapsed_but_never_both(own_database, round_):
    with clock.simulated(walk.START):
        case = walk.requested()
    due, swept = case.papers.deadline.due_at, []

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    withdrawn, _swept = at_once(taken_up(case.number, withdraw, due - timedelta(microseconds=1), locked=True), sweep)
    outcome = Case.objects.get(pk=case.pk).outcome
    held = balances.of_order(case.order_id).held
    if withdrawn is None:
        assert (outcome, held, swept) == ("withdrawn", 10_000, [0])
    else:
        assert (withdrawn.code, outcome, held, swept) == ("out_of_order", "refunded", 0, [1])


def test_four_sweeps_at_once_lapse_every_term_exactly_once(own_database):
    with clock.simulated(walk.START):
        cases = [walk.requested() for _case in range(40)]
    due, swept = cases[0].papers.deadline.due_at + walk.HOUR, []

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(docket.sweep_cases(docket.DUE, lapse.lapse, limit=7).done)

    assert at_once(sweep, sweep, sweep, sweep) == [None] * 4
    with clock.simulated(due):
        swept.append(lapse.sweep().done)  # whatever each left to the other that held it
    assert sum(swept) == 40
    assert Event.objects.filter(kind="deadline.lapsed").count() == 40
    assert {balances.of_order(case.order_id).refunded for case in cases} == {10_000}


def test_who_waits_too_long_for_the_lock_is_told_to_try_again(own_database):
    with clock.simulated(walk.START):
        case = walk.requested()
    with own_database.superuser() as raw, raw.transaction():
        raw.execute("SELECT 1 FROM adjudication_order FOR UPDATE")
        with pytest.raises(Refused) as refused, docket.take(case.number):
            pass
    assert refused.value.code == "busy"
