"""The categories that shops have: few, however many shops there are, so each is found by a step along the index."""

from __future__ import annotations

from django.db import connection

#: More than these nobody chooses from a list.
MOST = 200
STEPS = """
WITH RECURSIVE step AS (
    (SELECT category FROM adjudication_shop ORDER BY category LIMIT 1)
    UNION ALL
    SELECT (SELECT s.category FROM adjudication_shop s WHERE s.category > step.category ORDER BY s.category LIMIT 1)
    FROM step WHERE step.category IS NOT NULL)
SELECT category FROM step WHERE category IS NOT NULL LIMIT %s"""


def categories() -> list[str]:
    """All of them, in order."""
    with connection.cursor() as cursor:
        cursor.execute(STEPS, [MOST])
        return [name for (name,) in cursor.fetchall()]
