"""What the platform froze, told so that it can be read: its chat as messages, its listing as a table.

The text on file is never changed for that. What does not have the form is shown as it stands; everything is only words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils import timezone

from adjudication.parties import Role

#: `[2026-03-02T09:00:00Z] buyer: words`; the time as any words in the brackets.
LINE = re.compile(r"\[(?P<at>[^\]]{1,40})\]\s*(?P<who>[^:：]{1,60})[:：]\s*(?P<words>.*)")
#: `#3 buyer 2026-03-02T09:00:00Z`, with ` *` where it is quoted; its words stand indented below it.
HEAD = re.compile(r"#\d+ (?P<who>\S+) (?P<at>\S+Z)(?P<quoted> \*)?")
#: Messages were left out here.
GAP = "…"
#: `Price: 100.00`; a name that is short, and something said of it.
ROW = re.compile(r"(?P<name>[^:：]{1,60})[:：]\s*(?P<words>.*)")
#: What a listing ends in: the hash of all of it.
HASH = re.compile(r"(?P<name>SHA-256)[: ]\s*(?P<words>[0-9a-f]{64})")
INDENT = "  "
#: How the two sides are called in a chat's text.
SIDES = {"buyer": Role.BUYER, "买家": Role.BUYER, "seller": Role.SELLER, "shop": Role.SELLER, "卖家": Role.SELLER}


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    who: str
    """As the text names them."""
    side: str
    """`buyer` or `seller`; empty for anybody else."""
    words: str
    said_at: str
    """The time as the text has it."""
    at: datetime | None
    """The same as a moment, where it is one with its offset from UTC."""
    is_quoted: bool = False
    """It is the message that the exhibit is about, and not one around it."""

    @property
    def is_gap(self) -> bool:
        """Does it stand for messages that were left out?"""
        return not self.who


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a listing says of the goods."""

    name: str
    words: str


def messages(text: str) -> Sequence[Message]:
    """Read a chat, one message a line or a head; what stands indented goes on with the message before it.

    Only what begins at the margin begins a message, so that nothing inside one can pass for another.

    Returns:
        The messages in the order they stand in; none where the text is not a chat of this form.

    """
    found: list[Message] = []
    for line in text.strip("\n").splitlines():
        begun = HEAD.fullmatch(line) or LINE.fullmatch(line)
        if begun is not None:
            found.append(_begun(begun))
        elif line == GAP:
            found.append(Message("", "", "", "", None))
        elif found and (not line.strip() or line[:1].isspace()) and not found[-1].is_gap:
            last = found.pop()
            found.append(replace(last, words=f"{last.words}\n{line.removeprefix(INDENT)}"))
        elif line.strip():
            return ()
    return [replace(message, words=message.words.strip("\n")) for message in found]


def rows(text: str) -> Sequence[Row]:
    """Read a listing, one `name: words` a line; what stands indented goes on with the name before it.

    Returns:
        The rows in the order they stand in; none where a line at the margin has no name.

    """
    found: list[Row] = []
    for line in text.strip("\n").splitlines():
        begun = HASH.fullmatch(line) or ROW.fullmatch(line)
        if begun is not None and not line[:1].isspace():
            found.append(Row(begun["name"].strip(), begun["words"]))
        elif found and (not line.strip() or line[:1].isspace()):
            last = found.pop()
            found.append(Row(last.name, f"{last.words}\n{line.removeprefix(INDENT)}"))
        elif line.strip():
            return ()
    return [Row(row.name, row.words.strip("\n")) for row in found]


def _begun(head: re.Match[str]) -> Message:
    parts, who = head.groupdict(), head["who"].strip()
    side = str(SIDES.get(who.casefold(), ""))
    at = head["at"]
    return Message(who, side, parts.get("words") or "", at, _moment(at), bool(parts.get("quoted")))


def _moment(said: str) -> datetime | None:
    """The moment a text names, if it names one; a time without its offset is nobody's."""
    try:
        at = datetime.fromisoformat(said.strip().replace(" UTC", "Z"))
    except ValueError:
        return None
    return at if timezone.is_aware(at) else None
