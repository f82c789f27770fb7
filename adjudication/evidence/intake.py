"""Intake: what one exhibit must be before it is filed, and how its file is stored: once, byte for byte, with its hash.

Content decides the type, not the name (DOMAIN section 5). A file is inspected before it is stored, and nothing is kept
of one that is refused.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID, uuid4

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, TooLarge
from adjudication.evidence import copies, inspection, storage
from adjudication.evidence.inspection import Inspected, inspect
from adjudication.evidence.kinds import FILM, HEAD_BYTES, TAKEN
from adjudication.evidence.models import Exhibit
from adjudication.evidence.traces import NONE, Traces
from adjudication.policy.versions import Policy

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the evidence store: where, and its receipt; and how much of it is shown as copies."""

    name: str
    original_name: str
    media_type: str
    size_bytes: int
    sha256: str
    pages: int = 0
    pages_shown: int = 0
    traces: Traces = NONE

    def as_json(self) -> dict[str, Any]:
        """To be kept with a draft."""
        return {**asdict(self), "traces": self.traces.as_json()}

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> StoredFile:
        """Read what `as_json` made."""
        return cls(**{**kept, "traces": Traces.read(kept["traces"])})


@dataclass(frozen=True, slots=True)
class ExhibitGiven:
    """One item to be filed; `file` has been stored already."""

    kind: Exhibit.Kind
    title: str
    text: str = ""
    file: StoredFile | None = None
    replaces: UUID | None = None
    messages: tuple[int, ...] = ()
    """Numbers of the order's messages that it quotes; its words then come from our record."""
    facts: tuple[str, ...] = ()
    """What it is said to prove: codes of the checklist of the case's reason."""


def store(chunks: Iterable[bytes], *, original_name: str, policy: Policy) -> StoredFile:
    """Store one file while hashing it, and copies of it to be shown; nothing is kept of a file that is refused.

    Args:
        chunks: the bytes as they arrive.
        original_name: what the sender called it; for display only.
        policy: for the size limits, in bytes.

    Raises:
        TooLarge: more bytes than the policy takes for its type.
        EvidenceRefused: empty, of a type that is not taken, or not safe to show; the fault says why.
        Busy: too many files are being inspected.
        StorageFull: there is no room.
        Unavailable: the store does not answer.

    """
    with storage.told_when_full(), TemporaryFile() as spool:
        receipt, size = _receive(chunks, spool, policy)
        inspected = inspect(spool)
        name = uuid4().hex
        name = f"{name[:2]}/{name}.{TAKEN[inspected.media_type]}"
        spool.seek(0)
        with storage.reached():
            name = _keep(name, spool, inspected)
    return StoredFile(
        name=name,
        original_name=original_name[-200:],
        media_type=inspected.media_type,
        size_bytes=size,
        sha256=receipt,
        pages=inspected.pages,
        pages_shown=inspected.pages_shown,
        traces=inspected.traces,
    )


def discard(stored: StoredFile | None) -> None:
    """Delete a stored file whose exhibit was refused after all; if the store fails, it is a stray, and goes as one."""
    if stored is not None:
        try:
            delete(stored.name)
        except OSError:
            log.exception("The file %s, which no exhibit names, cannot be deleted now.", stored.name)


def delete(name: str) -> None:
    """Delete a file and every copy of it: of an exhibit that is erased, or of none."""
    copies.delete(name)
    storages["evidence"].delete(name)


def _receive(chunks: Iterable[bytes], spool: IO[bytes], policy: Policy) -> tuple[str, int]:
    """Put the bytes by as they arrive, as long as they may be more; their SHA-256 in hex, and how many they are."""
    most, most_film = policy.number("evidence", "bytes_per_file"), policy.number("evidence", "bytes_per_video")
    receipt, size, head = sha256(), 0, b""
    for chunk in chunks:
        size += len(chunk)
        if size > max(most, most_film):
            raise _too_large(max(most, most_film))
        receipt.update(chunk)
        head = head if len(head) >= HEAD_BYTES else (head + chunk)[:HEAD_BYTES]
        spool.write(chunk)
    media_type = inspection.media_type(head)
    if size > (most_film if media_type == FILM else most):
        raise _too_large(most_film if media_type == FILM else most)
    spool.flush()
    return receipt.hexdigest(), size


def _keep(name: str, spool: IO[bytes], inspected: Inspected) -> str:
    """Store the original and then its copies; all of it or nothing.

    Of a store that stopped answering in the middle nothing can be deleted: what it kept is a stray and goes as one.

    Returns: its name; one that is taken already is never written over.
    """
    kept = storages["evidence"]
    try:
        name = kept.save(name, File(spool))
        _settle(kept, name)
        copies.keep(name, inspected.copies)
    except TimeoutError:
        raise
    except BaseException:
        with suppress(OSError):
            delete(name)
        raise
    return name


def _settle(kept: Storage, name: str) -> None:
    """Have the disk hold it before the database says so; a store that is no folder sees to it itself."""
    try:
        path = kept.path(name)
    except NotImplementedError:
        return
    for each in (path, os.path.dirname(path)):
        descriptor = os.open(each, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        _("A file may have at most %(most)d MB.") % {"most": most // 2**20},
        Fault("file", _("is too large"), "too_large"),
    )
