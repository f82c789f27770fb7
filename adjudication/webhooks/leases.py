"""What is sent next, by whom, and what became of it: every statement about deliveries that are under way.

A delivery is leased while it is tried, so that it is not lost with its sender. Within one case (or order) and endpoint
the earliest goes first, and holds the later ones back until it is delivered or parked; other cases go on. An endpoint
that fails `TRIP` times in a row gets one try at a time, each later than the last, until it answers again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from adjudication.webhooks.models import WebhookDelivery
from adjudication.webhooks.post import Answer

#: After each failure so long until the next try, in seconds; the last goes on. Three days after the first it is parked.
WAITS = (5, 30, 120, 900, 3600, 10_800, 21_600)
GIVE_UP_SECONDS = 72 * 3600
#: Each wait is as much longer or shorter at random, so that what failed together does not return together.
JITTER = 0.2
#: Failures in a row after which an endpoint is asked one at a time, and how long it is then left alone.
TRIP, PROBE_WAITS = 5, (5, 30, 120, 300)
#: Tries under way at one endpoint, and how long one may be before its sender counts as dead.
AT_ONE_ENDPOINT, LEASE_SECONDS = 4, 30

IS_DUE = """
SELECT EXISTS (SELECT FROM adjudication_webhookdelivery d JOIN adjudication_webhookendpoint p ON p.id = d.endpoint_id
               WHERE d.state = 'due' AND d.next_try_at <= statement_timestamp())"""
#: What is left of an endpoint that was switched off meanwhile; what is three days old of one that failed as long.
PARK = """
UPDATE adjudication_webhookdelivery d SET state = 'parked', lease = NULL, leased_until = NULL
FROM adjudication_webhookendpoint p
WHERE p.id = d.endpoint_id AND d.state = 'due' AND (d.leased_until IS NULL OR d.leased_until <= statement_timestamp())
  AND (p.off <> '' OR p.failing_since <= statement_timestamp() - make_interval(secs => %(give_up)s)
       AND d.trying_since <= statement_timestamp() - make_interval(secs => %(give_up)s))"""
LEASE = """
WITH endpoints AS MATERIALIZED (
    SELECT p.id, CASE WHEN p.failures >= %(trip)s THEN 1 ELSE %(at_one)s END - (
               SELECT count(*) FROM adjudication_webhookdelivery l
               WHERE l.endpoint_id = p.id AND l.state = 'due' AND l.leased_until > statement_timestamp()) AS room
    FROM adjudication_webhookendpoint p
    WHERE p.off = '' AND (p.failures < %(trip)s OR p.probe_at <= statement_timestamp())
    FOR UPDATE OF p SKIP LOCKED),
chosen AS (
    SELECT d.id, d.rank FROM endpoints p CROSS JOIN LATERAL (
        SELECT d.id, row_number() OVER (ORDER BY d.event_id NULLS FIRST, d.id) AS rank
        FROM adjudication_webhookdelivery d
        WHERE d.endpoint_id = p.id AND d.state = 'due' AND d.next_try_at <= statement_timestamp()
          AND (d.leased_until IS NULL OR d.leased_until <= statement_timestamp())
          AND NOT EXISTS (SELECT FROM adjudication_webhookdelivery b
                          WHERE b.endpoint_id = d.endpoint_id AND b.matter = d.matter AND b.state = 'due'
                            AND b.event_id < d.event_id)
          AND NOT EXISTS (SELECT FROM adjudication_event e
                          JOIN adjudication_announcement a ON a.event_id = e.id AND a.announced_at IS NULL
                          WHERE (e.case_id = d.matter OR e.order_id = -d.matter) AND e.id < d.event_id)
        ORDER BY d.event_id NULLS FIRST, d.id LIMIT greatest(p.room, 0)) d
    ORDER BY d.rank, random() LIMIT %(free)s)
UPDATE adjudication_webhookdelivery d
SET attempts = attempts + 1, lease = gen_random_uuid(),
    leased_until = statement_timestamp() + make_interval(secs => %(lease)s)
FROM chosen c
WHERE d.id = c.id AND d.state = 'due' AND (d.leased_until IS NULL OR d.leased_until <= statement_timestamp())
RETURNING d.id, d.lease, statement_timestamp()"""

ATTEMPT = """
INSERT INTO adjudication_webhookattempt
    (delivery_id, number, url, headers, sent_at, duration_ms, status, answer, error)
VALUES (%(delivery)s, %(number)s, %(url)s, %(headers)s, %(sent_at)s, %(duration_ms)s, %(status)s, %(answer)s,
        %(error)s)"""
#: Whoever recorded it first is right: one that came back after its lease had run out changes nothing of another's.
DELIVERED = """
UPDATE adjudication_webhookdelivery
SET state = 'delivered', delivered_at = statement_timestamp(), lease = NULL, leased_until = NULL
WHERE id = %(delivery)s AND state = 'due'"""
FAILED = """
UPDATE adjudication_webhookdelivery
SET state = CASE WHEN %(is_gone)s OR trying_since <= statement_timestamp() - make_interval(secs => %(give_up)s)
                 THEN 'parked' ELSE 'due' END,
    next_try_at = least(statement_timestamp() + make_interval(secs => %(wait)s),
                        greatest(statement_timestamp(), trying_since + make_interval(secs => %(give_up)s))),
    lease = NULL, leased_until = NULL
