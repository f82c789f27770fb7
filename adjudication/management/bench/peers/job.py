"""The one job that every peer is given: one term lapses by the same rule as in the product, in its own transaction.

So what differs between the peers, and from the sweep, is the engine alone.
"""

from __future__ import annotations

import os
import struct
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.management.bench.peers.place import Place
from adjudication.procedure.lapse import lapse

STAMP = struct.Struct("d")


@dataclass(slots=True)
class _Desk:
    """What this process works with; threads share it and forked processes inherit it."""

    at: datetime
    tally: int


_desks: list[_Desk] = []


def sit_down(place: Place) -> None:
    """Get ready to work: from now on this process appends to the run's tally."""
    _desks[:] = [_Desk(place.at, os.open(place.tally, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600))]


def lapse_one(number: str) -> None:
    """Lapse the open term of this case."""
    with clock.simulated(_desks[0].at), docket.take(number) as (case, at):
        lapse(case, at)
    tell(1)


def sweep() -> int:
    """Lapse all that is due, through the product; returns how many."""
    with clock.simulated(_desks[0].at):
        done = docket.sweep_cases(docket.DUE, lapse).done
    tell(done)
    return done


def tell(done: int) -> None:
    """Append the present time to the tally, once for each term that has just lapsed."""
    os.write(_desks[0].tally, STAMP.pack(time.monotonic()) * done)


def told(tally: Path) -> list[float]:
    """When terms lapsed so far, by the clock that all processes of a machine share, in order."""
    written = tally.read_bytes() if tally.exists() else b""
    return sorted(at for (at,) in STAMP.iter_unpack(written[: len(written) // STAMP.size * STAMP.size]))


def numbers(place: Place) -> list[str]:
    """The cases whose terms have been due for longest."""
    return list(Case.objects.filter(pk__lte=place.cases).order_by("pk").values_list("number", flat=True))
