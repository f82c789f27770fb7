"""A term is extended with a reason, at most so far and so often; the ruling's end moves along with the evidence's."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from adjudication import clock, docket
from adjudication.deadlines.models import Deadline, Extension
from adjudication.errors import Refused, TooLate
from adjudication.journal.models import Event
from adjudication.parties import Role
from adjudication.procedure import appeal, lapse
from adjudication.procedure.extend import extend
from tests import walk
from tests.walk import HOUR, MICROSECOND, START

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def at_start():
    with clock.simulated(START):
        yield


def extended(case, hours=24, by=None, reason="The carrier answers on Monday."):
    with docket.take(case.number) as (taken, at):
        extend(taken, by=by or walk.arbitrator(), by_length=hours * HOUR, reason=reason, at=at)
    return walk.look(case)


def refused(case, **how):
    before = walk.snapshot()
    with pytest.raises(Refused) as refusal:
        extended(case, **how)
    assert walk.snapshot() == before
    return refusal.value.code


def test_an_extended_evidence_term_moves_the_end_of_the_ruling_along():
    case = extended(walk.in_evidence(), hours=24)
    assert case.papers.deadline.due_at - case.heard_from == 72 * HOUR
    case = walk.after_silence(case)
    assert (case.state, case.papers.deadline.kind) == ("ruling", "ruling")
    assert case.papers.deadline.due_at - case.heard_from == 96 * HOUR


def test_the_extension_stands_on_record_with_its_reason_and_both_sides_read_of_it():
    before = walk.in_evidence()
    case = extended(before, hours=5, reason="  The carrier answers on Monday. ")
    extension = Extension.objects.get(deadline=case.papers.deadline)
    assert (extension.due_before, extension.due_after) == (
        before.papers.deadline.due_at,
        before.papers.deadline.due_at + 5 * HOUR,
    )
    assert (extension.reason, extension.by_id) == ("The carrier answers on Monday.", walk.arbitrator().id)
    assert Event.objects.filter(case=case).latest("sequence").kind == "deadline.extended"


def test_twice_a_case_and_not_a_third_time():
    case = extended(extended(walk.in_evidence()))
    assert refused(case) == "out_of_order"


def test_by_at_most_seventy_two_hours_and_at_least_something():
    case = walk.in_evidence()
    assert refused(case, hours=73) == "unprocessable"
    assert refused(case, hours=0) == "invalid"
    assert refused(case, reason="  ") == "invalid"
    assert extended(case, hours=72).papers.deadline.due_at == case.papers.deadline.due_at + 72 * HOUR


def test_only_by_the_arbitrator_of_the_case_or_a_supervisor():
    case = walk.in_evidence()
    assert refused(case, by=walk.buyer_of(case)) == "no_standing"
    assert refused(case, by=walk.arbitrator("another")) == "no_standing"
    assert extended(case, by=walk.arbitrator("senior", Role.SUPERVISOR)).extensions_count == 1


def test_nobody_extends_the_time_in_which_they_must_rule():
    assert refused(walk.in_ruling()) == "out_of_order"


def test_at_its_end_it_is_too_late_to_extend_and_one_microsecond_before_it_is_not():
    case = walk.in_evidence()
    with walk.at_due(case), pytest.raises(TooLate), docket.take(case.number) as (taken, at):
        extend(taken, by=walk.arbitrator(), by_length=HOUR, reason="Late.", at=at)
    with walk.at_due(case, -MICROSECOND):
        extended(case)


def test_the_extended_term_lapses_at_its_new_end_and_not_before():
    case = extended(walk.in_evidence(), hours=1)
    with walk.at_due(case, -MICROSECOND):
        assert lapse.sweep().done == 0
    assert walk.after_silence(case).state == "ruling"


def test_the_next_instance_starts_with_the_usual_time():
    case, _ruling = walk.ruled(walk.in_ruling(extended(walk.in_evidence())))
    with docket.take(case.number) as (taken, at):
        appeal.appeal(taken, by=walk.seller_of(taken), grounds="The photo is of another cup.", error="fact", at=at)
    case = walk.look(case)
    assert case.papers.deadline.due_at - case.heard_from == 48 * HOUR


def test_the_database_refuses_an_end_that_moves_without_an_extension_on_record():
    case = walk.in_evidence()
    deadlines = Deadline.objects.filter(pk=case.papers.deadline.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="without an extension"), transaction.atomic():
        deadlines.update(due_at=case.papers.deadline.due_at + timedelta(days=1))


def test_the_database_keeps_an_extension_as_it_is():
    case = extended(walk.in_evidence())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for statement in (
        "UPDATE adjudication_extension SET reason = 'another'",
        "DELETE FROM adjudication_extension",
        "TRUNCATE adjudication_extension",
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Extension.objects.get(deadline=case.papers.deadline).reason == "The carrier answers on Monday."
