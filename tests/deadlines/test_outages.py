"""What fell due while the service was not ready is due when that is over, with the policy's grace."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from adjudication import clock, docket
from adjudication.cases.states import State
from adjudication.deadlines import outages
from adjudication.deadlines.models import Extension, Outage
from adjudication.errors import Malformed, Unprocessable
from adjudication.journal.models import Event
from adjudication.procedure import acts, extend, lapse, respond, tick
from tests import walk
from tests.walk import HOUR, MICROSECOND, START

pytestmark = pytest.mark.usefixtures("db")
GRACE = 4 * HOUR


def an_outage(began_at, ended_at):
    return Outage.objects.create(
        cause="declared", began_at=began_at, ended_at=ended_at, grace_ends_at=ended_at + GRACE, note="We move house."
    )


def requested():
    with clock.simulated(START):
        return walk.requested()


def silent_for(seconds):
    """The sweep's last sign of life lies so far back, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO adjudication_heartbeat (part, beaten_at) VALUES ('sweep', now() - make_interval(secs => %s)) "
            "ON CONFLICT (part) DO UPDATE SET beaten_at = excluded.beaten_at",
            [seconds],
        )


@pytest.mark.parametrize(
    ("due_after_it_began", "is_extended"),
    [
        (-MICROSECOND, False),
        (timedelta(), True),
        (10 * HOUR, True),
        (14 * HOUR - MICROSECOND, True),
        (14 * HOUR, False),
    ],
)
def test_what_falls_due_inside_or_within_the_grace_is_due_at_its_end(due_after_it_began, is_extended):
    case = requested()
    due = case.papers.deadline.due_at
    outage = an_outage(due - due_after_it_began, due - due_after_it_began + 10 * HOUR)
    with clock.simulated(max(due, outage.ended_at)):
        lapse.sweep()
        case = walk.look(case)
        assert (case.state == State.REQUESTED) == is_extended
    if is_extended:
        assert case.papers.deadline.due_at == outage.grace_ends_at
        assert Extension.objects.get(deadline=case.papers.deadline).outage == outage
        with walk.at_due(case, -MICROSECOND):
            assert lapse.sweep().done == 0
        assert walk.after_silence(case).state == State.CLOSED


def test_terms_are_extended_before_they_are_due_where_the_outage_is_known_before():
    case = requested()
    due = case.papers.deadline.due_at
    an_outage(due - HOUR, due + HOUR)
    with clock.simulated(due - 2 * HOUR):
        assert (tick.tick().extended, tick.tick().extended) == (1, 0)
    assert walk.look(case).papers.deadline.due_at == due + HOUR + GRACE


def test_a_term_that_opened_after_the_outage_has_its_own_time():
    with clock.simulated(START):
        case = walk.requested()
        due = case.papers.deadline.due_at
        an_outage(START - 10 * HOUR, START - MICROSECOND)
        Outage.objects.update(grace_ends_at=due + HOUR)
        assert tick.tick().extended == 0
    assert walk.look(case).papers.deadline.due_at == due


def test_an_act_that_comes_after_the_outage_before_any_sweep_is_in_time():
    case = requested()
    due = case.papers.deadline.due_at
    an_outage(due - HOUR, due + HOUR)
    with clock.simulated(due + HOUR):
        shown, at = docket.look(case.number)
        assert acts.is_allowed(acts.ACCEPT, shown, walk.seller_of(shown), at=at), "what is listed succeeds"
        with docket.take(case.number, version=shown.version) as (taken, at):
            respond.accept(taken, by=walk.seller_of(taken), at=at)
    kinds = list(Event.objects.filter(case=case).order_by("sequence").values_list("kind", flat=True))
    assert kinds[1:3] == ["deadline.extended", "case.accepted"]


def test_an_order_has_its_terms_extended_too():
    with clock.simulated(START):
        order = walk.register(walk.given_order())
    deadline = docket.look_at_order(order.number).papers.deadline
    outage = an_outage(deadline.due_at - HOUR, deadline.due_at + HOUR)
    with clock.simulated(outage.ended_at):
        assert tick.tick().extended == 1
    assert docket.look_at_order(order.number).papers.deadline.due_at == outage.grace_ends_at


def test_evidence_that_opens_late_after_an_outage_is_still_heard_as_long():
    with clock.simulated(START):
        case = walk.intervened()
    outage = an_outage(case.papers.deadline.due_at - HOUR, START + 60 * HOUR)
    with clock.simulated(outage.ended_at):
        tick.tick()
    case = walk.after_silence(walk.look(case))
    late = outage.grace_ends_at - (START + 12 * HOUR)
    assert (case.state, case.papers.deadline.due_at) == (State.EVIDENCE, START + 48 * HOUR + late)


def test_a_silence_of_the_service_beyond_the_tolerance_is_noticed_once_and_grows():
    silent_for(899)
    assert not outages.notice()
    silent_for(36_000)
    assert outages.notice()
    assert outages.notice()
    outage = Outage.objects.get()
    assert abs(outage.ended_at - outage.began_at - 10 * HOUR) < timedelta(minutes=1)
    assert outage.grace_ends_at - outage.ended_at == GRACE


def test_after_a_stop_of_ten_hours_nobody_has_lost_a_right():
    """In real time: the request's term ended five hours ago, and nothing swept for ten."""
    with clock.simulated(clock.now() - 77 * HOUR):
        case = walk.requested()
    silent_for(36_000)
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    assert walk.look(case).state == State.CLOSED
    with clock.simulated(clock.now() - 77 * HOUR):
        other = walk.requested()
    outages.notice()
    assert tick.tick().lapsed == 0
    left = walk.look(other).papers.deadline.due_at - clock.now()
    assert GRACE - timedelta(minutes=1) < left <= GRACE


