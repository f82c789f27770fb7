"""What holds of inquiries, of corrected kinds, and of the platform's own record."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "inquiry_is_as_it_was_made",
        _("Every inquiry is what the journal says was asked, of whom and until when; words erased leave their hash."),
        _("it reads %(reads)s; made was %(told)s"),
        """
        WITH told AS (
            SELECT e.case_id, f.inquiry AS id, f.text_sha256,
                   concat_ws(', ', f.number, f."to", f.is_challenge, f.until::timestamptz, e.occurred_at) AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(inquiry text, number text, "to" text, is_challenge text, until text, text_sha256 text)
            WHERE e.kind = 'inquiry.made'),
        stored AS (
            SELECT i.case_id, i.id::text AS id, i.text,
                   concat_ws(', ', i.number, CASE count(a.id) WHEN 1 THEN min(a.side) WHEN 2 THEN 'both' END,
                             i.is_challenge::text, i.due_at, i.made_at) AS reads
            FROM adjudication_inquiry i LEFT JOIN adjudication_asking a ON a.inquiry_id = i.id GROUP BY i.id)
        SELECT 'inquiry ' || coalesce(s.id, t.id) || ' of case ' || coalesce(c.number, '–') AS subject,
               coalesce(s.reads, '–') AS reads, coalesce(t.told, '–') AS told
        FROM stored s FULL JOIN told t USING (case_id, id) LEFT JOIN adjudication_case c ON c.id = case_id
        WHERE s.reads IS DISTINCT FROM t.told
           OR encode(sha256(convert_to(s.text, 'UTF8')), 'hex') <> t.text_sha256
              AND NOT (s.text = '' AND c.state = 'closed')""",
    ),
    Invariant(
        "inquiry_is_answered_once_and_in_time",
        _("A side answers an inquiry once, before it is due or an outage's grace ends, as the journal says."),
        _("the %(side)s answered at %(replied_at)s; the journal says %(told)s; it was due at %(due_at)s"),
        """
        WITH told AS (
            SELECT f.inquiry AS id, e.body::json -> 'by' ->> 'role' AS side, min(e.occurred_at) AS told,
                   min(f.text_sha256) AS text_sha256, count(*) AS times
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts') AS f(inquiry text, text_sha256 text)
            WHERE e.kind = 'inquiry.answered' GROUP BY 1, 2)
        SELECT 'inquiry ' || i.id || ' of case ' || c.number AS subject, a.side, a.replied_at, t.told, i.due_at
        FROM adjudication_inquiry i
        JOIN adjudication_case c ON c.id = i.case_id
        JOIN adjudication_asking a ON a.inquiry_id = i.id
        LEFT JOIN told t ON t.id = i.id::text AND t.side = a.side
        WHERE a.replied_at IS DISTINCT FROM t.told OR t.times > 1
           OR encode(sha256(convert_to(a.reply, 'UTF8')), 'hex') <> t.text_sha256
              AND NOT (a.reply = '' AND c.state = 'closed')
           OR a.replied_at >= i.due_at AND NOT EXISTS (
              SELECT FROM adjudication_outage o
              WHERE o.began_at <= i.due_at AND i.due_at < o.grace_ends_at AND i.made_at < o.ended_at
                AND a.replied_at < o.grace_ends_at)""",
    ),
    Invariant(
        "corrected_kind_is_as_journalled",
        _("Every corrected kind is what the journal says was corrected, and none is missing."),
        _("it reads %(reads)s; the journal says %(told)s"),
        """
        WITH told AS (
            SELECT f.exhibit AS id, f.number, concat_ws(', ', f.kind, f.reason_sha256, e.occurred_at) AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(exhibit text, number int, kind text, reason_sha256 text)
            WHERE e.kind = 'exhibit.kind_corrected'),
        stored AS (
            SELECT exhibit_id::text AS id, number,
                   concat_ws(', ', kind, encode(sha256(convert_to(reason, 'UTF8')), 'hex'), corrected_at) AS reads
            FROM adjudication_kindcorrection)
        SELECT 'exhibit ' || id AS subject, coalesce(s.reads, '–') AS reads, coalesce(t.told, '–') AS told
        FROM stored s FULL JOIN told t USING (id, number) WHERE s.reads IS DISTINCT FROM t.told""",
    ),
    Invariant(
        "message_is_as_it_was_reported",
        _("Every message of the platform's chat is one that was reported, word for word, and none is missing."),
        _("message %(number)s has the hash %(hash)s; reported was %(told)s"),
        """
        WITH told AS (
            SELECT e.order_id, (e.body::json -> 'facts' ->> 'first')::int + h.place - 1 AS number, h.hash AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_array_elements_text(e.body::json -> 'facts' -> 'hashes')
                WITH ORDINALITY AS h(hash, place)
            WHERE e.kind = 'order.messages_reported'),
        stored AS (
            SELECT m.order_id, m.number, m.sha256 AS hash, m.text,
                   encode(sha256(convert_to('[' || to_json(m.by) || ',' || to_json(m.text) || ',"'
                       || to_char(m.sent_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"]', 'UTF8')),
                       'hex') AS made
            FROM adjudication_message m)
        SELECT 'order ' || coalesce(o.number, '–') AS subject, coalesce(s.number, t.number) AS number,
               coalesce(s.hash, '–') AS hash, coalesce(t.told, '–') AS told
        FROM stored s FULL JOIN told t USING (order_id, number) LEFT JOIN adjudication_order o ON o.id = order_id
        WHERE s.hash IS DISTINCT FROM t.told OR s.made <> s.hash AND NOT (s.text = '' AND o.open_cases = 0)""",
    ),
    Invariant(
        "own_record_is_as_journalled",
        _("What is said to be the platform's own record, or an answer to an inquiry, was filed as such."),
        _("exhibit %(number)s says otherwise than the journal"),
        """
        SELECT 'case ' || c.number AS subject, x.number
        FROM adjudication_exhibit x
        JOIN adjudication_case c ON c.id = x.case_id
        JOIN adjudication_event e ON e.case_id = x.case_id AND e.kind = 'exhibit.filed'
                                 AND e.body::json -> 'facts' ->> 'exhibit' = x.id::text
        WHERE coalesce((e.body::json -> 'facts' ->> 'is_of_record')::bool, false) <> x.is_of_record
           OR e.body::json -> 'facts' ->> 'inquiry' IS DISTINCT FROM x.inquiry_id::text""",
    ),
)
