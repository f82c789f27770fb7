"""What holds of settlements: each is its case's claim, once, split as it was decided, with the policy's fee."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "fee_is_the_policys",
        _("Of what leaves custody the fee is the order's policy's rate on the seller's part alone, rounded down."),
        _("of the seller's part %(part)s the fee is %(fee)s; at %(rate)s basis points it is %(right)s"),
        """
        WITH shared AS (
            SELECT e.reference, e.order_id,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'platform_fees'), 0) AS fee,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind IN ('platform_fees', 'payable_to_shop')), 0)
                   AS part
            FROM adjudication_entry e
            JOIN adjudication_posting p ON p.entry_id = e.id
            JOIN adjudication_account a ON a.id = p.account_id
            GROUP BY e.id HAVING bool_or(a.kind = 'escrow_held' AND p.debit_minor > 0)),
        judged AS (
            SELECT s.*, (v.tables -> 'fees' ->> 'seller_basis_points')::int AS rate,
                   div(s.part * (v.tables -> 'fees' ->> 'seller_basis_points')::int, 10000) AS "right"
            FROM shared s
            JOIN adjudication_order o ON o.id = s.order_id
            JOIN adjudication_policyversion v ON v.version = o.policy_version_id)
        SELECT 'entry ' || reference AS subject, * FROM judged WHERE fee <> "right" """,
    ),
    Invariant(
        "settled_case_has_its_settlement",
        _("A case closed as refunded, released or partly refunded was paid by one entry, settlement:<case>."),
        _("it is closed as %(outcome)s and has no settlement"),
        """
        SELECT 'case ' || c.number AS subject, c.outcome
        FROM adjudication_case c
        LEFT JOIN adjudication_entry e ON e.reference = 'settlement:' || c.number
        WHERE c.outcome IN ('refunded', 'released', 'partly_refunded') AND e.id IS NULL""",
    ),
    Invariant(
        "settlement_is_of_a_settled_case",
        _("Every settlement is of the closed case that it names, and of none that was withdrawn."),
        _("the case it belongs to is %(state)s"),
        """
        SELECT 'entry ' || e.reference AS subject, concat_ws(', ', c.number, c.state, nullif(c.outcome, '')) AS state
        FROM adjudication_entry e LEFT JOIN adjudication_case c ON c.id = e.case_id
        WHERE e.reference LIKE 'settlement:%%'
          AND (c.id IS NULL OR e.reference <> 'settlement:' || c.number
               OR c.state <> 'closed' OR c.outcome = 'withdrawn')""",
    ),
    Invariant(
        "settlement_is_the_claim",
        _("A settlement takes the claim out of custody, neither more nor less."),
        _("it takes %(taken)s; the claim is %(claim)s"),
        """
        SELECT 'entry ' || e.reference AS subject, c.amount_minor AS claim,
               coalesce(sum(p.debit_minor) FILTER (WHERE a.kind = 'escrow_held'), 0) AS taken
        FROM adjudication_entry e
        JOIN adjudication_case c ON c.id = e.case_id
        LEFT JOIN adjudication_posting p ON p.entry_id = e.id
        LEFT JOIN adjudication_account a ON a.id = p.account_id
        WHERE e.reference LIKE 'settlement:%%'
        GROUP BY e.id, c.id
        HAVING coalesce(sum(p.debit_minor) FILTER (WHERE a.kind = 'escrow_held'), 0) <> c.amount_minor""",
    ),
    Invariant(
        "settlement_is_as_the_case_ended",
        _("A refunded claim went to the buyer, a released one to the seller, a partly refunded one to both."),
        _("it is closed as %(outcome)s; the buyer got %(to_buyer)s, the seller %(to_seller)s before fees"),
        """
        WITH settled AS (
            SELECT e.case_id,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_buyer'), 0) AS to_buyer,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind IN ('payable_to_shop', 'platform_fees')), 0)
                   AS to_seller
            FROM adjudication_entry e
            JOIN adjudication_posting p ON p.entry_id = e.id
            JOIN adjudication_account a ON a.id = p.account_id
            WHERE e.reference LIKE 'settlement:%%' GROUP BY e.id)
        SELECT 'case ' || c.number AS subject, c.outcome, s.to_buyer, s.to_seller
        FROM settled s JOIN adjudication_case c ON c.id = s.case_id
        WHERE c.outcome = 'refunded' AND s.to_seller <> 0
           OR c.outcome = 'released' AND s.to_buyer <> 0
           OR c.outcome = 'partly_refunded' AND (s.to_seller = 0 OR s.to_buyer = 0)""",
    ),
    # A ruling that orders a return may still end in release (the buyer never sent it), so those in money alone. The
    # latest ruling decided a closed case if it is of the last instance, or if the appeal against it was withdrawn.
    Invariant(
        "settlement_is_the_final_award",
        _("Where a ruling in money decided the case, its award is what was paid."),
        _("awarded %(awarded)s to the buyer, paid %(to_buyer)s"),
        """
        WITH latest AS (
            SELECT DISTINCT ON (case_id) case_id, instance, buyer_minor, remedy
            FROM adjudication_ruling ORDER BY case_id, instance DESC),
        withdrawn AS (SELECT DISTINCT case_id FROM adjudication_event WHERE kind = 'appeal.withdrawn'),
        settled AS (
            SELECT e.case_id, coalesce(sum(p.credit_minor), 0) AS to_buyer
            FROM adjudication_entry e
            LEFT JOIN (adjudication_posting p
                       JOIN adjudication_account a ON a.id = p.account_id AND a.kind = 'payable_to_buyer')
                   ON p.entry_id = e.id
            WHERE e.reference LIKE 'settlement:%%' GROUP BY e.id)
        SELECT 'case ' || c.number AS subject, r.buyer_minor AS awarded, s.to_buyer
        FROM latest r
        JOIN adjudication_case c ON c.id = r.case_id AND c.state = 'closed'
        JOIN settled s ON s.case_id = r.case_id
        LEFT JOIN withdrawn w ON w.case_id = r.case_id
        WHERE r.remedy IN ('refund', 'release') AND (r.instance = c.instance OR w.case_id IS NOT NULL)
          AND r.buyer_minor <> s.to_buyer""",
    ),
    Invariant(
        "return_shipping_is_what_it_cost",
        _("The way back that the seller owes is paid once, as stated by the buyer and up to the policy's limit."),
        _("paid %(paid)s, the journal says %(told)s; the buyer stated %(stated)s, the limit is %(limit)s"),
        """
        WITH told AS (
            SELECT body::json -> 'facts' ->> 'entry' AS reference,
                   sum((body::json -> 'facts' ->> 'amount_minor')::numeric) AS told
            FROM adjudication_event WHERE kind = 'return.reimbursed' GROUP BY 1),
        paid AS (
            SELECT e.reference, e.total_minor AS paid, c.number, c.state, c.return_shipped_at,
                   c.return_cost_minor AS stated,
                   coalesce(v.tables -> 'limits_minor' -> 'return_shipping_up_to' ->> c.currency,
                            v.tables -> 'limits_minor' -> 'return_shipping_up_to' ->> 'default')::bigint AS "limit"
            FROM adjudication_entry e
            LEFT JOIN adjudication_case c ON c.id = e.case_id
            LEFT JOIN adjudication_policyversion v ON v.version = c.policy_version_id
            WHERE e.reference LIKE 'return_shipping:%%')
        SELECT 'entry ' || reference AS subject, p.paid, t.told, p.stated, p."limit"
        FROM paid p FULL JOIN told t USING (reference)
        WHERE p.paid IS DISTINCT FROM least(p.stated, p."limit") OR p.paid IS DISTINCT FROM t.told
           OR p.state <> 'closed' OR p.return_shipped_at IS NULL OR reference <> 'return_shipping:' || p.number""",
    ),
    Invariant(
        "journal_tells_what_left_custody",
        _("The journal tells of every amount that left custody, to whom and how much, as the ledger has it."),
        _(
            "by the ledger %(refunded)s went to the buyer and %(released)s to the seller before fees; the journal says "
            "%(told_refunded)s and %(told_released)s"
        ),
        """
        WITH told AS (
            SELECT body::json -> 'facts' ->> 'entry' AS reference,
                   coalesce(sum((body::json -> 'facts' ->> 'amount_minor')::numeric)
                            FILTER (WHERE kind = 'escrow.refunded'), 0) AS refunded,
                   coalesce(sum((body::json -> 'facts' ->> 'amount_minor')::numeric)
                            FILTER (WHERE kind = 'escrow.released'), 0) AS released
            FROM adjudication_event WHERE kind IN ('escrow.refunded', 'escrow.released') GROUP BY 1),
        paid AS (
            SELECT e.reference,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_buyer'), 0) AS refunded,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind IN ('payable_to_shop', 'platform_fees')), 0)
                   AS released
            FROM adjudication_entry e
            JOIN adjudication_posting p ON p.entry_id = e.id
            JOIN adjudication_account a ON a.id = p.account_id
            GROUP BY e.id HAVING bool_or(a.kind = 'escrow_held' AND p.debit_minor > 0))
        SELECT 'entry ' || reference AS subject, p.refunded, p.released,
               t.refunded AS told_refunded, t.released AS told_released
        FROM paid p FULL JOIN told t USING (reference)
        WHERE p.refunded IS DISTINCT FROM t.refunded OR p.released IS DISTINCT FROM t.released""",
    ),
)
