"""The audit tells sound data from unsound, and “could not check” from both."""

import json

from django.db import connection

from adjudication.reports import audit
from tests.reports.world import told


def test_cases_in_every_state_and_ended_in_every_way_are_sound(healthy):
    found = audit.run()
    assert (found.violations, found.could_not_check) == ([], [])
    assert found.is_sound
    assert found.exit_code == 0
    assert found.checked == len(audit.INVARIANTS)


def test_sound_data_leave_with_0_and_a_timing_line(healthy):
    text, code = told()
    assert code == 0
    assert text.splitlines()[-1].startswith(f"sound: {len(audit.INVARIANTS)} invariants checked in ")


def test_a_violation_leaves_with_1_and_names_invariant_row_and_fault(healthy):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE adjudication_order SET open_cases = 2 WHERE number = 'O-1'")
    text, code = told()
    assert code == 1
    assert "order_counts_its_open_cases: order O-1: it counts 2; there are 0" in text.splitlines()
    as_json, code = told("--json")
    assert code == 1
    found = json.loads(as_json)
    assert found["sound"] is False
    assert found["violations"] == [
        {
            "invariant": "order_counts_its_open_cases",
            "subject": "order O-1",
            "detail": "it counts 2; there are 0",
        }
    ]


def test_what_cannot_be_checked_is_named_and_is_not_sound(healthy):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE adjudication_announcement RENAME TO elsewhere")
    as_json, code = told("--json")
    found = json.loads(as_json)
    assert code == 2
    assert found["sound"] is False
    assert found["violations"] == []
    assert [unchecked["invariant"] for unchecked in found["could_not_check"]] == ["every_event_is_in_the_outbox"]
    assert found["checked"] == len(audit.INVARIANTS) - 1


def test_more_violations_than_are_listed_are_counted(healthy, monkeypatch):
    monkeypatch.setattr(audit, "LISTED", 2)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE adjudication_ruling SET digest = repeat('0', 64)")
        altered = cursor.rowcount
    assert altered > 2
    found = audit.run()
    assert found.counts == {"ruling_is_as_journalled": altered, "ruling_was_not_altered": altered}
    assert len(found.violations) == 4
    text, _code = told()
    assert f"ruling_was_not_altered: {altered} in all, the first 2 are listed" in text.splitlines()


def test_overdue_and_parked_deadlines_are_notes_and_no_violations(healthy):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE adjudication_deadline SET parked_at = now(), failure = 'poison' WHERE id ="
            " (SELECT min(id) FROM adjudication_deadline WHERE ended_at IS NULL)"
        )
    found = audit.run()
    assert found.is_sound
    assert {note.invariant for note in found.notes} == {"parked_deadlines", "overdue_deadlines"}


def test_every_invariant_has_a_name_of_its_own_and_a_sentence():
    names = [invariant.name for invariant in audit.INVARIANTS]
    assert len(set(names)) == len(names)
    assert all(str(invariant.sentence).endswith(".") for invariant in audit.INVARIANTS)
