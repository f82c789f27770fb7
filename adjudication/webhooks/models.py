"""Webhooks: where an owner wants to hear of events, what is sent there, and how each try went.

A message's body is written once, before it is first sent, and never changes: whatever is sent again is the same bytes.
"""

from __future__ import annotations

from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class WebhookEndpoint(models.Model):
    """One address of the marketplace, or of one party, to which events are sent."""

    class Off(models.TextChoices):
        """Why nothing is sent to it."""

        BY_REQUEST = "by_request", _("by request")
        GONE = "gone", _("its receiver answered 410 Gone")
        REMOVED = "removed", _("removed")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    party = models.ForeignKey(
        "adjudication.Party",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="webhook_endpoints",
        help_text=_("Whose it is and of whose matters it is told; empty: the marketplace’s, of all."),
    )
    url = models.CharField(max_length=2000)
    types = ArrayField(
        models.CharField(max_length=40), null=True, blank=True, help_text=_("What it is told of; empty: everything.")
    )
    description = models.CharField(max_length=200, blank=True, default="")
    secret = models.TextField(help_text=_("Sealed with the service’s key."))
    previous_secret = models.TextField(blank=True, default="", help_text=_("The one before it, sealed."))
    previous_expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    off = models.CharField(
        max_length=12, choices=Off, blank=True, default="", help_text=_("Why nothing is sent to it; empty: it is on.")
    )
    off_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0, help_text=_("Tries in a row that failed."))
    failing_since = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(
        null=True, blank=True, help_text=_("While it fails, no try is made before this, and then one alone.")
    )

    class Meta:
        """Few; those that are on are looked through whole."""

        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        constraints = [
            models.CheckConstraint(
                name="endpoint_that_is_off_says_since_when",
                condition=Q(off="", off_at=None) | ~Q(off="") & ~Q(off_at=None),
            ),
            models.CheckConstraint(
                name="endpoint_is_off_for_a_known_reason", condition=Q(off__in=["", "by_request", "gone", "removed"])
            ),
            models.CheckConstraint(
                name="previous_secret_ends",
                condition=Q(previous_secret="", previous_expires_at=None)
                | ~Q(previous_secret="") & ~Q(previous_expires_at=None),
            ),
            models.CheckConstraint(
                name="endpoint_that_fails_says_since_when",
                condition=Q(failures=0, failing_since=None) | Q(failures__gt=0) & ~Q(failing_since=None),
            ),
            models.CheckConstraint(name="endpoint_has_a_secret", condition=~Q(secret="")),
            models.CheckConstraint(
                name="endpoint_hears_of_everything_or_something", condition=Q(types=None) | Q(types__len__gt=0)
            ),
        ]
        indexes = [models.Index(fields=["party", "created_at", "id"], name="endpoint_of_owner")]

    def __str__(self) -> str:
        """Where it is."""
        return self.url


class WebhookMessage(models.Model):
    """One event as it is sent, to however many endpoints; or one ping."""

    name = models.CharField(max_length=60, unique=True, help_text=_("The webhook-id, the same at every try."))
    kind = models.CharField(max_length=40)
    event = models.OneToOneField(
        "adjudication.Event", models.PROTECT, null=True, blank=True, related_name="webhook_message"
    )
    body = models.TextField(null=True, blank=True, help_text=_("The very text that is sent; empty until it first is."))
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        """One an event."""

        verbose_name = _("webhook message")
        verbose_name_plural = _("webhook messages")

    def __str__(self) -> str:
        """What of."""
        return f"{self.name} {self.kind}"


