"""What the API says of money: where an order's price is, what moved it, who is paid."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from adjudication.api.answers.parties import PartyAnswer
from adjudication.api.fields import Answer, Instant, Money
from adjudication.escrow import balances
from adjudication.escrow.models import Account, Entry, Payout, Posting
from adjudication.orders.models import Order, Party


class EscrowAnswer(Answer):
    """What became of an order's price: paid = held + released + refunded + fees."""

    paid = Money()
    held = Money()
    released = Money()
    refunded = Money()
    fees = Money()


class PostingAnswer(Answer):
    """One line of an entry: a debit or a credit."""

    account = serializers.ChoiceField(choices=Account.Kind.choices, source="account.kind")
    debit_minor = serializers.IntegerField()
    credit_minor = serializers.IntegerField()


class EntryAnswer(Answer):
    """One movement of money."""

    id = serializers.IntegerField()
    reference = serializers.CharField()
    case = serializers.SerializerMethodField()
    total = serializers.SerializerMethodField()
    occurred_at = Instant()
    recorded_at = Instant()
    postings = serializers.SerializerMethodField()

    def get_case(self, entry: Entry) -> str | None:
        """The case that moved it; null for the order's own."""
        return entry.case.number if entry.case else None

    @extend_schema_field(Money)
    def get_total(self, entry: Entry) -> dict[str, Any]:
        """The sum of either side."""
        return money(entry.total_minor, entry.currency)

    @extend_schema_field(PostingAnswer(many=True))
    def get_postings(self, entry: Entry) -> Any:
        """Its lines."""
        lines: list[Posting] = sorted(entry.postings.all(), key=lambda line: line.pk)
        return PostingAnswer.write_all(lines)


class PayeeAnswer(PartyAnswer):
    """Who is paid."""

    kind = serializers.ChoiceField(choices=Party.Kind.choices)


class PayoutAnswer(Answer):
    """Money that leaves for one payee, once."""

    id = serializers.UUIDField()
    order_number = serializers.CharField(source="order.number")
    case = serializers.SerializerMethodField()
    payee = PayeeAnswer()
    amount = Money()
    state = serializers.ChoiceField(choices=Payout.State.choices)
    attempts = serializers.IntegerField()
    next_try_at = Instant()
    provider_reference = serializers.CharField()
    failure = serializers.CharField()
    created_at = Instant()
    paid_at = Instant(allow_null=True)

    def get_case(self, payout: Payout) -> str | None:
        """The case that made it payable, if one did."""
        return payout.case.number if payout.case else None


def money(minor: int, currency: str) -> dict[str, Any]:
    """Write an amount."""
    return {"amount_minor": minor, "currency": currency}


def escrow_of(order: Order) -> dict[str, Any]:
    """What became of the order's price."""
    return {name: money(minor, order.currency) for name, minor in balances.of_order(order.pk).as_dict().items()}
