"""What people see of a file is a copy: upright, without anything it carried beside its pixels, and safe to open.

Copies stand beside the original under names made from its own, can be made again from it, and go when it goes.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from contextlib import suppress
from tempfile import TemporaryFile

from django.core.files.base import ContentFile, File
from django.core.files.storage import Storage, storages

from adjudication.evidence.inspection import inspect

MEDIA_TYPE, ENDING = "image/jpeg", "jpg"
THUMBNAIL = "thumbnail"
FOLDER = ".copies/"


def name_of(original: str, which: str) -> str:
    """Where a copy stands: of `ab/abc.pdf`, page 1 is `ab/abc.copies/1.jpg`."""
    return f"{folder_of(original)}{which}.{ENDING}"


def folder_of(original: str) -> str:
    """The folder of a stored file's copies, with a slash."""
    return f"{original.rpartition('.')[0]}{FOLDER}"


def original_of(stored: str) -> str | None:
    """Of a copy: how its original's name begins, up to and with the dot. None for what is no copy."""
    before, folder, _name = stored.rpartition(FOLDER)
    return f"{before}." if folder else None


def keep(original: str, made: Iterable[tuple[str, bytes]]) -> None:
    """Store copies beside their original; those that are there already stay.

    Raises:
        OSError: there is no room.

    """
    store = storages["evidence"]
    for which, content in made:
        name = name_of(original, which)
        if not store.exists(name):
            stored = store.save(name, ContentFile(content))
            if stored != name:  # somebody made the same copy at the same moment
                store.delete(stored)


def open_copy(original: str, which: str) -> File[bytes]:
    """Open a copy to be shown; one that is gone is made again.

    Raises:
        FileNotFoundError: neither it nor its original is there, or there is no such copy of it.

    """
    store = storages["evidence"]
    name = name_of(original, which)
    with suppress(FileNotFoundError):
        return store.open(name)
    with store.open(original) as kept, TemporaryFile() as file:
        shutil.copyfileobj(kept, file)
        file.flush()
        keep(original, inspect(file).copies)
    return store.open(name)


def delete(original: str) -> None:
    """Delete every copy of a stored file."""
    store, folder = storages["evidence"], folder_of(original)
    for name in _files_in(store, folder):
        store.delete(f"{folder}{name}")
    store.delete(folder.rstrip("/"))  # of a bucket there is no folder to delete, and no harm in asking


def _files_in(store: Storage, folder: str) -> list[str]:
    try:
        return list(store.listdir(folder)[1])
    except FileNotFoundError:
        return []
