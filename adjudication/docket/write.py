"""Write back what acts drafted: one statement a table, whatever the number of matters, in the order locks are taken.

The order is: order and lines, case, deadlines, ledger, journal and outbox. Every UPDATE is guarded by the version that
was taken up; whatever does not match is Stale, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import psycopg
from django.db import connection, models, transaction
from django.utils.translation import gettext_lazy as _

from adjudication.cases.inquiries import Asking, Inquiry
from adjudication.cases.models import Case, CaseLine
from adjudication.cases.notes import Note
from adjudication.cases.offers import Offer
from adjudication.deadlines import schedule
from adjudication.docket.load import CASES, LINES, ORDERS
from adjudication.errors import OutOfOrder, Stale
from adjudication.escrow import post
from adjudication.escrow.models import Account
from adjudication.evidence import intake
from adjudication.evidence.corrections import KindCorrection
from adjudication.evidence.drafts import Draft
from adjudication.evidence.models import Exhibit
from adjudication.journal import record
from adjudication.orders.messages import Message
from adjudication.orders.models import Line, Order, ParcelReport
from adjudication.papers import Papers
from adjudication.rulings.models import Finding, Proposal, Ruling

Matter = Case | Order

#: What may change in each table's rows, in the order of the model: all else was fixed when the row was filed.
CASE_MOVING = tuple(f.attname for f in Case._meta.concrete_fields if f.attname not in Case.FILED)
ORDER_MOVING = tuple(f.attname for f in Order._meta.concrete_fields if f.attname not in Order.FILED)
LINE_MOVING = (
    "held_minor",
    "claimed_minor",
    "latest_case_id",
    "is_disputed",
    "cases_count",
    "is_ruled",
    "parcel",
    "shipped_at",
    "is_signed_for",
    "owed_minor",
    "owed_for",
)


def write(matters: Sequence[Matter]) -> None:
    """Write everything the acts on these matters drafted. Cases newly opened on an order are written with it.

    Raises:
        Stale: a matter moved while it was taken up.
        OutOfOrder: an act on one of them was refused half way; what it drafted must not be written.

    """
    opened = [case for matter in matters for case in matter.papers.new_cases]
    cases = [matter for matter in matters if isinstance(matter, Case)]
    orders = list({order.pk: order for order in (m.order if isinstance(m, Case) else m for m in matters)}.values())
    everything: list[Matter] = [*orders, *cases, *opened]
    papers = [matter.papers for matter in everything]
    if any(each.spoiled for each in papers):
        raise OutOfOrder(_("An act was refused half way; nothing is written."))
    moved = [matter for matter in everything if matter.papers.events or matter.papers.has_drafted]
    if not moved:
        return
    for matter in (*cases, *opened):
        if matter.papers.events:
            matter.updated_at = matter.papers.events[-1].occurred_at
    connection.ensure_connection()
    # Not Django's cursor: arrays travel as binary, bound by the server. So its errors are named as Django's here.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        _insert_entered([order for order in orders if order.papers.version_taken < 0])
        _insert_opened(opened)
        _move_orders(cursor, [order for order in orders if order.papers.version_taken >= 0])
        _move_cases(cursor, [case for case in cases if case.papers.events or CASES.changed([case], ["drafts_count"])])
        _write_exhibits(papers)
        for each in papers:
            _insert_filed(each)
        _insert_publications(cursor, [case for case in cases if case.papers.final_rulings])
        schedule.write(cursor, papers)
        post.write(cursor, papers)
        post.write_payouts(cursor, papers)
        record.write(cursor, papers)


def _insert_entered(orders: list[Order]) -> None:
    """New orders with their lines, and an account for everyone their money can belong to."""
    if orders:
        Order.objects.bulk_create(orders)
        Line.objects.bulk_create(line for order in orders for line in order.papers.lines)
        Account.objects.bulk_create(
            (
                Account(kind=k, owner_id=o, currency=order.currency)
                for order in orders
                for k, o in order.papers.accounts
            ),
            ignore_conflicts=True,
        )


def _insert_opened(cases: list[Case]) -> None:
    if cases:
        Case.objects.bulk_create(cases)
        CaseLine.objects.bulk_create(
            CaseLine(case=case, line=line, claimed_minor=line.claimed_minor)
            for case in cases
            for line in case.papers.lines
        )


def _write_exhibits(papers: Sequence[Papers]) -> None:
    """What was filed, drafted, and is drafted no more: of all matters at once, for a sweep files what is drafted."""
    if ended := [draft.pk for each in papers for draft in each.ended_drafts]:
        Draft.objects.filter(pk__in=ended).delete()
    if filed := [exhibit for each in papers for exhibit in each.new_exhibits]:
        Exhibit.objects.bulk_create(filed)
    if kept := [draft for each in papers for draft in each.new_drafts]:
        Draft.objects.bulk_create(kept)
    for draft in [draft for each in papers for draft in each.moved_drafts.values()]:
        _move_draft(draft)
    for name in [name for each in papers for name in each.files_let_go]:
        transaction.on_commit(partial(intake.delete, name), robust=True)


def _move_draft(draft: Draft) -> None:
    names = ("kind", "title", "text", "facts", "replaces_id", "file", "version", "changed_at")
    rows = Draft.objects.filter(pk=draft.pk, version__lt=draft.version)
    if not rows.update(**{name: getattr(draft, name) for name in names}):
        raise Stale(_("The draft has been changed meanwhile; look again."))


def _insert_filed(papers: Papers) -> None:
    """What people filed, decided or offered; a sweep of silent cases files nothing, so this costs it nothing."""
    if papers.new_messages:
        Message.objects.bulk_create(papers.new_messages)
    if papers.new_inquiries:
        Inquiry.objects.bulk_create(papers.new_inquiries)
        Asking.objects.bulk_create(asking for inquiry in papers.new_inquiries for asking in inquiry.asked)
    if papers.new_corrections:
        KindCorrection.objects.bulk_create(papers.new_corrections)
    if papers.new_rulings:
        Ruling.objects.bulk_create(papers.new_rulings)
        Finding.objects.bulk_create(f for ruling in papers.new_rulings for f in ruling.findings_drafted)
    if papers.new_notes:
        Note.objects.bulk_create(papers.new_notes)
    if papers.parcels:
        ParcelReport.objects.bulk_create(papers.parcels)
    if papers.new_offers:
        Offer.objects.bulk_create(papers.new_offers)
    if papers.new_proposals:
        Proposal.objects.bulk_create(papers.new_proposals)
    for asking in papers.replied:
        _answered(
            Asking.objects.filter(pk=asking.pk, replied_at=None).update(
                reply=asking.reply, replied_at=asking.replied_at
            )
        )
    for offer in papers.moved_offers:
        _answered(
            Offer.objects.filter(pk=offer.pk, state=Offer.State.OPEN).update(state=offer.state, ended_at=offer.ended_at)
        )
    for proposal in papers.moved_proposals:
        _answered(
            Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN).update(
                state=proposal.state,
                answered_by=proposal.answered_by_id,
                answered_at=proposal.answered_at,
                note=proposal.note,
            )
        )


#: One a ruling: what became final once stays so.
INSERT_PUBLICATIONS = """
INSERT INTO adjudication_publication (ruling_id, final_at, reason, category, amount_minor, currency, winner, remedy,
                                      share_basis_points, answers, words)
