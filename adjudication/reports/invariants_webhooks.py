"""What holds of webhooks: what was sent, to whom, and that “delivered” means what it says."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "webhook_says_what_happened",
        _("What a webhook says, once it is written down, is its event: the same kind, number, moment and facts."),
        _("it reads %(reads)s; the journal says %(told)s"),
        """
        SELECT 'webhook ' || m.name AS subject, x.reads, x.told
        FROM adjudication_webhookmessage m
        JOIN adjudication_event e ON e.id = m.event_id
        CROSS JOIN LATERAL (SELECT m.body::json AS said, e.body::json AS journalled) b
        CROSS JOIN LATERAL (SELECT
            concat_ws(', ', m.name, m.kind, said ->> 'id', said ->> 'type', said ->> 'sequence',
                      (said ->> 'occurred_at')::timestamptz, said -> 'data' ->> 'by', said -> 'data' -> 'facts')
                AS reads,
            concat_ws(', ', 'evt_' || e.id, e.kind, 'evt_' || e.id, e.kind, e.sequence,
                      e.occurred_at, journalled -> 'by' ->> 'role', journalled -> 'facts') AS told) x
        WHERE m.body IS NULL AND (m.name <> 'evt_' || e.id OR m.kind <> e.kind)
           OR m.body IS NOT NULL AND x.reads <> x.told""",
    ),
    Invariant(
        "webhook_goes_to_whom_it_concerns",
        _("A webhook tells a party of that party's own cases and orders alone, and leads where its message is meant."),
        _("delivery %(delivery)s tells of %(matter)s to %(whom)s"),
        """
        SELECT 'webhook ' || m.name AS subject, d.id AS delivery, d.kind || ', ' || d.matter AS matter,
               coalesce('party ' || p.party_id, 'the marketplace') AS whom
        FROM adjudication_webhookdelivery d
        JOIN adjudication_webhookmessage m ON m.id = d.message_id
        JOIN adjudication_webhookendpoint p ON p.id = d.endpoint_id
        LEFT JOIN adjudication_event e ON e.id = d.event_id
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = coalesce(e.order_id, c.order_id)
        WHERE (d.event_id, d.kind) IS DISTINCT FROM (m.event_id, m.kind)
           OR d.matter <> coalesce(e.case_id, -e.order_id, 0)
           OR d.event_id IS NOT NULL AND p.party_id IS NOT NULL AND p.party_id NOT IN (o.buyer_id, o.shop_id)""",
    ),
    Invariant(
        "delivered_webhook_was_accepted",
        _("A webhook counts as delivered when a try of it was answered by 2xx, whole and in time, and not before."),
        _("delivery %(delivery)s was delivered at %(delivered_at)s; tries that were accepted by then: %(accepted)s"),
        """
        SELECT 'webhook ' || m.name AS subject, d.id AS delivery, d.delivered_at, a.accepted
        FROM adjudication_webhookdelivery d
        JOIN adjudication_webhookmessage m ON m.id = d.message_id
        CROSS JOIN LATERAL (
            SELECT count(*) FILTER (WHERE a.status BETWEEN 200 AND 299 AND a.error = ''
                                          AND a.sent_at <= d.delivered_at) AS accepted,
                   coalesce(max(a.number), 0) AS last
            FROM adjudication_webhookattempt a WHERE a.delivery_id = d.id) a
        WHERE d.state = 'delivered' AND a.accepted = 0 OR a.last > d.attempts""",
    ),
    Invariant(
        "webhook_message_leads_somewhere",
        _("A webhook that was written is to be delivered somewhere, or has been; none is forgotten on the way."),
        _("it is delivered nowhere"),
        """
        SELECT 'webhook ' || m.name AS subject FROM adjudication_webhookmessage m
        WHERE NOT EXISTS (SELECT FROM adjudication_webhookdelivery d WHERE d.message_id = m.id)""",
    ),
)
