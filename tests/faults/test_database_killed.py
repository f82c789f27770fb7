"""PostgreSQL killed outright under load: the service recovers by itself, and nothing it acknowledged is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
import urllib.error
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

import psycopg
import pytest

from config import embedded_postgres
from tests.processes import LARGE, RunningUp, run_manage
from tests.story.marketplace import Caller, a_claim, an_order

pytestmark = [pytest.mark.faults, pytest.mark.processes]
KILLS, CALLERS = (10, 8) if LARGE else (2, 4)
RECOVERS_WITHIN_SECONDS = 10
SCOPES = "orders:write,cases:read,cases:act,ledger:read"


class Marketplace(threading.Thread):
    """A caller that registers orders and asks for refunds, one after the other, and keeps what was acknowledged."""

    def __init__(self, name: str, caller: Caller, stop: threading.Event) -> None:
        super().__init__(name=name, daemon=True)
        self.caller, self.stop = caller, stop
        self.orders: list[str] = []
        self.cases: list[str] = []
        self.answers: dict[int, int] = {}
        self.last_success = 0.0

    def run(self) -> None:
        number = 0
        while not self.stop.is_set():
            number += 1
            order = f"{self.name}-{number}"
            if self._call("orders", an_order(order), order, self.orders, "order_number"):
                self._call("cases", a_claim(order, reason="not_shipped"), f"case-{order}", self.cases, "number")

    def _call(self, path: str, body: object, key: str, acknowledged: list[str], told: str) -> bool:
        """One call under its idempotency key, repeated until it is answered for good."""
        while not self.stop.is_set():
            try:
                status, answer = self.caller.call("POST", path, body, **{"Idempotency-Key": key})
            except (OSError, HTTPException, urllib.error.URLError, ValueError):
                status, answer = 0, {}
            self.answers[status] = self.answers.get(status, 0) + 1
            if status in (200, 201):
                acknowledged.append(answer[told])
                self.last_success = time.monotonic()
                return True
            time.sleep(0.1)
        return False


@contextmanager
def under_load(up: RunningUp, key: str) -> Iterator[list[Marketplace]]:
    stop = threading.Event()
    callers = [Marketplace(f"L{number}", Caller(up.port, key), stop) for number in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        yield callers
    finally:
        stop.set()
        for caller in callers:
            caller.join(40)


@pytest.fixture
def up(tmp_path: Path) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path / "data")
    try:
        running.wait_for("ready after", 90)
        yield running
    finally:
        running.process.terminate()
        running.process.wait(30)


def recovery_seconds(up: RunningUp, callers: list[Marketplace]) -> float:
    """Kill the database's first process; how long after its return every caller got through again."""
    before = len(up.lines)
    os.kill(up.process_of("bin/postgres -D"), signal.SIGKILL)
    killed = time.monotonic()
    while not any("the database runs again" in line for line in up.lines[before:]):
        assert time.monotonic() - killed < 60, "\n".join(up.lines[-30:])
        time.sleep(0.02)
    back = time.monotonic()
    while not all(caller.last_success > back for caller in callers):
        assert time.monotonic() - back < 60, "\n".join(up.lines[-30:])
        time.sleep(0.02)
    return max(caller.last_success for caller in callers) - back


def test_nothing_acknowledged_is_lost_and_the_service_recovers_by_itself(up: RunningUp) -> None:
    made = run_manage("create_api_key", "load", "--scopes", SCOPES, DATA_DIR=str(up.data))
    assert made.returncode == 0, made.stderr
    recoveries = []
    with under_load(up, made.stdout.strip().splitlines()[-1]) as callers:
        for _ in range(KILLS):
            time.sleep(2)
            recoveries.append(recovery_seconds(up, callers))
        time.sleep(1)
    acknowledged_orders = {number for caller in callers for number in caller.orders}
    acknowledged_cases = {number for caller in callers for number in caller.cases}
    with psycopg.connect(embedded_postgres.dsn(up.data)) as raw:
        orders = {number for (number,) in raw.execute("SELECT number FROM adjudication_order")}
        cases = [number for (number,) in raw.execute("SELECT number FROM adjudication_case")]
    audit = run_manage("audit", DATA_DIR=str(up.data))
    answers = {status: sum(caller.answers.get(status, 0) for caller in callers) for status in (0, 201, 409, 500, 503)}
    print(
        f"{KILLS} kills of PostgreSQL under {CALLERS} callers: answers {answers}; recovered after "
        f"{', '.join(f'{seconds:.1f}' for seconds in recoveries)} s; {len(orders)} orders, {len(cases)} cases, "
        "none lost"
    )
    assert acknowledged_orders <= orders
    assert acknowledged_cases <= set(cases)
    assert len(cases) - len(acknowledged_cases) <= CALLERS  # at most the last call of each was never answered
    assert max(recoveries) < RECOVERS_WITHIN_SECONDS
    assert audit.returncode == 0, audit.stdout + audit.stderr
