"""Put a signed file together: every member written once, hashed as it passes, and never in memory as a whole.

A file of an exhibit that is missing from the store, or is not what was filed, is left out, and the manifest says so
with what its receipt says: that is signed too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, BinaryIO

from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Unavailable
from adjudication.evidence import storage
from adjudication.evidence.models import Exhibit
from adjudication.reports.bundle import form
from adjudication.reports.bundle.written import file_name
from adjudication.reports.stored_files import is_there

PIECE_BYTES = 2**18


@dataclass(frozen=True, slots=True)
class Written:
    """One member as it was written."""

    name: str
    size: int
    crc: int
    sha256: str
    offset: int

    def as_listed(self) -> dict[str, Any]:
        """As the manifest names it."""
        return {"name": self.name, "sha256": self.sha256, "size_bytes": self.size}


@dataclass(slots=True)
class Pack:
    """A ZIP that is being written."""

    file: BinaryIO
    members: list[Written] = field(default_factory=list)
    lacking: list[dict[str, Any]] = field(default_factory=list)
    """The exhibits whose files are not in it, and why."""

    def add(self, name: str, pieces: Iterable[bytes]) -> Written:
        """Write one member; its header is filled in once its bytes have passed."""
        offset, size, crc, made = self.file.tell(), 0, 0, sha256()
        self.file.write(form.local_header(name, 0, 0))
        for piece in pieces:
            self.file.write(piece)
            size, crc = size + len(piece), zlib.crc32(piece, crc)
            made.update(piece)
        self.file.seek(offset)
        self.file.write(form.local_header(name, size, crc))
        self.file.seek(0, 2)
        written = Written(name, size, crc, made.hexdigest(), offset)
        self.members.append(written)
        return written

    def add_exhibit(self, exhibit: Exhibit) -> None:
        """Write the file of an exhibit, or note that it is lacking.

        Raises:
            Unavailable: the store does not answer.
            StorageFull: there is no room.

        """
        began = self.file.tell()
        try:
            with storage.reached():
                written = self.add(file_name(exhibit), _pieces(exhibit.file_name))
        except FileNotFoundError as error:
            if not is_there(storages["evidence"]) or _is_empty():
                # All of it is away, or nothing is mounted there: no word about a single file would be true.
                raise Unavailable(
                    _("The files cannot be reached right now; try the same again in a moment.")
                ) from error
            self._take_back(began)
            self._lack(exhibit, why="missing")
            return
        if (written.sha256, written.size) != (exhibit.sha256, exhibit.size_bytes):
            self.members.pop()
            self._take_back(began)
            self._lack(exhibit, why="altered", found_sha256=written.sha256, found_size_bytes=written.size)

    def close(self) -> None:
        """Write the directory, and go back to the beginning."""
        at = self.file.tell()
        lines = [form.central_header(each.name, each.size, each.crc, each.offset) for each in self.members]
        for line in lines:
            self.file.write(line)
        self.file.write(form.ending(len(lines), sum(map(len, lines)), at))
        self.file.flush()
        self.file.seek(0)

    def _take_back(self, to: int) -> None:
        self.file.seek(to)
        self.file.truncate()

    def _lack(self, exhibit: Exhibit, *, why: str, **found: Any) -> None:
        receipt = {"sha256": exhibit.sha256, "size_bytes": exhibit.size_bytes}
        self.lacking.append({"exhibit": exhibit.label, "id": str(exhibit.pk), "why": why, **receipt, **found})


def _is_empty() -> bool:
    with storage.reached():
        return not any(storages["evidence"].listdir(""))


def _pieces(name: str) -> Iterator[bytes]:
    with storages["evidence"].open(name) as stored:
        while piece := stored.read(PIECE_BYTES):
            yield piece
