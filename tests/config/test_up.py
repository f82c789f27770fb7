"""`up` brings everything up, refuses in one sentence what it cannot do, and leaves nothing behind."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.processes import RunningUp, free_port, run_manage

pytestmark = pytest.mark.processes
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def wait_until_answered(up: RunningUp, path: str, seconds: float = 20) -> None:
    """Ask until the answer is 200."""
    until = time.monotonic() + seconds
    while up.get(path) != 200:
        assert time.monotonic() < until, "\n".join(up.lines)
        time.sleep(0.1)


def assert_refused(done: subprocess.CompletedProcess[str], sentence: str) -> None:
    """The command ended with one sentence on stderr, without a traceback."""
    assert done.returncode in (1, 2)
    assert sentence in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stdout + done.stderr


def test_up_answers_and_prints_its_addresses(running_up: RunningUp) -> None:
    assert running_up.get("/live") == 200
    assert running_up.get("/admin/login/") == 200
    assert any(f"http://127.0.0.1:{running_up.port}/admin/" in line for line in running_up.lines)


def test_other_commands_find_the_running_database_through_the_data_directory(running_up: RunningUp) -> None:
    assert run_manage("migrate", "--check", DATA_DIR=str(running_up.data)).returncode == 0


def test_a_second_up_over_the_same_data_is_refused(running_up: RunningUp) -> None:
    done = run_manage("up", "--no-demo", "--data", str(running_up.data), "--port", str(free_port()))
    assert_refused(done, f"Another `up` (process {running_up.process.pid}) already uses {running_up.data}.")


def test_a_taken_port_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_manage("up", "--no-demo", "--data", str(tmp_path), "--port", port)
    assert_refused(done, f"Cannot listen on 127.0.0.1 port {port}")
    assert not (tmp_path / "postgres").exists()


def test_a_data_directory_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    done = run_manage("up", "--no-demo", "--data", str(tmp_path / "file" / "data"), "--port", str(free_port()))
    assert_refused(done, f"The data directory {tmp_path / 'file' / 'data'} cannot be written: Not a directory.")


@pytest.mark.parametrize("port", ["65536", "http"])
def test_a_port_that_is_none_is_refused(tmp_path: Path, port: str) -> None:
    assert_refused(run_manage("up", "--data", str(tmp_path), "--port", port), "--port must be a number from 1 to 65535")


@needs_proc
def test_a_killed_worker_and_a_killed_database_are_started_again(running_up: RunningUp) -> None:
    worker = running_up.process_of("celery --quiet --app config worker")
    os.kill(worker, signal.SIGKILL)
    running_up.wait_for("worker runs again")
    os.kill(running_up.process_of("bin/postgres -D"), signal.SIGKILL)
    running_up.wait_for("the database runs again")
    wait_until_answered(running_up, "/admin/login/")
    assert worker not in running_up.processes()


@needs_proc
def test_ctrl_c_ends_everything_within_ten_seconds_with_exit_code_0(fresh_up: RunningUp) -> None:
    fresh_up.wait_for("ready after")
    code, seconds = fresh_up.end(signal.SIGINT)
    assert (code, seconds < 10) == (0, True), "\n".join(fresh_up.lines)
    assert fresh_up.processes() == {}
    assert not fresh_up.database_runs()


@needs_proc
def test_kill_9_of_the_parent_leaves_no_process_behind(fresh_up: RunningUp) -> None:
    fresh_up.wait_for("celery@")  # the worker with its own children is there
    assert len(fresh_up.processes()) >= 6  # itself, database, web and its worker, worker, beat
    fresh_up.end(signal.SIGKILL)
    until = time.monotonic() + 5
    while (fresh_up.processes() or fresh_up.database_runs()) and time.monotonic() < until:
        time.sleep(0.05)
    assert fresh_up.processes() == {}
    assert not fresh_up.database_runs()


@needs_proc
def test_ctrl_c_while_it_prepares_leaves_nothing_either(fresh_up: RunningUp) -> None:
    fresh_up.wait_for("database runs after")
    code, seconds = fresh_up.end(signal.SIGTERM)
    assert (code, seconds < 10) == (0, True), "\n".join(fresh_up.lines)
    assert fresh_up.processes() == {}
    assert not fresh_up.database_runs()
