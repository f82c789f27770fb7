"""What holds of extensions and outages: a term ends later only by what stands on record, and never inside an outage."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from adjudication.reports.invariants import Invariant

INVARIANTS = (
    Invariant(
        "due_after_its_extensions",
        _("A deadline that was extended is due where its last extension left it; each begins where one ended."),
        _("%(kind)s is due at %(due_at)s; its extensions lead from %(first)s to %(last)s over %(seconds)s s"),
        """
        WITH led AS (
            SELECT deadline_id, min(due_before) AS first, max(due_after) AS last, sum(due_after - due_before) AS length
            FROM adjudication_extension GROUP BY deadline_id)
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.due_at, l.first, l.last,
               extract(epoch FROM l.length)::bigint AS seconds
        FROM led l
        JOIN adjudication_deadline d ON d.id = l.deadline_id
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id
        WHERE l.last <> d.due_at OR l.last - l.first <> l.length""",
    ),
    Invariant(
        "every_extension_is_told",
        _("The journal tells of every extension, and of no other."),
        _("%(extended)s extensions, the journal tells of %(told)s"),
        """
        WITH extended AS (
            SELECT d.case_id, CASE WHEN d.case_id IS NULL THEN d.order_id END AS order_id, count(*) AS extended
            FROM adjudication_extension x JOIN adjudication_deadline d ON d.id = x.deadline_id GROUP BY 1, 2),
        told AS (
            SELECT case_id, order_id, count(*) AS told
            FROM adjudication_event WHERE kind = 'deadline.extended' GROUP BY case_id, order_id),
        of_each AS (
            SELECT case_id, order_id, sum(extended) AS extended, sum(told) AS told
            FROM (SELECT case_id, order_id, extended, 0 AS told FROM extended
                  UNION ALL SELECT case_id, order_id, 0, told FROM told) b
            GROUP BY case_id, order_id)
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, b.extended, b.told
        FROM of_each b
        LEFT JOIN adjudication_case c ON c.id = b.case_id
        LEFT JOIN adjudication_order o ON o.id = b.order_id
        WHERE b.extended <> b.told""",
    ),
    Invariant(
        "nothing_lapsed_inside_an_outage",
        _("No deadline that fell into an outage on record lapsed before the grace had passed."),
        _("%(kind)s was due at %(due_at)s, within the grace of an outage that ends at %(grace_ends_at)s"),
        """
        SELECT coalesce('case ' || c.number, 'order ' || o.number) AS subject, d.kind, d.due_at, x.grace_ends_at
        FROM adjudication_outage x
        JOIN adjudication_deadline d ON d."end" = 'lapsed' AND d.ended_at >= x.recorded_at
             AND d.due_at >= x.began_at AND d.due_at < x.grace_ends_at AND d.started_at < x.ended_at
        LEFT JOIN adjudication_case c ON c.id = d.case_id
        LEFT JOIN adjudication_order o ON o.id = d.order_id""",
    ),
)
