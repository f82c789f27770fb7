"""Balances: sums over postings, never a stored figure that could drift from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import F, Sum

from adjudication.escrow.models import Account, Posting
from adjudication.statements import rows

Kind = Account.Kind


@dataclass(frozen=True, slots=True)
class OrderBalance:
    """What became of an order's price, in minor units: paid = held + released + refunded + fees."""

    paid: int
    held: int
    released: int
    refunded: int
    fees: int

    def as_dict(self) -> dict[str, int]:
        """By name."""
        return asdict(self)


#: What the order's postings come to, by account; only entries that touch the hold speak of the price.
OF_ORDER = """
SELECT a.kind, sum(p.debit_minor)::bigint, sum(p.credit_minor)::bigint
FROM adjudication_posting p JOIN adjudication_account a ON a.id = p.account_id
WHERE p.entry_id IN (SELECT h.entry_id FROM adjudication_posting h JOIN adjudication_account b ON b.id = h.account_id
                     WHERE b.kind = 'escrow_held' AND b.owner_id = %(order)s)
GROUP BY a.kind"""


def of_order(order_id: int) -> OrderBalance:
    """Sum the order's postings by what they meant."""
    return read(rows(OF_ORDER, {"order": order_id}))


def read(sums: Iterable[Sequence[Any]]) -> OrderBalance:
    """What the rows of `OF_ORDER` mean."""
    debit: dict[str, int] = {}
    credit: dict[str, int] = {}
    for kind, debited, credited in sums:
        debit[kind], credit[kind] = debited, credited
    return OrderBalance(
        paid=credit.get(Kind.ESCROW_HELD, 0),
        held=credit.get(Kind.ESCROW_HELD, 0) - debit.get(Kind.ESCROW_HELD, 0),
        released=credit.get(Kind.PAYABLE_TO_SHOP, 0),
        refunded=credit.get(Kind.PAYABLE_TO_BUYER, 0),
        fees=credit.get(Kind.PLATFORM_FEES, 0),
    )


def of_account(kind: Account.Kind, owner_id: int = 0, currency: str = "CNY") -> int:
    """One account's balance in minor units: credits less debits, so that what is owed or held counts positive.

    Cash and receivables stand on the debit side and count negative here.
    """
    found = Posting.objects.filter(
        account__kind=kind, account__owner_id=owner_id, account__currency=currency
    ).aggregate(balance=Sum(F("credit_minor") - F("debit_minor")))
    return int(found["balance"] or 0)
