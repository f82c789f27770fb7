"""Announce: the outbox is read in the order of its events, and whoever is to be told of one is noted.

Only that is done here, in one statement a batch, so that the outbox empties at once whatever becomes of the mail.
"""

from __future__ import annotations

from django.db import connection, transaction

BATCH = 1000

#: Who is told by mail of what: a side, the other side than who acted, both, or whom a term binds or an inquiry asks.
#: Of what the platform files itself nobody is told on its own: it comes with the request.
TOLD = {
    "case.requested": "seller",
    "case.accepted": "buyer",
    "case.rejected": "buyer",
    "case.withdrawn": "seller",
    "case.intervened": "seller",
    "case.evidence_opened": "both",
    "case.appealed": "other",
    "appeal.withdrawn": "other",
    "case.closed": "both",
    "exhibit.filed": "other",
    "exhibit.kind_corrected": "both",
    "inquiry.made": "bound",
    "inquiry.answered": "other",
    "offer.made": "other",
    "offer.accepted": "other",
    "offer.declined": "other",
    "ruling.issued": "both",
    "return.ordered": "buyer",
    "return.shipped": "seller",
    "return.disputed": "buyer",
    "deadline.reminder": "bound",
    "deadline.extended": "both",
}

ANNOUNCE = """
WITH waiting AS MATERIALIZED (
    SELECT event_id FROM adjudication_announcement WHERE announced_at IS NULL
    ORDER BY event_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
told AS (
    SELECT e.id, o.buyer_id, o.shop_id, t.whom,
           CASE t.whom WHEN 'other' THEN e.body::jsonb -> 'by' ->> 'role'
                       WHEN 'bound' THEN e.body::jsonb -> 'facts' ->> 'to' END AS side
    FROM waiting w
    JOIN adjudication_event e ON e.id = w.event_id
    JOIN unnest(%(kinds)s::text[], %(whom)s::text[]) AS t(kind, whom) ON t.kind = e.kind
    LEFT JOIN adjudication_case c ON c.id = e.case_id
    JOIN adjudication_order o ON o.id = coalesce(e.order_id, c.order_id)),
sides AS (
    SELECT id, CASE s WHEN 'buyer' THEN buyer_id ELSE shop_id END AS party_id
    FROM told CROSS JOIN unnest(ARRAY['buyer', 'seller']) AS s
    WHERE whom IN ('both', s) OR whom = 'other' AND side <> s AND side IN ('buyer', 'seller')
       OR whom = 'bound' AND side IN ('both', s)),
letters AS (
    INSERT INTO adjudication_letter (event_id, party_id, state, attempts, next_try_at, failure)
    SELECT s.id, s.party_id, 'due', 0, statement_timestamp(), ''
    FROM sides s JOIN adjudication_party p ON p.id = s.party_id AND p.email <> ''
    ORDER BY s.id
    ON CONFLICT DO NOTHING)
UPDATE adjudication_announcement a SET announced_at = statement_timestamp()
FROM waiting w WHERE a.event_id = w.event_id"""


def announce(*, at_most: int = 200 * BATCH) -> int:
    """Empty the outbox; returns how many events were announced. Any number may do so at once."""
    announced = 0
    while announced < at_most:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ANNOUNCE, {"limit": BATCH, "kinds": list(TOLD), "whom": list(TOLD.values())})
            batch: int = cursor.rowcount
        announced += batch
        if batch < BATCH:
            break
    return announced
