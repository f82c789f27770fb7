"""A film is checked for being whole and nothing else; it is not decoded, and served for download alone."""

from __future__ import annotations

from typing import BinaryIO

from adjudication.evidence.sealed.verdict import Unfit

MOST_BOXES = 100_000


def require_whole(file: BinaryIO, size_bytes: int) -> None:
    """Go over the outermost boxes (ISO 14496-12, section 4.2): they fill the file, and one says what is in it.

    Raises:
        Unfit: cut off, or followed by something else.

    """
    found, at = set[bytes](), 0
    for _box in range(MOST_BOXES):
        if at == size_bytes:
            break
        file.seek(at)
        head = file.read(16)
        if len(head) < 8:
            raise Unfit("damaged")
        length = int.from_bytes(head[:4], "big")
        if length == 1 and len(head) == 16:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0:  # to the end of the file
            length = size_bytes - at
        if length < 8 or at + length > size_bytes or not head[4:8].isascii():
            raise Unfit("damaged")
        found.add(head[4:8])
        at += length
    if at != size_bytes or not {b"ftyp", b"moov"} <= found:
        raise Unfit("damaged")
