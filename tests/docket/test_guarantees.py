"""What the database refuses, whoever asks and by whatever path."""

import pytest
from django.db import DatabaseError, connection, transaction
from django_fsm import FSMField

from adjudication import clock
from adjudication.cases.models import Case
from tests import walk

#: As if it had been open until tomorrow and lapsed then.
LAPSED_EARLY = """
    INSERT INTO adjudication_deadline (order_id, case_id, kind, binds, if_silent, policy_version_id, instance,
        anchor_sequence, anchored_at, started_at, due_at, "end", ended_at, failure)
    SELECT order_id, case_id, kind, binds, if_silent, policy_version_id, instance, anchor_sequence, anchored_at,
        started_at, clock_timestamp() + interval '1 day', 'lapsed', clock_timestamp() + interval '1 day', ''
    FROM adjudication_deadline WHERE case_id IS NOT NULL"""
FORBIDDEN = {
    "rewrite an event": "UPDATE adjudication_event SET kind = 'x'",
    "delete an event": "DELETE FROM adjudication_event",
    "empty the journal": "TRUNCATE adjudication_event CASCADE",
    "rewrite an entry": "UPDATE adjudication_entry SET total_minor = 1",
    "empty the ledger": "TRUNCATE adjudication_posting CASCADE",
    "rewrite a posting": "UPDATE adjudication_posting SET debit_minor = debit_minor + 1 WHERE debit_minor > 0",
    "delete a posting": "DELETE FROM adjudication_posting",
    "give an account another owner": "UPDATE adjudication_account SET owner_id = owner_id + 1",
    "delete an account": "DELETE FROM adjudication_account",
    "empty the accounts": "TRUNCATE adjudication_account CASCADE",
    "give a party another name at the marketplace": "UPDATE adjudication_party SET external_id = 'another'",
    "put a party on the other side": "UPDATE adjudication_party SET kind = 'shop' WHERE kind = 'buyer'",
    "post on one side": """
        WITH e AS (INSERT INTO adjudication_entry (reference, order_id, currency, total_minor, occurred_at)
                   SELECT 'x', id, 'CNY', 5, now() FROM adjudication_order LIMIT 1 RETURNING id)
        INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
        SELECT e.id, (SELECT min(id) FROM adjudication_account), 5, 0 FROM e""",
    "add a posting to an old entry": """
        INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
        SELECT entry_id, account_id, 1, 0 FROM adjudication_posting LIMIT 1""",
    "make an entry of nothing": """
        INSERT INTO adjudication_entry (reference, order_id, currency, total_minor, occurred_at)
        SELECT 'x', id, 'CNY', 5, now() FROM adjudication_order LIMIT 1""",
    "take more from escrow than it holds": """
        WITH e AS (INSERT INTO adjudication_entry (reference, order_id, currency, total_minor, occurred_at)
                   SELECT 'x', id, 'CNY', 10001, now() FROM adjudication_order LIMIT 1 RETURNING id, order_id)
        INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
        SELECT e.id, a.id, CASE a.kind WHEN 'escrow_held' THEN 10001 ELSE 0 END,
               CASE a.kind WHEN 'escrow_held' THEN 0 ELSE 10001 END
        FROM e, adjudication_account a
        WHERE a.kind = 'platform_fees' OR (a.kind = 'escrow_held' AND a.owner_id = e.order_id)""",
    "move a case where no transition leads": "UPDATE adjudication_case SET state = 'requested', version = version + 1",
    "change a case without an event": "UPDATE adjudication_case SET is_overdue = true",
    "put an unknown state": "UPDATE adjudication_case SET state = 'lost', version = version + 1",
    "change the claim": "UPDATE adjudication_case SET amount_minor = 1, version = version + 1",
    "delete a case": "DELETE FROM adjudication_case",
    "end a term twice": "UPDATE adjudication_deadline SET ended_at = now() WHERE ended_at IS NOT NULL",
    "let a term lapse early": """
        UPDATE adjudication_deadline SET "end" = 'lapsed', ended_at = due_at + interval '1 hour',
        due_at = clock_timestamp() + interval '1 hour' WHERE ended_at IS NULL""",
    "meet a term late": """UPDATE adjudication_deadline SET "end" = 'met', ended_at = due_at WHERE ended_at IS NULL""",
    "shorten a term": "UPDATE adjudication_deadline SET due_at = due_at - interval '1 us' WHERE ended_at IS NULL",
    "open a second term": """
        INSERT INTO adjudication_deadline (order_id, case_id, kind, binds, if_silent, policy_version_id, instance,
            anchor_sequence, anchored_at, started_at, due_at, "end", failure)
        SELECT order_id, case_id, kind, binds, if_silent, policy_version_id, instance, anchor_sequence, anchored_at,
            started_at, due_at, '', '' FROM adjudication_deadline WHERE ended_at IS NULL""",
    "write down a term that lapsed early": LAPSED_EARLY,
    "rewrite a ruling": "UPDATE adjudication_ruling SET reasons = 'other reasons'",
    "rewrite a finding": "UPDATE adjudication_finding SET weight = 'none'",
    "delete an exhibit": "DELETE FROM adjudication_exhibit",
    "rewrite an exhibit": "UPDATE adjudication_exhibit SET title = 'other'",
    "award more than the claim": """
        INSERT INTO adjudication_ruling (id, case_id, instance, winner, remedy, buyer_minor, seller_minor, currency,
            answers, rule, reasons, decided_as, issued_at, digest)
        SELECT gen_random_uuid(), id, instance, 'buyer', 'refund', amount_minor + 1, 0, currency, '{}', 'x', 'x',
            'platform', now(), '' FROM adjudication_case""",
    "change a policy version": "UPDATE adjudication_policyversion SET source = ''",
    "let a hold grow": "UPDATE adjudication_line SET held_minor = held_minor + 1",
    "claim more than is held": "UPDATE adjudication_line SET claimed_minor = held_minor + 1, is_disputed = true",
}


