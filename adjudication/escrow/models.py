"""The escrow ledger: double entry in whole minor units; what is written stays.

An entry is made of postings; each posts a positive debit or a positive credit to one account. An entry names its total,
which seals it: the database refuses an entry whose postings do not add up to it, and any later posting to it.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from adjudication.money import MAX_MINOR, Amount


class Account(models.Model):
    """Where money stands: of whom, in which currency."""

    class Kind(models.TextChoices):
        """DOMAIN section 4; the owner is in brackets."""

        PROVIDER_CASH = "provider_cash", _("cash at the payment provider")  # [nobody]
        ESCROW_HELD = "escrow_held", _("escrow held")  # [the order]
        PAYABLE_TO_BUYER = "payable_to_buyer", _("payable to buyer")  # [the buyer]
        PAYABLE_TO_SHOP = "payable_to_shop", _("payable to shop")  # [the shop]
        PLATFORM_FEES = "platform_fees", _("platform fees")  # [nobody]
        PLATFORM_FLOAT = "platform_float", _("platform float")  # [nobody]
        SHOP_DEPOSIT = "shop_deposit", _("shop deposit")  # [the shop]
        RECEIVABLE_FROM_BUYER = "receivable_from_buyer", _("receivable from buyer")  # [the buyer]
        RECEIVABLE_FROM_SHOP = "receivable_from_shop", _("receivable from shop")  # [the shop]

    kind = models.CharField(max_length=24, choices=Kind)
    owner_id = models.BigIntegerField(default=0, help_text=_("The order's or party's id; 0 for the platform's own."))
    currency = models.CharField(max_length=3)

    class Meta:
        """One account for each kind, owner and currency."""

        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        constraints = [
            models.UniqueConstraint(fields=["kind", "owner_id", "currency"], name="one_account_a_kind_and_owner"),
        ]

    def __str__(self) -> str:
        """Kind, owner, currency."""
        return f"{self.kind}:{self.owner_id}:{self.currency}"


class Entry(models.Model):
    """One movement of money, named by a unique reference: repeated with the same postings it is the first."""

    reference = models.CharField(max_length=200, unique=True, help_text=_("Such as settlement:<case>."))
    order = models.ForeignKey("adjudication.Order", models.PROTECT, related_name="entries")
    case = models.ForeignKey("adjudication.Case", models.PROTECT, null=True, blank=True, related_name="entries")
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField(help_text=_("The sum of either side: it seals the entry."))
    occurred_at = models.DateTimeField(help_text=_("When it happened (UTC)."))
    recorded_at = models.DateTimeField(db_default=Now(), help_text=_("When it was written (UTC)."))

    class Meta:
        """Append-only."""

        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = [
            models.CheckConstraint(
                name="entry_moves_something", condition=Q(total_minor__gt=0) & Q(total_minor__lte=MAX_MINOR * 4)
            ),
        ]

    def __str__(self) -> str:
        """Its reference."""
        return self.reference


class Posting(models.Model):
    """One line of an entry: a positive debit or a positive credit to one account."""

    entry = models.ForeignKey(Entry, models.PROTECT, related_name="postings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="postings")
    debit_minor = models.BigIntegerField(default=0)
    credit_minor = models.BigIntegerField(default=0)

    class Meta:
        """Append-only."""

        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        constraints = [
            models.CheckConstraint(
                name="positive_debit_or_credit",
                condition=Q(debit_minor__gt=0, credit_minor=0) | Q(debit_minor=0, credit_minor__gt=0),
            ),
        ]

    def __str__(self) -> str:
        """Debit or credit, and how much."""
        return f"Dr {self.debit_minor}" if self.debit_minor else f"Cr {self.credit_minor}"


class Payout(models.Model):
    """Money that is to leave: to one payee, once, however often the provider is asked."""

    class State(models.TextChoices):
        """What has become of it; a failed payout stays payable and is tried again."""

        DUE = "due", _("due")
        PAID = "paid", _("paid")
        FAILED = "failed", _("failed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(Entry, models.PROTECT, related_name="payouts", help_text=_("What made it payable."))
    case = models.ForeignKey("adjudication.Case", models.PROTECT, null=True, blank=True, related_name="payouts")
    order = models.ForeignKey("adjudication.Order", models.PROTECT, related_name="payouts")
    payee = models.ForeignKey("adjudication.Party", models.PROTECT, related_name="payouts")
    account = models.ForeignKey(Account, models.PROTECT, related_name="payouts", help_text=_("It empties this one."))
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=6, choices=State, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(help_text=_("Not before this moment (UTC)."))
    provider_reference = models.CharField(max_length=200, default="", blank=True)
    failure = models.CharField(max_length=500, default="", blank=True, help_text=_("Why the last try failed."))
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Once per entry and payee."""

        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.UniqueConstraint(fields=["entry", "payee"], name="one_payout_an_entry_and_payee"),
            models.CheckConstraint(name="payout_pays_something", condition=Q(amount_minor__gt=0)),
            models.CheckConstraint(
                name="payout_is_paid_at_a_time", condition=Q(state="paid", paid_at__isnull=False) | ~Q(state="paid")
            ),
        ]
        indexes = [
            models.Index(F("next_try_at"), F("id"), name="payout_unpaid", condition=~Q(state="paid")),
        ]

    @property
    def amount(self) -> Amount:
        """What is paid."""
        return Amount(self.amount_minor, self.currency)

    @property
    def reference(self) -> str:
        """The idempotency key at the provider: what made it payable, and to whom."""
        return f"payout:{self.entry.reference}:{self.payee_id}"

    def __str__(self) -> str:
        """Its reference."""
        return f"payout {self.pk}"
