"""What Prometheus reads: true figures, in its own format, that name nobody."""

import time
from datetime import timedelta

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from adjudication import clock
from adjudication.deadlines.models import Deadline
from adjudication.escrow.models import Payout
from adjudication.journal.models import Announcement
from adjudication.procedure import lapse
from adjudication.reports import heartbeat, readings
from adjudication.reports.heartbeat import beat
from adjudication.reports.models import Heartbeat
from tests import walk


@pytest.fixture(autouse=True)
def _a_database(db):
    """Every test reads one."""


def scraped():
    """Every sample by (name without our prefix, its one label's value)."""
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return {
        (sample.name.removeprefix("adjudication_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.fixture(autouse=True)
def _started_just_now(monkeypatch):
    """Whatever other tests ran in this process before: it has not missed a sweep yet."""
    monkeypatch.setattr(heartbeat, "STARTED", time.monotonic())


def requested_long_ago():
    """A case whose first term is long over by the database's clock, and has not been swept."""
    with clock.simulated(walk.START):
        return walk.requested()


def test_an_empty_service_shows_noughts():
    found = scraped()
    assert {found["terms_open", kind] for kind in Deadline.Kind.values} == {0}
    assert (found["terms_overdue",], found["terms_parked",], found["outbox_waiting",]) == (0, 0, 0)
    assert not any(value for (name, *_), value in found.items() if name == "alarm")


def test_open_and_overdue_terms_are_counted():
    requested_long_ago()
    found = scraped()
    assert found["terms_open", "seller_answers"] == found["terms_overdue",] == 1
    due_at = walk.START + timedelta(hours=72)
    assert found["terms_overdue_oldest_seconds",] == pytest.approx((clock.now() - due_at).total_seconds(), abs=30)
    assert found["alarm", "terms_late"] == 1


def test_a_lapse_is_counted_once_and_ends_being_overdue():
    requested_long_ago()
    lapse.sweep()
    for _again in range(2):
        found = scraped()
        assert found["lapses_total", "seller_answers"] == found["lapses_last_minute", "seller_answers"] == 1
        assert (found["terms_overdue",], found["alarm", "terms_late"]) == (0, 0)


def test_lapses_are_counted_in_steps_as_in_one(monkeypatch):
    count = readings.LapseCount()
    monkeypatch.setattr(readings.LapseCount, "SETTLED_AFTER", timedelta())
    for expected in (1, 2, 3):
        requested_long_ago()
        lapse.sweep()
        at = clock.now()
        assert (
            count.read(at).today["seller_answers"] == readings.LapseCount().read(at).today["seller_answers"] == expected
        )
    tomorrow = clock.now() + timedelta(days=1)
    assert count.read(tomorrow).today["seller_answers"] == 0


def test_many_open_terms_are_estimated():
    for _each in range(3):
        requested_long_ago()
    assert readings.open_by_kind(most=3)["seller_answers"] >= 3
    assert readings.now(most=2).terms_overdue == 2


def test_parked_terms_failed_payouts_and_waiting_events_are_counted():
    with clock.simulated(walk.START):
        walk.after_silence(walk.requested())
        case = walk.requested()
    Deadline.objects.filter(case=case).update(parked_at=clock.now(), failure="ValueError: no")
    assert Payout.objects.update(state=Payout.State.FAILED) == 1
    found = scraped()
    assert (found["terms_parked",], found["payouts_unpaid", "failed"]) == (1, 1)
    assert found["outbox_waiting",] == Announcement.objects.count() > 0
    assert {key[1] for key, value in found.items() if key[0] == "alarm" and value} == {
        "terms_parked",
        "payouts_failing",
    }


def test_the_age_of_each_heartbeat_is_told():
    beat("sweep", "worker")
    Heartbeat.objects.filter(part="worker").update(beaten_at=clock.now() - timedelta(seconds=40))
    found = scraped()
    assert found["heartbeat_age_seconds", "sweep"] < 30
    assert 40 <= found["heartbeat_age_seconds", "worker"] < 70
    assert ("heartbeat_age_seconds", "beat") not in found


def test_a_scrape_asks_as_little_however_many_cases_there_are(django_assert_max_num_queries):
    for _each in range(3):
        requested_long_ago()
    with django_assert_max_num_queries(10):
        scraped()


def test_no_name_or_number_leaves():
    case = requested_long_ago()
    text = Client().get("/metrics").text
    for secret in (case.number, case.order.number, "Lin", "Kiln", "b-1", "s-1"):
        assert secret not in text


def test_with_a_token_nobody_reads_without_it(settings):
    settings.METRICS_TOKEN = "a token of this installation"
    client = Client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer another"}).status_code == 401
    assert client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).status_code == 200
