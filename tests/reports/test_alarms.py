"""An alarm rings for what needs a person, and for nothing else."""

from dataclasses import replace

import pytest

from adjudication.reports import heartbeat
from adjudication.reports.alarms import Name, alarms, ringing
from adjudication.reports.readings import Now

QUIET = Now(
    terms_overdue=0,
    oldest_overdue_seconds=0,
    terms_parked=0,
    cases_overdue=0,
    cases_unassigned=0,
    oldest_unassigned_seconds=0,
    outbox_waiting=0,
    outbox_oldest_seconds=0,
    is_announced=False,
    payouts_due=5,
    payouts_failed=0,
    webhooks_due=9,
    webhooks_oldest_due_seconds=9.0,
    webhooks_parked=0,
    webhooks_failing=0,
    publications_late=0,
)
ALIVE = {"sweep": 3.0, "worker": 3.0, "beat": 3.0}
LATE = heartbeat.LATE_SECONDS + 1


def rings(ages=ALIVE, **changes):
    return {alarm.name.value for alarm in ringing(replace(QUIET, **changes), ages, unassigned_after=43200)}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, set()),
        ({"terms_overdue": 9, "oldest_overdue_seconds": 120}, set()),
        ({"terms_overdue": 9, "oldest_overdue_seconds": 121}, {"terms_late"}),
        ({"terms_parked": 1}, {"terms_parked"}),
        ({"webhooks_parked": 1}, {"webhooks_parked"}),
        ({"webhooks_failing": 1}, {"webhooks_failing"}),
        ({"cases_overdue": 1}, {"rulings_overdue"}),
        ({"cases_unassigned": 1, "oldest_unassigned_seconds": 43200}, set()),
        ({"cases_unassigned": 1, "oldest_unassigned_seconds": 43201}, {"cases_unassigned"}),
        ({"outbox_waiting": 1, "outbox_oldest_seconds": 301, "is_announced": True}, {"outbox_late"}),
        ({"outbox_waiting": 1, "outbox_oldest_seconds": 300, "is_announced": True}, set()),
        ({"outbox_waiting": 1, "outbox_oldest_seconds": 9999}, set()),  # nothing announces here at all
        ({"payouts_failed": 1}, {"payouts_failing"}),
        ({"publications_late": 1}, {"publications_late"}),
    ],
)
def test_what_waits_too_long_rings(changes, expected):
    assert rings(**changes) == expected


@pytest.mark.parametrize(
    ("ages", "expected"),
    [
        ({"sweep": LATE, "worker": LATE, "beat": 1.0}, {"sweep_late", "worker_late"}),
        ({"sweep": 1.0, "worker": LATE, "beat": LATE}, {"beat_late"}),  # what is sent nothing is not missed
        ({"sweep": 1.0, "worker": 1.0, "beat": LATE}, {"beat_late"}),
        ({"sweep": 1.0}, set()),  # the second path alone does it all
    ],
)
def test_a_part_that_fell_silent_rings(ages, expected):
    assert rings(ages) == expected


def test_a_sweep_that_never_was_rings_after_a_minute(monkeypatch):
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: heartbeat.STARTED + 59)
    assert rings({}) == set()
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: heartbeat.STARTED + 61)
    assert rings({}) == {"sweep_late"}


def test_every_alarm_has_somewhere_to_be_dealt_with():
    from adjudication.staff.alarms import DEALT_WITH

    assert set(DEALT_WITH) == set(Name)


def test_a_new_service_is_well(db):
    heartbeat.beat("sweep")
    assert alarms() == []
