"""What the platform itself has of an order, put into the words of an exhibit: the listing as bought, and the chat.

The words are built from our own record alone. Every line that somebody else wrote stands indented, so that nothing in
a message can pass for the head of another message.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC
from hashlib import sha256
from typing import Any

from adjudication.orders.messages import Message, in_order

#: So many characters of a listing are shown; its hash covers all of it.
MOST_OF_A_LISTING = 20_000
#: A quoted message carries so many before and after it.
AROUND = 2
#: What buyers look for first; everything else follows in alphabetical order.
FIRST = ("title", "price", "description", "attributes")
INDENT = "  "
CUT = "…"
#: Messages were left out here.
GAP = "…"


def listing_words(snapshot: Mapping[str, Any]) -> str:
    """The listing as lines that a person can read, and the SHA-256 of all of it as canonical JSON."""
    written = "\n".join(_written(snapshot, 0))
    if len(written) > MOST_OF_A_LISTING:
        written = written[:MOST_OF_A_LISTING] + CUT
    whole = json.dumps(snapshot, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return f"{written}\n\nSHA-256 {sha256(whole.encode()).hexdigest()}"


def _written(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name in sorted(value, key=lambda name: (FIRST.index(name) if name in FIRST else len(FIRST), name)):
            yield from _named(_line(name) + ":", value[name], depth)
    elif isinstance(value, list):
        for each in value:
            yield from _named("-", each, depth)
    else:
        yield from (INDENT * depth + line for line in _scalar(value))


def _named(name: str, value: Any, depth: int) -> Iterator[str]:
    lines = [] if isinstance(value, Mapping | list) else _scalar(value)
    if len(lines) == 1:
        yield f"{INDENT * depth}{name} {lines[0]}"
        return
    yield f"{INDENT * depth}{name}"
    yield from _written(value, depth + 1)


def _scalar(value: Any) -> list[str]:
    return value.splitlines() or [""] if isinstance(value, str) else [json.dumps(value)]


def _line(text: str) -> str:
    return " ".join(text.split())


def chat_words(messages: Sequence[Message], *, quoted: Collection[int] = ()) -> str:
    """The conversation in the order of sending; with `quoted`, those messages, marked, and the ones around each."""
    held = in_order(messages)
    shown = range(len(held))
    if quoted:
        named = [place for place in shown if held[place].number in quoted]
        near = {place + step for place in named for step in range(-AROUND, AROUND + 1)}
        shown_places = sorted(near & set(shown))
    else:
        shown_places = list(shown)
    parts: list[str] = []
    for before, place in zip([-1, *shown_places], shown_places, strict=False):
        if place > before + 1:
            parts.append(GAP)
        parts.append(_message(held[place], is_quoted=held[place].number in quoted))
    if quoted and shown_places and shown_places[-1] < len(held) - 1:
        parts.append(GAP)
    return "\n\n".join(parts)


def _message(message: Message, *, is_quoted: bool) -> str:
    sent_at = message.sent_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    head = f"#{message.number} {message.by} {sent_at}{' *' if is_quoted else ''}"
    return "\n".join([head, *(INDENT + line for line in message.text.splitlines())])
