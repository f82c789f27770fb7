"""The sealed process: confined before it reads a byte, it looks at one file, says what it is, and makes the copies.

The file is its standard input; it answers in lines of JSON on its standard output; the copies go one after the other
into the open file whose number is its last argument.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from adjudication.evidence import kinds
from adjudication.evidence.sealed.verdict import DAMAGED, Unfit, hand_over, say

MEMORY_BYTES = 400 * 2**20
CPU_SECONDS = 15
#: Once a document is taken, its further pages are made within this time or not shown.
FURTHER_PAGES_SECONDS = 6.0
COPIES_BYTES = 64 * 2**20


def confine() -> None:
    """Give up what opening a file does not need: memory, time, children, large files, core dumps."""
    if sys.platform == "linux":  # macOS knows the limit and refuses to set it
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (COPIES_BYTES, COPIES_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def main() -> None:
    """Look at the file; the exit is always clean unless the process is killed for what the file did to it."""
    confine()
    into = int(sys.argv[-1])
    file = open(0, "rb", closefd=False)  # noqa: SIM115  # it is open already, and closed with the process
    file.seek(0)
    media_type = kinds.media_type(file.read(kinds.HEAD_BYTES)) or ""
    try:
        _load(media_type)
        say(ready=True)
        _answer(file, media_type, into)
    except Unfit as unfit:
        say(refused=unfit.code, facts=unfit.facts)
    except (MemoryError, RecursionError):
        say(refused="too_complex", facts={})
    except DAMAGED as error:
        say(refused="damaged", facts={}, error=f"{type(error).__name__}: {error}"[:300])


def _load(media_type: str) -> None:
    """Import what this kind needs, so that a library that is missing is not taken for a file's fault."""
    if media_type in kinds.PICTURES:
        from adjudication.evidence.sealed import pictures  # noqa: F401
    elif media_type == "application/pdf":
        from adjudication.evidence.sealed import documents  # noqa: F401
    else:
        from adjudication.evidence.sealed import films  # noqa: F401


def _answer(file: BinaryIO, media_type: str, into: int) -> None:
    size = os.fstat(file.fileno()).st_size
    file.seek(0)
    if media_type in kinds.PICTURES:
        from adjudication.evidence.sealed import pictures

        given_away, made = pictures.look(file.read(), media_type)
        say(media_type=media_type, pages=1, traces=given_away)
        _hand_over(iter(made), into)
    elif media_type == "application/pdf":
        from adjudication.evidence.sealed import documents

        document, given_away = documents.open_pages(file.read())
        pages = documents.copies(document)
        first = list(islice(pages, 2))  # a document whose first page cannot be shown is not taken
        say(media_type=media_type, pages=len(document), traces=given_away)
        _hand_over(iter(first), into)
        signal.setitimer(signal.ITIMER_REAL, FURTHER_PAGES_SECONDS)  # ends the process, whatever it is in
        _hand_over(pages, into)
    elif media_type == "video/mp4":
        from adjudication.evidence.sealed import films

        films.require_whole(file, size)
        say(media_type=media_type, pages=0)
    else:
        raise Unfit("type_not_taken")


def _hand_over(copies: Iterator[tuple[str, bytes]], into: int) -> None:
    for name, content in copies:
        hand_over(name, content, into)
