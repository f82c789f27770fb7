"""One parent for all processes: it starts them, shows what they say, starts again what died, and stops all of them.

It runs in a single thread, because Linux ties a child to the thread that forked it.
"""

import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import IO

from config.console import Console
from config.embedded_postgres import EmbeddedPostgres, EmbeddedPostgresError
from config.lifeline import tied_to

FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
LIVED_LONG_SECONDS = 60.0
GRACE_SECONDS = 6.5  # a worker looks up every two seconds; with the database's share it stays below ten
DATABASE_GRACE_SECONDS = 1.0
SAME_STROKE_SECONDS = 0.5  # a terminal and a wrapping command may both pass on one Ctrl-C


class Stopped(BaseException):
    """Somebody asked to stop while something was still being prepared."""


class Mortal:
    """Something that may die and is then started again, after waits that grow while it keeps dying early."""

    def __init__(self, name: str, start: Callable[[], None]) -> None:
        """Not started yet."""
        self.name = name
        self._start = start
        self.started_at = 0.0
        self.wait_seconds = FIRST_WAIT_SECONDS
        self.due_at: float | None = None

    def start(self) -> None:
        """Start it now."""
        self.due_at, self.started_at = None, time.monotonic()
        self._start()

    def found_dead(self) -> float:
        """Set the time of its next start; the seconds until then."""
        now = time.monotonic()
        if now - self.started_at >= LIVED_LONG_SECONDS:
            self.wait_seconds = FIRST_WAIT_SECONDS
        wait, self.wait_seconds = self.wait_seconds, min(2 * self.wait_seconds, LONGEST_WAIT_SECONDS)
        self.due_at = now + wait
        return wait


class Child(Mortal):
    """A process of ours in a process group of its own, so that Ctrl-C reaches it only through us."""

    def __init__(self, name: str, command: list[str], env: Mapping[str, str], output: selectors.BaseSelector) -> None:
        """Not started yet; what it says will be readable through the selector."""
        super().__init__(name, self._spawn)
        self.command = command
        self.env = env
        self.output = output
        self.process: subprocess.Popen[bytes] | None = None
        self.unfinished_line = b""

    def _spawn(self) -> None:
        self.process = subprocess.Popen(  # noqa: S603  # our own commands
            self.command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=tied_to(os.getpid()),
        )
        os.set_blocking(self._pipe.fileno(), False)
        self.output.register(self._pipe, selectors.EVENT_READ, self)

    @property
    def _pipe(self) -> IO[bytes]:
        if self.process is None or self.process.stdout is None:
            raise RuntimeError(f"{self.name} has not been started")
        return self.process.stdout

    def alive(self) -> bool:
        """Whether its main process runs."""
        return self.process is not None and self.process.poll() is None

    def lines(self) -> list[str]:
        """The whole lines it has said since the last call."""
        said = b""
        with suppress(BlockingIOError):
            said = os.read(self._pipe.fileno(), 65536)
            if not said:
                with suppress(KeyError):
                    self.output.unregister(self._pipe)
                said = b"\n" if self.unfinished_line else b""
        *whole, self.unfinished_line = (self.unfinished_line + said).split(b"\n")
        return [line.decode(errors="replace").rstrip() for line in whole]

    def signal_group(self, by: signal.Signals) -> None:
        """Send the signal to the process and all it has started."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, by)

    def forget(self) -> None:
        """Kill what is left of a dead child's group and close our end of its output."""
        if self.process is None:
            return
        self.signal_group(signal.SIGKILL)
        with suppress(KeyError):
            self.output.unregister(self._pipe)
        self._pipe.close()
        self.process.wait()
        self.process = None


