"""Schemathesis over the whole schema, in every role, against a running `up` with demo data (F15).

All its checks are on: no 5xx, nothing undocumented, nothing taken that the schema refuses nor refused that it takes;
and one of ours: nobody reads a word of another's matter. Every operation must succeed at least once.

The inputs are always the same, on every machine: their number is bounded, never the time, nothing is learnt from what
was answered, and ids that differ from run to run decide nothing. Two lanes run beside each other, each on matters of
its own. FUZZ=long fuzzes each role for FUZZ_SECONDS (600) besides, one after the other and with new inputs each time.
With `-n 0 -s` it prints how often each operation succeeded.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from config.paths import BASE_DIR
from tests.processes import RunningUp, clean_environment, run_manage

pytestmark = pytest.mark.processes

LONG = os.environ.get("FUZZ") == "long"
LONG_SECONDS = os.environ.get("FUZZ_SECONDS", "600")
HERE = Path(__file__).parent
STAFF = ("arbitrator", "supervisor")
EVERY_ROLE = ("marketplace", *STAFF, "other buyer", "buyer", "seller", "reader", "teller", "nobody")
#: What runs in one lane, in this order: role, phases.
LANES = (
    (("marketplace", "coverage"), *((role, "fuzzing") for role in EVERY_ROLE[5:])),
    (
        ("marketplace", "examples,fuzzing"),
        *((role, "examples,coverage") for role in STAFF),
        *((role, "fuzzing") for role in EVERY_ROLE[1:5]),
    ),
)
#: How many examples a lane needs of each act.
COPIES = ("0", "5" if LONG else "1")
#: How many requests the fuzzing phase makes of each operation, at most.
MOST = {"marketplace": "4"}
#: No run takes so long; one that does is broken.
MOST_SECONDS = 600
#: No limit on requests: they would be refused with 429, and tell nothing.
UNLIMITED = {"RATE_LIMIT_PER_MINUTE": "100000000", "RATE_LIMIT_PER_MINUTE_UNAUTHENTICATED": "100000000"}


@dataclass
class World:
    """A running service, and what was seeded in it."""

    base: str
    data: Path
    seeded: dict[str, Any]
    folder: Path

    @property
    def counts(self) -> Path:
        """What the hooks note of every answer."""
        return self.folder / "counts"


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("fuzz")
    data = folder / "data"
    # Nothing is swept meanwhile: what was seeded waits for whoever acts on it.
    up = RunningUp(data, demo=True, SWEEP_SECONDS="3600", PAYMENT_PROVIDER="marketplace", **UNLIMITED)
    try:
        up.wait_for("ready after", 240)
        seed = [sys.executable, "-m", "tests.fuzz.seed", *COPIES]
        environment = clean_environment(DATA_DIR=str(data))
        made = subprocess.run(seed, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        seeded = json.loads(made.stdout)
        for lane, matters in enumerate(seeded["worlds"]):
            (folder / f"world{lane}.json").write_text(json.dumps(matters))
        yield World(f"http://127.0.0.1:{up.port}", data, seeded, folder)
    finally:
        up.process.terminate()
        up.process.wait(30)


def fuzzed(world: World, lane: int) -> list[str]:
    """What schemathesis says of each run of a lane in which anything failed."""
    told = [_run(world, lane, role, phases, _in_short(world, role, phases)) for role, phases in LANES[lane]]
    return [failure for failure in told if failure]


def fuzzed_for_long(world: World) -> list[str]:
    """The same of every role, by chance."""
    at_length = ["--max-time", LONG_SECONDS, "--max-examples", "100"]
    told = [_run(world, len(LANES) - 1, role, "fuzzing,stateful", at_length) for role in EVERY_ROLE]
    return [failure for failure in told if failure]


def _in_short(world: World, role: str, phases: str) -> list[str]:
    """Always the same; of the schema each operation is covered by whoever it is for: staff's by staff, once."""
    how = ["--generation-deterministic", "--max-examples", MOST.get(role, "2")]
    if "coverage" in phases:
        of_staff = {name: staff for staff in STAFF for name in world.seeded["worlds"][-1]["examples"][staff]}
        is_theirs = "--exclude-operation-id" if role == "marketplace" else "--include-operation-id"
        for name in (name for name, staff in of_staff.items() if staff == role or role == "marketplace"):
            how += [is_theirs, name]
    return how


def _run(world: World, lane: int, role: str, phases: str, how: list[str]) -> str:
    program = shutil.which("st", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "--config-file", str(HERE / "schemathesis.toml"), "run", f"{world.base}/api/v1/schema/"]
    command += [
        "--header",
        f"Authorization: Bearer {world.seeded['keys'][role]}",
        *("--continue-on-failure", "--no-color", "--phases", phases),
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "PYTHONPATH": str(BASE_DIR),
        "WORLD": str(world.folder / f"world{lane}.json"),
        "COUNTS": str(world.counts),
        "ROLE": role,
    }
    began = time.monotonic()
    try:
        done = subprocess.run(
            [*command, *how],
            cwd=world.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=MOST_SECONDS + int(LONG_SECONDS) * LONG,
        )
    except subprocess.TimeoutExpired:
        return f"{role}, {phases}: not done within {MOST_SECONDS} s, which no machine needs"
    print(f"\n{role}, {phases}, {time.monotonic() - began:.0f} s:", *done.stdout.splitlines()[-6:], sep="\n")
    return "" if done.returncode == 0 else f"{role}, {phases}:\n{done.stdout}\n{done.stderr}"


def test_no_role_meets_an_error_or_what_the_schema_does_not_tell_and_everything_succeeds_once(world: World) -> None:
    operations = {
        operation["operationId"]
        for methods in httpx.get(f"{world.base}/api/v1/schema/").json()["paths"].values()
        for operation in methods.values()
    }
    began = time.monotonic()
    with ThreadPoolExecutor(len(LANES)) as pool:
        failures = [told for lane in pool.map(lambda lane: fuzzed(world, lane), range(len(LANES))) for told in lane]
    if LONG:
        failures += fuzzed_for_long(world)
    seconds = time.monotonic() - began
    assert not failures, "\n\n".join(failures)
    answers = [line.split("\t") for line in world.counts.read_text().splitlines()]
    succeeded = Counter(operation for _role, operation, status in answers if status.startswith("2"))
    print(f"\n{len(answers)} requests in {seconds:.0f} s; 2xx by operation:")
    for operation in sorted(operations):
        print(f"{operation:<28}{succeeded[operation]:>6}")
    assert operations - set(succeeded) == set(), "never answered 2xx"
    statuses = Counter(status for _role, _operation, status in answers)
    assert not [status for status in statuses if status.startswith("5")]
    assert {role for role, _operation, _status in answers} == set(EVERY_ROLE)
    audited = run_manage("audit", DATA_DIR=str(world.data))
    assert audited.returncode == 0, audited.stdout
