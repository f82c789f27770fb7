"""S10: what the database's own guarantees cost a sweep: all of them on, beside the bare schema, in turns."""

from __future__ import annotations

import statistics
from typing import Any

import psycopg
from psycopg import sql

from adjudication import clock
from adjudication.management.bench import meter
from adjudication.management.bench.scratch import Scratch
from adjudication.management.bench.sweep import Say, Scale, filled, ours

TRIGGERS = """SELECT t.tgrelid::regclass::text, t.tgname FROM pg_trigger t
    JOIN pg_class c ON c.oid = t.tgrelid WHERE NOT t.tgisinternal AND c.relname LIKE 'adjudication%'"""
CONSTRAINTS = """SELECT conrelid::regclass::text, conname FROM pg_constraint JOIN pg_class c ON c.oid = conrelid
    WHERE contype IN ('c', 'f') AND c.relname LIKE 'adjudication%'"""


def strip(raw: psycopg.Connection[Any]) -> None:
    """Take away, in this run's copy, every trigger, check and foreign key; keys and indexes stay."""
    for found, drop in (
        (TRIGGERS, "DROP TRIGGER {name} ON {table}"),
        (CONSTRAINTS, "ALTER TABLE {table} DROP CONSTRAINT {name}"),
    ):
        for table, name in raw.execute(found.encode()).fetchall():
            raw.execute(sql.SQL(drop).format(name=sql.Identifier(name), table=sql.SQL(table)))


def bench(databases: Scratch, scale: Scale, say: Say) -> dict[str, Any]:
    """Time the same sweep over both."""
    at = filled(databases, "filled", scale, say)
    databases.clone("bare", "filled")
    with databases.connect("bare") as raw:
        strip(raw)
    costs: dict[str, list[meter.Cost]] = {"filled": [], "bare": []}
    with clock.simulated(at):
        for turn in range(scale.rounds):
            for source in sorted(costs, reverse=bool(turn % 2)):
                databases.clone("round", source)
                databases.use("round")
                costs[source].append(meter.measure(ours)[1])
                say(f"round {turn + 1}/{scale.rounds} {source:<6} {scale.due / costs[source][-1].wall:,.0f} cases/s")
    pairs = list(zip(costs["filled"], costs["bare"], strict=True))
    report: dict[str, Any] = {
        "ratio_to_bare": round(statistics.median(full.wall / bare.wall for full, bare in pairs), 2),
        "spread": meter.spread([full.wall / bare.wall for full, bare in pairs]),
        "rounds": scale.rounds,
    }
    if all(cost.total_cpu for pair in pairs for cost in pair):
        ratios = [(full.total_cpu or 0) / (bare.total_cpu or 1) for full, bare in pairs]
        report["cpu_ratio_to_bare"] = round(statistics.median(ratios), 2)
    return report
