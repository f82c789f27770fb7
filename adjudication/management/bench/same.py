"""Are two ways' results the same rows? A hash over each table, of all columns but surrogate ids and recording times."""

from __future__ import annotations

from typing import Any

import psycopg

#: What is left out of a row: ids given by a sequence or at random, and when, by which transaction, it was written.
ROWS = {
    "order": "SELECT t.id AS of, to_jsonb(t) AS row FROM adjudication_order t",
    "line": "SELECT t.order_id AS of, to_jsonb(t) AS row FROM adjudication_line t",
    "case": "SELECT t.order_id AS of, to_jsonb(t) AS row FROM adjudication_case t",
    "caseline": "SELECT t.case_id AS of, to_jsonb(t) - 'id' AS row FROM adjudication_caseline t",
    "deadline": "SELECT t.order_id AS of, to_jsonb(t) - 'id' AS row FROM adjudication_deadline t",
    "exhibit": "SELECT t.case_id AS of, to_jsonb(t) AS row FROM adjudication_exhibit t",
    "entry": "SELECT t.order_id AS of, to_jsonb(t) - ARRAY['id', 'recorded_at'] AS row FROM adjudication_entry t",
    "posting": """SELECT e.order_id AS of, jsonb_build_array(e.reference, a.kind, a.owner_id, a.currency,
        p.debit_minor, p.credit_minor) AS row FROM adjudication_posting p
        JOIN adjudication_entry e ON e.id = p.entry_id JOIN adjudication_account a ON a.id = p.account_id""",
    "payout": """SELECT t.order_id AS of, to_jsonb(t) - ARRAY['id', 'entry_id'] || jsonb_build_object('entry',
        e.reference) AS row FROM adjudication_payout t JOIN adjudication_entry e ON e.id = t.entry_id""",
    "event": """SELECT coalesce(v.order_id, v.case_id) AS of, to_jsonb(v) - ARRAY['id', 'recorded_at',
        'transaction_id'] || jsonb_build_object('announced_at', n.announced_at, 'announced', n.event_id IS NOT NULL)
        AS row FROM adjudication_event v LEFT JOIN adjudication_announcement n ON n.event_id = v.id""",
}
HASH = """SELECT count(*), encode(sha256(convert_to(coalesce(string_agg(row::text, chr(10)
    ORDER BY "of", row::text), ''), 'UTF8')), 'hex') FROM ({}) AS t WHERE "of" <= %b"""

Fingerprint = dict[str, tuple[int, str]]


def fingerprint(raw: psycopg.Connection[Any], up_to: int) -> Fingerprint:
    """How many rows each table has, and their hash, for the orders and cases with ids up to `up_to` (filled alike)."""
    found: Fingerprint = {}
    for table, rows in ROWS.items():
        count, hashed = raw.execute(HASH.format(rows).encode(), [up_to]).fetchone() or (0, "")
        found[table] = (int(count), str(hashed))
    return found


def differences(one: Fingerprint, other: Fingerprint) -> list[str]:
    """The tables in which the two differ."""
    return [table for table in ROWS if one[table] != other[table]]
