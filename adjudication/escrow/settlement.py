"""Where held money goes: hold at registration, split at settlement, release and refund of what nobody disputed.

For every order at every moment: held + released + refunded + fees = paid. A split rounds once, down, on the seller's
side; the rest is the buyer's. The fee is charged on the seller's part only, rounded down (DOMAIN section 4):
100.00 split 60/40 with a fee of 5 % is 60.00 for the buyer, 38.00 for the seller, 2.00 for the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from adjudication.escrow.models import Account
from adjudication.escrow.post import AccountName, PayoutDraft, post
from adjudication.money import portion_down
from adjudication.papers import Papers

Kind = Account.Kind


@dataclass(frozen=True, slots=True)
class Custody:
    """Whose money is meant: one order's hold, its two sides, the currency and the fee on the seller's part."""

    order_id: int
    buyer_id: int
    shop_id: int
    currency: str
    fee_basis_points: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What becomes of an amount, in minor units; the three add up to it."""

    buyer_minor: int
    seller_minor: int
    fee_minor: int

    @property
    def total_minor(self) -> int:
        """The amount that was split."""
        return self.buyer_minor + self.seller_minor + self.fee_minor


def parts(custody: Custody, *, buyer_minor: int, seller_minor: int) -> Parts:
    """Charge the fee on the seller's part, rounded down."""
    fee = portion_down(seller_minor, custody.fee_basis_points)
    return Parts(buyer_minor, seller_minor - fee, fee)


def accounts(custody: Custody) -> list[AccountName]:
    """Every account an order's money can stand in; opened when the order is registered."""
    return [
        (Kind.PROVIDER_CASH, 0),
        (Kind.PLATFORM_FEES, 0),
        (Kind.PLATFORM_FLOAT, 0),
        (Kind.ESCROW_HELD, custody.order_id),
        (Kind.PAYABLE_TO_BUYER, custody.buyer_id),
        (Kind.PAYABLE_TO_SHOP, custody.shop_id),
        (Kind.SHOP_DEPOSIT, custody.shop_id),
        (Kind.RECEIVABLE_FROM_SHOP, custody.shop_id),
        (Kind.RECEIVABLE_FROM_BUYER, custody.buyer_id),
    ]


def hold(papers: Papers, custody: Custody, *, order_number: str, amount_minor: int, at: datetime) -> None:
    """Take what the buyer paid into custody: `hold:<order>`."""
    post(
        papers,
        f"hold:{order_number}",
        order_id=custody.order_id,
        case_id=None,
        currency=custody.currency,
        at=at,
        debit={(Kind.PROVIDER_CASH, 0): amount_minor},
        credit={(Kind.ESCROW_HELD, custody.order_id): amount_minor},
    )


def pay_out_of_hold(
    papers: Papers,
    custody: Custody,
    reference: str,
    *,
    case_id: int | None,
    shared: Parts,
    at: datetime,
    withheld_minor: int = 0,
) -> None:
    """Move a hold to those it belongs to, and make it payable: refund, release, or a split of both.

    Args:
        papers: of the case or order that moves it.
        custody: whose money it is.
        reference: `settlement:<case>`, `release:<order>` or `refund:<order>`.
        case_id: the case that is settled, if one is.
        shared: the parts, from `parts`.
        at: when.
        withheld_minor: what of the seller's part, at most, an entry that follows takes for the way back.

    """
    post(
        papers,
        reference,
        order_id=custody.order_id,
        case_id=case_id,
        currency=custody.currency,
        at=at,
        debit={(Kind.ESCROW_HELD, custody.order_id): shared.total_minor},
        credit={
            (Kind.PAYABLE_TO_BUYER, custody.buyer_id): shared.buyer_minor,
            (Kind.PAYABLE_TO_SHOP, custody.shop_id): shared.seller_minor,
            (Kind.PLATFORM_FEES, 0): shared.fee_minor,
        },
    )
    for kind, payee, amount in (
        (Kind.PAYABLE_TO_BUYER, custody.buyer_id, shared.buyer_minor),
        (Kind.PAYABLE_TO_SHOP, custody.shop_id, max(0, shared.seller_minor - withheld_minor)),
    ):
        if amount:
            papers.payouts.append(PayoutDraft(uuid4(), reference, kind.value, payee, amount))


def reimburse_return_shipping(
    papers: Papers,
    custody: Custody,
    reference: str,
    *,
    case_id: int,
    amount_minor: int,
    from_seller_minor: int,
    at: datetime,
) -> None:
    """Pay the buyer the way back: from the seller's part of the same settlement, the rest owed by the shop.

    What the shop owes is paid to the buyer from the platform's cash at once and stands as receivable from the shop.
    """
    post(
        papers,
        reference,
        order_id=custody.order_id,
        case_id=case_id,
        currency=custody.currency,
        at=at,
        debit={
            (Kind.PAYABLE_TO_SHOP, custody.shop_id): from_seller_minor,
            (Kind.RECEIVABLE_FROM_SHOP, custody.shop_id): amount_minor - from_seller_minor,
        },
        credit={(Kind.PAYABLE_TO_BUYER, custody.buyer_id): amount_minor},
    )
    papers.payouts.append(PayoutDraft(uuid4(), reference, Kind.PAYABLE_TO_BUYER.value, custody.buyer_id, amount_minor))


def paid_out(
    papers: Papers,
    reference: str,
    *,
    order_id: int,
    case_id: int | None,
    currency: str,
    account: AccountName,
    amount_minor: int,
    at: datetime,
) -> None:
    """Record that a payout has left the payment provider: the payable is settled from cash."""
    post(
        papers,
        reference,
        order_id=order_id,
        case_id=case_id,
        currency=currency,
        at=at,
        debit={account: amount_minor},
        credit={(Kind.PROVIDER_CASH, 0): amount_minor},
    )
