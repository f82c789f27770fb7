"""Intake: what one exhibit must be before it is filed, and how its file is stored: once, byte for byte, with its hash.

Content decides the type, not the name (DOMAIN section 5).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from uuid import UUID, uuid4

import filetype
from django.core.files.base import File
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from adjudication.errors import EvidenceRefused, Fault, StorageFull, TooLarge
from adjudication.evidence.models import Exhibit
from adjudication.policy.versions import Policy

#: Media types taken, and how a stored file of each is named.
TAKEN = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/pdf": "pdf",
    "video/mp4": "mp4",
}


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the evidence store: where, and its receipt."""

    name: str
    original_name: str
    media_type: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class ExhibitGiven:
    """One item to be filed; `file` has been stored already."""

    kind: Exhibit.Kind
    title: str
    text: str = ""
    file: StoredFile | None = None
    replaces: UUID | None = None


def store(chunks: Iterable[bytes], *, original_name: str, policy: Policy) -> StoredFile:
    """Store one file while hashing it; nothing is kept of a file that is refused.

    Args:
        chunks: the bytes as they arrive.
        original_name: what the sender called it; for display only.
        policy: for the size limits, in bytes.

    Raises:
        TooLarge: more bytes than the policy takes for its type.
        EvidenceRefused: empty, or of a type that is not taken.
        StorageFull: there is no room.

    """
    most, most_video = policy.number("evidence", "bytes_per_file"), policy.number("evidence", "bytes_per_video")
    receipt, size, head = sha256(), 0, b""
    with SpooledTemporaryFile(max_size=2**20) as spool:
        for chunk in chunks:
            size += len(chunk)
            if size > max(most, most_video):
                raise _too_large(max(most, most_video))
            receipt.update(chunk)
            head = head if len(head) >= 4096 else (head + chunk)[:4096]
            spool.write(chunk)
        media_type = _media_type(head)
        if media_type != "video/mp4" and size > most:
            raise _too_large(most)
        spool.seek(0)
        name = uuid4().hex
        name = f"{name[:2]}/{name}.{TAKEN[media_type]}"
        try:
            stored = storages["evidence"].save(name, File(spool))
        except OSError as error:
            raise StorageFull(
                _("There is no room to store the file; nothing of it was kept. Try again later.")
            ) from error
    return StoredFile(stored, original_name[-200:], media_type, size, receipt.hexdigest())


def discard(stored: StoredFile | None) -> None:
    """Delete a stored file whose exhibit was refused after all."""
    if stored is not None:
        storages["evidence"].delete(stored.name)


def _media_type(head: bytes) -> str:
    if not head:
        raise EvidenceRefused(_("The file is empty."), Fault("file", _("must not be empty"), "empty_file"))
    guess = filetype.guess(head)
    if guess is None or guess.mime not in TAKEN:
        raise EvidenceRefused(
            _("By its content this is none of the types that are taken: JPEG, PNG, WebP, PDF, MP4."),
            Fault("file", _("must be JPEG, PNG, WebP, PDF or MP4"), "type_not_taken"),
        )
    return str(guess.mime)


def _too_large(most: int) -> TooLarge:
    return TooLarge(
        _("A file may have at most %(most)d MB.") % {"most": most // 2**20},
        Fault("file", _("is too large"), "too_large"),
    )
