"""What holds of cases, orders and lines: who claims what of which line, and that nobody claims it twice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "lines_make_the_price",
        _("An order's price is its items + shipping − discount, and is shared over its lines without remainder."),
        _("the price is %(price)s, items + shipping − discount %(sum)s, its lines' shares %(shares)s"),
        """
        WITH lines AS (
            SELECT order_id, sum(unit_price_minor * quantity) AS items, sum(price_minor) AS shares
            FROM adjudication_line GROUP BY order_id)
        SELECT 'order ' || o.number AS subject, o.price_minor AS price,
               l.items + o.shipping_minor - o.discount_minor AS sum, l.shares
        FROM adjudication_order o LEFT JOIN lines l ON l.order_id = o.id
        WHERE l.shares IS DISTINCT FROM o.price_minor
           OR l.items + o.shipping_minor - o.discount_minor <> o.price_minor""",
    ),
    Invariant(
        "claim_is_within_what_is_held",
        _("Of a line no more is held than its price, and no more claimed than is held."),
        _("price %(price)s, held %(held)s, claimed %(claimed)s"),
        """
        SELECT 'line ' || l.label || ' of order ' || o.number AS subject, l.price_minor AS price,
               l.held_minor AS held, l.claimed_minor AS claimed
        FROM adjudication_line l JOIN adjudication_order o ON o.id = l.order_id
        WHERE l.held_minor NOT BETWEEN 0 AND l.price_minor OR l.claimed_minor NOT BETWEEN 0 AND l.held_minor""",
    ),
    Invariant(
        "what_is_owed_is_of_a_replaced_case",
        _("A replacement is owed for a line only by a case that closed as replaced, and for what that case claimed."),
        _("parcel %(parcel)s, owed %(owed)s for case “%(owed_for)s” (%(case)s), of which it claimed %(claimed)s"),
        """
        SELECT 'line ' || l.label || ' of order ' || o.number AS subject, l.parcel, l.owed_minor AS owed, l.owed_for,
               coalesce(c.outcome, '–') AS "case", k.claimed_minor AS claimed
        FROM adjudication_line l
        JOIN adjudication_order o ON o.id = l.order_id
        LEFT JOIN adjudication_case c ON c.number = l.owed_for
        LEFT JOIN adjudication_caseline k ON k.case_id = c.id AND k.line_id = l.id
        WHERE (l.owed_for <> '' OR l.owed_minor <> 0 OR l.parcel = 'owed')
          AND (l.parcel <> 'owed' OR l.owed_for = '' OR k.claimed_minor IS DISTINCT FROM l.owed_minor
               OR c.outcome IS DISTINCT FROM 'replaced' OR l.owed_minor > l.held_minor)""",
    ),
    Invariant(
        "order_counts_its_open_cases",
        _("An order knows how many of its cases are open."),
        _("it counts %(counted)s; there are %(open)s"),
        """
        WITH open AS (
            SELECT order_id, count(*) AS open FROM adjudication_case WHERE state <> 'closed' GROUP BY order_id)
        SELECT 'order ' || o.number AS subject, o.open_cases AS counted, coalesce(c.open, 0) AS open
        FROM adjudication_order o LEFT JOIN open c ON c.order_id = o.id
        WHERE o.open_cases <> coalesce(c.open, 0)""",
    ),
    Invariant(
        "one_open_case_a_line",
        _("No line has two open cases."),
        _("open over it are: %(cases)s"),
        """
        SELECT 'line ' || l.label || ' of order ' || o.number AS subject,
               string_agg(c.number, ', ' ORDER BY c.id) AS cases
        FROM adjudication_caseline k
        JOIN adjudication_case c ON c.id = k.case_id AND c.state <> 'closed'
        JOIN adjudication_line l ON l.id = k.line_id
        JOIN adjudication_order o ON o.id = l.order_id
        GROUP BY l.id, o.id HAVING count(*) > 1""",
    ),
    Invariant(
        "claim_is_that_of_its_lines",
        _("A case's claim is the sum of what it claims of its lines, none below zero."),
        _("the claim is %(claim)s, its lines' %(claimed)s"),
        """
        WITH lines AS (
            SELECT case_id, sum(claimed_minor) AS claimed, min(claimed_minor) AS least
            FROM adjudication_caseline GROUP BY case_id)
        SELECT 'case ' || c.number AS subject, c.amount_minor AS claim, coalesce(k.claimed, 0) AS claimed
        FROM adjudication_case c LEFT JOIN lines k ON k.case_id = c.id
        WHERE k.claimed IS DISTINCT FROM c.amount_minor OR k.least < 0""",
    ),
    Invariant(
        "open_case_disputes_its_lines",
        _("What an open case claims of a line stays claimed of it, in that case's name, until the case closes."),
        _("the case claims %(claims)s; the line has %(claimed)s claimed, disputed: %(disputed)s"),
        """
        SELECT 'line ' || l.label || ' of case ' || c.number AS subject, k.claimed_minor AS claims,
               l.claimed_minor AS claimed, l.is_disputed AS disputed
        FROM adjudication_caseline k
        JOIN adjudication_case c ON c.id = k.case_id AND c.state <> 'closed'
        JOIN adjudication_line l ON l.id = k.line_id
        WHERE NOT l.is_disputed OR l.latest_case_id IS DISTINCT FROM c.id OR l.claimed_minor <> k.claimed_minor""",
    ),
    Invariant(
        "no_money_is_held_for_a_closed_case",
        _("A line is claimed from only by an open case over it: for a closed case nothing is held."),
        _("%(claimed)s is claimed of it, disputed: %(disputed)s; its latest case is %(case)s"),
        """
        SELECT 'line ' || l.label || ' of order ' || o.number AS subject, l.claimed_minor AS claimed,
               l.is_disputed AS disputed, coalesce(c.number || ' (' || c.state || ')', '–') AS "case"
        FROM adjudication_line l
        JOIN adjudication_order o ON o.id = l.order_id
        LEFT JOIN adjudication_case c ON c.id = l.latest_case_id
        LEFT JOIN adjudication_caseline k ON k.case_id = c.id AND k.line_id = l.id
        WHERE (l.is_disputed OR l.claimed_minor <> 0) AND (k.id IS NULL OR c.state = 'closed')
           OR l.claimed_minor <> 0 AND NOT l.is_disputed""",
    ),
    Invariant(
        "line_counts_its_cases",
        _("A line knows how many cases there have been over it, and which was the latest."),
        _("it counts %(counted)s, the latest %(latest)s; there are %(cases)s, the latest %(last)s"),
        """
        WITH over_it AS (
            SELECT line_id, count(*) AS cases, max(case_id) AS last FROM adjudication_caseline GROUP BY line_id)
        SELECT 'line ' || l.label || ' of order ' || o.number AS subject, l.cases_count AS counted,
               l.latest_case_id AS latest, coalesce(k.cases, 0) AS cases, k.last
        FROM adjudication_line l
        JOIN adjudication_order o ON o.id = l.order_id
        LEFT JOIN over_it k ON k.line_id = l.id
        WHERE l.cases_count <> coalesce(k.cases, 0) OR l.latest_case_id IS DISTINCT FROM k.last""",
    ),
    Invariant(
        "case_is_between_its_orders_sides",
        _("A case is between its order's buyer and shop, in its currency, and over its lines alone."),
        _("buyer %(buyer)s, shop %(shop)s, %(currency)s; lines of another order: %(strange_lines)s"),
        """
        WITH strange AS (
            SELECT k.case_id, count(*) AS lines
            FROM adjudication_caseline k
            JOIN adjudication_case c ON c.id = k.case_id
            LEFT JOIN adjudication_line l ON l.id = k.line_id
            WHERE l.order_id IS DISTINCT FROM c.order_id GROUP BY k.case_id)
        SELECT 'case ' || c.number AS subject, c.buyer_id AS buyer, c.shop_id AS shop, c.currency,
               coalesce(s.lines, 0) AS strange_lines
        FROM adjudication_case c
        LEFT JOIN adjudication_order o ON o.id = c.order_id
        LEFT JOIN strange s ON s.case_id = c.id
        WHERE (o.buyer_id, o.shop_id, o.currency) IS DISTINCT FROM (c.buyer_id, c.shop_id, c.currency)
           OR s.lines IS NOT NULL""",
    ),
    Invariant(
        "closed_with_an_outcome_and_only_then",
        _("A closed case has an outcome and the moment it closed; an open one has neither."),
        _("it is %(state)s, outcome “%(outcome)s”, closed at %(closed_at)s"),
        """
        SELECT 'case ' || number AS subject, state, outcome, closed_at
        FROM adjudication_case
        WHERE (state = 'closed') <> (outcome <> '') OR (state = 'closed') <> (closed_at IS NOT NULL)""",
    ),
    Invariant(
        "returning_case_knows_what_follows",
        _("While goods are on their way back it is settled what happens then: a remedy, and at most the claim."),
        _("what follows is “%(remedy)s”, %(follows)s of %(claim)s"),
        """
        SELECT 'case ' || number AS subject, agreed_remedy AS remedy, agreed_minor AS follows, amount_minor AS claim
        FROM adjudication_case
        WHERE state = 'returning'
          AND (agreed_remedy NOT IN ('return_and_refund', 'exchange', 'repair')
               OR agreed_minor NOT BETWEEN 1 AND amount_minor)""",
    ),
    Invariant(
        "offer_is_as_it_was_made",
        _("Every offer is the one that the journal says was made, at most the claim, and none is missing."),
        _("it reads %(reads)s; made was %(told)s; the claim is %(claim)s"),
        """
        WITH told AS (
            SELECT e.case_id, f.offer AS id,
                   concat_ws(', ', f.remedy, f.amount_minor, f.text_sha256, e.occurred_at) AS told
            FROM adjudication_event e
            CROSS JOIN LATERAL json_to_record(e.body::json -> 'facts')
                AS f(offer text, remedy text, amount_minor text, text_sha256 text)
            WHERE e.kind = 'offer.made'),
        stored AS (
            SELECT case_id, id::text AS id, amount_minor,
                   concat_ws(', ', remedy, amount_minor, encode(sha256(convert_to(text, 'UTF8')), 'hex'), made_at)
                   AS reads
            FROM adjudication_offer)
        SELECT 'offer ' || coalesce(s.id, t.id) || ' of case ' || coalesce(c.number, '–') AS subject,
               coalesce(s.reads, '–') AS reads, coalesce(t.told, '–') AS told, c.amount_minor AS claim
        FROM stored s FULL JOIN told t USING (case_id, id) LEFT JOIN adjudication_case c ON c.id = case_id
        WHERE s.reads IS DISTINCT FROM t.told OR s.amount_minor NOT BETWEEN 1 AND c.amount_minor""",
    ),
    Invariant(
        "offers_and_proposals_end_with_their_stage",
        _("No offer is open once nothing can be agreed any more, and no proposed ruling once the ruling is made."),
        _("%(what)s of %(since)s is still open; the case is %(state)s"),
        """
        SELECT 'case ' || c.number AS subject, 'an offer' AS what, o.made_at AS since, c.state
        FROM adjudication_offer o JOIN adjudication_case c ON c.id = o.case_id
        WHERE o.state = 'open' AND c.state NOT IN ('requested', 'rejected', 'intervention', 'evidence')
        UNION ALL
        SELECT 'case ' || c.number, 'a proposed ruling', p.proposed_at, c.state
        FROM adjudication_proposal p JOIN adjudication_case c ON c.id = p.case_id
        WHERE p.state = 'open' AND (c.state <> 'ruling' OR p.instance <> c.instance)""",
    ),
    Invariant(
        "policy_versions_count_without_gaps",
        _("Policy versions are numbered 1, 2, 3, … and none is missing."),
        _("the highest is %(highest)s; there are %(versions)s"),
        """
        SELECT 'policy' AS subject, max(version) AS highest, count(*) AS versions
        FROM adjudication_policyversion HAVING count(*) = 0 OR max(version) <> count(*) OR min(version) <> 1""",
    ),
)
