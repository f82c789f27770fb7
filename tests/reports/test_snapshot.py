"""The audit looks at one snapshot; a database out of reach or lost half way is never sound."""

import json

from django.db import connection, connections

from adjudication import clock
from adjudication.reports import audit
from tests import walk
from tests.reports.world import told


def test_a_database_out_of_reach_leaves_with_2_and_every_invariant_named(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        connection.close()
        name, connections.settings["default"]["NAME"] = connections.settings["default"]["NAME"], "nowhere"
        try:
            as_json, code = told("--json", "--files")
        finally:
            connection.close()
            connections.settings["default"]["NAME"] = name
    found = json.loads(as_json)
    assert code == 2
    assert (found["sound"], found["checked"], found["violations"]) == (False, 0, [])
    named = [unchecked["invariant"] for unchecked in found["could_not_check"]]
    assert named == [
        *(invariant.name for invariant in audit.INVARIANTS),
        "stored_file_is_there",
        "stored_file_is_unaltered",
    ]


def test_a_connection_lost_half_way_leaves_the_rest_unchecked(own_database):
    def cut(number, of, name, found, seconds):
        if number == 3:
            with own_database.superuser() as raw:
                raw.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )

    found = audit.run(progress=cut)
    assert found.checked == 3
    assert len(found.could_not_check) == len(audit.INVARIANTS) - 3
    assert (found.is_sound, found.exit_code) == (False, 2)


def test_an_empty_service_is_sound(own_database):
    assert audit.run().is_sound


def test_the_audit_sees_one_snapshot_and_changes_nothing(own_database):
    with clock.simulated(walk.START):
        order = walk.register(walk.given_order())

    def tamper(number, of, name, found, seconds):
        if number == 1:
            with own_database.superuser() as raw:
                raw.execute("UPDATE adjudication_order SET open_cases = 3, version = version + 1")

    assert audit.run(progress=tamper).is_sound
    found = audit.run()
    assert set(found.counts) == {"order_counts_its_open_cases", "version_is_its_last_event", "head_is_the_last_hash"}
    assert {violation.subject for violation in found.violations} == {f"order {order.number}"}
