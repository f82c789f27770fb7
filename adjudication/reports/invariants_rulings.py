"""What holds of rulings: one an instance; each awards the claim as computed, answers every exhibit, is unaltered."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant, Row


def _hash(words: str) -> str:
    return sha256(words.encode()).hexdigest()


def _canonical(content: object) -> str:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def altered(row: Row) -> Row | None:
    """Compare a ruling's digest with SHA-256 over the canonical JSON of all it says; None if they agree."""
    content: dict[str, Any] = {name: row[name] for name in ("case", "instance", "winner", "remedy", "buyer_minor")}
    content |= {name: row[name] for name in ("seller_minor", "currency", "rule", "decided_as")}
    content["answers"] = json.loads(row["answers"])
    content["reasons"] = _hash(row["reasons"])
    content["findings"] = [
        {"exhibit": exhibit, "supports": supports, "weight": weight, "note": _hash(note), "is_cited": is_cited}
        for exhibit, supports, weight, note, is_cited in json.loads(row["findings"])
    ]
    made = _hash(_canonical(content))
    return None if made == row["digest"] else {"digest": row["digest"], "made": made}


def proposed_otherwise(row: Row) -> Row | None:
    """Compare a proposal's journalled digest with that of its content; None if they agree."""
    made = _hash(_canonical(json.loads(row["content"])))
    return None if made == row["told"] else {"told": row["told"], "made": made}


#: Whether an exhibit x could be cited by a ruling r: as its kind stood then, corrected or not.
_CITABLE = """coalesce((SELECT k.kind <> 'off_platform_chat' FROM adjudication_kindcorrection k
                          WHERE k.exhibit_id = x.id AND k.instance <= r.instance
                          ORDER BY k.number DESC LIMIT 1), x.is_admissible)"""

