"""The journal: the append-only record of every case and order, and the outbox that announces it.

Each matter's events are numbered without gaps and chained: every hash covers the hash before it and the exact text of
the event (canonical JSON, RFC 8785). A body holds ids, codes, amounts and hashes; names and words stand elsewhere.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that happened to one case or one order."""

    order = models.ForeignKey(
        "adjudication.Order", models.PROTECT, null=True, blank=True, db_index=False, related_name="events"
    )
    case = models.ForeignKey(
        "adjudication.Case", models.PROTECT, null=True, blank=True, db_index=False, related_name="events"
    )
    sequence = models.IntegerField(help_text=_("1, 2, 3, … within its case or order."))
    kind = models.CharField(max_length=40)
    occurred_at = models.DateTimeField(help_text=_("When it happened (UTC)."))
    recorded_at = models.DateTimeField(db_default=Now(), help_text=_("When it was written (UTC)."))
    transaction_id = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", ()),
        help_text=_("The transaction that wrote it: the feed shows only what no running transaction can precede."),
    )
    body = models.TextField(help_text=_("Canonical JSON, kept as the very text that was hashed."))
    previous = models.BinaryField(help_text=_("The hash of the event before it; empty for the first."))
    hash = models.BinaryField(help_text=_("SHA-256 over the previous hash and the body."))

    class Meta:
        """Append-only, gapless, chained."""

        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="one_event_a_number_in_a_case"),
            models.UniqueConstraint(fields=["order", "sequence"], name="one_event_a_number_in_an_order"),
            models.CheckConstraint(
                name="event_is_of_a_case_or_an_order",
                condition=Q(case__isnull=False, order__isnull=True) | Q(case__isnull=True, order__isnull=False),
            ),
            models.CheckConstraint(name="event_numbers_count_from_1", condition=Q(sequence__gte=1)),
        ]
        indexes = [models.Index(fields=["transaction_id", "id"], name="event_feed")]

    def __str__(self) -> str:
        """Number and kind."""
        return f"{self.sequence} {self.kind}"


class Announcement(models.Model):
    """The outbox: one row for each event that is still to be announced, written in the event's own transaction."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="announcement")
    announced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Waiting ones are found by a partial index."""

        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        indexes = [models.Index(fields=["event"], name="announcement_waiting", condition=Q(announced_at=None))]

    def __str__(self) -> str:
        """Its event."""
        return str(self.pk)
