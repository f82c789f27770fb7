"""Workers killed outright at random moments of a sweep: every term still lapses, once, and the books are sound."""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

from tests.faults.ground import SWEEPING, Ground
from tests.processes import LARGE, Part

pytestmark = [pytest.mark.faults, pytest.mark.processes]
TERMS, KILLS, LIMIT_SECONDS = (10_000, 30, 300) if LARGE else (400, 3, 60)
#: From the first sign of a sweep to the kill, at most: a batch of five hundred takes some ten times as long.
SPREAD_SECONDS = 0.15


def kill_somewhere(ground: Ground, worker: Part, chance: random.Random) -> Part:
    """Kill the worker with all its processes, or one process of its pool; returns the worker started in its place."""
    pool = worker.children()
    if pool and chance.random() < 0.5:
        os.kill(chance.choice(pool), signal.SIGKILL)
        worker.process.wait(10)  # it falls with its pool: the other processes may wait for the killed one for ever
    worker.kill()
    return ground.part("worker")


def test_every_term_lapses_once_however_often_workers_are_killed(ground: Ground) -> None:
    ground.fill_due(TERMS)
    seed = random.SystemRandom().randrange(1_000_000)
    chance = random.Random(seed)  # noqa: S311  # moments, not secrets
    ground.part("beat", SWEEP_SECONDS="0.3")
    worker = ground.part("worker")
    began, in_the_middle = time.monotonic(), 0
    for _ in range(KILLS):
        ground.until(lambda: ground.value(SWEEPING) > 0, LIMIT_SECONDS, "a sweep")
        time.sleep(chance.uniform(0, SPREAD_SECONDS))
        in_the_middle += ground.value(SWEEPING) > 0
        worker = kill_somewhere(ground, worker, chance)
    ground.until_none_is_due(LIMIT_SECONDS - (time.monotonic() - began))
    seconds = time.monotonic() - began
    ground.judge(TERMS)
    print(
        f"{TERMS:,} terms, {KILLS} kills ({in_the_middle} within a sweep, seed {seed}): "
        f"all lapsed once in {seconds:.0f} s"
    )
    assert in_the_middle > 0


def test_a_worker_falls_with_a_process_of_its_pool_that_is_killed_while_it_waits(ground: Ground) -> None:
    worker = ground.part("worker")
    ground.until(lambda: any("ready" in line for line in worker.lines), 60, "the worker")
    os.kill(worker.children()[-1], signal.SIGKILL)
    assert worker.process.wait(10) == 1
    assert any("was killed; ending with it" in line for line in worker.lines)
