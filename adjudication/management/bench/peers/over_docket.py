"""Our own sweep, in as many processes as it is given: each claims what the others do not hold."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection

from adjudication.management.bench.peers import job
from adjudication.management.bench.peers.place import Place


def work(place: Place, wait_for_start: Callable[[], None]) -> None:
    """Sweep."""
    connection.ensure_connection()
    wait_for_start()
    job.sweep()