SELECT r.id, r.final_at, '', '', 0, '', '', '', 0, '{}', ''
FROM unnest(%b::uuid[], %b::timestamptz[]) AS r(id, final_at)"""


def _insert_publications(cursor: psycopg.Cursor[Any], cases: list[Case]) -> None:
    """A place in the public register for every ruling that became final."""
    final = [(ruling.pk, case.updated_at) for case in cases for ruling in case.papers.final_rulings]
    if final:
        cursor.execute(INSERT_PUBLICATIONS, [list(column) for column in zip(*final, strict=True)], prepare=True)


def _answered(rows: int) -> None:
    if not rows:
        raise Stale(_("This has been answered already."))


def _move_cases(cursor: psycopg.Cursor[Any], cases: list[Case]) -> None:
    """Write the cases; those that made several transitions edge by edge, so that the database sees each."""
    stopping = [(case, *stop) for case in cases for stop in case.papers.stops]
    taken = {case.pk: case.papers.version_taken for case in cases}
    for case, state, version, head in stopping:
        cursor.execute(
            "UPDATE adjudication_case SET state = %b, version = %b, head = %b WHERE id = %b AND version = %b",
            [state, version, head, case.pk, taken[case.pk]],
        )
        _require_all(cursor, 1)
        taken[case.pk] = version
    if cases:
        moving = CASES.changed(cases, CASE_MOVING)
        cursor.execute(
            _cases_statement(moving),
            [[case.id for case in cases], [taken[case.pk] for case in cases], *_values(Case, cases, moving)],
            prepare=True,
        )
        _require_all(cursor, len(cases))


def _move_orders(cursor: psycopg.Cursor[Any], orders: list[Order]) -> None:
    """Write the orders and lines that changed. An order's row may change without an event when a case of it closes."""
    changed = [order for order in orders if order.papers.events or order.papers.is_moved]
    lines = [line for order in orders for line in order.papers.moved_lines.values()]
    if not changed and not lines:
        return
    of_order = ORDERS.changed(changed, ORDER_MOVING) or ("version",)
    of_line = LINES.changed(lines, LINE_MOVING) or ("held_minor",)
    cursor.execute(
        _orders_statement(of_order, of_line),
        [
            [order.id for order in changed],
            [order.papers.version_taken for order in changed],
            *_values(Order, changed, of_order),
            [line.id for line in lines],
            *_values(Line, lines, of_line),
        ],
        prepare=True,
    )
    row = cursor.fetchone()
    if row != (len(changed), len(lines)):
        raise Stale(_("The order has moved on; look again."))


