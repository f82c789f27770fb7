"""Breaches of what holds of the ledger and the payouts."""

from tests.reports.breaches import breach

BREACHES = [
    breach(
        "entry_balances",
        """UPDATE adjudication_posting SET debit_minor = debit_minor + 1
        WHERE entry_id = $settlement AND debit_minor > 0""",
        *("trial_balance_is_zero", "order_adds_up", "hold_is_that_of_its_lines", "settlement_is_the_claim"),
        "what_is_held_or_owed_is_never_negative",
    ),
    breach(
        "posting_is_a_positive_debit_or_credit",
        """ALTER TABLE adjudication_posting DROP CONSTRAINT positive_debit_or_credit;
        UPDATE adjudication_posting SET debit_minor = debit_minor + 5, credit_minor = credit_minor + 5
        WHERE entry_id = $settlement AND account_id = $fees""",
        *("entry_balances", "order_adds_up", "fee_is_the_policys", "journal_tells_what_left_custody"),
    ),
    breach("one_currency_an_order", "UPDATE adjudication_entry SET currency = 'EUR' WHERE id = $hold_1"),
    breach(
        "entry_touches_its_own_parties_only",
        """UPDATE adjudication_posting SET account_id = (
            SELECT id FROM adjudication_account WHERE kind = 'escrow_held' AND owner_id = $order_2)
        WHERE entry_id = $hold_1 AND credit_minor > 0""",
        "hold_is_that_of_its_lines",
    ),
    breach("entry_names_a_case_of_its_order", "UPDATE adjudication_entry SET case_id = $split WHERE id = $hold_1"),
    breach(
        "price_was_taken_into_custody_once",
        "UPDATE adjudication_entry SET reference = 'keep:O-1' WHERE id = $hold_1",
    ),
    breach(
        "order_adds_up",
        "UPDATE adjudication_posting SET account_id = $float WHERE entry_id = $settlement AND account_id = $fees",
        *("fee_is_the_policys", "journal_tells_what_left_custody"),
    ),
    breach(
        "hold_is_that_of_its_lines",
        "UPDATE adjudication_line SET held_minor = held_minor - 1 WHERE order_id = $order_1",
    ),
    breach(
        "what_is_held_or_owed_is_never_negative",
        """INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
        VALUES ($hold_1, $deposit, 7, 0), ($hold_1, $cash, 0, 7)""",
        "entry_balances",
    ),
    breach(
        "trial_balance_is_zero",
        """INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
        VALUES (0, $cash, 3, 0)""",
    ),
    breach(
        "fee_is_the_policys",
        """UPDATE adjudication_posting SET credit_minor = credit_minor - 1
        WHERE entry_id = $settlement AND account_id = $fees;
        UPDATE adjudication_posting SET credit_minor = credit_minor + 1
        WHERE entry_id = $settlement
          AND account_id IN (SELECT id FROM adjudication_account WHERE kind = 'payable_to_shop')""",
        *("payout_is_its_credit", "payables_are_the_unpaid_payouts"),
    ),
    breach(
        "settled_case_has_its_settlement",
        "UPDATE adjudication_case SET outcome = 'refunded' WHERE id = $withdrawn",
        "outcome_is_as_journalled",
    ),
    breach(
        "settlement_is_of_a_settled_case",
        "UPDATE adjudication_entry SET case_id = NULL WHERE id = $settlement",
        "payout_goes_to_whom_it_is_owed",
    ),
    breach(
        "settlement_is_the_claim",
        "UPDATE adjudication_case SET amount_minor = amount_minor + 1 WHERE id = $split",
        *("claim_is_that_of_its_lines", "case_is_as_it_was_requested", "award_is_the_claim"),
        "register_tells_what_was_ruled",
    ),
    breach(
        "settlement_is_as_the_case_ended",
        "UPDATE adjudication_case SET outcome = 'refunded' WHERE id = $split",
        "outcome_is_as_journalled",
    ),
    breach(
        "settlement_is_the_final_award",
        """UPDATE adjudication_ruling SET buyer_minor = buyer_minor - 1, seller_minor = seller_minor + 1
        WHERE id = $ruling""",
        *("award_follows_from_the_answers", "ruling_is_as_journalled", "ruling_was_not_altered"),
        "register_tells_what_was_ruled",
    ),
    breach(
        "return_shipping_is_what_it_cost",
        """UPDATE adjudication_case SET return_cost_minor = return_cost_minor - 1
        WHERE id = (SELECT case_id FROM adjudication_entry WHERE reference LIKE 'return_shipping:%' LIMIT 1)""",
    ),
    breach(
        "journal_tells_what_left_custody",
        """ALTER TABLE adjudication_event DROP CONSTRAINT hash_of_its_body;
        UPDATE adjudication_event SET body = replace(body, '"amount_minor":', '"amount_minor":1')
        WHERE case_id = $split AND kind = 'escrow.released'""",
        "hash_is_of_its_body",
    ),
    breach(
        "payout_is_its_credit",
        "UPDATE adjudication_payout SET amount_minor = amount_minor + 1 WHERE id = $unpaid",
        "payables_are_the_unpaid_payouts",
    ),
    breach(
        "payout_goes_to_whom_it_is_owed",
        "UPDATE adjudication_payout SET payee_id = payee_id + 1000 WHERE id = $unpaid",
    ),
    breach(
        "every_credit_has_its_payout",
        "DELETE FROM adjudication_payout WHERE id = $unpaid",
        "payables_are_the_unpaid_payouts",
    ),
    breach(
        "paid_payout_has_left_once",
        """UPDATE adjudication_entry SET reference = 'sent' || substr(reference, 7) WHERE reference = (
            SELECT 'payout:' || e.reference || ':' || o.payee_id
            FROM adjudication_payout o JOIN adjudication_entry e ON e.id = o.entry_id WHERE o.id = $paid)""",
    ),
    breach(
        "unpaid_payout_has_not_left",
        "UPDATE adjudication_payout SET state = 'due' WHERE id = $paid",
        *("payables_are_the_unpaid_payouts", "paid_payout_is_told"),
    ),
    breach(
        "payables_are_the_unpaid_payouts",
        "UPDATE adjudication_payout SET state = 'paid', paid_at = now() WHERE id = $unpaid",
        *("paid_payout_has_left_once", "paid_payout_is_told"),
    ),
    breach(
        "paid_payout_is_told",
        """ALTER TABLE adjudication_event DROP CONSTRAINT hash_of_its_body;
        UPDATE adjudication_event SET body = replace(body, '"amount_minor":', '"amount_minor":1')
        WHERE id = (SELECT min(id) FROM adjudication_event WHERE kind = 'payout.paid')""",
        "hash_is_of_its_body",
    ),
]
