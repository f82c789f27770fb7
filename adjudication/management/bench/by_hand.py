"""One refusal written by hand: the rows that `respond.reject` writes, by someone who knows the tables and nothing else.

Six statements and a commit on a kept connection, prepared by psycopg after a few runs. No rule is checked.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg

from adjudication.journal.chain import canonical, digest, link, timestamp

TITLE, TEXT, REASON, WHY = "Packing photo", "As can be seen.", "goods_as_described", "It left us whole."
TERM = timedelta(hours=72)

TAKE = """
SELECT c.id, c.order_id, c.shop_id, c.version, c.head, d.id, coalesce(%(at)s, clock_timestamp())
FROM adjudication_case c JOIN adjudication_order o ON o.id = c.order_id
JOIN adjudication_deadline d ON d.case_id = c.id AND d.ended_at IS NULL
WHERE c.number = %(number)s AND c.state = 'requested' FOR UPDATE OF o, c, d"""
FILE = """
INSERT INTO adjudication_exhibit (id, case_id, number, by, instance, kind, title, text, is_admissible, file_name,
                                  original_name, media_type, size_bytes, sha256, filed_at)
VALUES (%(exhibit)s, %(case)s, 1, 'seller', 1, 'document', %(title)s, %(text)s, true, '', '', '', 0, '', %(at)s)"""
MOVE = """
UPDATE adjudication_case SET state = 'rejected', rejection_reason = %(reason)s, rejection_text = %(why)s,
       exhibits_count = 1, updated_at = %(at)s, version = %(version)s + 2, head = %(head)s
WHERE id = %(case)s AND version = %(version)s"""
END = """UPDATE adjudication_deadline SET "end" = 'met', ended_at = %(at)s WHERE id = %(deadline)s"""
OPEN = """
INSERT INTO adjudication_deadline (order_id, case_id, kind, binds, if_silent, policy_version_id, instance,
                                   anchor_sequence, anchored_at, started_at, due_at, remind_at, "end", failure)
VALUES (%(order)s, %(case)s, 'buyer_intervenes', 'buyer', 'withdrawn', 1, 1, %(version)s + 2, %(at)s, %(at)s,
        %(due)s, %(remind)s, '', '')"""
TELL = """
WITH told AS (
    INSERT INTO adjudication_event (case_id, sequence, kind, occurred_at, body, previous, hash)
    VALUES (%(case)s, %(version)s + 1, 'exhibit.filed', %(at)s, %(filed)s, %(before)s, %(between)s),
           (%(case)s, %(version)s + 2, 'case.rejected', %(at)s, %(rejected)s, %(between)s, %(head)s) RETURNING id)
INSERT INTO adjudication_announcement (event_id) SELECT id FROM told"""


def reject(raw: psycopg.Connection[Any], number: str, exhibit: UUID, at: datetime | None = None) -> None:
    """Write the seller's refusal of one case, with one exhibit of words, in one transaction.

    Args:
        raw: a plain connection.
        number: of a case that stands at requested.
        exhibit: the id that the exhibit gets.
        at: when; None for now.

    """
    with raw.transaction(), raw.cursor() as cursor:
        row = cursor.execute(TAKE, {"at": at, "number": number}).fetchone()
        if row is None:
            raise LookupError(number)
        case, order, shop, version, before, deadline, at = row
        said = {"at": timestamp(at), "by": {"role": "seller", "id": shop}, "case": number}
        exhibit_facts = {
            "exhibit": str(exhibit),
            "label": "S1",
            "kind": "document",
            "words_sha256": digest([TITLE, TEXT]),
            "file_sha256": "",
            "size_bytes": 0,
            "is_admissible": True,
        }
        filed = canonical({**said, "facts": exhibit_facts, "kind": "exhibit.filed", "sequence": version + 1})
        facts = {"reason": REASON, "text_sha256": digest(WHY)}
        rejected = canonical({**said, "facts": facts, "kind": "case.rejected", "sequence": version + 2})
        between = link(before, filed)
        values = {
            **{"case": case, "order": order, "version": version, "deadline": deadline, "exhibit": exhibit},
            **{
                "at": at,
                "due": at + TERM,
                "remind": at + TERM - TERM / 3,
                "title": TITLE,
                "text": TEXT,
                "reason": REASON,
                "why": WHY,
            },
            **{"before": before, "between": between, "head": link(between, rejected)},
            **{"filed": filed, "rejected": rejected},
        }
        for statement in (FILE, MOVE, END, OPEN, TELL):
            cursor.execute(statement, values)
