"""What holds of terms: whatever waits has exactly one open deadline that moves it on, and none ends early or twice."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "open_case_has_one_open_deadline",
        _("Every open case has exactly one open deadline, a closed one none."),
        _("it is %(state)s and has %(open)s"),
        """
        WITH open AS (
            SELECT case_id, count(*) AS open FROM adjudication_deadline
            WHERE ended_at IS NULL AND case_id IS NOT NULL GROUP BY case_id)
        SELECT 'case ' || c.number AS subject, c.state, coalesce(d.open, 0) AS open
        FROM adjudication_case c LEFT JOIN open d ON d.case_id = c.id
        WHERE coalesce(d.open, 0) <> CASE WHEN c.state = 'closed' THEN 0 ELSE 1 END""",
    ),
    Invariant(
        "open_deadline_fits_the_state",
        _("The open deadline of a case is one that its state waits under, in its present instance."),
        _("the case is %(state)s in instance %(instance)s, its deadline %(kind)s in instance %(in_instance)s"),
        """
        WITH waits (state, kind) AS (VALUES
            ('requested', 'seller_answers'),
            ('requested', 'buyer_intervenes'),      -- the seller was silent and the policy lets the buyer intervene
            ('rejected', 'buyer_intervenes'),
            ('intervention', 'arbitrator_assigned'),
            ('evidence', 'evidence'),
            ('ruling', 'ruling'),
            ('ruling', 'ruling_once_overdue'),
            ('ruling', 'ruling_after_panel'),
            ('ruling', 'voting'),
            ('ruled', 'appeal'),
            ('returning', 'buyer_ships_return'),
            ('returning', 'seller_acknowledges_return'))
        SELECT 'case ' || c.number AS subject, c.state, c.instance, d.kind, d.instance AS in_instance
        FROM adjudication_deadline d
        JOIN adjudication_case c ON c.id = d.case_id AND c.state <> 'closed'
        LEFT JOIN waits w ON w.state = c.state AND w.kind = d.kind
        WHERE d.ended_at IS NULL AND (w.kind IS NULL OR d.instance <> c.instance)""",
    ),
    Invariant(
        "held_order_has_one_open_deadline",
        _("An order with money held and no open case has exactly one open deadline of its own; any other has none."),
        _("%(held)s is held, open cases: %(cases)s, open deadlines: %(open)s"),
        """
        WITH open AS (
            SELECT order_id, count(*) AS open FROM adjudication_deadline
            WHERE ended_at IS NULL AND case_id IS NULL GROUP BY order_id),
        cases AS (SELECT order_id, count(*) AS cases FROM adjudication_case WHERE state <> 'closed' GROUP BY order_id),
        lines AS (SELECT order_id, sum(held_minor) AS held FROM adjudication_line GROUP BY order_id)
        SELECT 'order ' || o.number AS subject, coalesce(l.held, 0) AS held, coalesce(c.cases, 0) AS cases,
               coalesce(d.open, 0) AS open
        FROM adjudication_order o
        LEFT JOIN open d ON d.order_id = o.id
        LEFT JOIN cases c ON c.order_id = o.id
        LEFT JOIN lines l ON l.order_id = o.id
        WHERE coalesce(d.open, 0) <> CASE WHEN l.held > 0 AND c.cases IS NULL THEN 1 ELSE 0 END""",
    ),
    Invariant(
        "order_deadline_fits_its_parcels",
        _("An order's open deadline is that of a replacement it is owed, else that of its line least far along."),
        _("its deadline is %(kind)s, its line least far along is %(parcel)s"),
        """
        WITH stages (rank, parcel, kind) AS (VALUES
            (0, 'owed', 'seller_replaces'),
            (1, 'paid', 'seller_ships'),
            (2, 'shipped', 'buyer_reports_missing'),
            (3, 'delivered', 'buyer_confirms_receipt'),
            (4, 'refused', 'buyer_confirms_receipt')),
        behind AS (
            SELECT l.order_id, min(s.rank) AS rank
            FROM adjudication_line l JOIN stages s ON s.parcel = l.parcel WHERE l.held_minor > 0 GROUP BY l.order_id)
        SELECT 'order ' || o.number AS subject, d.kind, s.parcel
        FROM adjudication_deadline d
        JOIN adjudication_order o ON o.id = d.order_id
        JOIN behind b ON b.order_id = d.order_id
        JOIN stages s ON s.rank = b.rank
        WHERE d.ended_at IS NULL AND d.case_id IS NULL AND d.kind <> s.kind""",
    ),
    # An order's term that runs on after a case has what was left of it, at least the policy's minimum.
    Invariant(
        "due_by_the_policy",
        _(
            "A deadline is due by its policy's term after the moment it is counted from, to the second; an order's "
            "resumed one within the policy's bounds; a later one by as much as the extensions on record."
        ),
        _("%(kind)s is counted from %(anchored_at)s and due at %(due_at)s; the term is %(seconds)s s"),
        """
        WITH judged AS (
            SELECT d.*, d.due_at - d.anchored_at - coalesce((
                       SELECT sum(x.due_after - x.due_before)
                       FROM adjudication_extension x JOIN adjudication_deadline e ON e.id = x.deadline_id
                       WHERE e.id = d.id
                          OR d.kind IN ('evidence', 'ruling') AND e.case_id = d.case_id AND e.instance = d.instance
                             AND e.kind IN ('arbitrator_assigned', 'evidence') AND e.id < d.id),
                       interval '0') AS length,
                   coalesce(v.tables -> 'terms_seconds' ->> d.kind, %(terms)s::json ->> d.kind)::bigint AS seconds,
                   coalesce(v.tables -> 'terms_seconds' ->> 'resumed_at_least',
                            %(terms)s::json ->> 'resumed_at_least')::bigint AS least
            FROM adjudication_deadline d
            LEFT JOIN adjudication_policyversion v ON v.version = d.policy_version_id),
        wrong AS (SELECT * FROM judged WHERE length IS DISTINCT FROM make_interval(secs => seconds))
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, w.kind, w.anchored_at, w.due_at,
               w.seconds
        FROM wrong w
        LEFT JOIN adjudication_case c ON c.id = w.case_id
        LEFT JOIN adjudication_order o ON o.id = w.order_id
        WHERE NOT EXISTS (
                SELECT FROM adjudication_event e
                WHERE e.order_id = w.order_id AND w.case_id IS NULL AND e.sequence = w.anchor_sequence
                  AND e.kind = 'order.resumed'
                  AND w.length BETWEEN make_interval(secs => w.least)
                                   AND make_interval(secs => greatest(w.seconds, w.least)))""",
    ),
    Invariant(
        "counted_from_what_caused_it",
        _(
            "A deadline starts when its cause was recorded, and counts from there; evidence and ruling count from the "
            "intervention, the appeal or the dispute over a return."
        ),
        _("%(kind)s starts at %(started_at)s, counts from %(anchored_at)s; event %(sequence)s is of %(occurred_at)s"),
        """
        WITH heard AS (
            SELECT case_id, occurred_at FROM adjudication_event
            WHERE case_id IS NOT NULL AND kind IN ('case.intervened', 'case.appealed', 'return.disputed')
            GROUP BY case_id, occurred_at)
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.started_at, d.anchored_at,
               d.anchor_sequence AS sequence, coalesce(e.occurred_at, f.occurred_at) AS occurred_at
        FROM adjudication_deadline d
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        LEFT JOIN adjudication_event e ON e.case_id = d.case_id AND e.sequence = d.anchor_sequence
        LEFT JOIN adjudication_event f ON f.order_id = d.order_id AND f.sequence = d.anchor_sequence
                                      AND d.case_id IS NULL
        LEFT JOIN heard h ON h.case_id = d.case_id AND h.occurred_at = d.anchored_at
        WHERE d.started_at IS DISTINCT FROM coalesce(e.occurred_at, f.occurred_at)
           OR CASE WHEN d.kind IN ('evidence', 'ruling') THEN h.case_id IS NULL
                   ELSE d.anchored_at <> d.started_at END""",
    ),
    Invariant(
        "ended_in_its_time",
        _("No deadline lapsed before it was due, none was met after, and each that ended did so in one way."),
        _("%(kind)s was due at %(due_at)s; “%(end)s” at %(ended_at)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.due_at, d."end", d.ended_at
        FROM adjudication_deadline d
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        WHERE d."end" = 'lapsed' AND d.ended_at < d.due_at
           OR d."end" = 'met' AND d.ended_at >= d.due_at
           OR (d."end" <> '') <> (d.ended_at IS NOT NULL)
           OR d.ended_at < d.started_at
           OR d."end" NOT IN ('', 'met', 'lapsed', 'superseded')""",
    ),
    Invariant(
        "deadlines_never_overlap",
        _("One deadline of a case or order ends before the next one starts."),
        _("%(kind)s starts at %(started_at)s; the one before it ended at %(before)s"),
        """
        WITH turns AS (
            SELECT case_id, order_id, kind, started_at, id,
                   lag(coalesce(ended_at, 'infinity')) OVER turn AS before
            FROM adjudication_deadline
            WINDOW turn AS (PARTITION BY coalesce(case_id, 0), CASE WHEN case_id IS NULL THEN order_id END ORDER BY id))
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, t.kind, t.started_at,
               t.before::text AS before
        FROM turns t
        LEFT JOIN adjudication_case c ON c.id = t.case_id
        LEFT JOIN adjudication_order o ON o.id = t.order_id
        WHERE t.before > t.started_at""",
    ),
    Invariant(
        "every_lapse_is_told",
        _("The journal tells of every deadline that lapsed, and of no other lapse."),
        _("%(lapsed)s lapsed, the journal tells of %(told)s"),
        """
        WITH lapsed AS (
            SELECT case_id, CASE WHEN case_id IS NULL THEN order_id END AS order_id, count(*) AS lapsed
            FROM adjudication_deadline WHERE "end" = 'lapsed' GROUP BY 1, 2),
        told AS (
            SELECT case_id, order_id, count(*) AS told
            FROM adjudication_event WHERE kind = 'deadline.lapsed' GROUP BY case_id, order_id),
        of_cases AS (
            SELECT case_id, NULL::bigint AS order_id, coalesce(l.lapsed, 0) AS lapsed, coalesce(t.told, 0) AS told
            FROM (SELECT * FROM lapsed WHERE case_id IS NOT NULL) l
            FULL JOIN (SELECT * FROM told WHERE case_id IS NOT NULL) t USING (case_id)),
        of_orders AS (
            SELECT NULL::bigint AS case_id, order_id, coalesce(l.lapsed, 0) AS lapsed, coalesce(t.told, 0) AS told
            FROM (SELECT * FROM lapsed WHERE order_id IS NOT NULL) l
            FULL JOIN (SELECT * FROM told WHERE order_id IS NOT NULL) t USING (order_id))
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, b.lapsed, b.told
        FROM (SELECT * FROM of_cases UNION ALL SELECT * FROM of_orders) b
        LEFT JOIN adjudication_case c ON c.id = b.case_id
        LEFT JOIN adjudication_order o ON o.id = b.order_id
        WHERE b.lapsed <> b.told""",
    ),
    Invariant(
        "deadline_is_under_its_matters_policy",
        _("A deadline runs under its case's policy version, or its order's, and a case's is over the case's order."),
        _("%(kind)s runs under version %(version)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.policy_version_id AS version
        FROM adjudication_deadline d
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        WHERE d.policy_version_id IS DISTINCT FROM
                  CASE WHEN d.case_id IS NULL THEN o.policy_version_id ELSE c.policy_version_id END
           OR d.case_id IS NOT NULL AND c.order_id IS DISTINCT FROM d.order_id""",
    ),
)

#: What a person should look at, though nothing is broken yet.
NOTES = (
    Invariant(
        "parked_deadlines",
        _("No deadline is parked."),
        _("%(kind)s is parked since %(parked_at)s: %(failure)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.parked_at, d.failure
        FROM adjudication_deadline d
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        WHERE d.parked_at IS NOT NULL AND d.ended_at IS NULL""",
    ),
    Invariant(
        "overdue_deadlines",
        _("No deadline is overdue by more than two minutes without having been swept."),
        _("%(kind)s was due at %(due_at)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.due_at
        FROM adjudication_deadline d
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        WHERE d.ended_at IS NULL AND d.parked_at IS NULL AND d.due_at < clock_timestamp() - make_interval(secs => 120)
        """,
    ),
)
