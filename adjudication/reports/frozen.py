"""What the platform froze, told so that it can be read: its chat as messages, its listing as a table.

The text on file is never changed for that. What does not have the form is shown as it stands; everything is only words.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adjudication.errors import Malformed
from adjudication.evidence.frozen import GAP, INDENT
from adjudication.money import Amount, require_currency

#: `#3 buyer 2026-03-02T09:00:00Z`, with ` *` where it is quoted; its words stand indented below it.
HEAD = re.compile(r"#(?P<number>\d+) (?P<side>buyer|seller) (?P<at>[0-9T:.-]+Z)(?P<quoted> \*)?")
#: `Price: 100.00`; a name that is short, and something said of it.
ROW = re.compile(r"(?P<name>[^:：]{1,60})[:：]\s*(?P<words>.*)")
#: What a listing ends in: the hash of all of it.
HASH = re.compile(r"(?P<name>SHA-256)[: ]\s*(?P<words>[0-9a-f]{64})")
#: An amount as the marketplace sent it, which people read as money.
MONEY = re.compile(r"amount_minor: (?P<minor>[0-9]{1,15})\ncurrency: (?P<currency>[A-Z]{3})")


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat, as `evidence.frozen.chat_words` wrote it."""

    number: int
    """In the order's chat; 0 stands for messages that were left out."""
    side: str = ""
    """`buyer` or `seller`."""
    at: datetime | None = None
    words: str = ""
    is_quoted: bool = False
    """It is the message that the exhibit is about, and not one around it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that a listing says of the goods."""

    name: str
    words: str

    @property
    def amount(self) -> Amount | None:
        """The amount that the words are, if they are one."""
        if (sent := MONEY.fullmatch(self.words)) is None:
            return None
        try:
            return Amount(int(sent["minor"]), require_currency(sent["currency"]))
        except Malformed:
            return None


def messages(text: str) -> Sequence[Message]:
    """Read a chat, a head for each message; what stands indented below is what it says.

    Only what begins at the margin begins a message, so that nothing inside one can pass for another.

    Returns:
        The messages in the order they stand in; none where the text is not a chat of this form.

    """
    found: list[Message] = []
    for line in text.strip("\n").splitlines():
        if head := HEAD.fullmatch(line):
            at = datetime.fromisoformat(head["at"])
            found.append(Message(int(head["number"]), head["side"], at, is_quoted=bool(head["quoted"])))
        elif line == GAP:
            found.append(Message(0))
        elif found and (not line.strip() or line[:1].isspace()):
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
