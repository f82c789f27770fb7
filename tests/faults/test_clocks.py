"""Clocks an hour off in the service's parts: no term lapses early and none late, for the database's time decides."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.faults.ground import DUE, Ground
from tests.processes import free_port
from tests.story.marketplace import Caller

pytestmark = [pytest.mark.faults, pytest.mark.processes]
HOUR_SECONDS = 3600
CASES, TERM_SECONDS = 5, 6
#: How long after its end a term may lapse where nothing is wrong but the clocks.
SOON_SECONDS = 10


def off(by_seconds: int) -> dict[str, str]:
    """The environment of a process whose clock is off by that much; the control is that it truly is."""
    added = {"PYTHONPATH": str(Path(__file__).parent / "another_clock"), "CLOCK_OFF_SECONDS": str(by_seconds)}
    asked = [
        sys.executable,
        "-c",
        "import time; from datetime import datetime as d; print(time.time(), d.now().timestamp())",
    ]
    told = subprocess.run(asked, env=os.environ | added, capture_output=True, text=True, check=True).stdout
    assert all(abs(float(clock) - time.time() - by_seconds) < 60 for clock in told.split())
    return added


def lapsed_in_time(ground: Ground, what: str) -> None:
    """File cases and let their terms run out."""
    ground.seller_answers_within(TERM_SECONDS)
    ground.request(CASES)
    ground.until_none_is_open()
    earliest, latest = ground.judge(CASES)
    print(f"{what}: {CASES} terms lapsed {earliest:.2f} to {latest:.2f} s after their end")
    assert latest < SOON_SECONDS


@pytest.mark.parametrize("by_seconds", [HOUR_SECONDS, -HOUR_SECONDS])
def test_worker_and_beat_an_hour_off(ground: Ground, by_seconds: int) -> None:
    for name in ("worker", "beat"):
        ground.part(name, **off(by_seconds))
    lapsed_in_time(ground, f"worker and beat {by_seconds:+d} s off")


@pytest.mark.parametrize("by_seconds", [HOUR_SECONDS, -HOUR_SECONDS])
def test_the_second_path_an_hour_off(ground: Ground, by_seconds: int) -> None:
    ground.part("sweep", **off(by_seconds))
    lapsed_in_time(ground, f"second path {by_seconds:+d} s off")


def test_a_beat_an_hour_behind_its_worker(ground: Ground) -> None:
    ground.part("beat", **off(-HOUR_SECONDS))
    ground.part("worker")
    lapsed_in_time(ground, "beat an hour behind its worker")


@pytest.mark.parametrize("by_seconds", [HOUR_SECONDS, -HOUR_SECONDS])
def test_a_web_process_an_hour_off_takes_an_act_until_the_end_of_its_term_and_none_after(
    ground: Ground, by_seconds: int
) -> None:
    port = free_port()
    ground.part("web", GRANIAN_PORT=str(port), **off(by_seconds))
    told = io.StringIO()
    call_command("create_api_key", "marketplace", scopes="cases:read,cases:act", stdout=told)
    marketplace = Caller(port, told.getvalue().strip().splitlines()[-1])
    ground.until(lambda: answers(port), 60, "the web process")
    ground.seller_answers_within(TERM_SECONDS)
    in_time, too_late = ground.request(2)
    assert marketplace.call("POST", f"cases/{in_time}/accept", {})[0] == 200
    ground.until(lambda: ground.value(DUE) > 0, 2 * TERM_SECONDS, "the end of the term")
    status, answer = marketplace.call("POST", f"cases/{too_late}/accept", {})
    assert (status, answer["code"]) == (409, "too_late")
    assert marketplace.get(f"cases/{too_late}")["state"] == "requested"


def answers(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
