"""What holds of the money: every entry balances, and every order's price is held, released, refunded or a fee."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "entry_balances",
        _("The postings of every entry add up to its total, debits and credits alike."),
        _("debits are %(debit)s, credits %(credit)s, the total is %(total)s"),
        """
        SELECT 'entry ' || e.reference AS subject, coalesce(sum(p.debit_minor), 0) AS debit,
               coalesce(sum(p.credit_minor), 0) AS credit, e.total_minor AS total
        FROM adjudication_entry e LEFT JOIN adjudication_posting p ON p.entry_id = e.id
        GROUP BY e.id
        HAVING coalesce(sum(p.debit_minor), 0) <> e.total_minor OR coalesce(sum(p.credit_minor), 0) <> e.total_minor""",
    ),
    Invariant(
        "posting_is_a_positive_debit_or_credit",
        _("Every posting is a positive debit or a positive credit, and never both."),
        _("debit %(debit)s, credit %(credit)s"),
        """
        SELECT 'entry ' || e.reference AS subject, p.debit_minor AS debit, p.credit_minor AS credit
        FROM adjudication_posting p JOIN adjudication_entry e ON e.id = p.entry_id
        WHERE least(p.debit_minor, p.credit_minor) <> 0 OR greatest(p.debit_minor, p.credit_minor) <= 0""",
    ),
    Invariant(
        "one_currency_an_order",
        _("An order's entries, and every account they touch, are in the currency it was paid in."),
        _("the order is in %(paid_in)s, the entry in %(entry_in)s, the account in %(account_in)s"),
        """
        SELECT 'entry ' || e.reference AS subject, o.currency AS paid_in, e.currency AS entry_in,
               a.currency AS account_in
        FROM adjudication_entry e
        JOIN adjudication_order o ON o.id = e.order_id
        JOIN adjudication_posting p ON p.entry_id = e.id
        JOIN adjudication_account a ON a.id = p.account_id
        WHERE e.currency <> o.currency OR a.currency <> o.currency""",
    ),
    Invariant(
        "entry_touches_its_own_parties_only",
        _("An entry moves its own order's hold, and what is owed to or by that order's buyer and shop; nobody else's."),
        _("it posts to %(kind)s of %(owner)s"),
        """
        SELECT 'entry ' || e.reference AS subject, a.kind, a.owner_id AS owner
        FROM adjudication_entry e
        JOIN adjudication_order o ON o.id = e.order_id
        JOIN adjudication_posting p ON p.entry_id = e.id
        JOIN adjudication_account a ON a.id = p.account_id
        WHERE a.owner_id <> CASE
            WHEN a.kind = 'escrow_held' THEN o.id
            WHEN a.kind IN ('payable_to_buyer', 'receivable_from_buyer') THEN o.buyer_id
            WHEN a.kind IN ('payable_to_shop', 'receivable_from_shop', 'shop_deposit') THEN o.shop_id
            ELSE 0 END""",
    ),
    Invariant(
        "entry_names_a_case_of_its_order",
        _("The case an entry names is one over its order."),
        _("it is over order %(order)s and names case %(case)s"),
        """
        SELECT 'entry ' || e.reference AS subject, o.number AS "order", c.number AS "case"
        FROM adjudication_entry e
        JOIN adjudication_order o ON o.id = e.order_id
        JOIN adjudication_case c ON c.id = e.case_id
        WHERE c.order_id <> e.order_id""",
    ),
    Invariant(
        "price_was_taken_into_custody_once",
        _("What an order's buyer paid was taken into custody once, by the entry hold:<order>, and it is the price."),
        _("the price is %(price)s, the hold %(hold)s, all that was ever put in custody %(paid)s"),
        """
        WITH paid AS (
            SELECT e.order_id, sum(p.credit_minor) AS paid
            FROM adjudication_entry e
            JOIN adjudication_posting p ON p.entry_id = e.id
            JOIN adjudication_account a ON a.id = p.account_id
            WHERE a.kind = 'escrow_held' GROUP BY e.order_id)
        SELECT 'order ' || o.number AS subject, o.price_minor AS price, h.total_minor AS hold, p.paid
        FROM adjudication_order o
        LEFT JOIN adjudication_entry h ON h.reference = 'hold:' || o.number AND h.order_id = o.id
        LEFT JOIN paid p ON p.order_id = o.id
        WHERE h.total_minor IS DISTINCT FROM o.price_minor OR p.paid IS DISTINCT FROM o.price_minor""",
    ),
    Invariant(
        "order_adds_up",
        _("For every order: held + released + refunded + fees = paid, and none is below zero."),
        _("held %(held)s + released %(released)s + refunded %(refunded)s + fees %(fees)s, paid %(paid)s"),
        """
        WITH moved AS (
            SELECT e.order_id,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'escrow_held'), 0) AS came,
                   coalesce(sum(p.debit_minor) FILTER (WHERE a.kind = 'escrow_held'), 0) AS went,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_shop'), 0) AS released,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'payable_to_buyer'), 0) AS refunded,
                   coalesce(sum(p.credit_minor) FILTER (WHERE a.kind = 'platform_fees'), 0) AS fees
            FROM adjudication_entry e
            JOIN adjudication_posting p ON p.entry_id = e.id
            JOIN adjudication_account a ON a.id = p.account_id
            GROUP BY e.id),
        summed AS (
            SELECT order_id, sum(came) AS paid, sum(came - went) AS held,
                   coalesce(sum(released) FILTER (WHERE went > 0), 0) AS released,
                   coalesce(sum(refunded) FILTER (WHERE went > 0), 0) AS refunded,
                   coalesce(sum(fees) FILTER (WHERE went > 0), 0) AS fees
            FROM moved GROUP BY order_id)
        SELECT 'order ' || o.number AS subject, s.*
        FROM summed s JOIN adjudication_order o ON o.id = s.order_id
        WHERE s.held + s.released + s.refunded + s.fees <> s.paid OR least(s.held, s.paid) < 0""",
    ),
    Invariant(
        "hold_is_that_of_its_lines",
        _("What is held for an order in the ledger is what is held of its lines."),
        _("the ledger holds %(held)s, the lines %(of_lines)s"),
        """
        WITH lines AS (SELECT order_id, sum(held_minor) AS held FROM adjudication_line GROUP BY order_id),
        ledger AS (
            SELECT a.owner_id AS order_id, sum(p.credit_minor - p.debit_minor) AS held
            FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
            WHERE a.kind = 'escrow_held' GROUP BY a.owner_id)
        SELECT 'order ' || o.number AS subject, coalesce(g.held, 0) AS held, coalesce(l.held, 0) AS of_lines
        FROM adjudication_order o
        LEFT JOIN lines l ON l.order_id = o.id LEFT JOIN ledger g ON g.order_id = o.id
        WHERE coalesce(g.held, 0) <> coalesce(l.held, 0)""",
    ),
    Invariant(
        "what_is_held_or_owed_is_never_negative",
        _("No hold, no payable and no deposit was ever below zero, at any moment."),
        _("its lowest balance was %(lowest)s"),
        """
        WITH running AS (
            SELECT p.account_id, sum(p.credit_minor - p.debit_minor)
                   OVER (PARTITION BY p.account_id ORDER BY p.entry_id) AS balance
            FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
            WHERE a.kind IN ('escrow_held', 'payable_to_buyer', 'payable_to_shop', 'shop_deposit'))
        SELECT 'account ' || a.kind || ' of ' || a.owner_id || ' in ' || a.currency AS subject, r.lowest
        FROM (SELECT account_id, min(balance) AS lowest FROM running GROUP BY account_id) r
        JOIN adjudication_account a ON a.id = r.account_id
        WHERE r.lowest < 0""",
    ),
    Invariant(
        "trial_balance_is_zero",
        _("In every currency the cash at the provider is what is held, payable or earned, less what is receivable."),
        _("debits of all accounts are %(debit)s, credits %(credit)s"),
        """
        SELECT 'currency ' || a.currency AS subject, sum(p.debit_minor) AS debit, sum(p.credit_minor) AS credit
        FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
        GROUP BY a.currency HAVING sum(p.debit_minor) <> sum(p.credit_minor)""",
    ),
)
