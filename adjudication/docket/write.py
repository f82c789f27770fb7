"""Write back what acts drafted: one statement a table, whatever the number of matters, in the order locks are taken.

The order is: order and lines, case, deadlines, ledger, journal and outbox. Every UPDATE is guarded by the version that
was taken up; whatever does not match is Stale, and then nothing is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial
from typing import Any

import psycopg
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case, CaseLine
from adjudication.deadlines import schedule
from adjudication.docket.load import CASES, LINES, ORDERS
from adjudication.errors import OutOfOrder, Stale
from adjudication.escrow import post
from adjudication.escrow.models import Account
from adjudication.evidence import intake
from adjudication.evidence.drafts import Draft
from adjudication.journal import record
from adjudication.orders.models import Line, Order
from adjudication.papers import Papers
from adjudication.statements import Statements, array_of, columns, field_of, insert, require_rows, sending

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
    _insert_entered([order for order in orders if order.papers.version_taken < 0])
    with sending() as statements:
        _insert_opened(statements, opened)
        _move_orders(statements, [order for order in orders if order.papers.version_taken >= 0])
        _move_cases(
            statements, [case for case in cases if case.papers.events or CASES.changed([case], ["drafts_count"])]
        )
        _write_exhibits(statements, papers)
        for each in papers:
            _write_filed(statements, each)
        _insert_publications(statements, [case for case in cases if case.papers.final_rulings])
        schedule.write(statements, papers)
        post.write(statements, papers)
        post.write_payouts(statements, papers)
        record.write(statements, papers)


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


def _insert_opened(statements: Statements, cases: list[Case]) -> None:
    if cases:
        insert(statements, cases)
        insert(
            statements,
            [
                CaseLine(case=case, line=line, claimed_minor=line.claimed_minor)
                for case in cases
                for line in case.papers.lines
            ],
        )


#: What of a draft its side may change.
DRAFT_MOVING = ("kind", "title", "text", "facts", "replaces_id", "file", "version", "changed_at")
DROP_DRAFTS = "DELETE FROM adjudication_draft WHERE id = ANY(%b::uuid[])"


def _write_exhibits(statements: Statements, papers: Sequence[Papers]) -> None:
    """What was filed, drafted, and is drafted no more: of all matters at once, for a sweep files what is drafted."""
    if ended := [draft.pk for each in papers for draft in each.ended_drafts]:
        statements.send(DROP_DRAFTS, [ended])
    insert(statements, [exhibit for each in papers for exhibit in each.new_exhibits])
    insert(statements, [draft for each in papers for draft in each.new_drafts])
    if moved := [draft for each in papers for draft in each.moved_drafts.values()]:
        statements.send(
            _drafts_statement(),
            [[draft.pk for draft in moved], *columns(Draft, moved, DRAFT_MOVING)],
            require_rows(len(moved), lambda: Stale(_("The draft has been changed meanwhile; look again."))),
        )
    for name in [name for each in papers for name in each.files_let_go]:
        transaction.on_commit(partial(intake.delete, name), robust=True)


REPLY = "UPDATE adjudication_asking SET reply = %b, replied_at = %b WHERE id = %b AND replied_at IS NULL"
ANSWER_OFFER = """
UPDATE adjudication_offer SET state = %b, ended_at = %b WHERE id = %b AND state = 'open'"""
ANSWER_PROPOSAL = """
UPDATE adjudication_proposal SET state = %b, answered_by_id = %b, answered_at = %b, note = %b
WHERE id = %b AND state = 'open'"""


def _write_filed(statements: Statements, papers: Papers) -> None:
    """What people filed, decided or offered; a sweep of silent cases files nothing, so this costs it nothing."""
    insert(statements, papers.new_messages)
    insert(statements, papers.new_inquiries)
    insert(statements, [asking for inquiry in papers.new_inquiries for asking in inquiry.asked])
    insert(statements, papers.new_corrections)
    if papers.new_rulings:
        insert(statements, papers.new_rulings)
        insert(statements, [finding for ruling in papers.new_rulings for finding in ruling.findings_drafted])
    insert(statements, papers.new_notes)
    insert(statements, papers.parcels)
    insert(statements, papers.new_offers)
    insert(statements, papers.new_proposals)
    answered = require_rows(1, lambda: Stale(_("This has been answered already.")))
    for asking in papers.replied:
        statements.send(REPLY, [asking.reply, asking.replied_at, asking.pk], answered)
    for offer in papers.moved_offers:
        statements.send(ANSWER_OFFER, [str(offer.state), offer.ended_at, offer.pk], answered)
    for answer in papers.moved_proposals:
        told = [str(answer.state), answer.answered_by_id, answer.answered_at, answer.note, answer.pk]
        statements.send(ANSWER_PROPOSAL, told, answered)


#: One a ruling: what became final once stays so.
INSERT_PUBLICATIONS = """
INSERT INTO adjudication_publication (ruling_id, final_at, reason, category, amount_minor, currency, winner, remedy,
                                      share_basis_points, answers, words)
