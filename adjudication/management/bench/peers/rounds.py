"""S5: how many terms a second other engines let lapse, each in its kindest form, beside ours, in interleaved rounds.

Every peer is handed its cases before the clock starts, does the same job by the same rule, and its rows are held
against the limit's before its time counts. A peer whose package is missing is left out, and that is said.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.core.management import CommandError

from adjudication import clock
from adjudication.management.bench import limit, meter
from adjudication.management.bench.peers import crew
from adjudication.management.bench.peers.place import Place
from adjudication.management.bench.same import Fingerprint, differences, fingerprint
from adjudication.management.bench.scratch import Scratch
from adjudication.management.bench.sweep import Say, Scale, filled

#: The peers, and the package of each.
PEERS = {"dbos": "dbos", "procrastinate": "procrastinate", "celery": "celery"}
PROCESSORS = os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Size:
    """How many terms each peer lapses, and how many jobs at once are tried to find what suits it best."""

    cases: int = 300
    widths: tuple[int, ...] = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class Way:
    """One engine at one width."""

    engine: str
    cases: int
    processes: int = 1
    threads: int = 1

    @property
    def width(self) -> int:
        """How many jobs run at once."""
        return self.processes * self.threads


class Ground:
    """The filled database, from a copy of which every way starts, and what the limit makes of it."""

    def __init__(self, databases: Scratch, at: datetime) -> None:
        """`filled` must have been made for the moment `at`."""
        self.databases, self.at = databases, at
        self.right: dict[int, Fingerprint] = {}

    def learn(self, *, up_to: Sequence[int]) -> None:
        """Let the limit lapse all, and remember the rows of so many first cases."""
        self.databases.clone("round", "filled")
        self.databases.use("round")
        with clock.simulated(self.at):
            limit.sweep()
        with self.databases.connect("round") as raw:
            self.right = {number: fingerprint(raw, number) for number in up_to}

    def rate(self, way: Way) -> float:
        """Terms a second, in a fresh copy.

        Ours counts from the start signal to the last term of all. A peer counts from when its first jobs, as many as
        run at once, are done: what starting and connecting cost it is left out.

        Raises:
            CommandError: it did not lapse every term once, or wrote other rows than the limit.

        """
        self.databases.clone("round", "filled")
        place = Place(
            database=self.databases.full_name("round"),
            parameters=self.databases.parameters,
            at=self.at,
            cases=way.cases,
            processes=way.processes,
            threads=way.threads,
            tally="",
        )
        started, times = crew.run(way.engine, place)
        with self.databases.connect("round") as raw:
            tables = differences(self.right[way.cases], fingerprint(raw, way.cases))
        if tables or len(times) != way.cases:
            wrong = f"other rows than the limit in: {', '.join(tables)}" if tables else f"{len(times)} lapses"
            raise CommandError(f"{way.engine} wrote {wrong}.")
        if way.engine == "docket":
            return way.cases / (times[-1] - started)
        return (way.cases - way.width) / (times[-1] - times[way.width - 1])


def present(peers: Mapping[str, str], say: Say) -> dict[str, str]:
    """The versions of those peers that are installed; the others are said to be left out."""
    found = {}
    for name, package in peers.items():
        try:
            found[name] = version(package)
        except PackageNotFoundError:
            say(f"{name} is left out: the package {package} is not installed (uv sync --group bench)")
    return found


def bench(databases: Scratch, scale: Scale, size: Size, say: Say, peers: Mapping[str, str] = PEERS) -> dict[str, Any]:
    """Find each peer's best width, then let all take turns."""
    if size.cases <= max(size.widths) or size.cases > scale.due:
        raise CommandError(f"A peer lapses more than {max(size.widths)} terms, and at most {scale.due} (--due).")
    versions = present(peers, say)
    ground = Ground(databases, filled(databases, "filled", scale, say))
    ground.learn(up_to=sorted({size.cases, scale.due}))
    ways = {
        "ours": Way("docket", scale.due, processes=PROCESSORS),
        "ours_one_process": Way("docket", scale.due),
        "no_engine": Way("nothing", size.cases),
    }
    tried: dict[str, dict[int, float]] = {}
    for name in versions:
        ways[name], tried[name] = _best(ground, name, size, say)
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(scale.rounds):
        for name in sorted(ways, key=list(ways).index, reverse=bool(turn % 2)):
            rates[name].append(round(ground.rate(ways[name]), 1))
            say(f"round {turn + 1}/{scale.rounds} {name:<16} {rates[name][-1]:>8,.1f} cases/s")
    return {
        **{f"ratio_to_{name}": _ratios(rates, "ours", name)["median"] for name in versions},
        "ratios": {name: _ratios(rates, "ours", name) for name in ("no_engine", *versions)},
        "ratios_of_one_process": {name: _ratios(rates, "ours_one_process", name) for name in ("no_engine", *versions)},
        "cases_per_second": {name: meter.spread(each) for name, each in rates.items()},
        "jobs_at_once": {name: ways[name].width for name in versions},
        "tried": tried,
        "versions": versions,
        "left_out": ", ".join(sorted(set(peers) - set(versions))),
        "broker_of_celery": "redis in memory" if crew.redis() else "pgmq in the same database",
        "cases": size.cases,
        "due": scale.due,
        "rounds": scale.rounds,
    }


def _best(ground: Ground, name: str, size: Size, say: Say) -> tuple[Way, dict[int, float]]:
    """What suits a peer best: as many processes as there are processors, and more or fewer threads in each."""
    ways = {}
    for width in size.widths:
        processes = min(width, PROCESSORS)
        ways[width] = Way(name, size.cases, processes, max(1, width // processes))
    if len(ways) == 1:
        return ways[size.widths[0]], {}
    tried = {}
    for width, way in ways.items():
        tried[width] = round(ground.rate(way), 1)
        say(f"{name} with {width} jobs at once: {tried[width]:,} cases/s")
    return ways[max(tried, key=lambda width: tried[width])], tried


def _ratios(rates: Mapping[str, Sequence[float]], ours: str, other: str) -> dict[str, float]:
    return meter.spread([round(a / b, 1) for a, b in zip(rates[ours], rates[other], strict=True)])
