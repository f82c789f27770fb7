"""Beat gone, workers gone: terms lapse all the same, by the second path; and two of anything at once double nothing."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest

from adjudication import clock
from adjudication.management.commands import sweep
from adjudication.reports import heartbeat
from adjudication.reports.models import Heartbeat
from config import embedded_postgres
from config.paths import BASE_DIR
from tests import walk
from tests.processes import RunningUp, clean_environment, run_manage
from tests.story.marketplace import Caller, a_claim, an_order, deliver

needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """Everything, with a second for the seller to answer."""
    folder = tmp_path_factory.mktemp("second-path")
    (folder / "seconds.toml").write_text("[terms_seconds]\nseller_answers = 1\n")
    up = RunningUp(folder / "data", "--policy", str(folder / "seconds.toml"))
    try:
        up.wait_for("ready after", 90)
        yield up
    finally:
        up.end(signal.SIGINT)


@pytest.fixture(scope="module")
def marketplace(up: RunningUp) -> Caller:
    """The marketplace's key."""
    scopes = ("--scopes", "orders:write,cases:read,cases:act,ledger:read")
    made = run_manage("create_api_key", "marketplace", *scopes, DATA_DIR=str(up.data))
    return Caller(up.port, made.stdout.strip().splitlines()[-1])


def requested(marketplace: Caller, number: str) -> str:
    """A case in which the seller will be silent."""
    marketplace.post("orders", an_order(number))
    deliver(marketplace, number)
    return str(marketplace.post("cases", a_claim(number))["number"])


def ages(up: RunningUp) -> dict[str, float]:
    """How long ago each part of it beat."""
    with psycopg.connect(embedded_postgres.dsn(up.data)) as raw:
        return dict(
            raw.execute(
                "SELECT part, extract(epoch FROM clock_timestamp() - beaten_at)::float8 FROM adjudication_heartbeat"
            )
        )


def lapses(up: RunningUp, numbers: list[str]) -> dict[str, int]:
    """How often each case's term has lapsed, by the journal."""
    with psycopg.connect(embedded_postgres.dsn(up.data)) as raw:
        return dict(
            raw.execute(
                "SELECT c.number, count(*) FROM adjudication_event e JOIN adjudication_case c ON c.id = e.case_id "
                "WHERE e.kind = 'deadline.lapsed' AND c.number = ANY(%s) GROUP BY c.number",
                [numbers],
            )
        )


@contextmanager
def standing_still(up: RunningUp, words: str) -> Iterator[None]:
    """Those of its processes in whose command line the words stand neither work nor die, as if their host hung."""
    still = [pid for pid, command in up.processes().items() if words in command]
    assert still
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in still:
            os.kill(pid, signal.SIGCONT)


@needs_proc
@pytest.mark.processes
def test_every_part_beats_and_the_second_path_stands_by(up: RunningUp) -> None:
    until = time.monotonic() + 30
    while {part for part, age in ages(up).items() if age < 10} != set(heartbeat.PARTS):
        assert time.monotonic() < until, ages(up)
        time.sleep(0.2)
    up.wait_for("workers tick: standing by")
    assert up.get("/metrics") == 200


@needs_proc
@pytest.mark.processes
def test_with_beat_and_workers_still_a_due_term_lapses_by_the_second_path(up: RunningUp, marketplace: Caller) -> None:
    with standing_still(up, "celery --quiet"):
        number = requested(marketplace, "L-1")
        began_at = time.monotonic()
        assert marketplace.until(f"cases/{number}", {"state": "closed"}, 60)["outcome"] == "refunded"
        print(f"lapsed {time.monotonic() - began_at:.1f} s after the request, with a term of 1 s")
        assert ages(up)["worker"] > 5
        assert up.get("/ready") == 200
    up.wait_for("workers tick: standing by")
    assert lapses(up, [number]) == {number: 1}


@needs_proc
@pytest.mark.processes
def test_two_beats_and_several_sweeps_at_once_lapse_each_term_once(up: RunningUp, marketplace: Caller) -> None:
    database = {"DATABASE_URL": embedded_postgres.url(up.data), "DATABASE_EMBEDDED": "1", "DATA_DIR": str(up.data)}
    quick = clean_environment(**database, SWEEP_SECONDS="0.1")
    beat = [sys.executable, "-m", "celery", "--app", "config", "beat", "--pidfile", "", "--loglevel", "ERROR"]
    loop = [sys.executable, "manage.py", "sweep", "--loop"]
    others = [subprocess.Popen(command, cwd=BASE_DIR, env=quick) for command in (beat, loop)]
    try:
        numbers = [requested(marketplace, f"T-{n}") for n in range(8)]
        once = [subprocess.Popen([*loop[:-1], "--once"], cwd=BASE_DIR, env=quick) for _n in range(2)]
        for number in numbers:
            assert marketplace.until(f"cases/{number}", {"state": "closed"})["outcome"] == "refunded"
        assert [each.wait(30) for each in once] == [0, 0]
    finally:
        for each in others:
            each.terminate()
            each.wait(30)
    assert lapses(up, numbers) == dict.fromkeys(numbers, 1)
    for n in range(8):
        escrow = marketplace.get(f"orders/T-{n}")["escrow"]
        assert (escrow["held"]["amount_minor"], escrow["refunded"]["amount_minor"]) == (0, 10_000)
    assert run_manage("audit", DATA_DIR=str(up.data)).returncode == 0


def due_long_ago() -> str:
    """A case whose term is over by the database's own clock."""
    with clock.simulated(walk.START):
        return str(walk.requested().number)


@pytest.mark.django_db
def test_while_workers_tick_the_second_path_only_looks() -> None:
    due_long_ago()
    heartbeat.beat("worker")
    before = walk.snapshot()
    command = sweep.Command()
    assert command._stand_by() == sweep.PATIENCE_SECONDS
    assert walk.snapshot() == before
    assert set(heartbeat.ages()) == {"worker"}


@pytest.mark.django_db
@pytest.mark.parametrize("has_ticked", [False, True])
def test_when_no_worker_has_ticked_for_a_while_it_sweeps_and_beats(has_ticked: bool) -> None:
    number = due_long_ago()
    if has_ticked:
        silence = timedelta(seconds=sweep.PATIENCE_SECONDS)
        Heartbeat.objects.create(part="worker", beaten_at=clock.now() - silence)
    assert sweep.Command()._stand_by() == sweep.BETWEEN_SECONDS
    assert walk.docket.look(number)[0].state == "closed"
    assert heartbeat.ages()["sweep"] < 5


def test_no_term_waits_longer_than_two_minutes_for_the_second_path() -> None:
    assert 2 * sweep.PATIENCE_SECONDS + sweep.BETWEEN_SECONDS <= 120
