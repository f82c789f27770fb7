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
from adjudication.orders.register import ItemGiven
from adjudication.parties import Role
from adjudication.procedure import appeal as appealing
from adjudication.procedure import lapse, respond, rule
from adjudication.rulings.models import Proposal, Ruling, Winner
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
ALTER TABLE adjudication_ruling DROP CONSTRAINT nobody_rules_twice_on_a_case;
ALTER TABLE adjudication_case DROP CONSTRAINT closed_with_an_outcome_and_only_then;
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


SUPERVISORS = ("confirms", "sends-back")


def confirm(case, at):
    rule.confirm(case, by=walk.arbitrator(SUPERVISORS[0], Role.SUPERVISOR), at=at)


def send_back(case, at):
    rule.send_back(case, by=walk.arbitrator(SUPERVISORS[1], Role.SUPERVISOR), note="Weigh S1 again.", at=at)


def appeal(case, at):
    appealing.appeal(case, by=walk.seller_of(case), grounds="It was whole.", error="fact", at=at)


def withdraw_appeal(case, at):
    appealing.withdraw_appeal(case, by=walk.seller_of(case), at=at)


def proposed():
    """A case above the policy's limit, with a ruling that waits for the second person."""
    order = walk.register(
        walk.given_order(items=(ItemGiven(sku="V", title="V", unit_price_minor=600_000, quantity=1),))
    )
    walk.deliver(order)
    case = walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(order)))))
    with docket.take(case.number) as (taken, at):
        rule.rule(taken, by=walk.arbitrator(), given=walk.a_ruling(taken), at=at)
    for name in SUPERVISORS:
        walk.arbitrator(name)
    return walk.look(case)


def appealed():
    """A case on appeal with a supervisor, and when its evidence closes."""
    case, _ruling = walk.ruled()
    with docket.take(case.number) as (taken, at):
        appeal(taken, at)
    case = walk.in_evidence(case, walk.arbitrator("supervisor", Role.SUPERVISOR))
    return case, case.papers.deadline.due_at


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


def test_control_without_lock_and_guards_a_ruling_that_was_sent_back_is_issued_as_well(
    no_lock, no_guards, own_database, monkeypatch
):
    with own_database.superuser() as raw:
        raw.execute("DROP TRIGGER answered_once ON adjudication_proposal")
    unguarded = writing.ANSWER_PROPOSAL.replace(" AND state = 'open'", "")
    monkeypatch.setattr(writing, "ANSWER_PROPOSAL", unguarded)
    with clock.simulated(walk.START):
        case = proposed()
    raised = at_once(
        taken_up(case.number, confirm, walk.START, locked=False),
        taken_up(case.number, send_back, walk.START, locked=False),
    )
    assert raised == [None, None]
    kinds = set(Event.objects.filter(case=case).values_list("kind", flat=True))
    assert {"ruling.sent_back", "ruling.confirmed", "ruling.issued"} <= kinds


def test_control_without_lock_and_guards_what_is_appealed_against_is_settled_as_well(no_lock, no_guards):
    with clock.simulated(walk.START):
        case, _ruling = walk.ruled()
    due = case.papers.deadline.due_at
    raised = at_once(
        taken_up(case.number, appeal, due - timedelta(microseconds=1), locked=False),
        taken_up(case.number, lapse.lapse, due, locked=False),
    )
    assert raised == [None, None]
    kinds = set(Event.objects.filter(case=case).values_list("kind", flat=True))
    assert {"case.appealed", "escrow.refunded"} <= kinds


def test_control_without_lock_and_guards_an_appeal_that_was_withdrawn_is_ruled_on_as_well(no_lock, no_guards):
    with clock.simulated(walk.START):
        case, due = appealed()
    raised = at_once(
        taken_up(case.number, withdraw_appeal, due - timedelta(microseconds=1), locked=False),
        taken_up(case.number, lapse.lapse, due, locked=False),
    )
    assert raised == [None, None]
    kinds = list(Event.objects.filter(case=case).values_list("kind", flat=True))
    assert {"appeal.withdrawn", "case.evidence_closed"} <= set(kinds)


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


@pytest.mark.parametrize("round_", range(5))
def test_a_proposed_ruling_is_confirmed_or_sent_back_but_never_both(own_database, round_):
    with clock.simulated(walk.START):
        case = proposed()
    confirmed, sent_back = at_once(
        taken_up(case.number, confirm, walk.START, locked=True),
        taken_up(case.number, send_back, walk.START, locked=True),
    )
    assert [confirmed, sent_back].count(None) == 1
    assert (confirmed or sent_back).code == "out_of_order"
    assert Ruling.objects.filter(case=case).count() == (1 if confirmed is None else 0)
    assert Proposal.objects.get(case=case).state == ("confirmed" if confirmed is None else "sent_back")


@pytest.mark.parametrize("round_", range(5))
def test_appealed_at_the_last_moment_or_settled_but_never_both(own_database, round_):
    with clock.simulated(walk.START):
        case, _ruling = walk.ruled()
    due, swept = case.papers.deadline.due_at, []

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    appealed_, _swept = at_once(taken_up(case.number, appeal, due - timedelta(microseconds=1), locked=True), sweep)
    found, held = Case.objects.get(pk=case.pk), balances.of_order(case.order_id).held
    if appealed_ is None:
        assert (found.state, found.instance, held, swept) == ("evidence", 2, 10_000, [0])
    else:
        assert (appealed_.code, found.outcome, held, swept) == ("out_of_order", "refunded", 0, [1])


@pytest.mark.parametrize("round_", range(5))
def test_an_appeal_is_withdrawn_at_the_last_moment_or_goes_to_the_ruling_but_never_both(own_database, round_):
    with clock.simulated(walk.START):
        case, due = appealed()
    swept = []

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    withdrawn, _swept = at_once(
        taken_up(case.number, withdraw_appeal, due - timedelta(microseconds=1), locked=True), sweep
    )
    found, held = Case.objects.get(pk=case.pk), balances.of_order(case.order_id).held
    if withdrawn is None:
        assert (found.state, held, swept) == ("closed", 0, [0])
    else:
        assert (withdrawn.code, found.state, held, swept) == ("out_of_order", "ruling", 10_000, [1])


@pytest.mark.parametrize("round_", range(5))
def test_ruled_at_the_last_moment_or_moved_to_a_supervisor_but_never_both(own_database, round_):
    with clock.simulated(walk.START):
        case = walk.in_ruling()
    due, swept = case.papers.deadline.due_at, []

    def sweep(barrier):
        with clock.simulated(due):
            barrier.wait()
            swept.append(lapse.sweep().done)

    ruled, _swept = at_once(
        taken_up(case.number, ruling_for(Winner.BUYER), due - timedelta(microseconds=1), locked=True), sweep
    )
    kinds = set(Event.objects.filter(case=case).values_list("kind", flat=True))
    assert ("ruling.issued" in kinds, "case.overdue" in kinds, swept) == (
        (True, False, [0]) if ruled is None else (False, True, [1])
    )
    assert ruled is None or ruled.code in ("no_standing", "out_of_order")


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
