"""Schemathesis over the whole schema, in every role, against a running `up` with demo data (F15).

All its checks are on: no 5xx, nothing undocumented, nothing taken that the schema refuses nor refused that it takes;
and one of ours: nobody reads a word of another's matter. Every operation must succeed at least once.

FUZZ=long runs each role for FUZZ_SECONDS (600) with new inputs each time; otherwise the inputs are always the same, and
a role has seconds. With `-n 0 -s` it prints how often each operation succeeded.
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
#: Role → for how many seconds, in short; two at a time.
ROLES = {"marketplace": 20, "arbitrator": 5, "supervisor": 4, "other buyer": 5}
ROLES |= {"buyer": 4, "seller": 4, "reader": 3, "teller": 3, "nobody": 3}
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
        seed = [sys.executable, "-m", "tests.fuzz.seed", "5" if LONG else "1"]
        environment = clean_environment(DATA_DIR=str(data))
        made = subprocess.run(seed, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
        assert made.returncode == 0, made.stderr
        (folder / "world.json").write_text(made.stdout)
        yield World(f"http://127.0.0.1:{up.port}", data, json.loads(made.stdout), folder)
    finally:
        up.process.terminate()
        up.process.wait(30)


def fuzzed(world: World, role: str, seconds: int) -> str:
    """What schemathesis says of this role, if anything failed: the fresh cases first, however long they take.

    Its coverage phase is left out: it stops at the first form that takes a file ("Unsupported type: 'Binary'").
    """
    runs = [["--phases", "fuzzing", "--max-time", str(seconds), "--generation-deterministic", "--max-examples", "4"]]
    if LONG:
        runs = [["--phases", "fuzzing,stateful", "--max-time", LONG_SECONDS, "--max-examples", "100"]]
    if role in world.seeded["examples"]:
        runs.insert(0, ["--phases", "examples", "--generation-deterministic"])
    return "".join(_run(world, role, how) for how in runs)


def _run(world: World, role: str, how: list[str]) -> str:
    program = shutil.which("st", path=str(Path(sys.executable).parent))
    assert program
    command = [program, "--config-file", str(HERE / "schemathesis.toml"), "run", f"{world.base}/api/v1/schema/"]
    command += [
        "--header",
        f"Authorization: Bearer {world.seeded['keys'][role]}",
        "--continue-on-failure",
        "--no-color",
    ]
    environment = os.environ | {
        "SCHEMATHESIS_HOOKS": "tests.fuzz.hooks",
        "PYTHONPATH": str(BASE_DIR),
        "WORLD": str(world.folder / "world.json"),
        "COUNTS": str(world.counts),
        "ROLE": role,
    }
    done = subprocess.run(
        [*command, *how], cwd=world.folder, env=environment, capture_output=True, text=True, check=False
    )
    if LONG:
        print(f"\n{role}:", *done.stdout.splitlines()[-14:], sep="\n")
    return "" if done.returncode == 0 else f"{role}:\n{done.stdout}\n{done.stderr}"


def test_no_role_meets_an_error_or_what_the_schema_does_not_tell_and_everything_succeeds_once(world: World) -> None:
    operations = {
        operation["operationId"]
        for methods in httpx.get(f"{world.base}/api/v1/schema/").json()["paths"].values()
        for operation in methods.values()
    }
    began = time.monotonic()
    with ThreadPoolExecutor(1 if LONG else 2) as pool:
        failures = [told for told in pool.map(lambda role: fuzzed(world, role, ROLES[role]), ROLES) if told]
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
    assert {role for role, _operation, _status in answers} == set(ROLES)
    audited = run_manage("audit", DATA_DIR=str(world.data))
    assert audited.returncode == 0, audited.stdout
