"""docs/integration.md is true: its examples run, in their order, against the running service; and so does a client
that is generated from the schema without a warning."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from config.paths import BASE_DIR
from tests.processes import RunningUp, free_port, run_manage

pytestmark = pytest.mark.processes

PAGE = (BASE_DIR / "docs" / "integration.md").read_text()
CONFIG = BASE_DIR / "docs" / "examples" / "openapi-python-client.yaml"
#: After the last block: what the receiver has heard by then, and its end.
AND_HEARD = """
for _second in $(seq 200); do grep -q case.closed received.log && break; sleep 0.1; done
kill %1
cat received.log
"""


@dataclass
class Service:
    """A running service, and the key that the page's first command makes."""

    base: str
    environment: dict[str, str]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    data = tmp_path_factory.mktemp("integration") / "data"
    up = RunningUp(data, PAYMENT_PROVIDER="marketplace")
    try:
        up.wait_for("ready after", 240)
        arguments = re.findall(r"\$ manage\.py (create_api_key .*)", PAGE)[0].split()
        made = run_manage(*arguments, DATA_DIR=str(data))
        assert made.returncode == 0, made.stderr
        base = f"http://127.0.0.1:{up.port}"
        own = {"BASE": base, "KEY": made.stdout.split()[-1]}
        path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        yield Service(base, os.environ | own | {"PATH": path})
    finally:
        up.process.terminate()
        up.process.wait(30)


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.S | re.M)


def ran(command: list[str], folder: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_examples_in_curl_run_in_their_order(service: Service, tmp_path: Path) -> None:
    (tmp_path / "docs").symlink_to(BASE_DIR / "docs")
    script = "set -euo pipefail\n" + "\n".join(blocks("sh")) + AND_HEARD
    said = ran(["bash", "-c", script], tmp_path, service.environment | {"PORT": str(free_port())})
    assert "partly_refunded" in said
    assert '"code":"evidence_refused"' in said, "the file that is no photo"
    assert "/sign-in/" in said
    assert said.count("\npaid") == 2, "the buyer's part and the seller's"
    heard = said[said.index("listening on") :].splitlines()
    assert "case.requested 1" in heard
    assert any(line.startswith("case.closed") for line in heard)
    events = said[: said.index("listening on")].splitlines()
    assert "order.registered A-1001" in events
    assert any(line.startswith("offer.accepted ") for line in events)


def test_the_examples_in_python_run_in_their_order(service: Service, tmp_path: Path) -> None:
    program = tmp_path / "page.py"
    program.write_text("\n\n".join(blocks("python")))
    said = ran([sys.executable, str(program)], tmp_path, service.environment)
    assert "seller may accept by POST /api/v1/cases/" in said
    assert "conflict: " in said, "the second case over the same line"


def test_a_client_is_generated_without_a_warning_and_files_a_case(service: Service, tmp_path: Path) -> None:
    schema = tmp_path / "schema.json"
    schema.write_bytes(httpx.get(f"{service.base}/api/v1/schema/").content)
    generator = shutil.which("openapi-python-client", path=service.environment["PATH"])
    assert generator
    options = ["--path", str(schema), "--config", str(CONFIG), "--output-path", "client", "--fail-on-warning"]

    told = ran([generator, "generate", *options, "--meta", "none"], tmp_path, service.environment)
    assert "warning" not in told.lower()
    (tmp_path / "client").rename(tmp_path / "dispute_adjudication_client")
    example = BASE_DIR / "docs" / "examples" / "generated_client.py"
    said = ran([sys.executable, str(example)], tmp_path, service.environment | {"PYTHONPATH": str(tmp_path)})
    assert "exhibit B1" in said
    assert "refused conflict" in said
    assert "closed refunded" in said
    assert "events ['case.requested'" in said


def test_every_code_that_the_page_tells_of_is_one() -> None:
    known = set(re.findall(r"^\| `(\w+)`", (BASE_DIR / "docs" / "errors.md").read_text(), re.M))
    table = PAGE[PAGE.index("## What to do with an answer") : PAGE.index("## A client")]
    told = set(re.findall(r"`([a-z_]+)`", table)) - {"detail", "errors", "allowed_acts", "next", "limit"}
    assert told - known == set()
    assert told >= {"busy", "stale", "out_of_order", "conflict", "idempotency_mismatch"}
