"""Breaches of what holds of orders, lines, cases, policies and terms."""

from tests.reports.breaches import breach

BREACHES = [
    breach("lines_make_the_price", "UPDATE adjudication_order SET discount_minor = 8 WHERE id = $order_3"),
    breach(
        "claim_is_within_what_is_held",
        """ALTER TABLE adjudication_line DROP CONSTRAINT line_holds_no_more_than_its_price;
        UPDATE adjudication_line SET held_minor = price_minor + 1 WHERE order_id = $order_1""",
        "hold_is_that_of_its_lines",
    ),
    breach(
        "what_is_owed_is_of_a_replaced_case",
        "UPDATE adjudication_line SET owed_minor = owed_minor - 1 WHERE owed_minor > 0",
    ),
    breach("order_counts_its_open_cases", "UPDATE adjudication_order SET open_cases = 2 WHERE id = $order_3"),
    breach(
        "one_open_case_a_line",
        """UPDATE adjudication_caseline
        SET line_id = (SELECT line_id FROM adjudication_caseline WHERE case_id = $evidence)
        WHERE case_id = $requested""",
        *("case_is_between_its_orders_sides", "open_case_disputes_its_lines", "line_counts_its_cases"),
        "no_money_is_held_for_a_closed_case",
    ),
    breach(
        "claim_is_that_of_its_lines",
        "UPDATE adjudication_caseline SET claimed_minor = claimed_minor - 1 WHERE case_id = $split",
    ),
    breach(
        "open_case_disputes_its_lines",
        "UPDATE adjudication_line SET is_disputed = false, claimed_minor = 0 WHERE latest_case_id = $evidence",
    ),
    breach(
        "no_money_is_held_for_a_closed_case",
        "UPDATE adjudication_line SET is_disputed = true, claimed_minor = held_minor WHERE latest_case_id = $withdrawn",
    ),
    breach("line_counts_its_cases", "UPDATE adjudication_line SET cases_count = 0 WHERE latest_case_id = $split"),
    breach("case_is_between_its_orders_sides", "UPDATE adjudication_case SET buyer_id = shop_id WHERE id = $evidence"),
    breach(
        "closed_with_an_outcome_and_only_then",
        """ALTER TABLE adjudication_case DROP CONSTRAINT closed_with_an_outcome_and_only_then;
        UPDATE adjudication_case SET outcome = 'released' WHERE id = $evidence""",
        "settled_case_has_its_settlement",
    ),
    breach(
        "returning_case_knows_what_follows",
        "UPDATE adjudication_case SET agreed_minor = amount_minor + 1 WHERE id = $returning",
    ),
    breach("offer_is_as_it_was_made", "UPDATE adjudication_offer SET text = 'Take it.' WHERE state = 'open'"),
    breach(
        "offers_and_proposals_end_with_their_stage",
        "UPDATE adjudication_offer SET state = 'open', ended_at = NULL WHERE state = 'accepted'",
    ),
    breach(
        "policy_versions_count_without_gaps",
        "INSERT INTO adjudication_policyversion (version, source, tables, loaded_at) VALUES (4, '', '{}', now())",
    ),
    breach(
        "open_case_has_one_open_deadline",
        """UPDATE adjudication_deadline SET "end" = 'superseded', ended_at = started_at
        WHERE case_id = $evidence AND ended_at IS NULL""",
    ),
    breach(
        "open_deadline_fits_the_state",
        "UPDATE adjudication_deadline SET instance = 2 WHERE case_id = $evidence AND ended_at IS NULL",
    ),
    breach(
        "held_order_has_one_open_deadline",
        """UPDATE adjudication_deadline SET "end" = '', ended_at = NULL WHERE id = (
            SELECT max(id) FROM adjudication_deadline WHERE order_id = $order_3 AND case_id IS NULL)""",
    ),
    breach(
        "order_deadline_fits_its_parcels",
        "UPDATE adjudication_line SET parcel = 'shipped' WHERE order_id = $order_1",
    ),
    breach(
        "due_by_the_policy",
        """UPDATE adjudication_deadline SET due_at = due_at + interval '1 s'
        WHERE case_id = $evidence AND ended_at IS NULL""",
    ),
    breach(
        "counted_from_what_caused_it",
        """UPDATE adjudication_deadline SET anchored_at = anchored_at - interval '1 h', due_at = due_at - interval '1 h'
        WHERE case_id = $evidence AND ended_at IS NULL""",
    ),
    breach(
        "ended_in_its_time",
        """ALTER TABLE adjudication_deadline DROP CONSTRAINT never_lapses_early;
        UPDATE adjudication_deadline SET ended_at = due_at - interval '1 us' WHERE "end" = 'lapsed' AND case_id = $split
        """,
    ),
    breach(
        "deadlines_never_overlap",
        """UPDATE adjudication_deadline SET ended_at = ended_at + interval '1 us'
        WHERE case_id = $evidence AND kind = 'seller_answers'""",
    ),
    breach(
        "every_lapse_is_told",
        """UPDATE adjudication_deadline SET "end" = 'superseded' WHERE "end" = 'lapsed' AND case_id = $split""",
    ),
    breach(
        "deadline_is_under_its_matters_policy",
        "UPDATE adjudication_deadline SET policy_version_id = 1 WHERE case_id = $evidence AND ended_at IS NULL",
    ),
    breach(
        "due_after_its_extensions",
        """UPDATE adjudication_extension SET due_before = due_before + interval '1 s',
        due_after = due_after + interval '1 s' WHERE by_id IS NOT NULL""",
    ),
    breach(
        "every_extension_is_told",
        """INSERT INTO adjudication_extension (deadline_id, by_id, reason, due_before, due_after, extended_at)
        SELECT id, (SELECT min(id) FROM auth_user), 'Unheard of', due_at - interval '1 s', due_at, due_at
        FROM adjudication_deadline WHERE case_id = $requested AND ended_at IS NULL""",
        "due_by_the_policy",
    ),
    breach(
        "nothing_lapsed_inside_an_outage",
        """INSERT INTO adjudication_outage (cause, began_at, ended_at, grace_ends_at, note, recorded_at)
        SELECT 'declared', due_at, due_at + interval '1 h', due_at + interval '1 h', 'Unheard of', due_at
        FROM adjudication_deadline WHERE "end" = 'lapsed' AND case_id = $split LIMIT 1""",
    ),
]
