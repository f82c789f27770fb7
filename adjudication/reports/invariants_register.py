"""What holds of the public register: every final ruling has its place, tells what was ruled, reads as journalled."""

from __future__ import annotations

from hashlib import sha256

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant, Row


def read_otherwise(row: Row) -> Row | None:
    """Compare the words that the public reads with the digest last journalled; None if they agree."""
    made = sha256(row["words"].encode()).hexdigest()
    return None if made == row["told"] else {"told": row["told"], "made": made}


INVARIANTS = (
    Invariant(
        "final_ruling_has_its_place",
        _("A ruling has a place in the register when it is final, and only then."),
        _("it is final: %(final)s; it has a place: %(placed)s"),
        """
        WITH final AS (
            SELECT (e.body::jsonb -> 'facts' ->> 'ruling')::uuid AS ruling_id
            FROM adjudication_event e WHERE e.kind = 'ruling.final'
            UNION
            SELECT (SELECT r.id FROM adjudication_ruling r WHERE r.case_id = e.case_id AND r.issued_at <= e.occurred_at
                    ORDER BY r.instance DESC LIMIT 1)
            FROM adjudication_event e WHERE e.kind = 'appeal.withdrawn')
        SELECT 'ruling ' || r.instance || ' of case ' || c.number AS subject, f.ruling_id IS NOT NULL AS final,
               p.ruling_id IS NOT NULL AS placed
        FROM final f FULL JOIN adjudication_publication p ON p.ruling_id = f.ruling_id
        JOIN adjudication_ruling r ON r.id = coalesce(f.ruling_id, p.ruling_id)
        JOIN adjudication_case c ON c.id = r.case_id
        WHERE f.ruling_id IS NULL OR p.ruling_id IS NULL""",
    ),
    Invariant(
        "register_tells_what_was_ruled",
        _("The register tells a ruling's reason, claim, winner, remedy, award and answers as they were ruled."),
        _("it tells: %(winner)s, %(remedy)s, %(share)s of 10,000"),
        """
        SELECT 'entry ' || p.id AS subject, p.winner, p.remedy, p.share_basis_points AS share
        FROM adjudication_publication p
        JOIN adjudication_ruling r ON r.id = p.ruling_id
        JOIN adjudication_case c ON c.id = r.case_id
        WHERE p.entered_at IS NOT NULL
          AND ROW(p.reason, p.amount_minor, p.currency, p.winner, p.remedy, p.answers, p.share_basis_points)
              IS DISTINCT FROM ROW(c.reason, c.amount_minor, c.currency, r.winner, r.remedy, r.answers,
                                   div(r.buyer_minor::numeric * 10000, c.amount_minor)::integer)""",
    ),
    Invariant(
        "published_in_its_days",
        _("What is published was journalled once, at that moment, and not before its working days."),
        _("published %(published_at)s, journalled %(told_at)s, from %(publish_from)s on"),
        """
        SELECT 'entry ' || p.id AS subject, p.published_at, p.publish_from, min(e.occurred_at) AS told_at
        FROM adjudication_publication p
        JOIN adjudication_ruling r ON r.id = p.ruling_id
        LEFT JOIN adjudication_event e ON e.case_id = r.case_id AND e.kind = 'ruling.published'
                                      AND e.body::jsonb -> 'facts' ->> 'ruling' = p.ruling_id::text
        GROUP BY p.id
        HAVING count(e.id) <> CASE WHEN p.published_at IS NULL THEN 0 ELSE 1 END
            OR p.published_at <> min(e.occurred_at) OR p.published_at < p.publish_from""",
    ),
    Invariant(
        "published_words_are_as_journalled",
        _("The public reads the words that were last journalled."),
        _("their digest is %(made)s; journalled is %(told)s"),
        """
        SELECT 'entry ' || p.id AS subject, p.words, e.told
        FROM adjudication_publication p
        JOIN adjudication_ruling r ON r.id = p.ruling_id
        CROSS JOIN LATERAL (
            SELECT e.body::jsonb -> 'facts' ->> 'words_sha256' AS told FROM adjudication_event e
            WHERE e.case_id = r.case_id AND e.kind IN ('ruling.published', 'publication.reworded')
              AND e.body::jsonb -> 'facts' ->> 'ruling' = p.ruling_id::text
            ORDER BY e.sequence DESC LIMIT 1) e""",
        recompute=read_otherwise,
    ),
)
