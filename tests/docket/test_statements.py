"""Statements go out without waiting for each other, and what is told is the first that was amiss."""

import pytest
from django.db import IntegrityError, connection, transaction

from adjudication import clock, docket
from adjudication.errors import Malformed, Stale
from adjudication.orders.models import ParcelReport
from adjudication.procedure import lapse, negotiate, respond
from adjudication.statements import FEW, insert, require_rows, sending
from tests import walk

TOUCH = "UPDATE adjudication_case SET updated_at = updated_at WHERE id = %b"
NO_STATE = "UPDATE adjudication_case SET state = 'lost', version = version + 1 WHERE id = %b"
ONE = require_rows(1, lambda: Stale("it has moved on"))


def prepared():
    """The beginnings of what this connection has prepared."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT btrim(statement, E' \\n') FROM pg_prepared_statements")
        return [statement for (statement,) in cursor.fetchall()]


def send(*sent):
    """Send these in one go, each of which must meet one row."""
    with transaction.atomic(), sending() as statements:
        for statement, case_id in sent:
            statements.send(statement, [case_id], ONE)


@pytest.fixture
def case(db):
    with clock.simulated(walk.START):
        return walk.requested()


def test_a_statement_that_missed_its_row_is_told_before_one_that_the_database_refused_later(case):
    with pytest.raises(Stale):
        send((TOUCH, 0), (NO_STATE, case.pk))
    assert walk.look(case).state == "requested"


def test_what_the_database_refused_is_told_where_everything_before_it_was_right(case):
    before = walk.snapshot()
    with pytest.raises(IntegrityError):
        send((TOUCH, case.pk), (NO_STATE, case.pk), (TOUCH, 0))
    assert walk.snapshot() == before


def test_a_new_row_is_the_row_the_orm_would_have_written(case):
    kept = {"order": case.order, "kind": "shipment", "carrier": "SF", "tracking_number": "S1", "line_labels": ["1"]}
    kept |= {"reported_at": walk.START, "recorded_at": walk.START}
    with transaction.atomic(), sending() as statements:
        insert(statements, [ParcelReport(**kept)])
    ParcelReport.objects.create(**kept)
    one, other = ParcelReport.objects.order_by("-id").values()[:2]
    assert {**one, "id": 0} == {**other, "id": 0}


def test_the_statements_of_one_act_are_prepared_and_those_of_a_batch_are_planned_for_its_size(own_database):
    with clock.simulated(walk.START):
        cases = [walk.requested() for _case in range(FEW + 2)]
        connection.close()
        with docket.take(cases.pop().number) as (taken, at):
            respond.reject(
                taken,
                by=walk.seller_of(taken),
                reason="signed_for",
                text="Signed.",
                exhibits=[walk.an_exhibit()],
                at=at,
            )
        kept = prepared()
        assert any(statement.startswith("UPDATE adjudication_case") for statement in kept)
        assert any(statement.startswith("INSERT INTO adjudication_exhibit") for statement in kept)
    with walk.at_due(cases[-1]):
        assert docket.sweep_cases(docket.DUE, lapse.lapse).done == FEW + 2, "and the buyer has let the refusal stand"
    assert sorted(prepared()) == sorted(kept)


def test_words_that_the_database_cannot_keep_are_refused_and_nothing_is_written(case):
    with clock.simulated(walk.START):
        before = walk.snapshot()
        with pytest.raises(Malformed), docket.take(case.number) as (taken, at):
            negotiate.make_offer(taken, by=walk.buyer_of(taken), remedy="refund", amount_minor=5, text="a\0b", at=at)
        assert walk.snapshot() == before
