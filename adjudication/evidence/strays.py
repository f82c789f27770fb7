"""A file that neither an exhibit nor a draft names is let go after a while: it was refused, or we died over it.

The store is gone over folder by folder, a few an hour, so that it costs next to nothing however large it is.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.storage import storages

from adjudication.evidence import copies, intake
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit

log = logging.getLogger(__name__)

#: Younger files may belong to a filing under way; and a database put back from a copy of yesterday lacks their rows.
KEPT_FOR = timedelta(days=7)
FOLDERS = 256
#: One folder in this time; the whole store in not quite two days.
EVERY = timedelta(minutes=10)


def clear_next(*, at: datetime) -> int:
    """Clear the folder whose turn it is; returns how many files went. Asked for once a turn (`rounds.py`)."""
    turn = int(at.timestamp() // EVERY.total_seconds())
    try:
        return clear(f"{turn % FOLDERS:02x}", at=at)
    except OSError:
        log.exception("The evidence store cannot be gone over; the next turn tries again.")
        return 0


def clear(folder: str, *, at: datetime) -> int:
    """Delete what has stood in this folder for longer than a week without an exhibit; returns how many files went."""
    store = storages["evidence"]
    try:
        folders, files = store.listdir(folder)
    except FileNotFoundError:
        return 0
    there = {f"{folder}/{name}" for name in files}
    named = set(Exhibit.objects.filter(file_name__in=there).values_list("file_name", flat=True))
    named |= set(Draft.objects.filter(file__name__in=there).values_list("file__name", flat=True))
    strays = sorted(name for name in there - named if at - store.get_modified_time(name) > KEPT_FOR)
    for name in strays:
        intake.delete(name)
    originals = {name.rpartition(".")[0] for name in there}
    for name in folders:  # copies whose original went, and they did not
        if f"{folder}/{name}/".endswith(copies.FOLDER):
            original = f"{folder}/{name}".removesuffix(copies.FOLDER.rstrip("/"))
            if original not in originals:
                copies.delete(f"{original}.")
    if strays:
        log.info("%d files that no exhibit named were deleted from %s/", len(strays), folder)
    return len(strays)
