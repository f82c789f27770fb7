"""What staff keep beside a case: a ruling begun, the queue’s filters, canned words, and who is looking."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class RulingDraft(models.Model):
    """A ruling that somebody has begun to type: kept as it stands, judged only when it is previewed or issued."""

    case = models.ForeignKey("adjudication.Case", models.CASCADE, related_name="ruling_drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    instance = models.PositiveSmallIntegerField()
    typed = models.JSONField(help_text=_("The form’s fields, word for word."))
    saved_at = models.DateTimeField()

    class Meta:
        """One a person, case and instance."""

        verbose_name = _("ruling begun")
        verbose_name_plural = _("rulings begun")
        constraints = [
            models.UniqueConstraint(fields=["case", "user", "instance"], name="one_ruling_begun_a_person_and_instance")
        ]

    def __str__(self) -> str:
        """Whose, of which case."""
        return f"{self.case} {self.user}"


class SavedFilter(models.Model):
    """A view of the queue that somebody comes back to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="queue_filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500)

    class Meta:
        """Names are one's own."""

        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name",)
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="a_saved_filter_has_one_name")]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class CannedReason(models.Model):
    """Words for the reasons of rulings that come again, with variables such as `{claim}`; for all who hear cases."""

    title = models.CharField(max_length=80)
    text = models.TextField()
    reason = models.CharField(max_length=24, blank=True, default="", help_text=_("For this reason alone; empty: all."))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Titles are unique among those in use."""

        verbose_name = _("canned reason")
        verbose_name_plural = _("canned reasons")
        ordering = ("title",)
        constraints = [
            models.UniqueConstraint(
                fields=["title"], name="a_canned_reason_has_one_title", condition=models.Q(retired_at=None)
            )
        ]

    def __str__(self) -> str:
        """Its title."""
        return self.title


class Presence(models.Model):
    """Who has a case's page open, as of a moment ago."""

    case = models.ForeignKey("adjudication.Case", models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    seen_at = models.DateTimeField()

    class Meta:
        """One a person and case."""

        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        constraints = [models.UniqueConstraint(fields=["case", "user"], name="one_presence_a_person_and_case")]

    def __str__(self) -> str:
        """Who."""
        return str(self.user)
