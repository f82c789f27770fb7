"""A database in which everything commits, the service's parts over it, and the judgement at the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import psycopg

from adjudication.management.bench.fill import Filling, fill
from adjudication.policy import versions
from adjudication.reports import audit
from tests import walk
from tests.conftest import OwnDatabase
from tests.processes import Part

#: No fault may keep a term waiting for longer.
LATE_SECONDS = 120

DUE = "SELECT count(*) FROM adjudication_deadline WHERE ended_at IS NULL AND due_at <= clock_timestamp()"
OPEN = "SELECT count(*) FROM adjudication_deadline WHERE ended_at IS NULL AND case_id IS NOT NULL"
SWEEPING = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle' AND xact_start IS NOT NULL
  AND query LIKE '%adjudication\\_%'"""
LAPSES = """
SELECT lapses, count(*) FROM (
    SELECT count(*) FILTER (WHERE e.kind = 'deadline.lapsed') AS lapses
    FROM adjudication_case c JOIN adjudication_event e ON e.case_id = c.id GROUP BY c.id) each
GROUP BY lapses"""
LATENESS = """
SELECT min(extract(epoch FROM ended_at - due_at))::float8, max(extract(epoch FROM ended_at - due_at))::float8
FROM adjudication_deadline WHERE "end" = 'lapsed'"""
PARKED = "SELECT failure FROM adjudication_deadline WHERE parked_at IS NOT NULL"


@dataclass
class Ground:
    """One test's ground."""

    database: OwnDatabase
    raw: psycopg.Connection[Any]
    environment: dict[str, str]
    parts: list[Part] = field(default_factory=list)

    def part(self, name: str, **environment: str) -> Part:
        """Start a part of the service over this database; it is killed in the end, if it still runs."""
        self.parts.append(Part(name, **self.environment | environment))
        return self.parts[-1]

    def silence_parts(self, parts: Iterable[Part] | None = None) -> None:
        """Kill -9 these parts, or all."""
        for part in self.parts if parts is None else parts:
            part.kill()

    def value(self, statement: str) -> Any:
        """The one value that the statement asks for."""
        row = self.raw.execute(statement).fetchone()
        assert row is not None
        return row[0]

    def now(self) -> datetime:
        """The database's time."""
        at: datetime = self.value("SELECT clock_timestamp()")
        return at

    def fill_due(self, terms: int) -> None:
        """As many cases whose sellers have kept silent for too long, each as the acts would have left it."""
        fill(self.raw, Filling(at=self.now(), due=terms, buyers=50, shops=10))

    def seller_answers_within(self, seconds: int) -> None:
        """Put that term in force for the cases that follow."""
        versions.load(f"[terms_seconds]\nseller_answers = {seconds}\n")

    def request(self, cases: int) -> list[str]:
        """As many cases in which the seller's term has just begun, by the acts; their numbers."""
        return [walk.requested(walk.register(walk.given_order()), reason="not_shipped").number for _ in range(cases)]

    def until(self, is_so: Callable[[], bool], seconds: float, what: str = "it") -> float:
        """Wait until it is so; the seconds it took."""
        began = time.monotonic()
        while not is_so():
            said = "\n".join(line for part in self.parts for line in part.lines[-15:])
            assert time.monotonic() - began < seconds, f"{what} did not come about in {seconds} s:\n{said}"
            time.sleep(0.05)
        return time.monotonic() - began

    def until_none_is_due(self, seconds: float = LATE_SECONDS) -> float:
        """Wait until everything that is due has lapsed."""
        return self.until(lambda: self.value(DUE) == 0, seconds, "the end of what is due")

    def until_none_is_open(self, seconds: float = LATE_SECONDS) -> float:
        """Wait until no case has a term left."""
        return self.until(lambda: self.value(OPEN) == 0, seconds, "the end of every case")

    def judge(self, cases: int) -> tuple[float, float]:
        """Every case lapsed once, none is parked, the books are sound; how late, in seconds, at least and at most."""
        assert self.raw.execute(PARKED).fetchall() == []
        assert self.raw.execute(LAPSES).fetchall() == [(1, cases)]
        found = audit.run()
        assert found.is_sound, (found.counts, found.violations[:5], found.could_not_check)
        earliest, latest = self.raw.execute(LATENESS).fetchone() or (0.0, 0.0)
        assert earliest >= 0
        return earliest, latest
