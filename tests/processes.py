"""The service as its users run it: real processes over a data directory of their own, whole by `up` or part by part."""

import fcntl
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config.lifeline import tied_to
from config.paths import BASE_DIR

#: Often, over much, by hand; otherwise a little, so that every run has it.
LARGE = os.environ.get("FAULTS") == "large"
OF_THE_TESTS = {"DATABASE_URL", "DATABASE_EMBEDDED", "SECRET_KEY", "DATA_DIR", "DJANGO_SETTINGS_MODULE"}
OF_THE_TESTS |= {"PYTHONDONTWRITEBYTECODE", "STAFF_SECOND_FACTOR"}


def clean_environment(**added: str) -> dict[str, str]:
    """The environment without what leads to the tests' own database; bytecode is kept for the next command."""
    cache = {"PYTHONPYCACHEPREFIX": str(Path(os.environ["DATA_DIR"]).parent / "bytecode")}
    return {name: value for name, value in os.environ.items() if name not in OF_THE_TESTS} | cache | added


def run_manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=BASE_DIR,
        env=clean_environment(**environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes_with(text: str) -> dict[int, str]:
    """The processes in whose environment the text stands, with their command lines (Linux)."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if text.encode() in (folder / "environ").read_bytes():
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                if command:
                    found[int(folder.name)] = command
        except OSError:
            continue
    return found


class RunningUp:
    """One `manage.py up`, by default without demo data, from its start to its end."""

    def __init__(self, data: Path, *arguments: str, demo: bool = False, **environment: str) -> None:
        """Start it."""
        self.data = data
        said = [*([] if demo else ["--no-demo"]), *arguments]
        self.port = free_port()
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "up", *said, "--port", str(self.port), "--data", str(data)],
            cwd=BASE_DIR,
            env=clean_environment(
                **{"SWEEP_SECONDS": "1", "STAFF_SECOND_FACTOR": "optional", "MARK_OF_THE_TEST": str(data)} | environment
            ),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._said: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())
            self._said.put(line)

    def wait_for(self, text: str, seconds: float = 180) -> None:
        """Read what it says until the text has been said."""
        until = time.monotonic() + seconds
        try:
            while text not in self._said.get(timeout=max(0.01, until - time.monotonic())):
                pass
        except queue.Empty:
            pytest.fail(f"{text!r} was not said in {seconds} s:\n" + "\n".join(self.lines))

    @contextmanager
    def ready(self, seconds: float = 90) -> Iterator["RunningUp"]:
        """It, once it is ready; ended afterwards."""
        try:
            self.wait_for("ready after", seconds)
            yield self
        finally:
            self.process.terminate()
            self.process.wait(30)

    def manage(self, *arguments: str) -> str:
        """Run a command on its data, which succeeds; returns what it said."""
        done = run_manage(*arguments, DATA_DIR=str(self.data))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def get(self, path: str) -> int:
        """The HTTP status of the answer, 0 without one."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def processes(self) -> dict[int, str]:
        """Every process below it and itself, but for the database's own children, which rename themselves."""
        return processes_with(f"MARK_OF_THE_TEST={self.data}")

    def database_runs(self) -> bool:
        """Whether any process of its database is left: each of them holds the lock."""
        lock = os.open(self.data / "postgres.lock", os.O_RDWR | os.O_CREAT)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(lock)
        return False

    def process_of(self, words: str) -> int:
        """The oldest of its processes in whose command line the words stand."""
        return min(pid for pid, command in self.processes().items() if words in command)

    def end(self, by: signal.Signals) -> tuple[int, float]:
        """Send the signal; the exit code and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(by)
        return self.process.wait(30), time.monotonic() - began


CELERY = (sys.executable, "-m", "celery", "--quiet", "--app", "config")
PARTS = {
    "web": (sys.executable, "-m", "granian", "--interface", "wsgi", "--log-level", "error", "config.wsgi:application"),
    "worker": (
        *CELERY,
        "worker",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
        "--loglevel",
        "WARNING",
    ),
    "beat": (*CELERY, "beat", "--pidfile", "", "--loglevel", "WARNING"),
    "sweep": (sys.executable, "manage.py", "sweep", "--loop"),
}


class Part:
    """One process of the service by itself: web, a worker, a beat or the second path, over the database it is given."""

    def __init__(self, name: str, **environment: str) -> None:
        """Start it; it leads a process group of its own and ends with this process."""
        self.lines: list[str] = []
        self.process = subprocess.Popen(
            PARTS[name],
            cwd=BASE_DIR,
            env=clean_environment(**{"SWEEP_SECONDS": "1", "PYTHONUNBUFFERED": "1"} | environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=tied_to(os.getpid()),
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip() for line in self.process.stdout)

    def children(self) -> list[int]:
        """The processes it has forked (Linux)."""
        said = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        with suppress(OSError):
            return [int(child) for child in said.read_text().split()]
        return []

    def kill(self) -> None:
        """Kill -9 it and all it has started, if they still run."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