class WebhookDelivery(models.Model):
    """One message to one endpoint, tried until it is answered or given up."""

    class State(models.TextChoices):
        """Whether it has been answered."""

        DUE = "due", _("due")
        DELIVERED = "delivered", _("delivered")
        PARKED = "parked", _("parked")

    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries", db_index=False)
    message = models.ForeignKey(WebhookMessage, models.PROTECT, related_name="deliveries", db_index=False)
    kind = models.CharField(max_length=40)
    event = models.ForeignKey(
        "adjudication.Event", models.PROTECT, null=True, blank=True, related_name="+", db_index=False
    )
    matter = models.BigIntegerField(
        help_text=_("The case, or the order (negative), whose events are sent in order; 0: none.")
    )
    state = models.CharField(max_length=9, choices=State, default=State.DUE)
    attempts = models.PositiveIntegerField(default=0, help_text=_("Tries begun."))
    created_at = models.DateTimeField(db_default=Now())
    trying_since = models.DateTimeField(help_text=_("It is tried for three days from here on."))
    next_try_at = models.DateTimeField()
    lease = models.UUIDField(null=True, blank=True, help_text=_("The try that is under way."))
    leased_until = models.DateTimeField(
        null=True, blank=True, help_text=_("After this whoever was sending it counts as dead.")
    )
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """What is due is found by partial indexes: of an endpoint, of an endpoint's one matter, and of all.

        So is what was delivered, by its age: it may go one day.
        """

        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = [
            models.UniqueConstraint(fields=["message", "endpoint"], name="one_delivery_a_message_and_endpoint"),
            models.CheckConstraint(
                name="delivery_is_due_delivered_or_parked", condition=Q(state__in=["due", "delivered", "parked"])
            ),
            models.CheckConstraint(
                name="delivery_that_is_delivered_says_when",
                condition=Q(state="delivered") & ~Q(delivered_at=None) | ~Q(state="delivered") & Q(delivered_at=None),
            ),
            models.CheckConstraint(
                name="delivery_is_leased_until_a_moment",
                condition=Q(lease=None, leased_until=None) | ~Q(lease=None) & ~Q(leased_until=None),
            ),
            models.CheckConstraint(name="delivery_is_leased_while_due", condition=Q(state="due") | Q(lease=None)),
            models.CheckConstraint(
                name="delivery_of_an_event_belongs_to_its_matter",
                condition=Q(event=None, matter=0) | ~Q(event=None) & ~Q(matter=0),
            ),
            models.CheckConstraint(
                name="delivery_was_tried_before_it_was_delivered", condition=~Q(state="delivered") | Q(attempts__gt=0)
            ),
        ]
        indexes = [
            models.Index(fields=["endpoint", "id"], name="delivery_of_endpoint"),
            models.Index(fields=["endpoint", "event"], name="delivery_due", condition=Q(state="due")),
            models.Index(fields=["endpoint", "matter", "event"], name="delivery_due_matter", condition=Q(state="due")),
            models.Index(fields=["id"], name="delivery_waiting", condition=Q(state="due")),
            models.Index(fields=["endpoint", "id"], name="delivery_parked", condition=Q(state="parked")),
            models.Index(fields=["delivered_at"], name="delivery_done", condition=Q(state="delivered")),
        ]

    def __str__(self) -> str:
        """Number and type."""
        return f"{self.pk} {self.kind}"


class WebhookAttempt(models.Model):
    """One try: what was sent besides the body, and what came back. Never changed."""

    delivery = models.ForeignKey(WebhookDelivery, models.PROTECT, related_name="attempts_made", db_index=False)
    number = models.PositiveIntegerField(help_text=_("1, 2, 3, … within its delivery; a try that was killed has none."))
    url = models.CharField(max_length=2000)
    headers = models.JSONField(help_text=_("As sent."))
    sent_at = models.DateTimeField()
    duration_ms = models.PositiveIntegerField()
    status = models.PositiveSmallIntegerField(null=True, blank=True, help_text=_("Of the answer, if there was one."))
    answer = models.TextField(blank=True, default="", help_text=_("The beginning of the answer’s body."))
    error = models.CharField(max_length=300, blank=True, default="", help_text=_("Why there was no answer."))

    class Meta:
        """One a number."""

        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        constraints = [
            models.UniqueConstraint(fields=["delivery", "number"], name="one_attempt_a_number"),
            models.CheckConstraint(
                name="attempt_was_answered_or_says_why_not", condition=~Q(status=None) | ~Q(error="")
            ),
        ]

    def __str__(self) -> str:
        """Number and outcome."""
        return f"{self.number} {self.status or self.error}"


class WebhookTurn(models.Model):
    """Whose turn it is to send: one sender at a time looks for work, so that slow receivers never hold up every worker.

    It guards no truth: two at once would share the deliveries by their leases.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sender = models.UUIDField(null=True)
    until = models.DateTimeField()

    class Meta:
        """One row."""

        verbose_name = _("turn to send webhooks")
        verbose_name_plural = _("turns to send webhooks")
        constraints = [models.CheckConstraint(name="one_turn_at_a_time", condition=Q(id=1))]

    def __str__(self) -> str:
        """Until when."""
        return str(self.until)
