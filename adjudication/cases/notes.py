"""What staff note on a case for one another: no party reads it, and nothing is decided by it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Note(models.Model):
    """A private note of staff on a case: no party ever reads it; never changed or deleted."""

    class Kind(models.TextChoices):
        """What it is for."""

        NOTE = "note", _("note")
        HANDOVER = "handover", _("handed over")

    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        """Its beginning."""
        return self.text[:60]
