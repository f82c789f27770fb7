"""The store of evidence, a folder or a bucket: when it fails, people are told so, and the operator in the log.

Nobody waits long for it, and an exhibit never names what it does not hold.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext_lazy as _

from adjudication.errors import StorageFull, Unavailable
from adjudication.evidence.receiving import NO_ROOM

log = logging.getLogger(__name__)


@contextmanager
def told_when_full() -> Iterator[None]:
    """Where files are written, wherever that is.

    Raises:
        StorageFull: there is no room.

    """
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        raise StorageFull(_("There is no room to store the file; nothing of it was kept. Try again later.")) from error


@contextmanager
def reached() -> Iterator[None]:
    """Where the store is read or written. That a file is not there is no fault of the store.

    Raises:
        FileNotFoundError: as it was.
        StorageFull: there is no room.
        Unavailable: the store does not answer, or does not let us.

    """
    try:
        with told_when_full():
            yield
    except FileNotFoundError:
        raise
    except OSError as error:
        log.exception("The evidence store fails.")
        raise Unavailable(_("The files cannot be reached right now; try the same again in a moment.")) from error
