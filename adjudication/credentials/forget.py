"""What the door need not remember for ever: stored answers, and buckets that are full again.

The answer to a request is kept as long as its case is open and a month longer, so that a repetition, however late, is
still known as one; an answer about no case is kept a month. Some at a time, so that a round is never held up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

ANSWERS_KEPT_FOR = timedelta(days=30)
BUCKETS_KEPT_FOR = timedelta(hours=1)
MOST_AT_ONCE = 1000

#: An array is looked up once; a bare subquery with a limit may be run again for each row it is joined to.
FORGET = (
    """
DELETE FROM adjudication_idempotencykey WHERE id = ANY(ARRAY(
    SELECT id FROM adjudication_idempotencykey WHERE case_id IS NULL AND status > 0 AND created_at < %(answers_before)s
    ORDER BY created_at LIMIT %(most)s FOR UPDATE SKIP LOCKED))""",
    """
DELETE FROM adjudication_idempotencykey WHERE id = ANY(ARRAY(
    SELECT k.id FROM adjudication_idempotencykey k JOIN adjudication_case c ON c.id = k.case_id
    WHERE k.created_at < %(answers_before)s AND c.closed_at < %(answers_before)s
    ORDER BY k.created_at LIMIT %(most)s FOR UPDATE OF k SKIP LOCKED))""",
    """
DELETE FROM adjudication_ratebucket WHERE who = ANY(ARRAY(
    SELECT who FROM adjudication_ratebucket WHERE filled_at < %(buckets_before)s
    LIMIT %(most)s FOR UPDATE SKIP LOCKED))""",
)


def forget(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Forget at most so many of each kind; returns how many rows went."""
    values: dict[str, Any] = {
        "answers_before": at - ANSWERS_KEPT_FOR,
        "buckets_before": at - BUCKETS_KEPT_FOR,
        "most": most,
    }
    gone = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for statement in FORGET:
            cursor.execute(statement, values)
            gone += cursor.rowcount
    return gone
