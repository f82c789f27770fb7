"""A pulse: work felt in one thread is noted in the database by another, so that a database that is away delays no work.

Nothing is noted unless work was felt since: a process that only exists does not beat.
"""

import logging
import threading
import time

from django.db import DatabaseError, InterfaceError, connection

log = logging.getLogger(__name__)

#: Between two notes; what is felt meanwhile is one.
REST_SECONDS = 5.0


class Pulse:
    """The heartbeat of one part of the service."""

    def __init__(self, part: str) -> None:
        """Begin to listen for it; the thread ends with its process."""
        self.part = part
        self._felt = threading.Event()
        threading.Thread(target=self._note, name=f"pulse-of-{part}", daemon=True).start()

    def felt(self, **kwargs: object) -> None:
        """The part has just done its work; may be connected to a signal."""
        self._felt.set()

    def _note(self) -> None:
        from adjudication.reports.heartbeat import beat  # the apps are loaded by now

        while self._felt.wait():
            self._felt.clear()
            try:
                beat(self.part)
            except (DatabaseError, InterfaceError) as error:
                connection.close()
                log.warning("the heartbeat of %s could not be noted: %s", self.part, " ".join(str(error).split()))
            time.sleep(REST_SECONDS)
