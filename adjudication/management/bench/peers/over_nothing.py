"""One case after the other in one process, without any engine: what the job itself costs."""

from __future__ import annotations

from collections.abc import Callable

from adjudication.management.bench.peers import job
from adjudication.management.bench.peers.place import Place


def work(place: Place, wait_for_start: Callable[[], None]) -> None:
    """Lapse them."""
    cases = job.numbers(place)
    wait_for_start()
    for number in cases:
        job.lapse_one(number)
