"""The outbox is read in the order of its events; each reader notes whom it is to tell, all in one statement a batch.

Only that is done here, so that it empties at once whatever becomes of what is then sent. A reader is a part of that
statement: common table expressions over `waiting (event_id)`, the events that are being announced.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import connection, transaction

BATCH = 1000


class Reader(NamedTuple):
    """One room that is to hear of events."""

    sql: str
    """Common table expressions, `name AS (…), name AS (…)`, which write that room's own rows."""
    values: Mapping[str, Any]
    """What they name; a name is used by one reader alone."""


ANNOUNCE = """
WITH waiting AS MATERIALIZED (
    SELECT event_id FROM adjudication_announcement WHERE announced_at IS NULL
    ORDER BY event_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
{readers}
UPDATE adjudication_announcement a SET announced_at = statement_timestamp()
FROM waiting w WHERE a.event_id = w.event_id"""


def announce(readers: Sequence[Reader], *, at_most: int = 200 * BATCH) -> int:
    """Empty the outbox; returns how many events were announced. Any number may do so at once."""
    statement = ANNOUNCE.format(readers=",".join(reader.sql for reader in readers))
    values: dict[str, Any] = {"limit": BATCH}
    for reader in readers:
        values |= reader.values
    announced = 0
    while announced < at_most:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement, values)
            batch: int = cursor.rowcount
        announced += batch
        if batch < BATCH:
            break
    return announced
