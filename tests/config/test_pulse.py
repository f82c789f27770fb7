"""A part beats when it has worked, and only then; a database that is away delays nothing."""

import time

import pytest
from django.db import connections

from adjudication.reports import heartbeat
from config import pulse
from tests.conftest import OwnDatabase


def beats_within(seconds: float) -> bool:
    """Whether the part has beaten, waiting for it so long."""
    until = time.monotonic() + seconds
    while "beat" not in heartbeat.ages():
        if time.monotonic() > until:
            return False
        time.sleep(0.02)
    return True


def test_who_only_exists_does_not_beat(own_database: OwnDatabase) -> None:
    heart = pulse.Pulse("beat")
    assert not beats_within(0.3)
    heart.felt(sender="any signal")
    assert beats_within(5)


def test_a_database_that_is_away_delays_nothing_and_is_found_again(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(pulse, "REST_SECONDS", 0.05)
    settings = connections.settings["default"]
    monkeypatch.setitem(settings, "NAME", "away")
    heart = pulse.Pulse("beat")
    began_at = time.monotonic()
    heart.felt()
    assert time.monotonic() - began_at < 0.1
    until = time.monotonic() + 5
    while "could not be noted" not in caplog.text and time.monotonic() < until:
        time.sleep(0.02)
    assert "the heartbeat of beat could not be noted" in caplog.text
    settings["NAME"] = own_database.name
    heart.felt()
    assert beats_within(5)
