"""`up` as its users run it: real processes over a data directory of their own, on a free port."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import RunningUp


@pytest.fixture
def fresh_up(tmp_path: Path) -> Iterator[RunningUp]:
    """An `up` that the test may end as it likes."""
    up = RunningUp(tmp_path / "data")
    yield up
    up.process.kill()


@pytest.fixture(scope="module")
def running_up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    """An `up` that is ready, for all tests of a file; they leave it running."""
    up = RunningUp(tmp_path_factory.mktemp("up") / "data")
    try:
        up.wait_for("ready after")
        yield up
    finally:
        up.end(signal.SIGINT)
