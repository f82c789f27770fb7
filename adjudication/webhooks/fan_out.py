"""Fan out: of each event in the outbox, every endpoint that wants to hear of it and may is noted; sending comes later.

The marketplace's endpoints may hear of everything, a party's of the cases and orders it is a side of: as in the feed.
"""

from __future__ import annotations

from adjudication.journal.outbox import Reader
from adjudication.webhooks.types import TYPES

NOTE = """
told_of AS MATERIALIZED (
    SELECT e.id, e.kind, coalesce(e.case_id, -e.order_id) AS matter, o.buyer_id, o.shop_id
    FROM waiting w
    JOIN adjudication_event e ON e.id = w.event_id AND e.kind = ANY(%(webhook_types)s::text[])
    LEFT JOIN adjudication_case c ON c.id = e.case_id
    JOIN adjudication_order o ON o.id = coalesce(e.order_id, c.order_id)
    WHERE EXISTS (SELECT FROM adjudication_webhookendpoint WHERE off = '')),
wanted AS MATERIALIZED (
    SELECT t.id AS event_id, t.kind, t.matter, p.id AS endpoint_id
    FROM told_of t
    JOIN adjudication_webhookendpoint p ON p.off = '' AND (p.types IS NULL OR t.kind = ANY(p.types))
         AND (p.party_id IS NULL OR p.party_id IN (t.buyer_id, t.shop_id))),
messages AS (
    INSERT INTO adjudication_webhookmessage (name, kind, event_id)
    SELECT 'evt_' || event_id, kind, event_id FROM (SELECT DISTINCT event_id, kind FROM wanted) w ORDER BY event_id
    RETURNING id, event_id),
deliveries AS (
    INSERT INTO adjudication_webhookdelivery
        (endpoint_id, message_id, kind, event_id, matter, state, attempts, trying_since, next_try_at)
    SELECT w.endpoint_id, m.id, w.kind, w.event_id, w.matter, 'due', 0, statement_timestamp(), statement_timestamp()
    FROM wanted w JOIN messages m ON m.event_id = w.event_id
    ORDER BY w.event_id)"""

DELIVERIES = Reader(NOTE, {"webhook_types": list(TYPES)})