def _require_all(cursor: psycopg.Cursor[Any], expected: int) -> None:
    if cursor.rowcount != expected:
        raise Stale(_("The case has moved on; look again."))


def _values(model: type[models.Model], built: Sequence[models.Model], names: tuple[str, ...]) -> list[list[Any]]:
    """One array a column; text is made plain, for an enumeration's member is no text to the driver."""
    columns = [[getattr(each, name) for each in built] for name in names]
    for place, name in enumerate(names):
        if _is_text(model, name):
            columns[place] = [None if value is None else str(value) for value in columns[place]]
    return columns


@cache
def _is_text(model: type[models.Model], name: str) -> bool:
    return isinstance(_field(model, name), models.CharField | models.TextField)


def _field(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    return next(field for field in model._meta.concrete_fields if field.attname == name)


TYPES = {"varchar": "text", "serial": "integer", "bigserial": "bigint"}


def _assignments(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, str, str]:
    fields = [_field(model, name) for name in names]
    bases = [(field.db_type(connection) or "text").split("(")[0] for field in fields]
    return (
        ", ".join(f"{field.column} = u.{field.column}" for field in fields),
        ", ".join(f"%b::{TYPES.get(base, base)}[]" for base in bases),
        ", ".join(str(field.column) for field in fields),
    )


# A statement for each set of columns that acts change together; there are a few dozen of them.


@cache
def _cases_statement(names: tuple[str, ...]) -> bytes:
    assigned, arrays, columns = _assignments(Case, names)
    return (
        f"UPDATE adjudication_case c SET {assigned} "
        f"FROM unnest(%b::bigint[], %b::int[], {arrays}) AS u(id, was, {columns}) "
        "WHERE c.id = u.id AND c.version = u.was"
    ).encode()


@cache
def _orders_statement(of_order: tuple[str, ...], of_line: tuple[str, ...]) -> bytes:
    assigned, arrays, columns = _assignments(Order, of_order)
    line_assigned, line_arrays, line_columns = _assignments(Line, of_line)
    return (
        f"WITH o AS (UPDATE adjudication_order c SET {assigned} "
        f"FROM unnest(%b::bigint[], %b::int[], {arrays}) AS u(id, was, {columns}) "
        "WHERE c.id = u.id AND c.version = u.was RETURNING 1), "
        f"l AS (UPDATE adjudication_line c SET {line_assigned} "
        f"FROM unnest(%b::bigint[], {line_arrays}) AS u(id, {line_columns}) WHERE c.id = u.id RETURNING 1) "
        "SELECT (SELECT count(*) FROM o), (SELECT count(*) FROM l)"
    ).encode()
