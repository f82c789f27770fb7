"""The agenda: who does something next, and when; everything happens in the order of simulated time.

A life is a generator: it does something and yields how long it waits until it goes on. Two at one moment go in the
order in which they were entered, so that a run depends on its seed alone.
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from adjudication import clock

Life = Iterator[timedelta]


class Agenda:
    """A queue of lives by the moment each goes on."""

    def __init__(self, starts_at: datetime) -> None:
        """Nothing is on it."""
        self.at = starts_at
        self._entered = itertools.count()
        self._queue: list[tuple[datetime, int, Life]] = []

    def add(self, life: Life, *, after: timedelta = timedelta(0)) -> None:
        """Let a life begin so long after the present moment."""
        heapq.heappush(self._queue, (self.at + after, next(self._entered), life))

    def run(self, until: datetime, *, passed: Callable[[datetime], None]) -> None:
        """Live through everything that happens before `until`.

        Args:
            until: the end; what would happen then or later does not.
            passed: told of every moment something happened at.

        """
        while self._queue and self._queue[0][0] < until:
            self.at, _order, life = heapq.heappop(self._queue)
            with clock.simulated(self.at):
                wait = next(life, None)
            if wait is not None:
                self.add(life, after=max(wait, timedelta(microseconds=1)))
            passed(self.at)
        self.at = until
