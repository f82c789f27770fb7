"""Who sees what of a file: its copy on every page; the original, with all it carries, as a download, and on record.

Whether the reader has standing in the case is judged before, at the door.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import File
from django.core.files.storage import storages
from django.utils.translation import gettext_lazy as _

from adjudication.errors import NotFound
from adjudication.evidence import copies, storage
from adjudication.evidence.drafts import Draft
from adjudication.evidence.kinds import TAKEN
from adjudication.evidence.models import Exhibit, Viewing
from adjudication.parties import Actor

#: Whatever a file turns out to be, no browser runs it, guesses at it, or lends it to another site.
GUARDED = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ALWAYS_ASKED_FOR = GUARDED | {"Cache-Control": "private, no-store"}
SHOWN_FOR_A_WHILE = GUARDED | {"Cache-Control": "private, max-age=600"}


@dataclass(frozen=True, slots=True)
class Served:
    """A file to be answered with."""

    file: File[bytes]
    name: str
    """What it is called when it is saved: ours, for what people call it is for display only."""
    media_type: str
    is_attachment: bool
    headers: dict[str, str]


def original(exhibit: Exhibit | Draft, *, by: Actor, at: datetime, is_read: bool = True) -> Served:
    """The file byte for byte as it was filed; that somebody fetched it is recorded first.

    Args:
        exhibit: with its case.
        by: who fetches it, with standing.
        at: now.
        is_read: False where only its headers are asked for.

    Raises:
        NotFound: the exhibit has no file, or it has been erased.
        Unavailable: the store does not answer.

    """
    if not exhibit.file_name:
        raise NotFound(_("This exhibit has no file."))
    try:
        with storage.reached():
            file = storages["evidence"].open(exhibit.file_name)
    except FileNotFoundError as error:
        raise NotFound(_("This exhibit has no file.")) from error
    if is_read and isinstance(exhibit, Exhibit):  # a draft is looked at by its own side alone
        Viewing.objects.create(exhibit=exhibit, role=by.role, viewer_id=by.id, key_id=by.key_id, viewed_at=at)
    is_known = exhibit.media_type in TAKEN
    return Served(
        file,
        f"{exhibit.case.number}-{exhibit.label}.{TAKEN[exhibit.media_type] if is_known else 'bin'}",
        exhibit.media_type if is_known else "application/octet-stream",
        True,
        ALWAYS_ASKED_FOR,
    )


def copy(exhibit: Exhibit | Draft, which: str) -> Served:
    """What is shown of a file: a page by its number, or the `thumbnail`.

    Args:
        exhibit: with its case.
        which: `1`, `2`, … or `thumbnail`.

    Raises:
        NotFound: nothing of it is shown, or not this page.
        Unavailable: the store does not answer.

    """
    is_shown = exhibit.pages_shown > 0 and (
        which == copies.THUMBNAIL or which in [str(number) for number in exhibit.shown]
    )
    if not is_shown:
        raise NotFound(_("There is no such copy."))
    try:
        with storage.reached():
            file = copies.open_copy(exhibit.file_name, which)
    except FileNotFoundError as error:
        raise NotFound(_("This exhibit has no file.")) from error
    name = f"{exhibit.case.number}-{exhibit.label}-{which}.{copies.ENDING}"
    return Served(file, name, copies.MEDIA_TYPE, False, SHOWN_FOR_A_WHILE)
