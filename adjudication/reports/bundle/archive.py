"""A file that is said to be the signed file of a case is opened by nobody's word but its own bytes.

Its directory is read within bounds, and then every header is made anew from what the directory says and compared with
what is there, from the first byte to the last. So there is nothing hidden between, before or behind the members, no
second member of a name, no path that leads outside, no lying size, and nothing compressed that could swell.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from adjudication.reports.bundle import form

PIECE_BYTES = 2**18


class NotSound(Exception):
    """Something about the file is not as it must be; the sentence says what."""


class Member(NamedTuple):
    """One file inside."""

    name: str
    size: int
    crc: int
    offset: int
    """Where its bytes begin."""


class Archive:
    """The members of a file, in their order; none of their bytes has been read yet."""

    def __init__(self, file: BinaryIO) -> None:
        """Read the directory, and compare every byte around the members.

        Raises:
            NotSound: it is no such file, or not all of it.

        """
        self.file = file
        file.seek(0, os.SEEK_END)
        self.size = file.tell()
        entries = list(self._entries())
        self.members = {entry[0]: entry for entry in self._placed(entries)}
        if len(self.members) != len(entries):
            raise NotSound("Two members of the ZIP have the same name: which of them is meant nobody can tell.")

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member's bytes, a piece at a time.

        Raises:
            NotSound: there is no such member, or its bytes are not those that were put in.

        """
        member = self._member(name)
        self.file.seek(member.offset)
        left, crc = member.size, 0
        while left:
            piece = self.file.read(min(PIECE_BYTES, left))
            if not piece:
                raise NotSound("The file could not be read to its end.")
            left -= len(piece)
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            raise NotSound(f"{name} is not what was put into the ZIP: its bytes have been changed or damaged.")

    def read(self, name: str, *, most: int) -> bytes:
        """A small member's bytes.

        Raises:
            NotSound: as `pieces`; or it is larger than such a member ever is.

        """
        if self._member(name).size > most:
            raise NotSound(f"{name} is larger than {most:,} bytes, which it never is.")
        return b"".join(self.pieces(name))

    def _member(self, name: str) -> Member:
        if name not in self.members:
            raise NotSound(f"{name} is missing in the ZIP.")
        return self.members[name]

    def _at(self, offset: int, length: int) -> bytes:
        if offset < 0:
            return b""
        self.file.seek(offset)
        return self.file.read(length)

    def _entries(self) -> Iterator[tuple[str, int, int]]:
        """Each member's name, size and CRC, as the directory says."""
        if self._at(0, 4) != form.LOCAL:
            raise NotSound("This is not a ZIP that begins as the signed file of a case does.")
        end_at = self.size - form.END_WHOLE.size
        tail = self._at(end_at, form.END_WHOLE.size)
        if len(tail) < form.END_WHOLE.size or tail[:4] != form.END:
            raise NotSound("The ZIP does not end as it must: the file is cut off, or something was added to it.")
        _end, _disk, _from, _here, members, length, _offset, _comment = form.END_WHOLE.unpack(tail)
        if not 0 < members <= form.MOST_MEMBERS or length > members * 200:
            raise NotSound(f"The ZIP names {members} members in a directory of {length} bytes, which no case has.")
        large = form.LARGE_END_WHOLE.size + form.LOCATOR_WHOLE.size
        is_large = self._at(end_at - large, 4) == form.LARGE_END
        start = end_at - length - (large if is_large else 0)
        directory = self._at(start, length)
        if start < 0 or form.ending(members, length, start) != self._at(start + length, self.size - start - length):
            raise NotSound("The ZIP's end does not fit its length: the file is cut off, or something was added to it.")
        self.directory_at, self.directory, at = start, directory, 0
        for _number in range(members):
            fixed = directory[at : at + form.CENTRAL_START.size]
            if len(fixed) < form.CENTRAL_START.size:
                raise NotSound("The ZIP's directory is cut off.")
            fields = form.CENTRAL_START.unpack(fixed)
            crc, packed, size, called, extra = fields[9:14]
            if fields[6] != 0 or fields[5] != 0 or packed != size:
                raise NotSound("A member of the ZIP is compressed or encrypted; in the file of a case none is.")
            at += form.CENTRAL_START.size
            name = directory[at : at + called].decode("ascii", "replace")
            if not form.is_named_well(name):
                raise NotSound(f"The ZIP has a member called {name!a}, which is no name of ours.")
            at += called + extra
            yield name, size, crc

    def _placed(self, entries: list[tuple[str, int, int]]) -> Iterator[Member]:
        """Where each member lies, one right after the other, with every byte around them as it must be."""
        at, lines = 0, []
        for name, size, crc in entries:
            header = form.local_header(name, size, crc)
            if self._at(at, len(header)) != header:
                raise NotSound(f"What stands before {name} in the ZIP does not fit what its directory says.")
            lines.append(form.central_header(name, size, crc, at))
            yield Member(name, size, crc, at + len(header))
            at += len(header) + size
        if at != self.directory_at or b"".join(lines) != self.directory:
            raise NotSound("The ZIP's directory does not fit what lies before it: something was added or taken out.")
