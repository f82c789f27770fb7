"""S1 and S2: terms due at once, lapsed through the product, beside set-based SQL and the tutorial way.

Every way starts from a clone of one filled database, and its result is held against the limit's, row by row, before its
time counts. The ways take turns in interleaved rounds; a ratio is that of one round, and the median over all is told.
"""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.management import CommandError
from django.db import connection, connections

from adjudication import clock, docket
from adjudication.docket.sweep import BATCH
from adjudication.management.bench import limit, meter, tutorial
from adjudication.management.bench.fill import Filling, fill
from adjudication.management.bench.meter import Cost
from adjudication.management.bench.same import Fingerprint, differences, fingerprint
from adjudication.management.bench.scratch import Scratch
from adjudication.procedure.lapse import lapse

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Scale:
    """How large and how often."""

    due: int = 20_000
    others: int = 30_000
    rounds: int = 5
    tutorial: int = 1_000
    rounds_of_workers: int = 3


def ours() -> int:
    """Through the product: the function behind the tick and `manage.py sweep`."""
    return docket.sweep_cases(docket.DUE, lapse).done


def filled(databases: Scratch, name: str, scale: Scale, say: Say) -> datetime:
    """Make and fill the database that is cloned for every measurement; returns the moment at which terms are due."""
    start = time.perf_counter()
    databases.migrated(name)
    with databases.connect(name) as raw:
        row = raw.execute("SELECT clock_timestamp()").fetchone()
        at: datetime = row[0] if row else clock.now()
        fill(raw, Filling(at=at, due=scale.due, others=scale.others))
    say(f"{scale.due:,} due and {scale.others:,} other cases filled in, in {time.perf_counter() - start:.0f} s")
    return at


def bench(databases: Scratch, source: str, at: datetime, scale: Scale, say: Say) -> dict[str, Any]:
    """S1: one worker each way; S2: two workers; the statements of a batch. `source` was filled for the moment `at`."""
    databases.clone("loose", source)
    with databases.connect("loose") as raw:
        tutorial.loosen(raw)
    few = min(scale.tutorial, scale.due)
    ways: dict[str, tuple[str, int, Callable[[], int]]] = {
        "limit": (source, scale.due, limit.sweep),
        "ours": (source, scale.due, ours),
        "tutorial": ("loose", few, lambda: tutorial.sweep(few)),
    }
    costs: dict[str, list[Cost]] = {name: [] for name in ways}
    right: dict[int, Fingerprint] = {}
    with clock.simulated(at):
        for turn in range(scale.rounds):
            # The limit's rows are the measure, so it goes first once; then the ways go forth and back.
            for name in sorted(ways, key=list(ways).index, reverse=bool(turn % 2)):
                origin, cases, way = ways[name]
                databases.clone("round", origin)
                databases.use("round")
                done, cost = meter.measure(way)
                _require_same(databases, name, done, cases, few, right)
                costs[name].append(cost)
                say(f"round {turn + 1}/{scale.rounds} {name:<8} {done / cost.wall:>8,.0f} cases/s")
        report = _report(costs, {name: cases for name, (_origin, cases, _way) in ways.items()})
        report["statements_per_batch"] = _statements(databases, source)
        if scale.rounds_of_workers:
            report["workers"] = workers(databases, source, scale, say)
    return report


def workers(databases: Scratch, source: str, scale: Scale, say: Say) -> dict[str, Any]:
    """S2: the same terms by one and by two processes, and the limit by two."""
    rates: dict[str, list[float]] = {"ours_1": [], "ours_2": [], "limit_1": [], "limit_2": []}
    for turn in range(scale.rounds_of_workers):
        for name in sorted(rates, reverse=bool(turn % 2)):
            databases.clone("round", source)
            databases.use("round")
            way, _underscore, number = name.partition("_")
            rates[name].append(scale.due / _together(ours if way == "ours" else limit.sweep, int(number), scale.due))
            say(f"round {turn + 1}/{scale.rounds_of_workers} {name} {rates[name][-1]:,.0f} cases/s")
    two, one = rates["ours_2"], rates["ours_1"]
    return {
        "cases_per_second": {name: meter.spread(values) for name, values in rates.items()},
        "ratio_two_to_one": round(statistics.median(b / a for a, b in zip(one, two, strict=True)), 2),
        "ratio_to_limit_with_two": round(
            statistics.median(a / b for a, b in zip(two, rates["limit_2"], strict=True)), 3
        ),
        "rounds": scale.rounds_of_workers,
    }