WHERE id = %(delivery)s AND state = 'due' AND lease = %(lease)s"""
FAILURES = "SELECT failures FROM adjudication_webhookendpoint WHERE id = %(endpoint)s FOR UPDATE"
ANSWERS = """
UPDATE adjudication_webhookendpoint SET failures = 0, failing_since = NULL, probe_at = NULL WHERE id = %(endpoint)s"""
BRING_FORWARD = """
UPDATE adjudication_webhookdelivery SET next_try_at = statement_timestamp()
WHERE endpoint_id = %(endpoint)s AND state = 'due' AND next_try_at > statement_timestamp()"""
#: What was under way when the endpoint was found failing counts no more than that.
FAILS = """
UPDATE adjudication_webhookendpoint
SET failures = CASE WHEN failures >= %(trip)s AND probe_at > statement_timestamp() THEN failures ELSE failures + 1 END,
    failing_since = coalesce(failing_since, statement_timestamp()),
    probe_at = CASE WHEN failures >= %(trip)s AND probe_at > statement_timestamp() THEN probe_at
                    ELSE statement_timestamp() + make_interval(secs => %(probe)s) END,
    off = CASE WHEN %(is_gone)s AND off = '' THEN 'gone' ELSE off END,
    off_at = CASE WHEN %(is_gone)s AND off = '' THEN statement_timestamp() ELSE off_at END
WHERE id = %(endpoint)s"""
TURN = """
UPDATE adjudication_webhookturn SET sender = %(sender)s,
    until = statement_timestamp() + make_interval(secs => %(seconds)s)
WHERE sender = %(sender)s OR until <= statement_timestamp() RETURNING id"""
TURN_OVER = "UPDATE adjudication_webhookturn SET sender = NULL, until = statement_timestamp() WHERE sender = %(sender)s"


@dataclass(frozen=True, slots=True)
class Leased:
    """One delivery that is ours to try."""

    delivery: WebhookDelivery
    lease: UUID
    at: datetime
    """The database's time, by which the message is signed."""


class Turn:
    """A sender's turn to look for work: held for a moment, and prolonged while it looks."""

    SECONDS = 20.0

    def __init__(self) -> None:
        """Nobody's yet."""
        self.sender = uuid4()

    def take(self) -> bool:
        """Take it, or prolong it; False while it is another's."""
        return bool(_run(TURN, {"sender": self.sender, "seconds": self.SECONDS}))

    def pass_on(self) -> None:
        """Let the next one look."""
        _run(TURN_OVER, {"sender": self.sender})


def is_due() -> bool:
    """Is there anything to send? Most rounds find nothing and cost no more than this."""
    return bool(_run(IS_DUE, {})[0][0])


def park_what_is_over() -> None:
    """Park what is due at endpoints that are off, and what is three days old at one that failed as long."""
    _run(PARK, {"give_up": GIVE_UP_SECONDS})


def lease(free: int) -> list[Leased]:
    """Take up to `free` deliveries, the first of each endpoint before the second of any."""
    values = {"trip": TRIP, "at_one": AT_ONE_ENDPOINT, "lease": LEASE_SECONDS, "free": free}
    rows = _run(LEASE, values)
    found = WebhookDelivery.objects.select_related("endpoint", "message").in_bulk([row[0] for row in rows])
    return [Leased(found[pk], lease, at) for pk, lease, at in rows]


def record(leased: Leased, *, url: str, headers: dict[str, str], answer: Answer) -> None:
    """Note how a try went, and what follows from it for its delivery and its endpoint."""
    delivery = leased.delivery
    values: dict[str, Any] = {
        "delivery": delivery.pk,
        "endpoint": delivery.endpoint_id,
        "lease": leased.lease,
        "number": delivery.attempts,
        "url": url,
        "headers": Jsonb(headers),
        "sent_at": leased.at,
        "duration_ms": answer.duration_ms,
        "status": answer.status,
        "answer": answer.body,
        "error": answer.error,
        "is_gone": answer.is_gone,
        "give_up": GIVE_UP_SECONDS,
        "trip": TRIP,
        "wait": spread(WAITS, delivery.attempts),
    }
    with transaction.atomic():
        ((failures,),) = _run(FAILURES, values)
        _run(ATTEMPT, values)
        if answer.is_accepted:
            _run(DELIVERED, values)
            if failures:
                _run(ANSWERS, values)
            if failures >= TRIP:
                _run(BRING_FORWARD, values)
        else:
            _run(FAILED, values)
            _run(FAILS, values | {"probe": spread(PROBE_WAITS, failures + 2 - TRIP)})
            if answer.is_gone:
                park_what_is_over()


def spread(waits: Sequence[int], number: int) -> float:
    """The wait after the number-th failure, a little longer or shorter."""
    wait = waits[min(max(number, 1), len(waits)) - 1]
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311  # moments, not secrets


def _run(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else []
