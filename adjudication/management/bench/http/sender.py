"""One sender of a round, a process of its own: files its cases one after the other, over HTTP or by hand.

As fast as it goes, or at a given pace; at a pace, a case's time is counted from the moment it should have been sent.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from threading import Thread
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What one sender does."""

    order_numbers: list[str]
    amounts: list[int]
    port: int = 0
    """Of the web process; 0: by hand."""
    key: str = ""
    key_id: int = 0
    dsn: str = ""
    connections: int = 1
    every_seconds: float = 0.0
    """Between two of one connection's cases; 0: as fast as it goes."""

    def written(self) -> str:
        """As one line."""
        return json.dumps(asdict(self)) + "\n"


def main() -> None:
    """`python -m …sender`: the job on standard input; `ready`, then wait for a line; then how long each case took."""
    job = Job(**json.loads(sys.stdin.readline()))
    took: list[float] = []
    mine = [
        list(zip(job.order_numbers, job.amounts, strict=True))[n :: job.connections] for n in range(job.connections)
    ]
    files = [over_http(job) if job.port else by_hand(job) for _connection in mine]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    start = time.monotonic()
    threads = [
        Thread(target=_work, args=(file_one, own, start + job.every_seconds * place / job.connections, job, took))
        for place, (file_one, own) in enumerate(zip(files, mine, strict=True))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.stdout.write(json.dumps({"ended": time.monotonic(), "took": took}) + "\n")


def _work(
    file_one: Callable[[str, int], None], cases: list[tuple[str, int]], start: float, job: Job, took: list[float]
) -> None:
    due = start
    for order_number, amount in cases:
        if job.every_seconds:
            time.sleep(max(0.0, due - time.monotonic()))
        else:
            due = time.monotonic()
        file_one(order_number, amount)
        took.append(time.monotonic() - due)
        due += job.every_seconds


def over_http(job: Job) -> Callable[[str, int], None]:
    """A kept connection; the request is written by hand, so that the client costs next to nothing."""
    from adjudication.management.bench.fill import claim

    wire = socket.create_connection(("127.0.0.1", job.port))
    wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    answers = wire.makefile("rb")

    def file_one(order_number: str, amount: int) -> None:
        asked = claim(amount)
        body = json.dumps(
            {
                "order_number": order_number,
                "reason": asked.reason,
                "remedy": asked.remedy,
                "amount": {"amount_minor": amount, "currency": asked.amount.currency},
                "statement": asked.statement,
            }
        ).encode()
        head = (
            f"POST /api/v1/cases HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {job.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        wire.sendall(head.encode() + body)
        status, length = answers.readline(), 0
        while (line := answers.readline()).strip():
            name, _colon, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        content = answers.read(length)
        if b" 201 " not in status:
            raise SystemExit(f"{status!r} {content!r}")

    return file_one


def by_hand(job: Job) -> Callable[[str, int], None]:
    """A kept connection to the database."""
    import psycopg

    from adjudication.management.bench.http import by_hand as hand

    raw: psycopg.Connection[Any] = psycopg.connect(job.dsn, autocommit=True)
    raw.execute("SET random_page_cost = 1.1")
    return lambda order_number, _amount: hand.file(raw, order_number, key=job.key_id)


if __name__ == "__main__":
    import django

    django.setup()
    main()
