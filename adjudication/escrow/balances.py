"""Balances: sums over postings, never a stored figure that could drift from them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db.models import F, Sum

from adjudication.escrow.models import Account, Posting

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


def of_order(order_id: int) -> OrderBalance:
    """Sum the order's postings by what they meant; only entries that touch the hold speak of the price."""
    of_the_hold = Posting.objects.filter(account__kind=Kind.ESCROW_HELD, account__owner_id=order_id).values("entry_id")
    rows = (
        Posting.objects.filter(entry_id__in=of_the_hold)
        .values("account__kind")
        .annotate(debit=Sum("debit_minor"), credit=Sum("credit_minor"))
    )
    debit = {row["account__kind"]: row["debit"] for row in rows}
    credit = {row["account__kind"]: row["credit"] for row in rows}
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
