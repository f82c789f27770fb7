"""Ready means: the database answers, the sweep has run lately, and there is room on the disk."""

import time
from datetime import timedelta

import psycopg
import pytest
from django.test import Client
from kombu import Connection

from adjudication import clock
from adjudication.api import health
from adjudication.reports import heartbeat
from adjudication.reports.models import Heartbeat
from adjudication.tasks import tick


@pytest.fixture(autouse=True)
def _a_broker(monkeypatch):
    """The tests' database has no queues; real brokers are tried where real processes run."""
    monkeypatch.setattr(health.app, "connection_for_write", lambda: Connection("memory://"))


@pytest.fixture(autouse=True)
def _started_just_now(monkeypatch):
    """Whatever other tests ran in this process before: it has not missed a sweep yet."""
    monkeypatch.setattr(heartbeat, "STARTED", time.monotonic())


def checks():
    answer = Client().get("/ready")
    return answer.status_code, {name: check["ok"] for name, check in answer.json()["checks"].items()}


def test_the_process_is_live_whatever_it_depends_on(db):
    assert Client().get("/live").status_code == 200


def test_just_started_a_process_does_not_miss_the_sweep(db, monkeypatch):
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: heartbeat.STARTED + 59)
    assert checks() == (200, dict.fromkeys(health.CHECKS, True))


def test_a_minute_later_it_does(db, monkeypatch):
    monkeypatch.setattr(heartbeat.time, "monotonic", lambda: heartbeat.STARTED + 61)
    assert checks() == (503, dict.fromkeys(health.CHECKS, True) | {"sweep": False})


def test_a_sweep_that_has_stopped_is_red(db):
    Heartbeat.objects.create(part="sweep", beaten_at=clock.now())
    assert checks()[0] == 200
    Heartbeat.objects.update(beaten_at=clock.now() - timedelta(seconds=61))
    assert checks() == (503, dict.fromkeys(health.CHECKS, True) | {"sweep": False})


def test_a_full_disk_is_red(db, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 2**60)
    assert checks()[1]["disk"] is False


def test_a_tick_beats_for_the_sweep_and_the_worker(db):
    tick()
    assert checks()[1]["sweep"] is True
    assert set(heartbeat.ages()) == {"sweep", "worker"}
    assert all(0 <= age < 5 for age in heartbeat.ages().values())


def test_the_databases_clock_decides_what_is_late(db):
    with clock.simulated(clock.now() - timedelta(days=3)):
        tick()
        assert heartbeat.ages()["sweep"] < 5
        assert checks()[0] == 200


def test_a_broker_that_is_away_is_red(db, monkeypatch):
    away = Connection("amqp://127.0.0.1:1//")
    monkeypatch.setattr(health.app, "connection_for_write", lambda: away)
    assert checks()[1]["broker"] is False


def test_a_broker_that_may_not_be_used_is_red(db, monkeypatch):
    def refuse():
        raise psycopg.errors.InsufficientPrivilege("permission denied for schema pgmq")

    monkeypatch.setattr(health.app, "connection_for_write", refuse)
    assert checks() == (503, dict.fromkeys(health.CHECKS, True) | {"broker": False})
