"""What time it is: the database's time, and nobody else's, so that no host's wrong clock can end a term early.

All times are aware and UTC. `simulated` puts another time in its place for this thread of work alone; it serves
`manage.py simulate` and tests. A simulated time still cannot make a term lapse before the database's own clock
has passed its due moment: a trigger refuses that.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime

from django.db import connection

_simulated: ContextVar[datetime | None] = ContextVar("simulated", default=None)


def now() -> datetime:
    """The present moment by the database's clock (or the simulated one), aware, UTC."""
    if (simulated := _simulated.get()) is not None:
        return simulated
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at.astimezone(UTC)


def simulated_at() -> datetime | None:
    """The simulated time, for statements that compare with `coalesce(%s, statement_timestamp())`; None in real life."""
    return _simulated.get()


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """Let it be `at` (aware) for everything within the block."""
    token = _simulated.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.reset(token)
