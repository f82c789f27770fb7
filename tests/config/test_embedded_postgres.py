"""One data directory, one server; it keeps what it confirmed, and a killed one is no obstacle to the next."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import psycopg
import pytest

from config.embedded_postgres import (
    DataDirectoryInUseError,
    EmbeddedPostgres,
    EmbeddedPostgresError,
    answers,
    available,
    dsn,
    socket_folder,
)
from config.paths import BASE_DIR
from tests.processes import clean_environment


def query(data_dir: Path, statement: str) -> object:
    """The first value of the first row."""
    with psycopg.connect(dsn(data_dir), autocommit=True) as connection:
        row = connection.execute(statement.encode()).fetchone()
    return row[0] if row else None


def test_a_server_starts_durable_and_stops(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    server.start()
    assert query(tmp_path, "SHOW fsync") == "on"
    assert query(tmp_path, "SHOW listen_addresses") == ""
    server.stop()
    assert not answers(tmp_path)


def test_a_second_server_over_the_same_data_is_refused_and_the_first_one_stays(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, fsync=False)
    server.start()
    with pytest.raises(DataDirectoryInUseError, match=f"already in use by process {os.getpid()}"):
        EmbeddedPostgres(tmp_path, fsync=False).start()
    assert answers(tmp_path)
    server.stop()


def test_what_was_committed_survives_kill_9_of_whoever_ran_the_server(tmp_path: Path) -> None:
    owner = (
        "import os, signal, sys, pathlib, psycopg\n"
        "from config.embedded_postgres import EmbeddedPostgres\n"
        "server = EmbeddedPostgres(pathlib.Path(sys.argv[1])); server.start()\n"
        "with psycopg.connect(server.dsn()) as c: c.execute('CREATE TABLE kept AS SELECT 42 AS answer')\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", owner, str(tmp_path)], cwd=BASE_DIR, env=clean_environment())
    assert done.returncode == -signal.SIGKILL
    server = EmbeddedPostgres(tmp_path)
    server.start()  # waits for the dead owner's server to finish
    assert query(tmp_path, "SELECT answer FROM kept") == 42
    server.stop()


def test_what_a_killed_server_left_behind_is_no_obstacle(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, fsync=False)
    server.start()
    assert server.process is not None
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n")  # as if its number was given away again
    server.start()
    assert answers(tmp_path)
    server.stop()


def test_a_deep_data_directory_gets_a_short_socket_folder_for_us_alone(tmp_path: Path) -> None:
    deep = tmp_path / ("a rather long name, " * 6)
    server = EmbeddedPostgres(deep, fsync=False)
    server.start()
    folder = socket_folder(deep)
    server.stop()
    assert len(str(folder)) < 60
    assert folder.stat().st_mode & 0o777 == 0o700
    folder.rmdir()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_strangers_socket_folder_is_refused(tmp_path: Path) -> None:
    deep = tmp_path / ("a rather long name, " * 6)
    folder = socket_folder(deep)
    folder.mkdir()
    os.chown(folder, 12345, 12345)
    try:
        with pytest.raises(EmbeddedPostgresError, match="belongs to another user"):
            EmbeddedPostgres(deep, fsync=False).start()
    finally:
        folder.rmdir()


def test_a_server_started_for_one_command_stays_until_its_guests_have_finished(tmp_path: Path) -> None:
    guest_is_in, guest_may_go, host_has_left = threading.Event(), threading.Event(), threading.Event()
    answered_at_the_end = []

    def guest() -> None:
        with available(tmp_path):
            guest_is_in.set()
            guest_may_go.wait(20)
            answered_at_the_end.append((answers(tmp_path), host_has_left.is_set()))

    visitor = threading.Thread(target=guest)
    with available(tmp_path):
        visitor.start()
        assert guest_is_in.wait(20)
        threading.Timer(0.3, guest_may_go.set).start()
    host_has_left.set()
    visitor.join()
    assert answered_at_the_end == [(True, False)]
    assert not answers(tmp_path)
