"""What holds of exhibits: numbered without gaps, unaltered since they were filed, listed as they are; and of drafts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "exhibits_are_numbered_without_gaps",
        _("The exhibits of a case are numbered 1, 2, 3, … and the case knows how many there are."),
        _("it counts %(counted)s; there are %(exhibits)s, the highest numbered %(highest)s"),
        """
        WITH filed AS (
            SELECT case_id, count(*) AS exhibits, max(number) AS highest, min(number) AS lowest
            FROM adjudication_exhibit GROUP BY case_id)
        SELECT 'case ' || c.number AS subject, c.exhibits_count AS counted, coalesce(x.exhibits, 0) AS exhibits,
               coalesce(x.highest, 0) AS highest
        FROM adjudication_case c LEFT JOIN filed x ON x.case_id = c.id
        WHERE c.exhibits_count <> coalesce(x.exhibits, 0) OR x.highest <> x.exhibits OR x.lowest <> 1""",
    ),
    # The words' hash is that of the canonical JSON of [title, text], or of [title, text, facts] where it names any;
    # to_json escapes as RFC 8785 does, and facts are codes.
    Invariant(
        "exhibit_is_as_it_was_filed",
        _("Every exhibit is what the journal says was filed, words and receipt, and none that was filed is missing."),
        _("it reads %(reads)s; filed was %(told)s"),
        """
        WITH told AS (
            SELECT e.case_id, f.exhibit AS id,
                   concat_ws(', ', f.label, f.kind, f.is_admissible, f.size_bytes, f.file_sha256, f.words_sha256,
                             e.occurred_at) AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(exhibit text, label text, kind text, is_admissible text, size_bytes text, file_sha256 text,
                     words_sha256 text)
            WHERE e.kind = 'exhibit.filed'),
        stored AS (
            SELECT case_id, id::text AS id,
                   concat_ws(', ', upper(left(by, 1)) || number, kind, is_admissible::text, size_bytes, sha256,
                             encode(sha256(convert_to('[' || to_json(title) || ',' || to_json(text)
                                 || CASE WHEN facts = '[]' THEN '' ELSE ',' || replace(facts::text, ', ', ',') END
                                 || ']', 'UTF8')), 'hex'), filed_at) AS reads
            FROM adjudication_exhibit)
        SELECT 'exhibit ' || coalesce(s.id, t.id) || ' of case ' || coalesce(c.number, '–') AS subject,
               coalesce(s.reads, '–') AS reads, coalesce(t.told, '–') AS told
        FROM stored s FULL JOIN told t USING (case_id, id) LEFT JOIN adjudication_case c ON c.id = case_id
        WHERE s.reads IS DISTINCT FROM t.told""",
    ),
    Invariant(
        "off_platform_chat_is_inadmissible",
        _("Off-platform chat is inadmissible."),
        _("exhibit %(number)s is admissible"),
        """
        SELECT 'case ' || c.number AS subject, x.number
        FROM adjudication_exhibit x JOIN adjudication_case c ON c.id = x.case_id
        WHERE x.kind = 'off_platform_chat' AND x.is_admissible""",
    ),
    Invariant(
        "correction_names_its_own_sides_exhibit",
        _("A correction names an earlier exhibit of the same side in the same case."),
        _("exhibit %(number)s corrects one that is not an earlier one of its side"),
        """
        SELECT 'case ' || c.number AS subject, x.number
        FROM adjudication_exhibit x
        JOIN adjudication_case c ON c.id = x.case_id
        LEFT JOIN adjudication_exhibit o ON o.id = x.replaces_id AND o.case_id = x.case_id AND o.by = x.by
                                        AND o.number < x.number
        WHERE x.replaces_id IS NOT NULL AND o.id IS NULL""",
    ),
    Invariant(
        "stored_file_has_its_receipt",
        _("An exhibit with a file has its size and SHA-256; one without has neither."),
        _("exhibit %(number)s: file “%(file_name)s”, %(size_bytes)s bytes, SHA-256 “%(sha256)s”"),
        """
        SELECT 'case ' || c.number AS subject, x.number, x.file_name, x.size_bytes, x.sha256
        FROM adjudication_exhibit x JOIN adjudication_case c ON c.id = x.case_id
        WHERE (x.file_name <> '') <> (x.size_bytes > 0) OR (x.file_name <> '') <> (x.sha256 ~ '^[0-9a-f]{64}$')""",
    ),
    Invariant(
        "manifest_is_of_what_is_on_file",
        _("Every manifest that was frozen lists exactly the exhibits filed before it, as they are on file."),
        _("event %(sequence)s froze %(frozen)s; on file is %(listed)s"),
        """
        WITH frozen AS (
            SELECT case_id, sequence, (body::json -> 'facts' -> 'manifest')::text AS manifest
            FROM adjudication_event
            WHERE kind IN ('case.evidence_closed', 'ruling.issued')
              AND body::json -> 'facts' -> 'manifest' IS NOT NULL),
        filed AS (
            SELECT case_id, sequence, body::json -> 'facts' ->> 'exhibit' AS id
            FROM adjudication_event WHERE kind = 'exhibit.filed'),
        stored AS (
            SELECT x.case_id, x.number, f.sequence,
                   '["' || upper(left(x.by, 1)) || x.number
                   || '","' || x.id || '","' || x.by || '","' || x.kind || '","'
                   || to_char(x.filed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '",' || x.size_bytes
                   || ',"' || x.sha256 || '","'
                   || encode(sha256(convert_to('[' || to_json(x.title) || ',' || to_json(x.text)
                          || CASE WHEN x.facts = '[]' THEN '' ELSE ',' || replace(x.facts::text, ', ', ',') END
                          || ']', 'UTF8')), 'hex') || '"]' AS entry
            FROM adjudication_exhibit x LEFT JOIN filed f ON f.case_id = x.case_id AND f.id = x.id::text),
        compared AS (
            SELECT z.case_id, z.sequence, z.manifest, '[' || coalesce(
                       (SELECT string_agg(s.entry, ',' ORDER BY s.number) FROM stored s
                        WHERE s.case_id = z.case_id AND s.sequence < z.sequence), '') || ']' AS listed
            FROM frozen z)
        SELECT 'case ' || c.number AS subject, x.sequence,
               left(x.manifest, 500) AS frozen, left(x.listed, 500) AS listed
        FROM compared x JOIN adjudication_case c ON c.id = x.case_id
        WHERE x.manifest <> x.listed""",
    ),
    Invariant(
        "case_counts_its_drafts",
        _("A case counts its drafts; once evidence has closed, or the case has, there is none."),
        _("it counts %(counted)s; there are %(drafts)s"),
        """
        WITH kept AS (SELECT case_id, count(*) AS drafts FROM adjudication_draft GROUP BY case_id)
        SELECT 'case ' || c.number AS subject, c.drafts_count AS counted, coalesce(d.drafts, 0) AS drafts
        FROM adjudication_case c LEFT JOIN kept d ON d.case_id = c.id
        WHERE c.drafts_count <> coalesce(d.drafts, 0) OR c.state IN ('ruling', 'closed') AND d.drafts > 0""",
    ),
    Invariant(
        "draft_is_not_filed",
        _("A draft is no exhibit, is of one of the two sides, and corrects what its own side has filed in its case."),
        _("draft %(draft)s is filed, of nobody, or corrects another’s"),
        """
        SELECT 'case ' || c.number AS subject, d.id AS draft
        FROM adjudication_draft d
        JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_exhibit x ON x.id = d.id
        LEFT JOIN adjudication_exhibit o ON o.id = d.replaces_id AND o.case_id = d.case_id AND o.by = d.by
        WHERE x.id IS NOT NULL OR d.by NOT IN ('buyer', 'seller') OR d.replaces_id IS NOT NULL AND o.id IS NULL""",
    ),
    Invariant(
        "only_a_file_leaves_traces",
        _("A file leaves traces of where it comes from; an exhibit without one has none."),
        _("exhibit %(number)s has no file, and traces of one"),
        """
        SELECT 'case ' || c.number AS subject, x.number
        FROM adjudication_exhibit x JOIN adjudication_case c ON c.id = x.case_id
        WHERE x.file_name = '' AND (x.picture_hash IS NOT NULL OR x.taken_at IS NOT NULL OR x.changed_at IS NOT NULL
            OR x.is_zone_known OR x.camera <> '' OR x.made_with <> '')""",
    ),
)
