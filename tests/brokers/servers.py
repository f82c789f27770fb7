"""Redis and RabbitMQ as processes of a test's own: Debian's programs over a folder of their own, on free ports.

What the packages install as services is neither needed nor touched. RabbitMQ is started past Debian's wrapper, which
changes to a user of its own; so it runs as root in a container and as anybody else alike.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from config.lifeline import tied_to
from tests.processes import free_port

START_SECONDS = 60


class Broker:
    """A message broker that the test starts, kills and starts again; killed, it forgets everything."""

    #: The programs, and the Debian package they come in.
    programs: tuple[str, ...] = ()
    package = ""
    greeting = b""

    def __init__(self, folder: Path) -> None:
        """Nothing runs yet; its address is known already."""
        self.folder, self.port = folder, free_port()
        self.processes: list[subprocess.Popen[bytes]] = []

    @classmethod
    def require_installed(cls) -> None:
        """Skip where the programs are missing; on the machine that decides what lands they must be there."""
        if all(shutil.which(program) for program in cls.programs):
            return
        missing = f"{' and '.join(cls.programs)} not found: apt-get install {cls.package}"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)

    @property
    def url(self) -> str:
        """For CELERY_BROKER_URL."""
        raise NotImplementedError  # each broker says its own

    def commands(self) -> list[list[str]]:
        """What is run, in this order."""
        raise NotImplementedError  # each broker says its own

    def environment(self) -> dict[str, str]:
        """What the commands find in their environment."""
        return {"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"}

    def start(self) -> float:
        """Start it empty, unless it runs; returns how long it took until it answered."""
        began = time.monotonic()
        if self.processes:
            return 0.0
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir()
        for command in self.commands():
            with (self.folder / "said").open("ab") as said:
                self.processes.append(
                    subprocess.Popen(
                        command,
                        cwd=self.folder,
                        env=self.environment(),
                        stdin=subprocess.DEVNULL,
                        stdout=said,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                        preexec_fn=tied_to(os.getpid()),
                    )
                )
        while not self._answers():
            told = (self.folder / "said").read_text(errors="replace")
            assert time.monotonic() - began < START_SECONDS, told
            assert self.processes[-1].poll() is None, told
            time.sleep(0.05)
        return time.monotonic() - began

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as server:
                server.sendall(self.greeting)
                return server.recv(1) != b""
        except OSError:
            return False

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It keeps its connections and takes new ones, and says nothing to any of them."""
        for process in self.processes:
            os.killpg(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in self.processes:
                os.killpg(process.pid, signal.SIGCONT)

    def kill(self) -> None:
        """Kill -9 all of it, if it runs."""
        for process in self.processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.processes.clear()


class Redis(Broker):
    """Debian's Redis, which keeps nothing on disk."""

    programs = ("redis-server",)
    package = "redis-server"
    greeting = b"PING\r\n"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def commands(self) -> list[list[str]]:
        kept = ("--save", "", "--appendonly", "no", "--dir", str(self.folder))
        return [["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), *kept]]


class RabbitMQ(Broker):
    """Debian's RabbitMQ, with its own home (and cookie), node, port mapper and database."""

    programs = ("epmd", "/usr/lib/rabbitmq/bin/rabbitmq-server")
    package = "rabbitmq-server"
    greeting = b"AMQP\x00\x00\x09\x01"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.mapper_port, self.distribution_port = free_port(), free_port()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def commands(self) -> list[list[str]]:
        mapper, server = self.programs
        return [[mapper, "-port", str(self.mapper_port)], [server]]

    def environment(self) -> dict[str, str]:
        return super().environment() | {
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.mapper_port),
            "RABBITMQ_NODENAME": f"tests-{self.port}@localhost",
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.port),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "mnesia"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "none"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+sbwt none +sbwtdcpu none +sbwtdio none",  # idle means idle
            "RUNNING_UNDER_SYSTEMD": "true",  # the script becomes the server instead of staying its parent
        }
