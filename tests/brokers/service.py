"""A running service over a broker that can be taken from it, and what its users see then."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import tomli_w

from config import embedded_postgres
from tests.brokers.servers import Broker
from tests.processes import RunningUp, run_manage
from tests.story.marketplace import Caller, a_claim, an_order

SCOPES = "orders:write,cases:read,cases:act,evidence:read,ledger:read"
#: The seller's term, which everybody lets run out here.
TERM_SECONDS = 2
ANSWERS_WITHIN_SECONDS = 2
#: How late a term may lapse without a broker.
LATE_SECONDS = 120
#: How long a broker that has come back may wait for the service to find it.
BACK_SECONDS = 40
LAPSES = """
SELECT c.number, count(*) FILTER (WHERE e.kind = 'deadline.lapsed'), c.outcome
FROM adjudication_case c JOIN adjudication_event e ON e.case_id = c.id GROUP BY c.id ORDER BY c.number"""
UNANNOUNCED = "SELECT count(*) FROM adjudication_announcement WHERE announced_at IS NULL"
LATENESS = 'SELECT extract(epoch FROM ended_at - due_at)::float8 FROM adjudication_deadline WHERE "end" = %s'


@dataclass
class Service:
    """An `up` over the broker, and the marketplace that speaks to it."""

    broker: Broker
    up: RunningUp
    marketplace: Caller
    slowest_answer: float = 0.0
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def timed(self, method: str, path: str, body: Any = None) -> Any:
        """The answer to a call that succeeds; how long it took is kept."""
        began = time.monotonic()
        status, answer = self.marketplace.call(method, path, body)
        self.slowest_answer = max(self.slowest_answer, time.monotonic() - began)
        assert status in (200, 201), (path, status, answer)
        return answer

    def file_case(self) -> str:
        """The buyer of an order that was never shipped asks for the money back; the number of the case."""
        order = f"Q-{next(self.numbers)}"
        self.timed("POST", "orders", an_order(order))
        return str(self.timed("POST", "cases", a_claim(order, reason="not_shipped"))["number"])

    def refunded(self, number: str, seconds: float) -> None:
        """Wait until silence has refunded the case."""
        closed = self.marketplace.until(f"cases/{number}", {"state": "closed"}, seconds)
        assert closed["outcome"] == "refunded"

    def until_paid_out(self, number: str) -> None:
        """Wait until the provider has paid what the case awarded."""
        until = time.monotonic() + BACK_SECONDS
        while number not in [paid["case"] for paid in self.marketplace.get("payouts?state=paid&limit=100")["results"]]:
            assert time.monotonic() < until
            time.sleep(0.2)

    @contextmanager
    def without_second_path(self) -> Iterator[None]:
        """Whatever lapses while the block lasts came through the broker: the second path is held still."""
        second = [pid for pid, command in self.up.processes().items() if "sweep --loop" in command]
        assert second
        for pid in second:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in second:
                os.kill(pid, signal.SIGCONT)

    def until_a_tick_comes_through(self) -> float:
        """Wait until a case lapses through the broker; the seconds it took beyond the case's own term."""
        with self.without_second_path():
            began = time.monotonic()
            self.refunded(self.file_case(), BACK_SECONDS)
            return time.monotonic() - began - TERM_SECONDS

    def with_its_broker(self) -> None:
        """Start the broker, unless it runs already, and wait until ticks come through it."""
        if self.broker.start():
            self.until_a_tick_comes_through()

    def rows(self, statement: str, *values: str) -> list[Any]:
        """What stands in the database."""
        with psycopg.connect(embedded_postgres.dsn(self.up.data)) as raw:
            return raw.execute(statement, values).fetchall()

    def until_the_outbox_is_empty(self) -> None:
        """Wait until everything has been announced."""
        until = time.monotonic() + LATE_SECONDS
        while self.rows(UNANNOUNCED) != [(0,)]:
            assert time.monotonic() < until, "the outbox does not drain"
            time.sleep(0.2)

    def all_lapsed_once(self) -> tuple[int, float]:
        """Every case was refunded by one lapse, the outbox has drained, the books are sound; how many, and how late."""
        self.until_the_outbox_is_empty()
        cases = self.rows(LAPSES)
        assert {(lapses, outcome) for _, lapses, outcome in cases} == {(1, "refunded")}, cases
        done = run_manage("audit", DATA_DIR=str(self.up.data))
        assert done.returncode == 0, done.stdout + done.stderr
        return len(cases), max(late for (late,) in self.rows(LATENESS, "lapsed"))


@contextmanager
def started(kind: type[Broker], folder: Path) -> Iterator[Service]:
    """An `up` without its broker, as soon as the web process answers."""
    broker = kind(folder / "broker")
    policy = folder / "seconds.toml"
    policy.write_text(tomli_w.dumps({"terms_seconds": {"seller_answers": TERM_SECONDS}}))
    up = RunningUp(folder / "data", "--policy", str(policy), CELERY_BROKER_URL=broker.url, SWEEP_SECONDS="0.5")
    try:
        up.wait_for("database is up to date", 60)
        data = {"DATA_DIR": str(up.data)}
        key = run_manage("create_api_key", "marketplace", "--scopes", SCOPES, **data)
        assert key.returncode == 0, key.stderr
        until = time.monotonic() + 60
        while up.get("/live") != 200:
            assert time.monotonic() < until, "\n".join(up.lines)
            time.sleep(0.1)
        yield Service(broker, up, Caller(up.port, key.stdout.strip().splitlines()[-1]))
    finally:
        up.process.terminate()
        up.process.wait(30)
        broker.kill()
