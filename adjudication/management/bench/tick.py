"""S4: a tick with nothing due must not notice how many cases are open: 10,000 beside many, in turns."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from typing import Any

from adjudication.management.bench.meter import statements
from adjudication.management.bench.scratch import Scratch
from adjudication.management.bench.sweep import Say, Scale, filled
from adjudication.procedure import lapse
from adjudication.procedure.tick import tick

FEW = 10_000
#: What is timed: the whole tick, and the sweep within it.
WAYS: tuple[tuple[Callable[[], object], str], ...] = ((tick, "tick"), (lapse.sweep, "sweep"))
#: Ticks in one turn, the first ones of which only warm the connection.
TICKS, WARM = 200, 20

#: Whoever was to be reminded by now, or soon, has been: nothing at all is to be done.
REMINDED = """
UPDATE adjudication_deadline SET remind_at = NULL
WHERE ended_at IS NULL AND remind_at <= clock_timestamp() + interval '1 h'"""


def bench(databases: Scratch, *, many: int, rounds: int, say: Say) -> dict[str, Any]:
    """Time the whole tick, and the sweep within it, over a few and over `many` open cases."""
    report: dict[str, Any] = {}
    for name, size in (("few", FEW), ("many", many)):
        filled(databases, name, Scale(due=0, others=size), say)
        report["right_after_reminders"] = _right_after_reminders(databases, name)
    return measured(databases, rounds=rounds, say=say) | {"open_cases": {"few": FEW, "many": many}} | report


def _right_after_reminders(databases: Scratch, name: str) -> dict[str, Any]:
    """Let all reminders that were due go out at once, and time the ticks before the next vacuum; then vacuum."""
    with databases.connect(name) as raw:
        raw.execute("VACUUM ANALYZE adjudication_deadline")
        reminded = raw.execute(REMINDED).rowcount
        databases.use(name)
        took = timed(tick, WARM)
        raw.execute("VACUUM ANALYZE adjudication_deadline")
    return {"reminded": reminded, "first_ms": round(took[0], 3), "p50_ms": round(statistics.median(took), 3)}


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Do it so often; the milliseconds of each."""
    took = []
    for _number in range(times):
        start = time.perf_counter()
        work()
        took.append(1000 * (time.perf_counter() - start))
    return took


def measured(databases: Scratch, *, rounds: int, say: Say) -> dict[str, Any]:
    """Time ticks over both databases, in turns."""
    ways = [(name, work, f"{name}_{what}") for name in ("few", "many") for work, what in WAYS]
    took: dict[str, list[float]] = {label: [] for _name, _work, label in ways}
    for turn in range(rounds):
        for name, work, label in ways if turn % 2 else reversed(ways):
            databases.use(name)
            took[label] += timed(work, TICKS)[WARM:]
        say(f"round {turn + 1}/{rounds}")
    p50 = {label: statistics.median(each) for label, each in took.items()}
    return {
        "ratio_many_to_few": round(p50["many_tick"] / p50["few_tick"], 2),
        "p50_ms": {label: round(value, 3) for label, value in p50.items()},
        "statements": statements(tick).work,
        "rounds": rounds,
    }
