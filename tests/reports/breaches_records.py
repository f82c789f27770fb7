"""Breaches of what holds of the journal, the rulings and the exhibits."""

from tests.reports.breaches import breach

BREACHES = [
    breach(
        "events_are_numbered_without_gaps",
        "DELETE FROM adjudication_event WHERE case_id = $evidence AND kind = 'case.assigned'",
        "chain_holds",
    ),
    breach(
        "version_is_its_last_event",
        """DELETE FROM adjudication_announcement WHERE event_id = $last_event;
        DELETE FROM adjudication_event WHERE id = $last_event""",
        *("head_is_the_last_hash", "published_in_its_days"),
    ),
    breach("head_is_the_last_hash", "UPDATE adjudication_case SET head = sha256('x') WHERE id = $evidence"),
    # The hash is made anew, as by somebody who knows how; what follows it no longer fits.
    breach(
        "chain_holds",
        """ALTER TABLE adjudication_event DROP CONSTRAINT hash_of_its_body;
        UPDATE adjudication_event SET body = replace(body, '"arbitrator":', '"arbitrator":9')
        WHERE case_id = $split AND kind = 'case.assigned';
        UPDATE adjudication_event SET hash = sha256(previous || convert_to(body, 'UTF8'))
        WHERE case_id = $split AND kind = 'case.assigned'""",
    ),
    breach(
        "hash_is_of_its_body",
        """ALTER TABLE adjudication_event DROP CONSTRAINT hash_of_its_body;
        UPDATE adjudication_event SET body = replace(body, '"arbitrator":', '"arbitrator":9')
        WHERE case_id = $split AND kind = 'case.assigned'""",
    ),
    breach(
        "body_says_what_its_row_says",
        "UPDATE adjudication_event SET kind = 'case.restless' WHERE case_id = $split AND kind = 'case.rested'",
    ),
    breach(
        "time_never_runs_backwards",
        """UPDATE adjudication_event SET occurred_at = occurred_at - interval '1 h'
        WHERE case_id = $split AND kind = 'case.assigned'""",
        "body_says_what_its_row_says",
    ),
    breach("every_event_is_in_the_outbox", "DELETE FROM adjudication_announcement WHERE event_id = $last_event"),
    breach(
        "state_follows_from_its_events",
        "UPDATE adjudication_case SET state = 'ruling' WHERE id = $evidence",
        "open_deadline_fits_the_state",
    ),
    breach(
        "every_move_was_legal",
        """UPDATE adjudication_event SET kind = 'case.rested'
        WHERE case_id = $split AND kind = 'case.evidence_closed'""",
        "body_says_what_its_row_says",
    ),
    breach(
        "outcome_is_as_journalled",
        "UPDATE adjudication_case SET closed_at = closed_at + interval '1 h' WHERE id = $split",
    ),
    breach("case_is_as_it_was_requested", "UPDATE adjudication_case SET reason = 'counterfeit' WHERE id = $evidence"),
    breach("order_is_as_it_was_registered", "UPDATE adjudication_order SET registered_at = now() WHERE id = $order_1"),
    breach("words_are_as_journalled", "UPDATE adjudication_case SET statement = 'Never mind.' WHERE id = $evidence"),
    breach(
        "guards_are_on",
        """DROP TRIGGER append_only ON adjudication_event;
        ALTER TABLE adjudication_posting DISABLE TRIGGER entry_balances""",
    ),
    breach(
        "one_ruling_an_instance",
        "UPDATE adjudication_ruling SET instance = 2 WHERE id = $sellers_ruling",
        *("ruling_is_as_journalled", "ruling_was_not_altered"),
    ),
    breach(
        "ruled_case_has_its_ruling",
        """UPDATE adjudication_case SET instance = 2 WHERE id = $ruled;
        UPDATE adjudication_deadline SET instance = 2 WHERE case_id = $ruled""",
    ),
    breach(
        "award_is_the_claim",
        "UPDATE adjudication_ruling SET buyer_minor = buyer_minor + 1 WHERE id = $sellers_ruling",
        *("ruling_is_as_journalled", "ruling_was_not_altered", "settlement_is_the_final_award"),
        "register_tells_what_was_ruled",
    ),
    breach(
        "award_follows_from_the_answers",
        """UPDATE adjudication_ruling SET answers = jsonb_set(answers, '{fault}', '"shared"') WHERE id = $ruling""",
        *("ruling_was_not_altered", "register_tells_what_was_ruled"),
    ),
    breach(
        "every_admissible_exhibit_has_a_finding",
        "DELETE FROM adjudication_finding WHERE ruling_id = $ruling AND NOT is_cited",
        "ruling_was_not_altered",
    ),
    breach(
        "ruling_cites_what_is_admissible",
        "UPDATE adjudication_finding SET is_cited = false WHERE ruling_id = $ruling",
        "ruling_was_not_altered",
    ),
    breach(
        "nobody_rules_twice_on_a_case",
        "UPDATE adjudication_ruling SET decided_by_id = NULL WHERE id = $ruling",
    ),
    breach(
        "large_award_has_a_second_person",
        "UPDATE adjudication_ruling SET confirmed_by_id = NULL WHERE confirmed_by_id IS NOT NULL",
    ),
    breach(
        "proposal_was_not_altered",
        """UPDATE adjudication_proposal SET content = jsonb_set(content, '{winner}', '"seller"')
        WHERE state = 'open'""",
    ),
    breach(
        "ruling_is_as_journalled",
        "UPDATE adjudication_ruling SET issued_at = issued_at + interval '1 us' WHERE id = $ruling",
    ),
    breach(
        "ruling_was_not_altered", "UPDATE adjudication_ruling SET reasons = reasons || ' Or so.' WHERE id = $ruling"
    ),
    breach(
        "exhibits_are_numbered_without_gaps", "UPDATE adjudication_case SET exhibits_count = 7 WHERE id = $evidence"
    ),
    breach(
        "exhibit_is_as_it_was_filed",
        "UPDATE adjudication_exhibit SET text = 'As can’t be seen.' WHERE case_id = $evidence AND number = 1",
    ),
    breach(
        "off_platform_chat_is_inadmissible",
        """ALTER TABLE adjudication_exhibit DROP CONSTRAINT off_platform_chat_is_inadmissible;
        UPDATE adjudication_exhibit SET is_admissible = true WHERE kind = 'off_platform_chat'""",
        *("exhibit_is_as_it_was_filed", "every_admissible_exhibit_has_a_finding"),
    ),
    breach(
        "correction_names_its_own_sides_exhibit",
        "UPDATE adjudication_exhibit SET replaces_id = id WHERE case_id = $split AND number = 1",
    ),
    breach(
        "stored_file_has_its_receipt",
        """ALTER TABLE adjudication_exhibit DROP CONSTRAINT a_stored_file_has_its_receipt;
        UPDATE adjudication_exhibit SET file_name = 'x' WHERE case_id = $split AND number = 1""",
    ),
    breach(
        "manifest_is_of_what_is_on_file",
        "UPDATE adjudication_exhibit SET facts = '[\"tested\"]' WHERE case_id = $split AND number = 1",
        "exhibit_is_as_it_was_filed",
    ),
    breach("case_counts_its_drafts", "UPDATE adjudication_case SET drafts_count = 1 WHERE id = $evidence"),
    breach(
        "draft_is_not_filed",
        """UPDATE adjudication_draft SET id = (
            SELECT id FROM adjudication_exhibit WHERE case_id = $evidence AND number = 1) WHERE title = ''""",
    ),
    breach(
        "only_a_file_leaves_traces",
        """ALTER TABLE adjudication_exhibit DROP CONSTRAINT only_a_file_leaves_traces;
        UPDATE adjudication_exhibit SET made_with = 'GIMP' WHERE case_id = $evidence AND file_name = ''""",
    ),
    breach(
        "inquiry_is_as_it_was_made",
        "UPDATE adjudication_inquiry SET text = 'What is its colour?' WHERE number = 1",
    ),
    breach(
        "inquiry_is_answered_once_and_in_time",
        "UPDATE adjudication_asking SET reply = '400 g.' WHERE replied_at IS NOT NULL",
    ),
    breach("corrected_kind_is_as_journalled", "UPDATE adjudication_kindcorrection SET reason = 'Because.'"),
    breach("message_is_as_it_was_reported", "UPDATE adjudication_message SET text = 'No.' WHERE number = 1"),
    breach(
        "own_record_is_as_journalled",
        "UPDATE adjudication_exhibit SET is_of_record = false WHERE is_of_record AND kind = 'listing_snapshot'",
    ),
    breach(
        "final_ruling_has_its_place",
        "DELETE FROM adjudication_publication WHERE ruling_id = $sellers_ruling",
    ),
    breach(
        "register_tells_what_was_ruled",
        "UPDATE adjudication_publication SET share_basis_points = 9999 WHERE ruling_id = $sellers_ruling",
    ),
    breach(
        "published_in_its_days",
        """UPDATE adjudication_publication SET published_at = published_at + interval '1 us'
        WHERE ruling_id = $sellers_ruling""",
    ),
    breach(
        "published_words_are_as_journalled",
        "UPDATE adjudication_publication SET words = words || ' Lin.' WHERE ruling_id = $sellers_ruling",
    ),
    breach(
        "webhook_says_what_happened",
        """UPDATE adjudication_webhookmessage SET body = replace(body, '"sequence":', '"sequence":1')
        WHERE event_id IS NOT NULL AND body IS NOT NULL""",
    ),
    breach(
        "webhook_goes_to_whom_it_concerns",
        """UPDATE adjudication_webhookendpoint SET party_id = (
            SELECT p.id FROM adjudication_party p WHERE p.kind = 'buyer' AND NOT EXISTS (
                SELECT FROM adjudication_order o WHERE o.buyer_id = p.id))
        WHERE party_id IS NOT NULL""",
    ),
    breach(
        "delivered_webhook_was_accepted",
        "UPDATE adjudication_webhookattempt SET status = 500 WHERE status = 200",
    ),
    breach(
        "webhook_message_leads_somewhere",
        "DELETE FROM adjudication_webhookdelivery WHERE state = 'due'",
    ),
]
