"""A heartbeat: a part of the service says that it has just done its work; the database's clock says when.

`sweep`: somebody has swept. `worker`: a worker has finished a tick. `beat`: beat has sent one, and the broker took it.
"""

from __future__ import annotations

import time

from django.conf import settings
from django.db import connection

SWEEP, WORKER, BEAT = PARTS = ("sweep", "worker", "beat")

#: When this process started: so long ago it has not missed anything yet.
STARTED = time.monotonic()
#: A part that has not beaten for so long is late; so is one that never has, once this process is so old.
LATE_SECONDS: float = max(60.0, 3 * settings.SWEEP_SECONDS)

#: In the order of their names, so that two that beat at once wait for one another and never crosswise.
NOTE_BEATS = """
INSERT INTO adjudication_heartbeat (part, beaten_at)
SELECT part, clock_timestamp() FROM unnest(%s::text[]) AS part ORDER BY part
ON CONFLICT (part) DO UPDATE SET beaten_at = excluded.beaten_at"""


def beat(*parts: str) -> None:
    """Note that these parts work now; the first time makes their rows."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE_BEATS, [list(parts)])


def ages() -> dict[str, float]:
    """How many seconds ago each part beat last; a part that never has is not in it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT part, extract(epoch FROM clock_timestamp() - beaten_at)::float8 FROM adjudication_heartbeat"
        )
        return dict(cursor.fetchall())


def is_late(age: float | None) -> bool:
    """Is a part of that age late? One that has never beaten is, once this process has waited long enough for it."""
    return (time.monotonic() - STARTED if age is None else age) > LATE_SECONDS
