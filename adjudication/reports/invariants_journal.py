"""What holds of the journal: numbered without gaps, chained by hashes, and what stands beside it says the same."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "events_are_numbered_without_gaps",
        _("The events of every case and order are numbered 1, 2, 3, … and none is missing."),
        _("they are numbered %(first)s to %(last)s and there are %(events)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number, 'an unknown matter') AS subject, e.*
        FROM (SELECT case_id, order_id, min(sequence) AS first, max(sequence) AS last, count(*) AS events
              FROM adjudication_event GROUP BY case_id, order_id) e
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        WHERE e.first <> 1 OR e.last <> e.events OR coalesce(c.id, o.id) IS NULL""",
    ),
    Invariant(
        "version_is_its_last_event",
        _("The version of every case and order is the number of its last event."),
        _("its version is %(version)s, its last event %(last)s"),
        """
        WITH of_cases AS (
            SELECT case_id, max(sequence) AS last FROM adjudication_event WHERE case_id IS NOT NULL GROUP BY case_id),
        of_orders AS (
            SELECT order_id, max(sequence) AS last FROM adjudication_event WHERE order_id IS NOT NULL GROUP BY order_id)
        SELECT 'case ' || c.number AS subject, c.version, coalesce(e.last, 0) AS last
        FROM adjudication_case c LEFT JOIN of_cases e ON e.case_id = c.id WHERE c.version IS DISTINCT FROM e.last
        UNION ALL
        SELECT 'order ' || o.number, o.version, coalesce(e.last, 0)
        FROM adjudication_order o LEFT JOIN of_orders e ON e.order_id = o.id WHERE o.version IS DISTINCT FROM e.last""",
    ),
    Invariant(
        "head_is_the_last_hash",
        _("Every case and order keeps the hash of the event that its version names."),
        _("its head is %(head)s, the hash of event %(version)s %(hash)s"),
        """
        SELECT 'case ' || c.number AS subject, encode(c.head, 'hex') AS head, c.version, encode(e.hash, 'hex') AS hash
        FROM adjudication_case c LEFT JOIN adjudication_event e ON e.case_id = c.id AND e.sequence = c.version
        WHERE e.hash IS DISTINCT FROM c.head
        UNION ALL
        SELECT 'order ' || o.number, encode(o.head, 'hex'), o.version, encode(e.hash, 'hex')
        FROM adjudication_order o LEFT JOIN adjudication_event e ON e.order_id = o.id AND e.sequence = o.version
        WHERE e.hash IS DISTINCT FROM o.head""",
    ),
    Invariant(
        "chain_holds",
        _("Every event names the hash of the one before it."),
        _("event %(sequence)s names %(previous)s; the event before it has %(hash)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, e.sequence,
               encode(e.previous, 'hex') AS previous, encode(e.before, 'hex') AS hash
        FROM (SELECT case_id, order_id, sequence, previous,
                     lag(hash, 1, '') OVER (PARTITION BY case_id, order_id ORDER BY sequence) AS before
              FROM adjudication_event) e
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        WHERE e.previous <> e.before""",
    ),
    Invariant(
        "hash_is_of_its_body",
        _("Every event's hash is SHA-256 over the hash before it and its own body."),
        _("event %(sequence)s has %(hash)s; its body makes %(made)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, e.sequence,
               encode(e.hash, 'hex') AS hash, encode(e.made, 'hex') AS made
        FROM (SELECT *, sha256(previous || convert_to(body, 'UTF8')) AS made FROM adjudication_event OFFSET 0) e
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        WHERE e.hash <> e.made""",
    ),
    # Canonical JSON has its keys in order: at, by, case, facts, kind, order, sequence; so a body is known by its ends.
    Invariant(
        "body_says_what_its_row_says",
        _("An event's body is JSON and names the same case or order, number, kind and time as its row."),
        _("event %(sequence)s is of kind %(kind)s at %(occurred_at)s; its body says %(body)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, e.sequence, e.kind, e.occurred_at,
               left(e.body, 200) AS body
        FROM adjudication_event e
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        CROSS JOIN LATERAL (SELECT
            '{"at":"' || to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '","by":{'
                AS head,
            CASE WHEN e.case_id IS NULL THEN '' ELSE '"case":' || to_json(c.number) || ',' END || '"facts":{' AS middle,
            ',"kind":' || to_json(e.kind)
                || CASE WHEN e.case_id IS NULL THEN ',"order":' || to_json(o.number) ELSE '' END
                || ',"sequence":' || e.sequence || '}' AS tail) told
        WHERE (starts_with(e.body, told.head) AND right(e.body, length(told.tail)) = told.tail
               AND strpos(e.body, '},' || told.middle) > 0 AND e.body IS JSON OBJECT) IS NOT TRUE""",
    ),
    Invariant(
        "time_never_runs_backwards",
        _("Within a case or order no event happened before the one numbered before it."),
        _("event %(sequence)s is of %(occurred_at)s, the one before it of %(before)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, e.sequence, e.occurred_at, e.before
        FROM (SELECT case_id, order_id, sequence, occurred_at,
                     lag(occurred_at) OVER (PARTITION BY case_id, order_id ORDER BY sequence) AS before
              FROM adjudication_event) e
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        WHERE e.occurred_at < e.before""",
    ),
    Invariant(
        "every_event_is_in_the_outbox",
        _("Every event has its row in the outbox, so that it is announced."),
        _("event %(sequence)s, %(kind)s, has none"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, e.sequence, e.kind
        FROM adjudication_event e
        LEFT JOIN adjudication_announcement a ON a.event_id = e.id
        LEFT JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_order o ON o.id = e.order_id
        WHERE a.event_id IS NULL""",
    ),
    Invariant(
        "state_follows_from_its_events",
        _("Every case stands where its events have brought it."),
        _("it is %(state)s; by its events it is %(implied)s"),
        """
        WITH brings_to (kind, state) AS (VALUES
            ('case.requested', 'requested'),
            ('case.rejected', 'rejected'),
            ('case.intervened', 'intervention'),
            ('case.evidence_opened', 'evidence'),
            ('case.appealed', 'evidence'),
            ('return.disputed', 'evidence'),
            ('case.evidence_closed', 'ruling'),
            ('ruling.issued', 'ruled'),
            ('return.ordered', 'returning'),
            ('case.closed', 'closed')),
        latest AS (
            SELECT DISTINCT ON (e.case_id) e.case_id, b.state
            FROM adjudication_event e JOIN brings_to b ON b.kind = e.kind
            WHERE e.case_id IS NOT NULL ORDER BY e.case_id, e.sequence DESC)
        SELECT 'case ' || c.number AS subject, c.state, coalesce(l.state, '–') AS implied
        FROM adjudication_case c LEFT JOIN latest l ON l.case_id = c.id
        WHERE c.state IS DISTINCT FROM l.state""",
    ),
    Invariant(
        "every_move_was_legal",
        _("Every case came to where it stands by moves that the law knows, and its first event is the request."),
        _("event %(sequence)s, %(kind)s, found it %(before)s"),
        """
        WITH legal (before, kind, state) AS (VALUES
            ('–', 'case.requested', 'requested'),
            ('requested', 'case.rejected', 'rejected'),
            ('requested', 'case.intervened', 'intervention'),
            ('rejected', 'case.intervened', 'intervention'),
            ('intervention', 'case.evidence_opened', 'evidence'),
            ('ruled', 'case.appealed', 'evidence'),
            ('returning', 'return.disputed', 'evidence'),
            ('evidence', 'case.evidence_closed', 'ruling'),
            ('intervention', 'ruling.issued', 'ruled'),
            ('ruling', 'ruling.issued', 'ruled'),
            ('requested', 'return.ordered', 'returning'),
            ('rejected', 'return.ordered', 'returning'),
            ('intervention', 'return.ordered', 'returning'),
            ('evidence', 'return.ordered', 'returning'),
            ('ruled', 'return.ordered', 'returning'),
            ('requested', 'case.closed', 'closed'),
            ('rejected', 'case.closed', 'closed'),
            ('intervention', 'case.closed', 'closed'),
            ('evidence', 'case.closed', 'closed'),
            ('ruled', 'case.closed', 'closed'),
            ('returning', 'case.closed', 'closed')),
        brings_to AS (SELECT DISTINCT kind, state FROM legal),
        moved AS (
            SELECT e.case_id, e.sequence, e.kind,
                   coalesce(lag(b.state) OVER (PARTITION BY e.case_id ORDER BY e.sequence), '–') AS before
            FROM adjudication_event e JOIN brings_to b ON b.kind = e.kind WHERE e.case_id IS NOT NULL)
        SELECT 'case ' || c.number AS subject, m.sequence, m.kind, m.before
        FROM moved m
        JOIN adjudication_case c ON c.id = m.case_id
        LEFT JOIN legal l ON l.before = m.before AND l.kind = m.kind
        WHERE l.state IS NULL""",
    ),
    Invariant(
        "outcome_is_as_journalled",
        _("A closed case ended as, and when, its last act says."),
        _("it is closed as %(outcome)s at %(closed_at)s; the journal says %(told)s at %(occurred_at)s"),
        """
        SELECT 'case ' || c.number AS subject, c.outcome, c.closed_at,
               e.body::json -> 'facts' ->> 'outcome' AS told, e.occurred_at
        FROM adjudication_case c JOIN adjudication_event e ON e.case_id = c.id AND e.kind = 'case.closed'
        WHERE c.outcome IS DISTINCT FROM e.body::json -> 'facts' ->> 'outcome' OR c.closed_at <> e.occurred_at""",
    ),
    Invariant(
        "case_is_as_it_was_requested",
        _("What a case is over, and how much it claims, is what was requested."),
        _("it reads %(reads)s; the request was %(told)s"),
        """
        WITH compared AS (
            SELECT c.number,
                   concat_ws(', ', o.number, c.reason, c.remedy, c.amount_minor, c.currency, c.policy_version_id,
                             c.requested_at) AS reads,
                   concat_ws(', ', f."order", f.reason, f.remedy, f.amount_minor, f.currency, f.policy_version,
                             e.occurred_at) AS told
            FROM adjudication_case c
            LEFT JOIN adjudication_order o ON o.id = c.order_id
            LEFT JOIN adjudication_event e ON e.case_id = c.id AND e.sequence = 1 AND e.kind = 'case.requested'
            LEFT JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f("order" text, reason text, remedy text, amount_minor text, currency text, policy_version text)
                ON true)
        SELECT 'case ' || number AS subject, reads, told FROM compared WHERE reads <> told""",
    ),
    Invariant(
        "order_is_as_it_was_registered",
        _("What was paid for an order, and under which policy, is what was registered and taken into custody."),
        _("it reads %(reads)s; registered was %(told)s, held %(held)s"),
        """
        WITH compared AS (
            SELECT o.number, concat_ws(', ', o.price_minor, o.currency, o.policy_version_id, o.registered_at) AS reads,
                   concat_ws(', ', f.amount_minor, f.currency, f.policy_version, e.occurred_at) AS told,
                   o.price_minor::text AS price, h.body::json -> 'facts' ->> 'amount_minor' AS held
            FROM adjudication_order o
            LEFT JOIN adjudication_event e ON e.order_id = o.id AND e.sequence = 1 AND e.kind = 'order.registered'
            LEFT JOIN adjudication_event h ON h.order_id = o.id AND h.kind = 'escrow.held'
            LEFT JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(amount_minor text, currency text, policy_version text) ON true)
        SELECT 'order ' || number AS subject, reads, told, held
        FROM compared WHERE reads <> told OR price IS DISTINCT FROM held""",
    ),
    # Words may have been erased once the case is closed; the hash in the journal stays.
    Invariant(
        "words_are_as_journalled",
        _("What the sides said is what the journal has the hash of, unless it was erased after the case closed."),
        _("the words of event %(sequence)s, %(kind)s, are not those that were recorded"),
        """
        WITH said AS (
            SELECT c.number, c.state, e.sequence, e.kind,
                   CASE e.kind WHEN 'case.requested' THEN c.statement WHEN 'case.rejected' THEN c.rejection_text
                               WHEN 'case.intervened' THEN c.intervention_text ELSE c.grounds END AS words,
                   coalesce(f.statement_sha256, f.grounds_sha256, f.text_sha256) AS told
            FROM adjudication_event e
            JOIN adjudication_case c ON c.id = e.case_id
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(statement_sha256 text, grounds_sha256 text, text_sha256 text, instance int)
            WHERE e.kind IN ('case.requested', 'case.rejected', 'case.intervened')
               OR e.kind IN ('case.appealed', 'return.disputed') AND f.instance = c.instance)
        SELECT 'case ' || number AS subject, sequence, kind
        FROM said
        WHERE told IS DISTINCT FROM encode(sha256(convert_to(words, 'UTF8')), 'hex')
          AND NOT (words = '' AND state = 'closed')""",
    ),
    Invariant(
        "guards_are_on",
        _("The database's own guards are in place and switched on: records are append-only whoever asks."),
        _("its guard %(guard)s is %(state)s"),
        """
        WITH guarded (name, guard) AS (
            SELECT 'adjudication_' || name, unnest(ARRAY['append_only', 'never_emptied'])
            FROM unnest(ARRAY['event', 'entry', 'posting', 'exhibit', 'ruling', 'finding', 'policyversion',
                              'parcelreport', 'caseline', 'kindcorrection', 'note', 'cannedreason',
                              'deskchange', 'accesschange', 'extension', 'viewing', 'account',
                              'export']) AS name
            UNION ALL
            SELECT 'adjudication_' || name, unnest(ARRAY['never_deleted', 'never_emptied'])
            FROM unnest(ARRAY['case', 'deadline', 'payout', 'order', 'line', 'announcement',
                              'offer', 'proposal', 'message', 'inquiry', 'asking', 'publication',
                              'webhookendpoint', 'denial', 'outage', 'interest']) AS name
            UNION ALL
            SELECT 'adjudication_' || name, unnest(guards) FROM (VALUES
                ('asking', ARRAY['answered_in_time', 'answered_once', 'fixed']),
                ('case', ARRAY['filed_once', 'legal_move', 'starts_requested', 'version_rises']),
                ('deadline', ARRAY['end_moves_with_an_extension', 'ends_once', 'explains_itself', 'never_begins_lapsed',
                                   'never_shortened', 'never_swept_early']),
                ('denial', ARRAY['only_counts_up']),
                ('draft', ARRAY['counted', 'fits', 'keeps_its_side', 'never_emptied', 'version_rises']),
                ('entry', ARRAY['entry_has_postings']),
                ('event', ARRAY['chain_holds']),
                ('exhibit', ARRAY['answers_its_inquiry']),
                ('finding', ARRAY['finding_fits']),
                ('inquiry', ARRAY['erased_at_most']),
                ('interest', ARRAY['declared_once']),
                ('kindcorrection', ARRAY['correction_fits']),
                ('line', ARRAY['filed_once', 'hold_never_grows']),
                ('message', ARRAY['erased_at_most']),
                ('offer', ARRAY['answered_once', 'fixed']),
                ('order', ARRAY['filed_once', 'version_never_falls']),
                ('outage', ARRAY['declared_outages_stand_apart', 'only_lengthened']),
                ('party', ARRAY['keeps_its_identity']),
                ('payout', ARRAY['fixed', 'paid_once']),
                ('posting', ARRAY['entry_balances']),
                ('proposal', ARRAY['answered_once', 'fixed']),
                ('publication', ARRAY['fixed_once_entered', 'fixed_once_final', 'published_once']),
                ('ruling', ARRAY['award_is_the_claim', 'decided_by_the_disinterested', 'ends_drafts']),
                ('rulingdraft', ARRAY['awaits_its_ruling']),
                ('webhookattempt', ARRAY['goes_with_its_delivery', 'never_emptied', 'never_rewritten']),
                ('webhookdelivery', ARRAY['kept_for_a_week', 'never_emptied', 'stays_what_it_is']),
                ('webhookendpoint', ARRAY['keeps_its_owner']),
                ('webhookmessage', ARRAY['goes_with_its_deliveries', 'never_emptied', 'said_once'])
            ) AS of (name, guards)),
        present AS (
            SELECT c.relname AS name, t.tgname AS guard, t.tgenabled
            FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
            WHERE c.relnamespace = current_schema()::regnamespace AND c.relname LIKE 'adjudication\\_%%')
        SELECT 'table ' || coalesce(p.name, g.name) AS subject, coalesce(p.guard, g.guard) AS guard,
               CASE WHEN p.guard IS NULL THEN 'missing' ELSE 'switched off' END AS state
        FROM guarded g FULL JOIN present p ON p.name = g.name AND p.guard = g.guard
        WHERE p.guard IS NULL AND to_regclass(g.name) IS NOT NULL OR p.tgenabled NOT IN ('O', 'A')""",
    ),
)
