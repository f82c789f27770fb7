"""Letters: what a side is told of by mail. The row holds no words; they are made when it is sent, and kept nowhere."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Letter(models.Model):
    """One letter to one party about one event."""

    class State(models.TextChoices):
        """Whether it has left."""

        DUE = "due", _("due")
        SENT = "sent", _("sent")
        GIVEN_UP = "given_up", _("given up")

    event = models.ForeignKey("adjudication.Event", models.PROTECT, related_name="letters")
    party = models.ForeignKey("adjudication.Party", models.PROTECT, related_name="letters")
    state = models.CharField(max_length=8, choices=State, default=State.DUE)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=500, blank=True, default="", help_text=_("Why the last try failed."))

    class Meta:
        """One of each to each."""

        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = [models.UniqueConstraint(fields=["event", "party"], name="one_letter_an_event_and_party")]
        indexes = [models.Index(fields=["next_try_at", "id"], name="letter_due", condition=Q(state="due"))]

    def __str__(self) -> str:
        """To whom, of what."""
        return f"{self.party_id} {self.event_id}"
