"""What the sealed process answers: refused, with a code; or taken, with how many pages, and then the copies made."""

from __future__ import annotations

import json
import os
import struct
import sys
import zlib
from typing import Any

#: What the libraries raise over a file that is not what it says.
DAMAGED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    ArithmeticError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    RuntimeError,
    struct.error,
    zlib.error,
)


class Unfit(Exception):
    """The file cannot be taken; `code` says why, `facts` with which figures."""

    def __init__(self, code: str, **facts: int) -> None:
        """Take the fault's stable code."""
        super().__init__(code)
        self.code, self.facts = code, facts


def say(**told: Any) -> None:
    """Write one line of the answer, at once: whoever is killed afterwards has said it."""
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def hand_over(name: str, content: bytes, into: int) -> None:
    """Append one copy to the open file `into`, and say so."""
    left = memoryview(content)
    while left:
        left = left[os.write(into, left) :]
    say(copy=name, size_bytes=len(content))
