"""The limit a sweep is measured against: the same rows by one set-based statement a batch, hashes and all.

It knows one rule only, that a silent seller is taken to accept and the whole claim refunded, and nothing of the acts.
"""

from __future__ import annotations

from django.db import connection, transaction

from adjudication import clock
from adjudication.docket.sweep import BATCH

_AT = """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _body(facts: str, kind: str, step: int) -> str:
    return f"""'{{"at":"' || {_AT} || '","by":{{"role":"clock"}},"case":' || to_json(number) || ',"facts":{{' || {facts}
        || '}},"kind":"{kind}","sequence":' || version + {step} || '}}'"""


_LAPSED = _body("""'"silence":"accepted","term":"seller_answers"'""", "deadline.lapsed", 1)
_REFUNDED = _body(
    """'"amount_minor":' || amount_minor || ',"currency":"' || currency || '","entry":' || to_json(reference)""",
    "escrow.refunded",
    2,
)
_CLOSED = _body("""'"outcome":"refunded"'""", "case.closed", 3)

SET_BASED = f"""
WITH due AS MATERIALIZED (
    SELECT d.id AS deadline_id, coalesce(%(at)s::timestamptz, statement_timestamp()) AS at, c.id, c.number, c.order_id,
           c.buyer_id, c.amount_minor, c.currency, c.version, c.head, 'settlement:' || c.number AS reference
    FROM adjudication_deadline d
    JOIN adjudication_order o ON o.id = d.order_id
    JOIN adjudication_case c ON c.id = d.case_id
    WHERE d.ended_at IS NULL AND d.parked_at IS NULL AND d.case_id IS NOT NULL
      AND d.due_at <= coalesce(%(at)s::timestamptz, statement_timestamp())
    ORDER BY d.due_at, d.id LIMIT %(limit)s FOR UPDATE OF o, c, d SKIP LOCKED),
said AS MATERIALIZED (SELECT *, {_LAPSED} AS lapsed, {_REFUNDED} AS refunded, {_CLOSED} AS closed FROM due),
one AS MATERIALIZED (SELECT *, sha256(head || convert_to(lapsed, 'UTF8')) AS hash_1 FROM said),
two AS MATERIALIZED (SELECT *, sha256(hash_1 || convert_to(refunded, 'UTF8')) AS hash_2 FROM one),
chained AS MATERIALIZED (SELECT *, sha256(hash_2 || convert_to(closed, 'UTF8')) AS hash_3 FROM two),
freed AS (
    UPDATE adjudication_line l SET held_minor = held_minor - claimed_minor, claimed_minor = 0, is_disputed = false
    FROM chained h WHERE l.order_id = h.order_id AND l.latest_case_id = h.id AND l.is_disputed),
resumed AS (UPDATE adjudication_order o SET open_cases = open_cases - 1 FROM chained h WHERE o.id = h.order_id),
moved AS (
    UPDATE adjudication_case c SET state = 'closed', outcome = 'refunded', closed_at = h.at, updated_at = h.at,
           version = h.version + 3, head = h.hash_3
    FROM chained h WHERE c.id = h.id AND c.state = 'requested' AND c.version = h.version),
ended AS (
    UPDATE adjudication_deadline d SET "end" = 'lapsed', ended_at = h.at FROM chained h WHERE d.id = h.deadline_id),
posted AS (
    INSERT INTO adjudication_entry (reference, order_id, case_id, currency, total_minor, occurred_at)
    SELECT reference, order_id, id, currency, amount_minor, at FROM chained RETURNING id, case_id),
lines AS (
    INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
    SELECT p.id, a.id, l.debit, l.credit FROM posted p JOIN chained h ON h.id = p.case_id
    CROSS JOIN LATERAL (VALUES ('escrow_held', h.order_id, h.amount_minor, 0),
                               ('payable_to_buyer', h.buyer_id, 0, h.amount_minor)) AS l(kind, owner_id, debit, credit)
    JOIN adjudication_account a ON a.kind = l.kind AND a.owner_id = l.owner_id AND a.currency = h.currency),
leaving AS (
    INSERT INTO adjudication_payout (id, entry_id, case_id, order_id, payee_id, account_id, amount_minor, currency,
                                     state, attempts, next_try_at, provider_reference, failure, created_at)
    SELECT gen_random_uuid(), p.id, h.id, h.order_id, h.buyer_id, a.id, h.amount_minor, h.currency, 'due', 0, h.at, '',
           '', h.at
    FROM posted p JOIN chained h ON h.id = p.case_id
    JOIN adjudication_account a
      ON a.kind = 'payable_to_buyer' AND a.owner_id = h.buyer_id AND a.currency = h.currency),
told AS (
    INSERT INTO adjudication_event (case_id, sequence, kind, occurred_at, body, previous, hash)
    SELECT h.id, h.version + e.step, e.kind, h.at, e.body, e.previous, e.hash
    FROM chained h CROSS JOIN LATERAL (VALUES (1, 'deadline.lapsed', lapsed, head, hash_1),
                                              (2, 'escrow.refunded', refunded, hash_1, hash_2),
                                              (3, 'case.closed', closed, hash_2, hash_3))
         AS e(step, kind, body, previous, hash)
    RETURNING id),
announced AS (INSERT INTO adjudication_announcement (event_id) SELECT id FROM told)
SELECT count(*) FROM chained"""  # noqa: S608  # nothing given: our own tables


def sweep(limit: int = BATCH) -> int:
    """Lapse every silent seller's term that is due, `limit` cases a transaction; returns how many."""
    done, batch = 0, -1
    while batch:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(SET_BASED, {"at": clock.simulated_at(), "limit": limit})
            batch = cursor.fetchone()[0]
            done += batch
    return done