class Supervisor:
    """The parent: an embedded database if there is one, and the children."""

    def __init__(self, console: Console) -> None:
        """Take over the signals that ask a process to stop."""
        self.console = console
        self.output = selectors.DefaultSelector()
        self.children: list[Child] = []
        self.server: EmbeddedPostgres | None = None
        self.database: Mortal | None = None
        self.preparing = True
        self.asked_at: float | None = None
        self.parent = os.getppid()
        self.parent_is_uv = _name_of(self.parent) == "uv"
        # A script's `up &` inherits an ignored SIGINT; whoever sends one all the same means it. nohup's wish is kept.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._asked_to_stop)

    def _asked_to_stop(self, number: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        if self.asked_at is not None:
            if now - self.asked_at > SAME_STROKE_SECONDS:
                self._force()
            return
        self.asked_at = now
        if self.preparing:
            raise Stopped

    def _force(self) -> None:
        for child in self.children:
            child.signal_group(signal.SIGKILL)
        if self.server is not None and self.server.process is not None:
            self.server.process.send_signal(signal.SIGQUIT)
        os._exit(1)

    def start_database(self, server: EmbeddedPostgres) -> None:
        """Start the embedded database and keep it running from now on."""
        self.server = server
        self.database = Mortal("up", server.start)
        self.database.start()

    def start(self, name: str, command: list[str], env: Mapping[str, str]) -> None:
        """Start a child and keep it running from now on."""
        child = Child(name, command, env, self.output)
        self.children.append(child)
        child.start()

    def run(self, until_ready: Callable[[], bool]) -> None:
        """Watch over everything until asked to stop; `until_ready` is called now and then until it answers true."""
        ready = False
        while self.asked_at is None and not self._orphaned():
            self._show(0.2)
            if not ready:
                ready = until_ready()
            self._revive()

    def stop(self) -> None:
        """Stop the children, then the database, within ten seconds in all."""
        self.preparing = False
        for child in self.children:
            child.due_at = None
            if child.process is not None:
                child.process.terminate()
        until = time.monotonic() + GRACE_SECONDS
        while time.monotonic() < until and any(child.alive() for child in self.children):
            self._show(0.05)
        for child in self.children:
            if child.alive():
                self.console.say("up", f"{child.name} does not stop; killing it")
            child.forget()
        if self.server is not None:
            self.server.stop(seconds=DATABASE_GRACE_SECONDS)

    def _orphaned(self) -> bool:
        """Whether `uv run` above us was killed: it cannot tell us then."""
        return self.parent_is_uv and os.getppid() != self.parent

    def _show(self, seconds: float) -> None:
        if not self.output.get_map():
            time.sleep(seconds)
            return
        for key, _ in self.output.select(seconds):
            self._show_words_of(key.data)

    def _show_words_of(self, child: Child) -> None:
        for line in child.lines():
            self.console.say(child.name, line)

    def _revive(self) -> None:
        if self.server is not None and self.database is not None:
            self._revive_one(self.database, self.server.alive(), lambda: None)
        for child in self.children:
            self._revive_one(child, child.alive(), child.forget)

    def _revive_one(self, mortal: Mortal, alive: bool, bury: Callable[[], None]) -> None:
        if alive:
            return
        what = "the database" if mortal is self.database else mortal.name
        if mortal.due_at is None:
            if isinstance(mortal, Child) and mortal.process is not None:
                self._show_words_of(mortal)
            bury()
            self.console.say("up", f"{what} has died; starting it again in {mortal.found_dead():g} s")
        elif time.monotonic() >= mortal.due_at:
            self.preparing = True  # a start can take long and may be interrupted
            try:
                if self.asked_at is None:
                    mortal.start()
                    self.console.say("up", f"{what} runs again")
            except EmbeddedPostgresError as error:
                self.console.say("up", f"{error} Trying again in {mortal.found_dead():g} s")
            finally:
                self.preparing = False


def _name_of(process: int) -> str:
    """The name of a process where the system shows it in /proc, otherwise nothing."""
    try:
        with open(f"/proc/{process}/comm") as file:
            return file.read().strip()
    except OSError:
        return ""
