"""What holds of the money that leaves: each payout empties one credit and leaves once; what has not left is payable."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "payout_is_its_credit",
        _("A payout is for exactly what its entry made payable to its payee, less what was taken for the way back."),
        _("it is for %(amount)s; the entry %(reference)s leaves %(credit)s to be paid"),
        """
        WITH credited AS (
            SELECT entry_id, account_id, sum(credit) AS credit
            FROM (SELECT entry_id, account_id, credit_minor AS credit
                  FROM adjudication_posting WHERE credit_minor > 0
                  UNION ALL
                  SELECT s.id, p.account_id, -p.debit_minor
                  FROM adjudication_entry w
                  JOIN adjudication_entry s ON s.reference = 'settlement:' || substr(w.reference, 17)
                  JOIN adjudication_posting p ON p.entry_id = w.id AND p.debit_minor > 0
                  WHERE w.reference LIKE 'return_shipping:%%') moved
            GROUP BY entry_id, account_id)
        SELECT 'payout ' || o.id AS subject, o.amount_minor AS amount, e.reference, coalesce(c.credit, 0) AS credit
        FROM adjudication_payout o
        JOIN adjudication_entry e ON e.id = o.entry_id
        LEFT JOIN credited c ON c.entry_id = o.entry_id AND c.account_id = o.account_id
        WHERE c.credit IS DISTINCT FROM o.amount_minor""",
    ),
    Invariant(
        "payout_goes_to_whom_it_is_owed",
        _("A payout goes to the party its account is payable to, in the currency, order and case of its entry."),
        _("it goes to party %(payee)s out of %(kind)s of %(owner)s, by the entry %(reference)s"),
        """
        SELECT 'payout ' || o.id AS subject, o.payee_id AS payee, a.kind, a.owner_id AS owner, e.reference
        FROM adjudication_payout o
        JOIN adjudication_entry e ON e.id = o.entry_id
        JOIN adjudication_account a ON a.id = o.account_id
        WHERE a.kind NOT IN ('payable_to_buyer', 'payable_to_shop') OR a.owner_id <> o.payee_id
           OR a.currency <> o.currency OR e.currency <> o.currency
           OR e.order_id <> o.order_id OR e.case_id IS DISTINCT FROM o.case_id""",
    ),
    Invariant(
        "every_credit_has_its_payout",
        _("Whatever is made payable to a party, and not taken for the way back, has one payout that pays it."),
        _("it credits %(credit)s to %(kind)s of %(owner)s and has %(payouts)s payouts for it"),
        """
        WITH credited AS (
            SELECT m.entry_id, m.account_id, sum(m.credit) AS credit
            FROM (SELECT entry_id, account_id, credit_minor AS credit
                  FROM adjudication_posting WHERE credit_minor > 0
                  UNION ALL
                  SELECT s.id, p.account_id, -p.debit_minor
                  FROM adjudication_entry w
                  JOIN adjudication_entry s ON s.reference = 'settlement:' || substr(w.reference, 17)
                  JOIN adjudication_posting p ON p.entry_id = w.id AND p.debit_minor > 0
                  WHERE w.reference LIKE 'return_shipping:%%') m
            JOIN adjudication_account a ON a.id = m.account_id
            WHERE a.kind IN ('payable_to_buyer', 'payable_to_shop')
            GROUP BY m.entry_id, m.account_id HAVING sum(m.credit) <> 0),
        paying AS (
            SELECT entry_id, account_id, count(*) AS payouts
            FROM adjudication_payout GROUP BY entry_id, account_id)
        SELECT 'entry ' || e.reference AS subject, c.credit, a.kind, a.owner_id AS owner,
               coalesce(o.payouts, 0) AS payouts
        FROM credited c
        JOIN adjudication_entry e ON e.id = c.entry_id
        JOIN adjudication_account a ON a.id = c.account_id
        LEFT JOIN paying o ON o.entry_id = c.entry_id AND o.account_id = c.account_id
        WHERE o.payouts IS DISTINCT FROM 1""",
    ),
    Invariant(
        "paid_payout_has_left_once",
        _("A payout that was paid left the provider's cash once, with its own amount and by its own entry."),
        _("it was paid %(amount)s; its entry payout:%(reference)s:%(payee)s moves %(moved)s"),
        """
        WITH left_by AS (
            SELECT e.reference, sum(p.debit_minor) AS moved, min(p.account_id) AS account_id, count(*) AS debits
            FROM adjudication_entry e JOIN adjudication_posting p ON p.entry_id = e.id
            WHERE e.reference LIKE 'payout:%%' AND p.debit_minor > 0 GROUP BY e.id)
        SELECT 'payout ' || o.id AS subject, o.amount_minor AS amount, e.reference, o.payee_id AS payee,
               coalesce(l.moved, 0) AS moved
        FROM adjudication_payout o
        JOIN adjudication_entry e ON e.id = o.entry_id
        LEFT JOIN left_by l ON l.reference = 'payout:' || e.reference || ':' || o.payee_id
        WHERE o.state = 'paid'
          AND (l.moved IS DISTINCT FROM o.amount_minor OR l.debits <> 1 OR l.account_id <> o.account_id)""",
    ),
    Invariant(
        "unpaid_payout_has_not_left",
        _("Every entry payout:<entry>:<payee> is of one payout, and that one was paid."),
        _("the payout it is of is: %(state)s"),
        """
        SELECT 'entry ' || x.reference AS subject, coalesce(o.state, '–') AS state
        FROM adjudication_entry x
        LEFT JOIN (adjudication_payout o JOIN adjudication_entry e ON e.id = o.entry_id)
               ON x.reference = 'payout:' || e.reference || ':' || o.payee_id
        WHERE x.reference LIKE 'payout:%%' AND o.state IS DISTINCT FROM 'paid'""",
    ),
    Invariant(
        "payables_are_the_unpaid_payouts",
        _("What is payable to a party is the sum of its payouts that have not been paid."),
        _("its balance is %(balance)s, its unpaid payouts %(unpaid)s"),
        """
        WITH owed AS (
            SELECT p.account_id, sum(p.credit_minor - p.debit_minor) AS balance
            FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
            WHERE a.kind IN ('payable_to_buyer', 'payable_to_shop') GROUP BY p.account_id),
        unpaid AS (
            SELECT account_id, sum(amount_minor) AS unpaid
            FROM adjudication_payout WHERE state <> 'paid' GROUP BY account_id)
        SELECT 'account ' || a.kind || ' of ' || a.owner_id || ' in ' || a.currency AS subject,
               coalesce(o.balance, 0) AS balance, coalesce(u.unpaid, 0) AS unpaid
        FROM adjudication_account a
        LEFT JOIN owed o ON o.account_id = a.id LEFT JOIN unpaid u ON u.account_id = a.id
        WHERE a.kind IN ('payable_to_buyer', 'payable_to_shop') AND coalesce(o.balance, 0) <> coalesce(u.unpaid, 0)""",
    ),
    Invariant(
        "paid_payout_is_told",
        _("The journal tells of every payout that was paid, once, with its amount."),
        _("the payout is for %(amount)s; the journal says %(told)s, %(times)s times"),
        """
        WITH told AS (
            SELECT body::json -> 'facts' ->> 'payout' AS id, count(*) AS times,
                   sum((body::json -> 'facts' ->> 'amount_minor')::numeric) AS told
            FROM adjudication_event WHERE kind = 'payout.paid' GROUP BY 1),
        paid AS (SELECT id::text AS id, amount_minor AS amount FROM adjudication_payout WHERE state = 'paid')
        SELECT 'payout ' || id AS subject, p.amount, t.told, coalesce(t.times, 0) AS times
        FROM paid p FULL JOIN told t USING (id)
        WHERE p.amount IS DISTINCT FROM t.told OR t.times IS DISTINCT FROM 1""",
    ),
)
