"""A delivery that was accepted is let go of after a while, with its tries; one that is due or parked never is.

Parked ones are somebody's loss until they are sent again, so they stay in sight. Nothing is lost by what goes: the
event itself stays in the journal, and `GET events?after=` tells of it for ever. Some at a time, so that a round is
never held up.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

MOST_AT_ONCE = 1000

#: In this order, each for itself: the database lets a try go only when its delivery has gone, and a message likewise.
DELIVERIES = """
DELETE FROM adjudication_webhookdelivery WHERE id = ANY(ARRAY(
    SELECT id FROM adjudication_webhookdelivery WHERE state = 'delivered' AND delivered_at < %(before)s
    ORDER BY delivered_at LIMIT %(most)s FOR UPDATE SKIP LOCKED)) RETURNING id, message_id"""
TRIES = "DELETE FROM adjudication_webhookattempt WHERE delivery_id = ANY(%(deliveries)s)"
MESSAGES = """
DELETE FROM adjudication_webhookmessage m WHERE m.id = ANY(%(messages)s)
   AND NOT EXISTS (SELECT FROM adjudication_webhookdelivery d WHERE d.message_id = m.id)"""


def prune(*, at: datetime, most: int = MOST_AT_ONCE) -> int:
    """Let at most so many go of those that were delivered long enough ago; returns how many did."""
    before = at - timedelta(days=settings.WEBHOOK_KEPT_DAYS)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(DELIVERIES, {"before": before, "most": most})
        gone = cursor.fetchall()
        if gone:
            cursor.execute(TRIES, {"deliveries": [delivery for delivery, _message in gone]})
            cursor.execute(MESSAGES, {"messages": [message for _delivery, message in gone]})
    return len(gone)