SELECT r.id, r.final_at, '', '', 0, '', '', '', 0, '{}', ''
FROM unnest(%b::uuid[], %b::timestamptz[]) AS r(id, final_at)"""


def _insert_publications(statements: Statements, cases: list[Case]) -> None:
    """A place in the public register for every ruling that became final."""
    final = [(ruling.pk, case.updated_at) for case in cases for ruling in case.papers.final_rulings]
    if final:
        statements.send(INSERT_PUBLICATIONS, [list(column) for column in zip(*final, strict=True)])


def _move_cases(statements: Statements, cases: list[Case]) -> None:
    """Write the cases; those that made several transitions edge by edge, so that the database sees each."""
    taken = {case.pk: case.papers.version_taken for case in cases}
    for case in cases:
        for state, version, head in case.papers.stops:
            statements.send(STOP, [state, version, head, case.pk, taken[case.pk]], require_rows(1, _case_moved_on))
            taken[case.pk] = version
    if cases:
        moving = CASES.changed(cases, CASE_MOVING)
        statements.send(
            _cases_statement(moving),
            [[case.id for case in cases], [taken[case.pk] for case in cases], *columns(Case, cases, moving)],
            require_rows(len(cases), _case_moved_on),
        )


def _move_orders(statements: Statements, orders: list[Order]) -> None:
    """Write the orders and lines that changed. An order's row may change without an event when a case of it closes."""
    changed = [order for order in orders if order.papers.events or order.papers.is_moved]
    lines = [line for order in orders for line in order.papers.moved_lines.values()]
    if not changed and not lines:
        return
    of_order = ORDERS.changed(changed, ORDER_MOVING) or ("version",)
    of_line = LINES.changed(lines, LINE_MOVING) or ("held_minor",)

    def judge(cursor: psycopg.Cursor[Any]) -> None:
        if cursor.fetchone() != (len(changed), len(lines)):
            raise Stale(_("The order has moved on; look again."))

    statements.send(
        _orders_statement(of_order, of_line),
        [
            [order.id for order in changed],
            [order.papers.version_taken for order in changed],
            *columns(Order, changed, of_order),
            [line.id for line in lines],
            *columns(Line, lines, of_line),
        ],
        judge,
    )


def _case_moved_on() -> Stale:
    return Stale(_("The case has moved on; look again."))


def _assignments(model: type[models.Model], names: tuple[str, ...]) -> tuple[str, str, str]:
    fields = [field_of(model, name) for name in names]
    return (
        ", ".join(f"{field.column} = u.{field.column}" for field in fields),
        ", ".join(array_of(field) for field in fields),
        ", ".join(str(field.column) for field in fields),
    )


STOP = "UPDATE adjudication_case SET state = %b, version = %b, head = %b WHERE id = %b AND version = %b"

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
def _drafts_statement() -> bytes:
    assigned, arrays, columns = _assignments(Draft, DRAFT_MOVING)
    return (
        f"UPDATE adjudication_draft c SET {assigned} FROM unnest(%b::uuid[], {arrays}) AS u(id, {columns}) "
        "WHERE c.id = u.id AND c.version < u.version"
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
