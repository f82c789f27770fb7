"""Post: the only writer of the ledger. Every entry balances, has a unique reference, and is written once.

Repeating a reference with the same postings is the first entry again; with others it is an error, and nothing is
written.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Stale, Unbalanced
from adjudication.escrow.models import Account
from adjudication.papers import Papers
from adjudication.statements import Statements, require_rows

#: An account by what it is and whose: `(kind, owner id)`, 0 for the platform's own.
AccountName = tuple[Account.Kind, int]


class PostingDraft(NamedTuple):
    """One line to be written."""

    reference: str
    kind: str
    owner_id: int
    debit_minor: int
    credit_minor: int


class PayoutDraft(NamedTuple):
    """Money to leave for one payee, made payable by the entry of that reference."""

    id: UUID
    reference: str
    kind: str
    payee_id: int
    amount_minor: int


class EntryDraft(NamedTuple):
    """One movement to be written."""

    reference: str
    order_id: int
    case_id: int | None
    currency: str
    total_minor: int
    at: datetime
    postings: tuple[PostingDraft, ...]


def post(
    papers: Papers,
    reference: str,
    *,
    order_id: int,
    case_id: int | None,
    currency: str,
    at: datetime,
    debit: Mapping[AccountName, int],
    credit: Mapping[AccountName, int],
) -> None:
    """Draft one entry. Lines of zero are left out; an entry of nothing is not made.

    Args:
        papers: of the case or order it belongs to.
        reference: its unique name, such as `settlement:2026-000123-58`.
        order_id: the order whose money it moves.
        case_id: the case that moves it, if one does.
        currency: of every account it touches.
        at: when it happens.
        debit: positive minor units by account.
        credit: likewise; the sums are equal.

    Raises:
        Unbalanced: the sums differ, or an amount is negative.

    """
    lines = [PostingDraft(reference, kind.value, owner, amount, 0) for (kind, owner), amount in debit.items() if amount]
    lines += [
        PostingDraft(reference, kind.value, owner, 0, amount) for (kind, owner), amount in credit.items() if amount
    ]
    total = sum(debit.values())
    if total != sum(credit.values()) or any(line.debit_minor < 0 or line.credit_minor < 0 for line in lines):
        raise Unbalanced(_("Entry %(reference)s: debits and credits must be equal.") % {"reference": reference})
    if total:
        papers.entries.append(EntryDraft(reference, order_id, case_id, currency, total, at, tuple(lines)))


WRITE_ENTRIES = """
WITH posted AS (
    INSERT INTO adjudication_entry (reference, order_id, case_id, currency, total_minor, occurred_at)
    SELECT * FROM unnest(%b::text[], %b::bigint[], %b::bigint[], %b::text[], %b::bigint[], %b::timestamptz[])
    ON CONFLICT (reference) DO NOTHING
    RETURNING id, reference, order_id, case_id, currency, occurred_at),
lines AS (
    INSERT INTO adjudication_posting (entry_id, account_id, debit_minor, credit_minor)
    SELECT p.id, a.id, l.debit, l.credit
    FROM unnest(%b::text[], %b::text[], %b::bigint[], %b::bigint[], %b::bigint[])
         AS l(reference, kind, owner_id, debit, credit)
    JOIN posted p ON p.reference = l.reference
    JOIN adjudication_account a ON a.kind = l.kind AND a.owner_id = l.owner_id AND a.currency = p.currency
    RETURNING 1),
leaving AS (
    INSERT INTO adjudication_payout (id, entry_id, case_id, order_id, payee_id, account_id, amount_minor, currency,
                                     state,
                                     attempts, next_try_at, provider_reference, failure, created_at)
    SELECT o.id, p.id, p.case_id, p.order_id, o.payee_id, a.id, o.amount, p.currency, 'due', 0, p.occurred_at, '', '',
           p.occurred_at
    FROM unnest(%b::uuid[], %b::text[], %b::text[], %b::bigint[], %b::bigint[])
         AS o(id, reference, kind, payee_id, amount)
    JOIN posted p ON p.reference = o.reference
    JOIN adjudication_account a ON a.kind = o.kind AND a.owner_id = o.payee_id AND a.currency = p.currency
    RETURNING 1)
SELECT (SELECT count(*) FROM posted), (SELECT count(*) FROM lines), (SELECT count(*) FROM leaving)"""

EXISTING = """
SELECT e.reference, e.currency, e.order_id, a.kind, a.owner_id, p.debit_minor, p.credit_minor
FROM adjudication_entry e JOIN adjudication_posting p ON p.entry_id = e.id
JOIN adjudication_account a ON a.id = p.account_id WHERE e.reference = ANY(%b)"""


def write(statements: Statements, papers: Iterable[Papers]) -> None:
    """Write every drafted entry with its postings and payouts, in one statement: the database judges the balance.

    Raises:
        Unbalanced: a reference is taken by an entry with other postings, or an account was never opened.

    """
    all_papers = [each for each in papers if each.entries]
    entries = [entry for each in all_papers for entry in each.entries]
    if not entries:
        return
    lines = [line for entry in entries for line in entry.postings]
    leaving = [payout for each in all_papers for payout in each.payouts]
    heads = [(e.reference, e.order_id, e.case_id, e.currency, e.total_minor, e.at) for e in entries]

    def judge(cursor: psycopg.Cursor[Any]) -> None:
        written = cursor.fetchone() or (0, 0, 0)
        if written[0] < len(entries):
            _require_repeated(cursor, entries)
        elif written != (len(entries), len(lines), len(leaving)):
            raise Unbalanced(_("An entry names an account that was never opened."))

    statements.send(WRITE_ENTRIES, _columns(heads, 6) + _columns(lines, 5) + _columns(leaving, 5), judge)


MOVE_PAYOUTS = """
UPDATE adjudication_payout p SET state = u.state, attempts = u.attempts, next_try_at = u.next_try_at,
    provider_reference = u.provider_reference, failure = u.failure, paid_at = u.paid_at
FROM unnest(%b::uuid[], %b::text[], %b::int[], %b::timestamptz[], %b::text[], %b::text[], %b::timestamptz[])
     AS u(id, state, attempts, next_try_at, provider_reference, failure, paid_at)
WHERE p.id = u.id AND p.state <> 'paid'"""


def write_payouts(statements: Statements, papers: Iterable[Papers]) -> None:
    """Write what became of payouts.

    Raises:
        Stale: one had been paid already.

    """
    moved = [payout for each in papers for payout in each.moved_payouts]
    if not moved:
        return
    rows = [(p.pk, str(p.state), p.attempts, p.next_try_at, p.provider_reference, p.failure, p.paid_at) for p in moved]
    paid = require_rows(len(moved), lambda: Stale(_("A payout had been paid already.")))
    statements.send(MOVE_PAYOUTS, _columns(rows, 7), paid)


def _columns(rows: list[Any], width: int) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _column in range(width)]


def _require_repeated(cursor: psycopg.Cursor[Any], entries: list[EntryDraft]) -> None:
    """Each drafted entry now stands in the ledger, this time or since before, with exactly its postings."""
    cursor.execute(EXISTING, [[entry.reference for entry in entries]])
    found: dict[str, Counter[tuple[Any, ...]]] = defaultdict(Counter)
    for reference, currency, order_id, *line in cursor.fetchall():
        found[reference][(currency, order_id, *line)] += 1
    for entry in entries:
        drafted = Counter((entry.currency, entry.order_id, *line[1:]) for line in entry.postings)
        if found[entry.reference] != drafted:
            raise Unbalanced(
                _("Entry %(reference)s exists already with other postings.") % {"reference": entry.reference}
            )
