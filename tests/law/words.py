"""What every part of the model of the law speaks of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

H = timedelta(hours=1)
NEGOTIABLE = ("requested", "rejected", "intervention", "evidence")
SIDES = ("buyer", "seller")
DECIDERS = ("arbitrator", "supervisor")


class Refusal(Exception):
    """The act must be refused with this code."""


@dataclass(frozen=True)
class Who:
    """Somebody: a role and a name."""

    role: str
    name: str = ""
