"""The form of a signed file: which members it has, how they are called, and each byte that lies around them.

It is a ZIP whose members are stored as they are, in one order, under plain names, with one fixed time. So the same case
gives the same bytes, nothing in it has to be unpacked to be measured, and no byte lies anywhere unaccounted for.
"""

from __future__ import annotations

import re
import struct

FORMAT = "adjudication-case-file/1"

#: Signed is the manifest alone, byte for byte; it names every other member with its size and SHA-256.
MANIFEST, SIGNATURE, PUBLIC_KEY, README = "manifest.json", "manifest.sig", "public_key.pem", "README.txt"
CASE, ORDER, POLICY = "data/case.json", "data/order.json", "data/policy.json"
TERMS, OFFERS, INQUIRIES = "data/terms.json", "data/offers.json", "data/inquiries.json"
EXHIBITS, RULINGS, LEDGER = "data/exhibits.json", "data/rulings.json", "data/ledger.json"
JOURNAL, ORDER_JOURNAL = "data/journal.json", "data/order-journal.json"
#: Each of these is in every file, besides pages to be read and the exhibits' own files.
DATA = (CASE, ORDER, POLICY, TERMS, OFFERS, INQUIRIES, EXHIBITS, RULINGS, LEDGER, JOURNAL, ORDER_JOURNAL)
FILES = "exhibits/"
#: Lower-case folders at most one deep; no dots to climb by, no second spelling of the same name.
NAME = re.compile(r"(?:[a-z]{1,20}/)?[A-Za-z0-9][A-Za-z0-9_-]{0,60}(?:\.[a-z0-9]{2,8}){0,2}", re.ASCII)
SIGNATURE_BYTES = 64

#: Limits of the ZIP format without its extension, which begins where one of these would be reached.
LONG = 0xFFFFFFFF
LARGEST_MEMBER = LONG - 1
MOST_MEMBERS = 2000

LOCAL, CENTRAL, END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
LARGE_END, LARGE_END_LOCATOR = b"PK\x06\x06", b"PK\x06\x07"
#: Midnight, 1 January 1980: the beginning of the format's time, and of nothing in a case.
TIME, DATE = 0, 0x21
PLAIN, LARGE = 20, 45
UNIX, READABLE = 3 << 8, 0o100644 << 16

CENTRAL_START = struct.Struct("<4s4B4HLLL5H2L")
LOCAL_START = struct.Struct("<4s2B4HLLL2H")
END_WHOLE = struct.Struct("<4s4H2LH")
LARGE_END_WHOLE = struct.Struct("<4sQ2H2L4Q")
LOCATOR_WHOLE = struct.Struct("<4sLQL")


def local_header(name: str, size: int, crc: int) -> bytes:
    """What stands right before a member's bytes."""
    called = name.encode("ascii")
    return LOCAL_START.pack(LOCAL, PLAIN, 0, 0, 0, TIME, DATE, crc, size, size, len(called), 0) + called


def central_header(name: str, size: int, crc: int, offset: int) -> bytes:
    """A member's line in the directory at the end."""
    called = name.encode("ascii")
    is_far = offset >= LONG
    extra = struct.pack("<HHQ", 1, 8, offset) if is_far else b""
    version = LARGE if is_far else PLAIN
    start = CENTRAL_START.pack(
        CENTRAL,
        *(version, 3, version, 0),
        *(0, 0, TIME, DATE),
        *(crc, size, size),
        *(len(called), len(extra), 0, 0, 0),
        *(READABLE, LONG if is_far else offset),
    )
    return start + called + extra


def ending(members: int, directory_bytes: int, directory_offset: int) -> bytes:
    """What the whole ends with."""
    is_far = directory_offset >= LONG
    large = b""
    if is_far:
        large = LARGE_END_WHOLE.pack(
            LARGE_END,
            *(44, (3 << 8) | LARGE, LARGE, 0, 0),
            *(members, members, directory_bytes, directory_offset),
        ) + LOCATOR_WHOLE.pack(LARGE_END_LOCATOR, 0, directory_offset + directory_bytes, 1)
    told = LONG if is_far else directory_offset
    return large + END_WHOLE.pack(END, 0, 0, members, members, directory_bytes, told, 0)


def is_named_well(name: str) -> bool:
    """Can a member be called so?"""
    return NAME.fullmatch(name) is not None


def in_order(names: list[str]) -> list[str]:
    """The members as they lie in the file: the exhibits, what tells of them, the manifest, its signature."""
    return [*sorted(names, key=lambda name: (not name.startswith(FILES), name)), MANIFEST, SIGNATURE]