def _require_same(
    databases: Scratch, name: str, done: int, expected: int, few: int, right: dict[int, Fingerprint]
) -> None:
    """The limit's first result is what every other must equal; the tutorial's is held against its first cases.

    Raises:
        CommandError: a way did not do all, or wrote other rows.

    """
    if done != expected:
        raise CommandError(f"{name} lapsed {done} terms of {expected}: nothing is measured.")
    with databases.connect("round") as raw:
        for up_to in {few, expected}:
            found = fingerprint(raw, up_to)
            if tables := differences(right.setdefault(up_to, found), found):
                raise CommandError(f"{name} wrote other rows than the limit in: {', '.join(tables)}.")


def _statements(databases: Scratch, source: str) -> float:
    """What one full batch sends, without BEGIN and COMMIT: the difference that one more batch makes."""
    databases.clone("round", source)
    databases.use("round")
    counts = meter.statements(ours)
    # The last transaction finds nothing due: one statement, the claim.
    return round((counts.work - 1) / max(1, counts.transactions - 1), 2)


def _report(costs: dict[str, list[Cost]], cases: dict[str, int]) -> dict[str, Any]:
    rates = {name: [cases[name] / cost.wall for cost in each] for name, each in costs.items()}

    def ratio(other: str) -> list[float]:
        return [a / b for a, b in zip(rates["ours"], rates[other], strict=True)]

    report: dict[str, Any] = {
        "ratio_to_limit": round(statistics.median(ratio("limit")), 3),
        "ratio_to_tutorial": round(statistics.median(ratio("tutorial")), 1),
        "cases_per_second": round(statistics.median(rates["ours"])),
        "rounds": len(rates["ours"]),
        "batch": BATCH,
        "due": cases["ours"],
        "spread": {
            "ratio_to_limit": meter.spread(ratio("limit")),
            "ratio_to_tutorial": meter.spread(ratio("tutorial")),
            **{f"{name}_cases_per_second": meter.spread(values) for name, values in rates.items()},
        },
    }
    return report | _processor(costs, cases)


def _processor(costs: dict[str, list[Cost]], cases: dict[str, int]) -> dict[str, Any]:
    """Processor time a case, here and in the server; None where the server's cannot be seen."""
    each = {
        name: [1000 * cost.total_cpu / cases[name] for cost in rounds if cost.total_cpu is not None]
        for name, rounds in costs.items()
    }
    if not all(len(each[name]) == len(costs[name]) for name in each):
        return {"cpu_ms_per_case": None, "cpu_ratio_to_limit": None, "cpu_ratio_to_tutorial": None}
    client = [1000 * cost.cpu / cases["ours"] for cost in costs["ours"]]
    return {
        "cpu_ms_per_case": round(statistics.median(each["ours"]), 4),
        "cpu_ms_per_case_of_client": round(statistics.median(client), 4),
        "cpu_ms_per_case_of_limit": round(statistics.median(each["limit"]), 4),
        "cpu_ms_per_case_of_tutorial": round(statistics.median(each["tutorial"]), 4),
        "cpu_ratio_to_limit": round(
            statistics.median(a / b for a, b in zip(each["ours"], each["limit"], strict=True)), 2
        ),
        "cpu_ratio_to_tutorial": round(
            statistics.median(b / a for a, b in zip(each["ours"], each["tutorial"], strict=True)), 1
        ),
    }


def _together(way: Callable[[], int], number: int, expected: int) -> float:
    """Seconds from the first start to the last end of `number` processes that share what is due."""
    connections.close_all()
    context = multiprocessing.get_context("fork")
    ready, told = context.Barrier(number), context.SimpleQueue()

    def work() -> None:
        connection.ensure_connection()
        ready.wait()
        start = time.monotonic()
        done = way()
        told.put((start, time.monotonic(), done))

    processes = [context.Process(target=work) for _number in range(number)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    if any(process.exitcode for process in processes):
        raise CommandError("A worker failed; see above.")
    answers = [told.get() for _process in processes]
    if sum(done for _start, _end, done in answers) != expected:
        raise CommandError("The workers together did not lapse every term once.")
    return float(max(end for _start, end, _done in answers) - min(start for start, _end, _done in answers))
