"""Announce: of each event in the outbox, whoever is to be told by mail is noted; the letters leave by themselves."""

from __future__ import annotations

from adjudication.journal.outbox import Reader

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

#: One row for each letter that somebody with an address is to get.
NOTE = """
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
    ON CONFLICT DO NOTHING)"""

LETTERS = Reader(NOTE, {"kinds": list(TOLD), "whom": list(TOLD.values())})
