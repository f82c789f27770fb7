"""Rounds: the same orders in two copies of one database, filed over HTTP in the one and by hand in the other.

Each round measures how many cases a second either way files as fast as it goes, and how long one takes at half that
rate. Before anything counts, cases filed over HTTP are written again by hand, at the same moments, and every row must
be the same, down to the hashes.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from socket import socket as Socket
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.core.management import CommandError
from psycopg.conninfo import make_conninfo

from adjudication import clock, docket
from adjudication.cases.models import Case
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.management.bench import meter, spoken
from adjudication.management.bench.fill import given_order
from adjudication.management.bench.http import by_hand
from adjudication.management.bench.http.sender import Job
from adjudication.management.bench.same import differences, fingerprint
from adjudication.management.bench.scratch import Scratch
from adjudication.orders import register as registration
from adjudication.parties import Actor, Role
from adjudication.procedure import custody
from config.lifeline import tied_to
from config.paths import BASE_DIR

Say = Callable[[str], None]
WORKERS = WRITERS = 2
COMPARED, WARM = 10, 20
#: Connections of each of the two senders over HTTP: enough that no worker waits for a client.
AT_ONCE = 2
START_SECONDS = 60
#: Nobody waits longer for a round.
PATIENCE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Size:
    """How much."""

    cases: int = 400
    """Filed as fast as it goes, and again as many at half that rate."""
    rounds: int = 5


@dataclass(frozen=True, slots=True)
class Filled:
    """The database of the run: what is filed over, and with which key."""

    orders: Sequence[tuple[str, int]]
    key: str
    key_id: int


def bench(databases: Scratch, size: Size, say: Say) -> dict[str, Any]:
    """Fill, compare, measure."""
    say(f"registering {WARM + 2 * size.cases} orders")
    filled = _fill(databases, WARM + 2 * size.cases)
    _require_same(databases, filled)
    rounds: list[dict[str, float]] = []
    for number in range(size.rounds):
        ways: list[Callable[[Scratch, Filled, Size], dict[str, float]]] = [_over_http, _by_hand]
        found: dict[str, float] = {}
        for way in ways if number % 2 else reversed(ways):
            found |= way(databases, filled, size)
        rounds.append(found)
        say(f"round {number + 1}: {found['http']:.0f} cases a second over HTTP, {found['hand']:.0f} by hand")
    return {
        "ratio_to_hand": meter.spread([found["http"] / found["hand"] for found in rounds]),
        "cases_per_second": meter.spread([found["http"] for found in rounds]),
        "cases_per_second_by_hand": meter.spread([found["hand"] for found in rounds]),
        "p99_ratio_at_half_load": meter.spread([found["http_p99"] / found["hand_p99"] for found in rounds]),
        **{
            f"{name}_at_half_load": meter.spread([1000 * found[key] for found in rounds])
            for name, key in (
                ("p50_ms", "http_p50"),
                ("p50_ms_by_hand", "hand_p50"),
                ("p99_ms", "http_p99"),
                ("p99_ms_by_hand", "hand_p99"),
            )
        },
        "web_workers": WORKERS,
        "writers": WRITERS,
        "cases_a_round": size.cases,
        "rounds": size.rounds,
    }


def _fill(databases: Scratch, orders: int) -> Filled:
    databases.migrated("filled")
    databases.use("filled")
    made = [(f"H-{number}", 100 + number) for number in range(1, orders + 1)]
    at = clock.now() - timedelta(days=1)
    for number, price in made:
        given = given_order(number, buyer=f"b{price % 50}", shop=f"s{price % 10}", price_minor=price, paid_at=at)
        registration.check(given)
        with docket.enter_order(number) as entering:
            buyer, shop = registration.upsert_parties(given)
            entering.order = custody.register(
                given, order_id=entering.next_id, buyer=buyer, shop=shop, by=Actor(Role.MARKETPLACE), at=entering.at
            )
    key, text = keys.create("bench", scopes=Scope.values)
    with databases.connect("filled") as raw:
        raw.execute("VACUUM ANALYZE")
    return Filled(made, text, key.pk)


def _require_same(databases: Scratch, filled: Filled) -> None:
    """The same cases at the same moments, written by hand: the same rows."""
    chosen = filled.orders[:COMPARED]
    databases.clone("round", "filled")
    with _web(databases) as port:
        _send(databases, filled, [chosen], port=port)
    databases.use("round")
    asked: list[tuple[str, datetime]] = list(Case.objects.order_by("id").values_list("order__number", "requested_at"))
    with databases.connect("round") as raw:
        ours = fingerprint(raw, len(filled.orders))
    databases.clone("round", "filled")
    with databases.connect("round") as raw:
        for number, at in asked:
            by_hand.file(raw, number, key=filled.key_id, at=at)
        if tables := differences(ours, fingerprint(raw, len(filled.orders))):
            raise CommandError(f"Filing by hand wrote other rows in: {', '.join(tables)}.")


def _over_http(databases: Scratch, filled: Filled, size: Size) -> dict[str, float]:
    databases.clone("round", "filled")
    with _web(databases) as port:
        return _measured(databases, filled, size, "http", port)


def _by_hand(databases: Scratch, filled: Filled, size: Size) -> dict[str, float]:
    databases.clone("round", "filled")
    return _measured(databases, filled, size, "hand", 0)


def _measured(databases: Scratch, filled: Filled, size: Size, way: str, port: int) -> dict[str, float]:
    warm, fast, paced = (
        filled.orders[:WARM],
        filled.orders[WARM : WARM + size.cases],
        filled.orders[WARM + size.cases :],
    )
    _send(databases, filled, _dealt(warm), port=port)
    seconds, _took = _send(databases, filled, _dealt(fast), port=port)
    rate = size.cases / seconds
    _seconds, took = _send(databases, filled, _dealt(paced), port=port, half_of=rate)
    took.sort()
    return {way: rate, f"{way}_p50": statistics.median(took), f"{way}_p99": took[int(len(took) * 0.99)]}


def _dealt(orders: Sequence[tuple[str, int]]) -> list[Sequence[tuple[str, int]]]:
    return [orders[number::WRITERS] for number in range(WRITERS)]


def _send(
    databases: Scratch,
    filled: Filled,
    dealt: Sequence[Sequence[tuple[str, int]]],
    *,
    port: int,
    half_of: float = 0.0,
) -> tuple[float, list[float]]:
    """Have the senders file what is dealt to each; how long all of it took, and each."""
    connections = AT_ONCE if port else 1
    job = Job(
        order_numbers=[],
        amounts=[],
        port=port,
        key=filled.key,
        key_id=filled.key_id,
        dsn="" if port else make_conninfo("", **databases.parameters, dbname=databases.full_name("round")),
        connections=connections,
        every_seconds=len(dealt) * connections / (half_of / 2) if half_of else 0.0,
    )
    with ExitStack() as stack:
        senders = []
        for orders in dealt:
            sender = stack.enter_context(_process([sys.executable, "-m", f"{__package__}.sender"], os.environ | {}))
            own = replace(job, order_numbers=[n for n, _amount in orders], amounts=[amount for _n, amount in orders])
            spoken.say_to(sender, own.written())
            senders.append(sender)
        for sender in senders:
            if spoken.line_from(sender) != "ready\n":
                raise CommandError("A sender did not start.")
        started = time.monotonic()
        for sender in senders:
            spoken.say_to(sender, "go\n")
        answers = [spoken.line_from(sender) for sender in senders]
        if not all(answers):
            raise CommandError("A sender was refused; its words stand above.")
        told = [json.loads(answer) for answer in answers]
    return max(each["ended"] for each in told) - started, [took for each in told for took in each["took"]]


@contextmanager
def _web(databases: Scratch) -> Iterator[int]:
    """The web process over the round's database, ready; yields its port."""
    with Socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", str(WORKERS), "--blocking-threads", "4", "--no-ws", "--log-level", "error"]
    environment = os.environ | {
        "DATABASE_URL": _address(databases.parameters, databases.full_name("round")),
        "DATABASE_EMBEDDED": "1",  # this is no installation of its own
        "SECRET_KEY": settings.SECRET_KEY,
        "RATE_LIMIT_PER_MINUTE": "100000000",
        "ALLOWED_HOSTS": "127.0.0.1",
        "PYTHONWARNINGS": "ignore",  # no static files are collected here
    }
    with _process([*command, "config.wsgi:application"], environment):
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/live", timeout=5).close()  # our own
                break
            time.sleep(0.1)
        else:
            raise CommandError("The web process did not start.")
        yield port


def _address(parameters: dict[str, Any], name: str) -> str:
    host, port = str(parameters.get("host") or ""), parameters.get("port")
    user, password = (quote(str(parameters.get(each) or ""), safe="") for each in ("user", "password"))
    at = quote(host) if host.startswith("/") else host + (f":{port}" if port else "")
    return f"postgres://{user}:{password}@{'/' if host.startswith('/') else ''}{at}/{name}"


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process of the run; killed in the end with all that it started."""
    process = subprocess.Popen(  # noqa: S603  # our own programs
        command,
        cwd=BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=tied_to(os.getpid()),
    )
    with spoken.ended(process):
        yield process
