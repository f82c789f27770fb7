"""A stranger's file is opened in a process of its own, which has little memory, little time and none of our secrets.

What it makes of the file is judged here by its answer alone; if it dies over it, the file is refused.
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore, Timer
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from adjudication.errors import Busy
from adjudication.evidence import kinds
from adjudication.evidence.refusals import FAULTS, refusal
from adjudication.evidence.traces import NONE, Traces, traces_of

log = logging.getLogger(__name__)

#: None lives longer, whatever the file makes it do.
MOST_SECONDS = 20.0
#: So many at once in one of our processes; whoever waits longer for a place than this is asked to come again. Together
#: with the above it stays below the 30 s after which the database ends a transaction that does nothing.
AT_ONCE, MOST_WAITED_SECONDS = 2, 5.0
#: No longer answer is read.
MOST_ANSWERED = 2**16

ROOT = Path(__file__).resolve().parent.parent.parent
START = "import sys; sys.path.insert(0, sys.argv[1]); from adjudication.evidence.sealed.entry import main; main()"
PLACES = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Inspected:
    """A file that may be taken: what it is, how many pages it has, and copies to be shown in its place."""

    media_type: str
    pages: int
    copies: tuple[tuple[str, bytes], ...]
    """(name, JPEG): the pages `1`, `2`, … and the `thumbnail`; none of a film."""
    traces: Traces = NONE

    @property
    def pages_shown(self) -> int:
        """Of how many pages there is a copy."""
        return sum(name.isdecimal() for name, _content in self.copies)


def media_type(head: bytes) -> str:
    """Tell what a file is by its first bytes.

    Raises:
        EvidenceRefused: it is empty, or of a type that is not taken.

    """
    if not head:
        raise refusal("empty_file")
    found = kinds.media_type(head)
    if found is None:
        raise refusal("phone_format" if kinds.is_phone_still(head) else "type_not_taken")
    return found


def inspect(file: IO[bytes]) -> Inspected:
    """Have a file looked at, and its copies made.

    Args:
        file: a file of the operating system's; from its beginning, wherever it stands.

    Raises:
        EvidenceRefused: it is not what is taken; the fault says why.
        Busy: too many are being looked at.

    """
    with _place(), TemporaryFile() as made:
        lines, died_of = _run(file, made)
        verdict = next((line for line in lines if "media_type" in line or "refused" in line), None)
        if verdict is None:
            raise refusal(_cause_of_death(lines, died_of))
        if "refused" in verdict:
            code = verdict["refused"] if verdict["refused"] in FAULTS else "damaged"
            if "error" in verdict:
                log.info("a file was refused as %s: %s", code, verdict["error"])
            raise refusal(code, **verdict.get("facts", {}))
        made.seek(0)
        copies = tuple((line["copy"], made.read(line["size_bytes"])) for line in lines if "copy" in line)
    return Inspected(verdict["media_type"], verdict["pages"], copies, traces_of(verdict.get("traces")))


@contextmanager
def _place() -> Iterator[None]:
    if not PLACES.acquire(timeout=MOST_WAITED_SECONDS):
        raise Busy(_("Many files are being looked at right now; send it again in a moment."))
    try:
        yield
    finally:
        PLACES.release()


def _run(file: IO[bytes], made: IO[bytes]) -> tuple[list[dict[str, Any]], int]:
    """Start the process, and wait for its answer and its end.

    Returns: the lines it answered; the signal it died of, 0 if of none.
    """
    command = [sys.executable, "-I", "-B", "-c", START, str(ROOT), str(made.fileno())]
    with subprocess.Popen(  # noqa: S603  # our own Python and our own words
        command,
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[made.fileno()],
        env={"MALLOC_ARENA_MAX": "1", "LC_ALL": "C.UTF-8"},
        cwd="/",
    ) as process:
        killer = Timer(MOST_SECONDS, process.kill)
        killer.daemon = True
        killer.start()
        try:
            assert process.stdout is not None  # noqa: S101  # for the type checker
            answered = process.stdout.read(MOST_ANSWERED)
            if len(answered) < MOST_ANSWERED:  # it has closed its mouth, or said too much
                process.wait()
        finally:
            killer.cancel()
            process.kill()
    return list(_lines(answered)), max(0, -process.returncode)


def _lines(answered: bytes) -> Iterable[dict[str, Any]]:
    for line in answered.decode(errors="replace").splitlines():
        try:
            told = json.loads(line) if line.startswith("{") else None
        except ValueError:  # cut off
            told = None
        if isinstance(told, dict):
            yield told
        elif line.strip():
            log.warning("the inspection of a file said: %s", line[:500])


def _cause_of_death(lines: list[dict[str, Any]], died_of: int) -> str:
    if not any("ready" in line for line in lines):
        raise RuntimeError("The process that inspects files does not start; what it said stands in the log above.")
    return "too_complex" if died_of else "damaged"
