"""What a piece of work costs: wall time, processor time here and in the server, and statements sent."""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class Cost(NamedTuple):
    """In seconds; `server_cpu` is the connection's own server process, None where it runs elsewhere."""

    wall: float
    cpu: float
    server_cpu: float | None

    @property
    def total_cpu(self) -> float | None:
        """Ours and the server's."""
        return None if self.server_cpu is None else self.cpu + self.server_cpu


@dataclass(slots=True)
class Statements:
    """Statements that went to the server, whoever sent them: Django's cursors or others."""

    work: int = 0
    """All but the beginning and end of transactions."""
    transactions: int = 0


def measure(work: Callable[[], Any]) -> tuple[Any, Cost]:
    """Do the work on Django's connection, opened before the clock starts; returns its answer and its cost."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    server, cpu, wall = _cpu_of(backend), time.process_time(), time.perf_counter()
    answer = work()
    wall, cpu, after = time.perf_counter() - wall, time.process_time() - cpu, _cpu_of(backend)
    return answer, Cost(wall, cpu, None if server is None or after is None else after - server)


def statements(work: Callable[[], Any]) -> Statements:
    """Count what the work sends over Django's connection, by libpq's own trace of the messages (Linux)."""
    connection.ensure_connection()
    counted = Statements()
    with tempfile.TemporaryFile() as trace:
        connection.connection.pgconn.trace(trace.fileno())
        try:
            work()
        finally:
            connection.connection.pgconn.untrace()
        trace.seek(0)
        for line in trace:
            _stamp, _tab, message = line.partition(b"\tF\t")
            if b"\tExecute\t" in message or b"\tQuery\t" in message:
                counted.transactions += b'"BEGIN' in message
                counted.work += not any(word in message for word in (b'"BEGIN', b'"COMMIT', b'"ROLLBACK'))
    return counted


def spread(values: Sequence[float]) -> dict[str, float]:
    """Median, least and most."""
    return {
        "median": round(statistics.median(values), 4),
        "least": round(min(values), 4),
        "most": round(max(values), 4),
    }


def _cpu_of(process: int) -> float | None:
    """The processor time of a process on this machine, if it is a PostgreSQL that can be seen from here."""
    try:
        name, _end, rest = Path(f"/proc/{process}/stat").read_text().rpartition(")")
    except OSError:
        return None
    if "postgres" not in name:
        return None
    user, system = rest.split()[11:13]
    return (int(user) + int(system)) / TICKS_PER_SECOND
