"""Beat gone or doubled: the second path lapses terms in time without it, and two beats do nothing twice."""

from __future__ import annotations

import pytest

from tests.faults.ground import LATE_SECONDS, Ground
from tests.processes import LARGE

pytestmark = [pytest.mark.faults, pytest.mark.processes]
CASES, SWEEP_SECONDS = (200, "5") if LARGE else (20, "1")
TICKS = "SELECT count(*) FROM adjudication_heartbeat WHERE part = 'worker'"


def test_without_a_beat_the_second_path_lapses_every_term_in_time(ground: Ground) -> None:
    ground.seller_answers_within(3)
    beat, *_ = [ground.part(name, SWEEP_SECONDS=SWEEP_SECONDS) for name in ("beat", "worker", "sweep")]
    ground.until(lambda: ground.value(TICKS) > 0, 60, "a tick")
    beat.kill()
    ground.request(CASES)
    ground.until_none_is_open()
    _, latest = ground.judge(CASES)
    print(f"no beat: {CASES} terms lapsed once by the second path, {latest:.1f} s late at most")
    assert latest < LATE_SECONDS


def test_two_beats_two_workers_and_the_second_path_lapse_every_term_once(ground: Ground) -> None:
    ground.seller_answers_within(3)
    for name in ("beat", "beat", "worker", "worker", "sweep"):
        ground.part(name, SWEEP_SECONDS="0.2")
    ground.request(CASES)
    ground.until_none_is_open()
    _, latest = ground.judge(CASES)
    print(f"two beats, two workers, second path: {CASES} terms lapsed once, {latest:.1f} s late at most")
