"""What the marketplace told us: the order, its lines and price, the two sides, and what became of the parcels.

The marketplace's ids are the identities here. Names and addresses stand in rows of their own, beside what is kept for
good, so that they can be erased one day.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from adjudication.money import MAX_MINOR, Amount
from adjudication.papers import Papers
from adjudication.parties import Actor, Role


class Party(models.Model):
    """One of the two sides, as the marketplace knows it: a buyer, or the seller behind a shop."""

    class Kind(models.TextChoices):
        """Which side this identity takes."""

        BUYER = "buyer", _("buyer")
        SHOP = "shop", _("shop")

    kind = models.CharField(max_length=6, choices=Kind)
    external_id = models.CharField(max_length=120, help_text=_("The marketplace's own id."))
    name = models.CharField(max_length=200, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        """One row per identity."""

        verbose_name = _("party")
        verbose_name_plural = _("parties")
        constraints = [models.UniqueConstraint(fields=["kind", "external_id"], name="one_party_an_identity")]

    @property
    def role(self) -> Role:
        """The side it takes in a case."""
        return Role.BUYER if self.kind == self.Kind.BUYER else Role.SELLER

    @property
    def actor(self) -> Actor:
        """The party as an actor."""
        return Actor(self.role, self.pk)

    def __str__(self) -> str:
        """The name people know, or the id."""
        return self.name or self.external_id


class Shop(models.Model):
    """The seller's store; the party behind it is the seller of its orders."""

    party = models.OneToOneField(Party, models.PROTECT, primary_key=True, related_name="shop")
    category = models.CharField(max_length=120, help_text=_("Main top-level category."))
    return_address = models.TextField(blank=True, default="")

    class Meta:
        """Beside the party, what only a shop has."""

        verbose_name = _("shop")
        verbose_name_plural = _("shops")
        indexes = [models.Index(fields=["category"], name="shop_by_category")]

    def __str__(self) -> str:
        """The seller's name."""
        return str(self.party)


class Order(models.Model):
    """A paid order whose price is held until the buyer has the goods."""

    number = models.CharField(max_length=120, unique=True, help_text=_("The marketplace's order number."))
    buyer = models.ForeignKey(Party, models.PROTECT, related_name="orders_bought")
    shop = models.ForeignKey(Shop, models.PROTECT, related_name="orders_sold")
    currency = models.CharField(max_length=3)
    price_minor = models.BigIntegerField(help_text=_("What was paid: items + shipping − discount."))
    shipping_minor = models.BigIntegerField(default=0)
    discount_minor = models.BigIntegerField(default=0)
    paid_at = models.DateTimeField(help_text=_("As reported by the marketplace (UTC)."))
    registered_at = models.DateTimeField(help_text=_("When this service recorded it (UTC)."))
    policy_version = models.ForeignKey("adjudication.PolicyVersion", models.PROTECT)
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of the registration, to know it again."))
    # Everything above is fixed when the order is registered; the docket writes everything below.
    open_cases = models.PositiveSmallIntegerField(default=0)
    suspended_kind = models.CharField(max_length=40, default="", blank=True)
    suspended_left = models.DurationField(null=True, blank=True, help_text=_("What was left of the suspended term."))
    messages_count = models.PositiveIntegerField(
        default=0, db_default=0, help_text=_("How many messages of the platform’s chat are kept of it.")
    )
    version = models.IntegerField(default=0, help_text=_("The number of its last event: every act moves it."))
    head = models.BinaryField(default=b"", help_text=_("The hash of its last event."))

    FILED: ClassVar = frozenset(
        {"id", "number", "buyer_id", "shop_id", "currency", "price_minor", "shipping_minor", "discount_minor"}
        | {"paid_at", "registered_at", "policy_version_id", "fingerprint"}
    )
    papers: Papers

    class Meta:
        """Price = items + shipping − discount."""

        verbose_name = _("order")
        verbose_name_plural = _("orders")
        constraints = [
            models.CheckConstraint(
                name="order_price_is_positive", condition=Q(price_minor__gt=0, price_minor__lte=MAX_MINOR)
            ),
        ]

    @property
    def price(self) -> Amount:
        """What was paid."""
        return Amount(self.price_minor, self.currency)

    def __str__(self) -> str:
        """Its number."""
        return self.number


