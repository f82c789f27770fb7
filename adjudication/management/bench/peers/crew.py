"""A crew: the processes of one engine over one copy, started together, stopped as soon as the last term has lapsed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO

from django.core.management import CommandError

from adjudication.management.bench import spoken
from adjudication.management.bench.peers.job import told
from adjudication.management.bench.peers.place import Place
from config.lifeline import tied_to
from config.paths import BASE_DIR

PATIENCE_SECONDS, LOOK_SECONDS, START_SECONDS = 90.0, 0.05, 10.0
#: These take their cases from the open terms themselves.
WITHOUT_QUEUE = {"docket", "nothing"}


def redis() -> str | None:
    """Where Redis is installed, if it is: Celery is kinder over it than over the database."""
    return shutil.which("redis-server")


def run(engine: str, place: Place) -> tuple[float, list[float]]:
    """Hand over the cases, then let the crew work; returns when it was told to start, and when each term lapsed.

    Raises:
        CommandError: a process failed, or nothing more happened; with the last that the crew said.

    """
    with (
        tempfile.TemporaryDirectory(prefix="peers-") as folder,
        (Path(folder) / "log").open("w+b") as log,
        ExitStack() as stack,
    ):
        place = replace(place, tally=str(Path(folder) / "tally"))
        if engine == "celery" and (program := redis()):
            place = replace(place, broker=stack.enter_context(_redis(program, Path(folder), log)))
        if engine not in WITHOUT_QUEUE:
            with _process("enqueue", engine, place, log) as enqueuing:
                if enqueuing.wait():
                    raise CommandError(f"{engine} could not be handed its cases. {_last_said(log)}")
        # Celery starts the others by itself.
        number = 1 if engine == "celery" else place.processes
        crew = [stack.enter_context(_process("work", engine, place, log)) for _number in range(number)]
        for process in crew:
            if spoken.line_from(process) != "ready\n":
                raise CommandError(f"{engine} did not start. {_last_said(log)}")
        started = time.monotonic()
        for process in crew:
            spoken.say_to(process, "go\n")
        return started, _all_lapsed(engine, place, crew, log)


def _all_lapsed(engine: str, place: Place, crew: list[subprocess.Popen[str]], log: IO[bytes]) -> list[float]:
    tally, lapsed, moved = Path(place.tally), 0, time.monotonic()
    while True:
        over = all(process.poll() is not None for process in crew)
        times = told(tally)
        if len(times) >= place.cases:
            return times
        if len(times) > lapsed:
            lapsed, moved = len(times), time.monotonic()
        if over or any(process.poll() for process in crew) or time.monotonic() - moved > PATIENCE_SECONDS:
            raise CommandError(f"{engine} lapsed {lapsed} terms of {place.cases}. {_last_said(log)}")
        time.sleep(LOOK_SECONDS)


@contextmanager
def _process(what: str, engine: str, place: Place, log: IO[bytes]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-m", f"{__package__}.child", what, engine],
        cwd=BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=log,
        text=True,
        start_new_session=True,
        preexec_fn=tied_to(os.getpid()),
    )
    with spoken.ended(process):
        spoken.say_to(process, f"{place.written()}\n")
        yield process


@contextmanager
def _redis(program: str, folder: Path, log: IO[bytes]) -> Iterator[str]:
    """A broker that keeps everything in memory, behind a socket; yields its address."""
    socket = folder / "redis.sock"
    quiet = ["--port", "0", "--unixsocket", str(socket), "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(  # noqa: S603  # found on the path
        [program, *quiet],
        cwd=folder,
        stdout=log,
        stderr=log,
        text=True,
        start_new_session=True,
        preexec_fn=tied_to(os.getpid()),
    )
    with spoken.ended(process):
        until = time.monotonic() + START_SECONDS
        while not socket.exists():
            if process.poll() is not None or time.monotonic() > until:
                raise CommandError(f"Redis did not start. {_last_said(log)}")
            time.sleep(LOOK_SECONDS)
        yield f"redis+socket://{socket}"


def _last_said(log: IO[bytes]) -> str:
    log.seek(0)
    lines = log.read().decode(errors="replace").splitlines()[-15:]
    return "\n".join(["It said:", *lines]) if lines else "It said nothing."
