"""An upload for which there is no room while it arrives is refused as such, and not lost as a fault of ours.

Django puts large uploads by in a temporary file before any view sees them. Where that fails for want of room, what
arrives is let go, and whoever reads the file is told.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from errno import EDQUOT, ENOSPC
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

NO_ROOM = frozenset({ENOSPC, EDQUOT})


class NotReceived(UploadedFile):  # type: ignore[type-arg]  # it takes no parameter where it runs
    """A file that arrived and found no room; reading it raises the error that its writing did."""

    why: OSError

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """Say so once it is read.

        Raises:
            OSError: always.

        """
        yield b""
        raise self.why


class RoomMindingUploadHandler(TemporaryFileUploadHandler):
    """The temporary file, with what happens when the disk is full."""

    why: OSError | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin one; even its name may find no room."""
        self.why = None
        try:
            super().new_file(*args, **kwargs)
        except OSError as error:
            self._let_go(error)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what arrives while there is room."""
        if self.why is None:
            try:
                super().receive_data_chunk(raw_data, start)
            except OSError as error:
                self._let_go(error)

    def file_complete(self, file_size: int) -> UploadedFile[bytes] | None:
        """The file, or the one that says why there is none."""
        if self.why is None:
            try:
                return super().file_complete(file_size)  # flushes: the last of it may find no room either
            except OSError as error:
                self._let_go(error)
        lost = NotReceived(BytesIO(), self.file_name, self.content_type, file_size, self.charset)
        lost.why = self.why or OSError(ENOSPC, "No space left on device")
        return lost

    def _let_go(self, error: OSError) -> None:
        if error.errno not in NO_ROOM:
            raise error
        self.why = error
        if getattr(self, "file", None) is not None:  # the half of it that was written takes room that others need
            with suppress(OSError):
                self.file.close()