def test_an_operator_declares_an_outage_ahead():
    now = clock.now()
    outage = outages.declare(began_at=now + HOUR, ended_at=now + 3 * HOUR, note=" The database moves house. ")
    assert (outage.grace_ends_at, outage.note) == (now + 7 * HOUR, "The database moves house.")


DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("began_after", "lasts", "note", "told"),
    [
        (HOUR, timedelta(), "Moved.", "ends after it begins"),
        (HOUR, -MICROSECOND, "Moved.", "ends after it begins"),
        (-9 * HOUR, 5 * HOUR, "Moved.", "is over"),
        (30 * DAY + MICROSECOND, HOUR, "Moved.", "at most 30 days before"),
        (HOUR, 30 * DAY + MICROSECOND, "Moved.", "at most 30 days"),
        (HOUR, HOUR, " ", "the parties read it"),
    ],
)
def test_one_that_cannot_be_is_refused_with_what_would_be_right(began_after, lasts, note, told):
    with clock.simulated(START):
        began_at = START + began_after
        with pytest.raises(Malformed) as refused:
            outages.declare(began_at=began_at, ended_at=began_at + lasts, note=note)
    assert told in str(refused.value.detail)
    assert refused.value.faults
    assert not Outage.objects.exists()


@pytest.mark.parametrize(
    ("began_after", "lasts"),
    [(-9 * HOUR, 5 * HOUR + MICROSECOND), (30 * DAY, HOUR), (HOUR, 30 * DAY), (-2 * HOUR, HOUR)],
)
def test_at_the_very_edge_it_is_taken(began_after, lasts):
    with clock.simulated(START):
        assert outages.declare(began_at=START + began_after, ended_at=START + began_after + lasts, note="Moved.").pk


@pytest.mark.parametrize(("shift", "is_apart"), [(-HOUR, True), (-HOUR + MICROSECOND, False), (timedelta(), False)])
def test_declared_outages_stand_beside_one_another_and_never_overlap(shift, is_apart):
    with clock.simulated(START):
        outages.declare(began_at=START, ended_at=START + HOUR, note="Sign-in was down.")
        later = {"began_at": START + shift, "ended_at": START + shift + HOUR, "note": "So was all."}
        if is_apart:
            assert outages.declare(**later).pk
            return
        with pytest.raises(Unprocessable, match="declared already"):
            outages.declare(**later)
    assert Outage.objects.count() == 1
    with pytest.raises(DatabaseError, match="overlaps"), transaction.atomic():
        Outage.objects.create(cause="declared", grace_ends_at=START + DAY, **later)


def test_the_database_keeps_no_declaration_without_a_reason():
    with pytest.raises(DatabaseError, match="whoever_declares_says_why"), transaction.atomic():
        Outage.objects.create(cause="declared", began_at=START, ended_at=START + HOUR, grace_ends_at=START + HOUR)


def test_a_grace_that_ends_in_another_outage_lasts_until_that_ones_end():
    """Nothing swept meanwhile: whoever comes after both finds one extension, to the end of the second."""
    case = requested()
    due = case.papers.deadline.due_at
    an_outage(due - HOUR, due + HOUR)
    second = an_outage(due + 3 * HOUR, due + 6 * HOUR)
    with clock.simulated(due + 9 * HOUR):
        shown, at = docket.look(case.number)
        assert shown.papers.deadline.due_at == second.grace_ends_at
        assert acts.is_allowed(acts.ACCEPT, shown, walk.seller_of(shown), at=at)
        with docket.take(case.number) as (taken, at):
            respond.accept(taken, by=walk.seller_of(taken), at=at)
    extension = Extension.objects.get(deadline=case.papers.deadline)
    assert (extension.due_before, extension.due_after, extension.outage) == (due, due + 10 * HOUR, second)


def test_an_arbitrator_extends_what_fell_into_an_outage_before_any_sweep():
    with clock.simulated(START):
        case = walk.in_evidence()
    due = case.papers.deadline.due_at
    outage = an_outage(due - HOUR, due + HOUR)
    with clock.simulated(due + 2 * HOUR), docket.take(case.number) as (taken, at):
        extend.extend(taken, by=walk.arbitrator(), by_length=HOUR, reason="The carrier answers on Monday.", at=at)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert walk.look(case).papers.deadline.due_at == outage.grace_ends_at + HOUR
    ends = Extension.objects.filter(deadline=case.papers.deadline).order_by("due_after")
    assert [each.due_after for each in ends] == [outage.grace_ends_at, outage.grace_ends_at + HOUR]


def test_the_database_only_ever_lengthens_an_outage():
    an_outage(START, START + HOUR)
    for statement in (
        "UPDATE adjudication_outage SET ended_at = ended_at - interval '1 s'",
        "UPDATE adjudication_outage SET began_at = began_at - interval '1 s'",
        "DELETE FROM adjudication_outage",
    ):
        with pytest.raises(DatabaseError, match="outage is"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_many_fallen_terms_are_extended_in_one_batch_and_each_once():
    with clock.simulated(START):
        cases = [walk.requested() for _case in range(12)]
    due = cases[0].papers.deadline.due_at
    an_outage(due - HOUR, due + HOUR)
    with clock.simulated(due + HOUR):
        assert extend.extend_fallen().done == 12
        assert extend.extend_fallen().done == 0
    assert Extension.objects.count() == 12
