"""Every filed exhibit's file is in the store, byte for byte as its receipt says; what nothing names is noted.

The store is walked in the order of names and compared with the exhibits in the same order, so that neither side is ever
in memory as a whole; files are hashed a piece at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import NamedTuple

from django.core.files.storage import Storage
from django.utils.translation import gettext as _

from adjudication.evidence.copies import original_of

THERE, UNALTERED = "stored_file_is_there", "stored_file_is_unaltered"
NAMES = (THERE, UNALTERED)

PIECE_BYTES = 2**18

#: So many files that nothing names are listed.
ORPHANS_LISTED = 20


class Receipt(NamedTuple):
    """What an exhibit says of its file."""

    name: str
    sha256: str
    size_bytes: int
    subject: str


@dataclass(slots=True)
class Compared:
    """What was found."""

    hashed: int = 0
    violations: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """(subject, detail) by invariant."""
    could_not_check: dict[str, str] = field(default_factory=dict)
    orphans: list[tuple[str, str]] = field(default_factory=list)

    def violated(self, invariant: str, receipt: Receipt, detail: str) -> None:
        """Add one exhibit at fault."""
        self.violations.setdefault(invariant, []).append((receipt.subject, detail))


def compare(receipts: Iterator[Receipt], store: Storage) -> Compared:
    """Compare the exhibits, ordered by file name, with the store."""
    found, orphans = Compared(), 0
    receipt = next(receipts, None)
    if receipt is None and not is_there(store):
        return found
    try:
        for name in walk(store):
            while receipt is not None and receipt.name < name:
                found.violated(THERE, receipt, _("the file %(name)s is missing") % {"name": receipt.name})
                receipt = next(receipts, None)
            if (receipt is None or receipt.name != name) and not _is_copy_for(receipt, name):
                orphans += 1
                if orphans <= ORPHANS_LISTED:
                    found.orphans.append((f"file {name}", _("no exhibit names it")))
            while receipt is not None and receipt.name == name:
                _hash(store, receipt, found)
                receipt = next(receipts, None)
        while receipt is not None:
            found.violated(THERE, receipt, _("the file %(name)s is missing") % {"name": receipt.name})
            receipt = next(receipts, None)
    except OSError as error:
        told = _("the file store cannot be read: %(error)s") % {"error": error}
        found.could_not_check = dict.fromkeys(NAMES, told)
    if orphans > ORPHANS_LISTED:
        found.orphans.append(("files", _("%(orphans)d in all are named by no exhibit") % {"orphans": orphans}))
    return found


def walk(store: Storage, folder: str = "") -> Iterator[str]:
    """Every file's name, in the order of their bytes.

    Raises:
        OSError: the store, or a folder of it, cannot be read.

    """
    if not folder and (names := getattr(store, "names", None)) is not None:  # a bucket tells all of them at once
        yield from names()
        return
    folders, files = store.listdir(folder)
    # A folder stands where its files' names do: `ab/…` comes after `ab.txt`.
    for name in sorted([*(f"{each}/" for each in folders), *files]):
        path = f"{folder}{name}"
        if name.endswith("/"):
            yield from walk(store, path)
        else:
            yield path


def _is_copy_for(receipt: Receipt | None, name: str) -> bool:
    """Is it a copy of the file that comes next? A copy's folder stands right before its original."""
    original = original_of(name)
    return original is not None and receipt is not None and receipt.name.startswith(original)


def is_there(store: Storage) -> bool:
    """A store nothing was ever put in need not exist."""
    try:
        store.listdir("")
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _hash(store: Storage, receipt: Receipt, found: Compared) -> None:
    made, size = sha256(), 0
    try:
        with store.open(receipt.name) as stored:
            while piece := stored.read(PIECE_BYTES):
                made.update(piece)
                size += len(piece)
    except FileNotFoundError:
        found.violated(THERE, receipt, _("the file %(name)s is missing") % {"name": receipt.name})
        return
    except OSError as error:
        found.could_not_check[UNALTERED] = _("the file %(name)s cannot be read: %(error)s") % {
            "name": receipt.name,
            "error": error,
        }
        return
    found.hashed += 1
    if made.hexdigest() != receipt.sha256 or size != receipt.size_bytes:
        found.violated(
            UNALTERED,
            receipt,
            _("the file %(name)s has %(size)d bytes, SHA-256 %(made)s; its receipt says %(told)d and %(receipt)s")
            % {
                "name": receipt.name,
                "size": size,
                "made": made.hexdigest(),
                "told": receipt.size_bytes,
                "receipt": receipt.sha256,
            },
        )