class Line(models.Model):
    """One line of an order, with its share of the price and what is still held of it."""

    class Parcel(models.TextChoices):
        """How far its parcel has come, by what this service has recorded."""

        OWED = "owed", _("a replacement is owed")
        PAID = "paid", _("paid, not shipped")
        SHIPPED = "shipped", _("shipped")
        DELIVERED = "delivered", _("delivered")
        REFUSED = "refused", _("delivery refused")

    order = models.ForeignKey(Order, models.PROTECT, related_name="lines")
    label = models.CharField(max_length=60, help_text=_("The marketplace's id of the line, or 1, 2, 3, …"))
    sku = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=500)
    category = models.CharField(max_length=120, blank=True, default="")
    unit_price_minor = models.BigIntegerField()
    quantity = models.PositiveIntegerField()
    price_minor = models.BigIntegerField(help_text=_("Its share of the order's price."))
    snapshot = models.JSONField(null=True, blank=True, help_text=_("The listing as it was when bought."))
    # The docket writes everything below.
    held_minor = models.BigIntegerField(help_text=_("What of its price is still held."))
    claimed_minor = models.BigIntegerField(default=0, help_text=_("What the open case claims of it."))
    latest_case = models.ForeignKey("adjudication.Case", models.PROTECT, null=True, blank=True, related_name="+")
    is_disputed = models.BooleanField(default=False, help_text=_("Its latest case is open."))
    cases_count = models.PositiveSmallIntegerField(default=0)
    is_ruled = models.BooleanField(default=False, help_text=_("A ruling over it has been settled."))
    parcel = models.CharField(max_length=10, choices=Parcel, default=Parcel.PAID)
    shipped_at = models.DateTimeField(null=True, blank=True, help_text=_("When its shipment was recorded (UTC)."))
    is_signed_for = models.BooleanField(default=False, help_text=_("Its delivery was signed for."))
    owed_minor = models.BigIntegerField(default=0, help_text=_("Refunded if the replacement is not sent."))
    owed_for = models.CharField(max_length=20, blank=True, default="", help_text=_("The case that owes it."))

    class Meta:
        """A line names its one open case; a case never claims more than is held."""

        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ("order_id", "id")
        constraints = [
            models.UniqueConstraint(fields=["order", "label"], name="one_line_a_label"),
            models.CheckConstraint(
                name="line_holds_no_more_than_its_price",
                condition=Q(held_minor__gte=0, held_minor__lte=F("price_minor")),
            ),
            models.CheckConstraint(
                name="claim_is_within_what_is_held",
                condition=Q(claimed_minor__gte=0, claimed_minor__lte=F("held_minor")),
            ),
            models.CheckConstraint(
                name="owed_is_within_what_is_held",
                condition=Q(owed_minor__gte=0, owed_minor__lte=F("held_minor")),
            ),
            models.CheckConstraint(
                name="only_an_open_case_claims",
                condition=Q(is_disputed=True, latest_case__isnull=False) | Q(is_disputed=False, claimed_minor=0),
            ),
        ]

    def __str__(self) -> str:
        """Its title."""
        return self.title


class ParcelReport(models.Model):
    """Something the marketplace reported of a parcel; what counts for terms is when this service recorded it."""

    class Kind(models.TextChoices):
        """What was reported."""

        SHIPMENT = "shipment", _("shipment")
        DELIVERY = "delivery", _("delivery")
        REFUSAL = "refusal", _("delivery refused")
        RECEIPT = "receipt", _("receipt confirmed by the buyer")
        RETURN = "return", _("return shipment")

    order = models.ForeignKey(Order, models.PROTECT, related_name="parcel_reports")
    kind = models.CharField(max_length=10, choices=Kind)
    line_labels = models.JSONField(help_text=_("The labels of the lines it concerns."))
    carrier = models.CharField(max_length=120, blank=True, default="")
    tracking_number = models.CharField(max_length=120, blank=True, default="")
    signed_by = models.CharField(max_length=200, blank=True, default="")
    reported_at = models.DateTimeField(help_text=_("When it happened, as reported (UTC)."))
    recorded_at = models.DateTimeField(help_text=_("When this service recorded it (UTC)."))

    class Meta:
        """In the order in which they were recorded."""

        verbose_name = _("parcel report")
        verbose_name_plural = _("parcel reports")
        ordering = ("order_id", "id")

    def __str__(self) -> str:
        """What, and when."""
        return f"{self.kind} {self.reported_at:%Y-%m-%d}"
