"""S4: a tick with nothing due must not notice how many cases are open: 10,000 beside many, in turns."""

from __future__ import annotations

import statistics
import time
from typing import Any

from adjudication.management.bench.meter import statements
from adjudication.management.bench.scratch import Scratch
from adjudication.management.bench.sweep import Say, Scale, filled
from adjudication.procedure import lapse
from adjudication.procedure.tick import tick

FEW = 10_000
#: Ticks in one turn, the first ones of which only warm the connection.
TICKS, WARM = 200, 20

#: Whoever was to be reminded by now, or soon, has been: nothing at all is to be done.
REMINDED = """
UPDATE adjudication_deadline SET remind_at = NULL
WHERE ended_at IS NULL AND remind_at <= clock_timestamp() + interval '1 h'"""


def bench(databases: Scratch, *, many: int, rounds: int, say: Say) -> dict[str, Any]:
    """Time the whole tick, and the sweep within it, over a few and over `many` open cases."""
    seconds: dict[str, list[float]] = {}
    for name, size in (("few", FEW), ("many", many)):
        filled(databases, name, Scale(due=0, others=size), say)
        with databases.connect(name) as raw:
            raw.execute(REMINDED)
            raw.execute("VACUUM ANALYZE adjudication_deadline")
        seconds |= {f"{name}_tick": [], f"{name}_sweep": []}
    for turn in range(rounds):
        for name in ("few", "many") if turn % 2 else ("many", "few"):
            databases.use(name)
            for work, timed in ((tick, f"{name}_tick"), (lapse.sweep, f"{name}_sweep")):
                for number in range(TICKS):
                    start = time.perf_counter()
                    work()
                    if number >= WARM:
                        seconds[timed].append(1000 * (time.perf_counter() - start))
        say(f"round {turn + 1}/{rounds}")
    p50 = {name: statistics.median(each) for name, each in seconds.items()}
    return {
        "ratio_many_to_few": round(p50["many_tick"] / p50["few_tick"], 2),
        "open_cases": {"few": FEW, "many": many},
        "p50_ms": {name: round(value, 3) for name, value in p50.items()},
        "statements": statements(tick).work,
        "rounds": rounds,
    }
