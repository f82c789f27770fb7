"""Clocks an hour off in the service's parts: no term lapses early and none late, for the database's time decides."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.faults.ground import Ground

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
