"""Chances: the draws of one life, from a generator of random numbers that is its own.

So what one buyer does never depends on how many others there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from random import Random

from adjudication.management.simulation.proportions import T, pick


class Chances:
    """Draws for one order."""

    def __init__(self, seed: int, number: int) -> None:
        """The same seed and number draw the same."""
        self.rng = Random(f"{seed}:{number}")  # noqa: S311  # a simulation must repeat itself

    def percent(self, chance: float) -> bool:
        """Does it happen, so many times in a hundred?"""
        return self.rng.random() * 100 < chance

    def one(self, weights: Mapping[T, float]) -> T:
        """One of these, as often as its weight says."""
        return pick(self.rng, weights)

    def hours(self, least: float, most: float) -> timedelta:
        """Some time between, to the second."""
        return timedelta(seconds=round(self.rng.uniform(least, most) * 3600))