INVARIANTS = (
    Invariant(
        "one_ruling_an_instance",
        _("A case has one ruling an instance, and none of an instance it has not come to."),
        _("instance %(instance)s has %(rulings)s; the case is in instance %(of)s"),
        """
        SELECT 'case ' || c.number AS subject, r.instance, r.rulings, c.instance AS of
        FROM (SELECT case_id, instance, count(*) AS rulings FROM adjudication_ruling GROUP BY case_id, instance) r
        JOIN adjudication_case c ON c.id = r.case_id
        WHERE r.rulings > 1 OR r.instance NOT BETWEEN 1 AND c.instance""",
    ),
    Invariant(
        "ruled_case_has_its_ruling",
        _("A case that stands as ruled has the ruling of its instance."),
        _("it has none in instance %(instance)s"),
        """
        SELECT 'case ' || c.number AS subject, c.instance
        FROM adjudication_case c
        LEFT JOIN adjudication_ruling r ON r.case_id = c.id AND r.instance = c.instance
        WHERE c.state = 'ruled' AND r.id IS NULL""",
    ),
    Invariant(
        "award_is_the_claim",
        _("A ruling awards the claim, neither more nor less, in its currency."),
        _("it awards %(to_buyer)s and %(to_seller)s %(currency)s; the claim is %(claim)s"),
        """
        SELECT 'ruling ' || r.instance || ' of case ' || c.number AS subject, r.buyer_minor AS to_buyer,
               r.seller_minor AS to_seller, r.currency, c.amount_minor AS claim
        FROM adjudication_ruling r JOIN adjudication_case c ON c.id = r.case_id
        WHERE r.buyer_minor + r.seller_minor <> c.amount_minor OR r.currency <> c.currency
           OR least(r.buyer_minor, r.seller_minor) < 0""",
    ),
    Invariant(
        "award_follows_from_the_answers",
        _("The winner gets the claim; a split is claim × (100 % − usable) × fault, rounded down for the seller."),
        _("for %(winner)s, %(remedy)s, it awards the seller %(to_seller)s; computed is %(computed)s"),
        """
        WITH fault (fault, percent) AS (VALUES ('seller', 100), ('carrier', 100), ('shared', 50), ('buyer', 0)),
        judged AS (
            SELECT r.*, c.number,
                   CASE r.winner WHEN 'buyer' THEN 0 WHEN 'seller' THEN c.amount_minor ELSE div(
                       c.amount_minor::numeric
                       * (10000 - (100 - (r.answers ->> 'usable_percent')::numeric) * f.percent), 10000) END AS computed
            FROM adjudication_ruling r
            JOIN adjudication_case c ON c.id = r.case_id
            LEFT JOIN fault f ON f.fault = r.answers ->> 'fault')
        SELECT 'ruling ' || instance || ' of case ' || number AS subject, winner, remedy, seller_minor AS to_seller,
               computed
        FROM judged
        WHERE seller_minor IS DISTINCT FROM computed OR (winner = 'seller') <> (remedy = 'release')""",
    ),
    Invariant(
        "every_admissible_exhibit_has_a_finding",
        _("A person's ruling has a finding on every admissible exhibit that was filed before it."),
        _("exhibit %(exhibit)s has none"),
        """
        SELECT 'ruling ' || r.instance || ' of case ' || c.number AS subject,
               upper(left(x.by, 1)) || x.number AS exhibit
        FROM adjudication_ruling r
        JOIN adjudication_case c ON c.id = r.case_id
        JOIN adjudication_exhibit x ON x.case_id = r.case_id AND CITABLE
                                   AND x.instance <= r.instance AND x.filed_at <= r.issued_at
        LEFT JOIN adjudication_finding f ON f.ruling_id = r.id AND f.exhibit_id = x.id
        WHERE r.decided_as <> 'platform' AND f.id IS NULL""".replace("CITABLE", _CITABLE),
    ),
    Invariant(
        "ruling_cites_what_is_admissible",
        _("A person's ruling cites at least one exhibit, and none cites what is inadmissible or of another case."),
        _("it cites %(cited)s admissible exhibits of its case, and %(wrong)s that are inadmissible or another's"),
        """
        WITH cited AS (
            SELECT f.ruling_id,
                   count(*) FILTER (WHERE f.is_cited AND CITABLE AND x.case_id = r.case_id) AS cited,
                   count(*) FILTER (WHERE f.is_cited AND NOT CITABLE OR x.case_id <> r.case_id) AS wrong
            FROM adjudication_finding f
            JOIN adjudication_exhibit x ON x.id = f.exhibit_id
            JOIN adjudication_ruling r ON r.id = f.ruling_id
            GROUP BY f.ruling_id)
        SELECT 'ruling ' || r.instance || ' of case ' || c.number AS subject, coalesce(k.cited, 0) AS cited,
               coalesce(k.wrong, 0) AS wrong
        FROM adjudication_ruling r
        JOIN adjudication_case c ON c.id = r.case_id
        LEFT JOIN cited k ON k.ruling_id = r.id
        WHERE k.wrong > 0 OR r.decided_as <> 'platform' AND coalesce(k.cited, 0) = 0""".replace("CITABLE", _CITABLE),
    ),
    Invariant(
        "nobody_rules_twice_on_a_case",
        _("A ruling is a person's, or the platform's by the policy; nobody rules on a case in two instances."),
        _("decided as %(decided_as)s by user %(decided_by)s in %(instances)s instances"),
        """
        SELECT 'case ' || c.number AS subject, min(r.decided_as) AS decided_as, r.decided_by_id AS decided_by,
               count(*) AS instances
        FROM adjudication_ruling r JOIN adjudication_case c ON c.id = r.case_id
        GROUP BY c.id, r.decided_by_id
        HAVING r.decided_by_id IS NOT NULL AND count(*) > 1
            OR r.decided_by_id IS NULL AND bool_or(r.decided_as IN ('arbitrator', 'supervisor'))""",
    ),
    # Once overdue a supervisor rules alone.
    Invariant(
        "large_award_has_a_second_person",
        _("A person's ruling over a claim above the policy's limit was confirmed by a second one, unless overdue."),
        _("the claim is %(claim)s, the limit %(limit)s; confirmed by %(confirmed_by)s, decided by %(decided_by)s"),
        """
        WITH judged AS (
            SELECT r.*, c.number, c.amount_minor AS claim,
                   coalesce(v.tables -> 'limits_minor' -> 'second_person_above' ->> c.currency,
                            v.tables -> 'limits_minor' -> 'second_person_above' ->> 'default')::bigint AS "limit"
            FROM adjudication_ruling r
            JOIN adjudication_case c ON c.id = r.case_id
            JOIN adjudication_policyversion v ON v.version = c.policy_version_id
            WHERE r.decided_as <> 'platform'),
        overdue AS (SELECT DISTINCT case_id FROM adjudication_event WHERE kind = 'case.overdue')
        SELECT 'ruling ' || j.instance || ' of case ' || j.number AS subject, j.claim, j."limit",
               j.confirmed_by_id AS confirmed_by, j.decided_by_id AS decided_by
        FROM judged j LEFT JOIN overdue d ON d.case_id = j.case_id
        WHERE j.confirmed_by_id = j.decided_by_id
           OR j.claim > j."limit" AND j.confirmed_by_id IS NULL AND d.case_id IS NULL""",
    ),
    Invariant(
        "proposal_was_not_altered",
        _("A proposed ruling is the one that the journal has the digest of."),
        _("the digest in the journal is %(told)s; what it says makes %(made)s"),
        """
        SELECT 'proposal ' || p.id || ' of case ' || c.number AS subject, p.content::text AS content,
               e.body::json -> 'facts' ->> 'digest' AS told
        FROM adjudication_proposal p
        JOIN adjudication_case c ON c.id = p.case_id
        LEFT JOIN adjudication_event e ON e.case_id = p.case_id AND e.kind = 'ruling.proposed'
                                      AND e.body::json -> 'facts' ->> 'proposal' = p.id::text""",
        recompute=proposed_otherwise,
    ),
    Invariant(
        "ruling_is_as_journalled",
        _("Every ruling is the one that the journal says was issued, and no issued one is missing."),
        _("it reads %(reads)s; the journal says %(told)s"),
        """
        WITH told AS (
            SELECT e.case_id, f.ruling AS id,
                   concat_ws(', ', f.instance, f.winner, f.remedy, f.rule, f.buyer_minor, f.seller_minor, f.digest,
                             e.occurred_at) AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(ruling text, instance text, winner text, remedy text, rule text, buyer_minor text,
                     seller_minor text, digest text)
            WHERE e.kind = 'ruling.issued'),
        stored AS (
            SELECT case_id, id::text AS id,
                   concat_ws(', ', instance, winner, remedy, rule, buyer_minor, seller_minor, digest, issued_at)
                   AS reads
            FROM adjudication_ruling)
        SELECT 'ruling ' || coalesce(s.id, t.id) || ' of case ' || coalesce(c.number, '–') AS subject,
               coalesce(s.reads, '–') AS reads, coalesce(t.told, '–') AS told
        FROM stored s FULL JOIN told t USING (case_id, id) LEFT JOIN adjudication_case c ON c.id = case_id
        WHERE s.reads IS DISTINCT FROM t.told""",
    ),
    Invariant(
        "ruling_was_not_altered",
        _("A ruling's digest is SHA-256 over everything it says: award, answers, reasons and findings."),
        _("its digest is %(digest)s; what it says makes %(made)s"),
        """
        WITH found AS (
            SELECT ruling_id, json_agg(json_build_array(exhibit_id, supports, weight, note, is_cited)
                                       ORDER BY exhibit_id::text COLLATE "C")::text AS findings
            FROM adjudication_finding GROUP BY ruling_id)
        SELECT 'ruling ' || r.instance || ' of case ' || c.number AS subject, r.digest, r.case_id AS "case", r.instance,
               r.winner, r.remedy, r.buyer_minor, r.seller_minor, r.currency, r.answers::text AS answers, r.rule,
               r.reasons, r.decided_as, coalesce(f.findings, '[]') AS findings
        FROM adjudication_ruling r
        JOIN adjudication_case c ON c.id = r.case_id
        LEFT JOIN found f ON f.ruling_id = r.id""",
        recompute=altered,
    ),
)
