"""What is kept on record is kept from plain SQL too, each guard refusing in its own words: no other error will do."""

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, connection, transaction

from adjudication.cases.desks import DeskChange, Interest
from adjudication.cases.models import Case
from adjudication.cases.notes import Note
from adjudication.credentials import denials, keys
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.parties import Role
from adjudication.reports import audit
from adjudication.reports.models import Export
from adjudication.rulings.canned import CannedReason
from tests import walk

#: Of `pg_trigger.tgtype`: the act, its bit, and SQL that attempts it on a table and one of its columns.
ACTS = {
    "DELETE": (8, "DELETE FROM {table}"),
    "UPDATE": (16, "UPDATE {table} SET {column} = {column}"),
    "TRUNCATE": (32, "TRUNCATE {table} CASCADE"),
}
WITHOUT_CONDITION = """
SELECT t.tgrelid::regclass::text, a.attname, t.tgtype, t.tgargs
FROM pg_trigger t
JOIN pg_proc p ON p.oid = t.tgfoid AND p.proname = 'adjudication_refuse'
JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum = 1
WHERE t.tgqual IS NULL ORDER BY 1, 3"""


@pytest.fixture
def filled(healthy):
    """The world, with a row in every table that keeps something on record."""
    case, user = Case.objects.earliest("pk"), User.objects.earliest("pk")
    Note.objects.create(case=case, by=user, text="Look twice.", written_at=walk.START)
    Viewing.objects.create(exhibit=Exhibit.objects.earliest("filed_at"), role=Role.BUYER, viewed_at=walk.START)
    Export.objects.create(case=case, role=Role.BUYER, sequence=1, is_whole=True, exported_at=walk.START)
    DeskChange.objects.create(user=user, by=user, changed_at=walk.START, most_cases=5)
    Interest.objects.create(
        user=user, party=case.buyer, kind=Interest.Kind.RELATION, declared_by=user, declared_at=walk.START
    )
    CannedReason.objects.create(
        code="a", version=1, title="A", text_en="a", text_zh_hans="a", written_by=user, written_at=walk.START
    )
    denials.note(user_id=user.pk, act="POST take_case", why="no_standing")
    keys.create("till", scopes=["cases:read"])
    settle()


def settle():
    """Have nothing pending, for whose sake a TRUNCATE would be refused."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refusal(statement):
    """How the database refuses it; empty where it does not."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error).splitlines()[0]
    return ""


def test_what_is_kept_is_neither_rewritten_nor_deleted_nor_emptied(filled):
    with connection.cursor() as cursor:
        cursor.execute(WITHOUT_CONDITION)
        guards = cursor.fetchall()
    expected, found = {}, {}
    for table, column, kind, words in guards:
        for act, (bit, sql) in ACTS.items():
            if kind & bit:
                why = bytes(words).rstrip(b"\0").decode()
                statement = sql.format(table=table, column=f'"{column}"')
                expected[statement] = f"{act} on {table} refused: {why}"
                found[statement] = refusal(statement)
    assert len(expected) > 80
    assert found == expected


INQUIRY = "(SELECT id FROM adjudication_inquiry ORDER BY number LIMIT 1)"
FORBIDDEN = {
    "put off an inquiry": (
        "UPDATE adjudication_inquiry SET due_at = due_at + interval '1 day'",
        "an inquiry stays as it was made",
    ),
    "ask something else": ("UPDATE adjudication_inquiry SET text = 'Other?'", "an inquiry stays as it was made"),
    "ask another code": ("UPDATE adjudication_asking SET code = 'other'", "with which code, is fixed"),
    "answer again": (
        "UPDATE adjudication_asking SET reply = 'No, another.' WHERE replied_at IS NOT NULL",
        "an inquiry is answered once",
    ),
    "answer late": (
        """UPDATE adjudication_asking a SET replied_at = i.due_at FROM adjudication_inquiry i
           WHERE i.id = a.inquiry_id AND a.replied_at IS NULL""",
        "an inquiry is answered until it is due",
    ),
    "answer another case's inquiry": (
        f"""INSERT INTO adjudication_exhibit
            SELECT (jsonb_populate_record(x, jsonb_build_object(
                'id', gen_random_uuid(), 'number', x.number + 100, 'inquiry_id', {INQUIRY}))).*
            FROM adjudication_exhibit x
            WHERE x.case_id <> (SELECT case_id FROM adjudication_inquiry WHERE id = {INQUIRY}) LIMIT 1""",
        "an exhibit answers an inquiry to its side in its case",
    ),
    "declare an outage twice": (
        """INSERT INTO adjudication_outage
           SELECT (jsonb_populate_record(o, jsonb_build_object('id', o.id + 1000))).*
           FROM adjudication_outage o WHERE o.cause = 'declared'""",
        "overlaps one that was declared before",
    ),
    "bring back an endpoint that was removed": (
        """UPDATE adjudication_webhookendpoint SET off = 'removed', off_at = now();
           UPDATE adjudication_webhookendpoint SET off = '', off_at = NULL""",
        "what was removed stays removed",
    ),
}


@pytest.mark.parametrize(("statement", "words"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses_to(statement, words, healthy):
    settle()
    assert words in refusal(statement)


def test_the_audit_misses_every_guard_that_is_gone(healthy):
    settle()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'table ' || t.tgrelid::regclass, t.tgname, t.tgrelid::regclass::text FROM pg_trigger t "
            "WHERE NOT t.tgisinternal AND t.tgrelid::regclass::text LIKE 'adjudication%'"
        )
        guards = cursor.fetchall()
        for _table, name, table in guards:
            cursor.execute(f"DROP TRIGGER {name} ON {table}")
        (invariant,) = (each for each in audit.INVARIANTS if each.name == "guards_are_on")
        cursor.execute(invariant.sql, {})
        missed = set(cursor.fetchall())
    assert missed == {(table, name, "missing") for table, name, _of in guards}
