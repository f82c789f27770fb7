"""One request for a refund written by hand: the rows of `request.request`, by someone who knows the tables only.

Eight statements and a commit on a kept connection, prepared by psycopg after a few runs. No rule is checked.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import psycopg

from adjudication.cases.models import Case
from adjudication.cases.numbers import case_number
from adjudication.deadlines.models import Deadline
from adjudication.journal.chain import canonical, digest, link, timestamp
from adjudication.management.bench.fill import TERM, claim, insert

STATEMENT = claim(1).statement

TAKE = """
SELECT o.id, o.buyer_id, o.shop_id, o.version, o.head, o.currency, l.id, l.label, l.held_minor, d.id, d.kind,
       d.due_at, coalesce(%(at)s, clock_timestamp()), nextval(pg_get_serial_sequence('adjudication_case', 'id'))
FROM adjudication_order o JOIN adjudication_line l ON l.order_id = o.id
JOIN adjudication_deadline d ON d.order_id = o.id AND d.case_id IS NULL AND d.ended_at IS NULL
WHERE o.number = %(order_number)s FOR UPDATE OF o, d"""
OPEN, OF_OPENING = insert(
    Case,
    "",
    **{
        name: f"%({name})s"
        for name in ("number", "order_id", "buyer_id", "shop_id", "currency", "amount_minor", "statement", "head")
    },
    id="%(case_id)s",
    policy_version_id="1",
    reason="'not_shipped'",
    remedy="'refund'",
    requested_at="%(at)s",
    updated_at="%(at)s",
    version="1",
)
CLAIM = """
INSERT INTO adjudication_caseline (case_id, line_id, claimed_minor)
VALUES (%(case_id)s, %(line_id)s, %(amount_minor)s)"""
DISPUTE = """
UPDATE adjudication_line SET claimed_minor = held_minor, is_disputed = true, latest_case_id = %(case_id)s,
       cases_count = cases_count + 1 WHERE id = %(line_id)s"""
STOP = """
UPDATE adjudication_order SET open_cases = open_cases + 1, suspended_kind = %(term)s, suspended_left = %(left)s,
       version = version + 1, head = %(order_head)s WHERE id = %(order_id)s AND version = %(version)s"""
END = """UPDATE adjudication_deadline SET "end" = 'superseded', ended_at = %(at)s WHERE id = %(deadline)s"""
BEGIN, OF_BEGINNING = insert(
    Deadline,
    "",
    order_id="%(order_id)s",
    case_id="%(case_id)s",
    policy_version_id="1",
    kind="'seller_answers'",
    binds="'seller'",
    if_silent="'accepted'",
    anchor_sequence="1",
    anchored_at="%(at)s",
    started_at="%(at)s",
    due_at="%(due)s",
    remind_at="%(remind)s",
)
TELL = """
WITH told AS (
    INSERT INTO adjudication_event (order_id, case_id, sequence, kind, occurred_at, body, previous, hash)
    VALUES (%(order_id)s, NULL, %(version)s + 1, 'order.suspended', %(at)s, %(suspended)s, %(before)s, %(order_head)s),
           (NULL, %(case_id)s, 1, 'case.requested', %(at)s, %(requested)s, '', %(head)s) RETURNING id)
INSERT INTO adjudication_announcement (event_id) SELECT id FROM told"""
STATEMENTS = (OPEN, CLAIM, DISPUTE, STOP, END, BEGIN, TELL)
DEFAULTS = OF_OPENING | OF_BEGINNING


def file(raw: psycopg.Connection[Any], order_number: str, *, key: int, at: datetime | None = None) -> None:
    """Open a case over all of an order that was paid and not shipped, in one transaction.

    Args:
        raw: a plain connection.
        order_number: of an order of one line, without a case.
        key: the API key's id, which the journal names.
        at: when; None for now.

    """
    with raw.transaction(), raw.cursor() as cursor:
        row = cursor.execute(TAKE, {"at": at, "order_number": order_number}).fetchone()
        if row is None:
            raise LookupError(order_number)
        order, buyer, shop, version, before, currency, line, label, held, deadline, term, due, at, case = row
        number = case_number(case, at.year)
        said = {"at": timestamp(at), "by": {"id": buyer, "key": key, "role": "buyer"}}
        suspended = canonical(
            {
                **said,
                "facts": {"case": number, "term": term},
                "kind": "order.suspended",
                "order": order_number,
                "sequence": version + 1,
            }
        )
        facts = {
            "order": order_number,
            "lines": [label],
            "reason": "not_shipped",
            "remedy": "refund",
            "amount_minor": held,
            "currency": currency,
            "policy_version": 1,
            "statement_sha256": digest(STATEMENT),
        }
        requested = canonical({**said, "case": number, "facts": facts, "kind": "case.requested", "sequence": 1})
        values = DEFAULTS | {
            **{"case_id": case, "number": number, "order_id": order, "buyer_id": buyer, "shop_id": shop},
            **{"currency": currency, "amount_minor": held, "statement": STATEMENT, "line_id": line, "version": version},
            **{"at": at, "due": at + TERM, "remind": at + TERM - TERM / 3, "term": term, "left": due - at},
            **{"before": before, "order_head": link(before, suspended), "head": link(b"", requested)},
            **{"deadline": deadline, "suspended": suspended, "requested": requested},
        }
        for statement in STATEMENTS:
            cursor.execute(statement.encode(), values)
