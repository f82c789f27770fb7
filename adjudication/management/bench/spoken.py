"""Processes of a run that are spoken to by lines, and are gone when it ends, with all that they started."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[None]:
    """Kill it in the end, with all that it started: its database is dropped, and nothing is left to tidy up."""
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream:
                with suppress(BrokenPipeError):
                    stream.close()


def say_to(process: subprocess.Popen[str], what: str) -> None:
    """Say it, if it still lives."""
    if process.stdin:
        with suppress(BrokenPipeError):  # it has died; whoever waits for it says so
            process.stdin.write(what)
            process.stdin.flush()


def line_from(process: subprocess.Popen[str]) -> str:
    """What it says next; empty once it says nothing more."""
    return process.stdout.readline() if process.stdout else ""
