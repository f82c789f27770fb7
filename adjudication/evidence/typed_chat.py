"""Chat that a side typed, compared with the chat on record: which of its lines nobody sent.

It is a comparison of letters and digits, and no more: how a line is broken, spaced and pointed says nothing, and what
stands in a picture is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Shorter lines are names, times and greetings.
LEAST = 8
COLON = re.compile("[:：]")


@dataclass(frozen=True, slots=True)
class Compared:
    """What was found: how many lines were compared, and those that stand in no message."""

    lines: int
    strange: tuple[str, ...]


def compare(typed: str, messages: Iterable[str]) -> Compared:
    """Compare each typed line with all messages; a line may name its sender and its time before a colon."""
    said = [words for message in messages if (words := _bare(message))]
    lines = [line.strip() for line in typed.splitlines() if len(_bare(line)) >= LEAST]
    strange = tuple(line for line in lines if not any(_is_said(words, said) for words in _words_of(line)))
    return Compared(len(lines), strange)


def _words_of(line: str) -> Iterator[str]:
    """All of a line, and what stands behind each of its colons."""
    yield _bare(line)
    for colon in COLON.finditer(line):
        yield _bare(line[colon.end() :])


def _is_said(words: str, said: list[str]) -> bool:
    return words in said or (len(words) >= LEAST and any(words in one for one in said))


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