@pytest.fixture
def a_ruled_case(db):
    with clock.simulated(walk.START):
        case, _ruling = walk.ruled()
        yield case


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN.keys())
def test_the_database_refuses_to(statement, a_ruled_case):
    before = walk.snapshot()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert walk.snapshot() == before


def test_an_event_that_does_not_continue_its_chain_is_refused(a_ruled_case):
    with pytest.raises(DatabaseError, match="chain"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO adjudication_event (case_id, sequence, kind, occurred_at, body, previous, hash) "
            "VALUES (%s, %s, 'x', now(), '{}', 'wrong', sha256('wrong' || convert_to('{}', 'UTF8')))",
            [a_ruled_case.pk, a_ruled_case.version + 1],
        )


def test_an_event_whose_hash_is_not_of_its_body_is_refused(a_ruled_case):
    with pytest.raises(DatabaseError, match="hash_of_its_body"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO adjudication_event (case_id, sequence, kind, occurred_at, body, previous, hash) "
            "SELECT id, version + 1, 'x', now(), '{}', head, 'x' FROM adjudication_case",
        )


def test_nobody_rules_on_a_case_in_two_instances_by_plain_sql_either(a_ruled_case):
    Case.objects.update(instance=2, version=a_ruled_case.version + 1)
    with pytest.raises(DatabaseError, match="nobody_rules_twice"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO adjudication_ruling
               SELECT (jsonb_populate_record(r, jsonb_build_object('id', gen_random_uuid(), 'instance', 2))).*
               FROM adjudication_ruling r"""
        )


def test_a_term_that_its_own_act_made_pointless_is_written_down_as_superseded(a_ruled_case):
    with connection.cursor() as cursor:
        cursor.execute(LAPSED_EARLY.replace("'lapsed'", "'superseded'"))
        assert cursor.rowcount


def test_a_running_term_cannot_lapse_by_any_simulated_clock(db):
    """The database's own clock is asked, so a service that believes it is later than it is lapses nothing."""
    case = walk.requested()
    with pytest.raises(DatabaseError, match="still runs"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """UPDATE adjudication_deadline SET "end" = 'lapsed', ended_at = due_at WHERE case_id = %s""", [case.pk]
        )


def test_the_edges_the_database_allows_are_those_of_the_machine(db):
    field = Case._meta.get_field("state")
    assert isinstance(field, FSMField)
    machine = {f"{edge.source.value}>{edge.target.value}" for edge in field.get_all_transitions(Case)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'legal_move'")
        definition = cursor.fetchone()[0]
    states = [state for state, _label in field.choices]
    allowed = {f"{a}>{b}" for a in states for b in states if f"'{a}>{b}'" in definition}
    assert allowed == machine
