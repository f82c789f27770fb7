"""A desk: what one member of staff who hears cases can hear, and what they may not hear because it touches themselves.

Nobody rules on a case of a party they are related to or have traded with (DOMAIN section 7). How a desk was set, by
whom and when stays on record; so does an interest that has ended.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Setting(models.Model):
    """What a desk says: of today, or as it was set once."""

    languages = ArrayField(
        models.CharField(max_length=10), default=list, blank=True, help_text=_("None named: any language.")
    )
    categories = ArrayField(
        models.CharField(max_length=120), default=list, blank=True, help_text=_("Shops’ categories known well.")
    )
    most_cases = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("So many open cases are assigned at most; empty: no limit.")
    )
    is_away = models.BooleanField(default=False, help_text=_("Away: nothing is assigned by itself."))
    away_until = models.DateTimeField(
        null=True, blank=True, help_text=_("From this moment on they are back; empty: until they say so (UTC).")
    )

    class Meta:
        """A part of two tables."""

        abstract = True

    def says(self) -> tuple[object, ...]:
        """All of it, to be compared."""
        return (list(self.languages), list(self.categories), self.most_cases, self.is_away, self.away_until)

    def is_away_at(self, at: datetime) -> bool:
        """Is nothing assigned to them at that moment?"""
        return self.is_away and (self.away_until is None or self.away_until > at)


class Desk(Setting):
    """What somebody hears: a person without a desk of their own hears whatever comes."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="desk")

    class Meta:
        """One a person."""

        verbose_name = _("desk")
        verbose_name_plural = _("desks")
        constraints = [
            models.CheckConstraint(name="who_comes_back_has_been_away", condition=Q(away_until=None) | Q(is_away=True)),
        ]

    def __str__(self) -> str:
        """Whose."""
        return str(self.user)


class DeskChange(Setting):
    """A desk as it was set: by whom, when; never changed or deleted."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="desk_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        verbose_name = _("change of a desk")
        verbose_name_plural = _("changes of desks")
        ordering = ("-pk",)

    def __str__(self) -> str:
        """Whose, by whom."""
        return f"{self.user} by {self.by}"


class Interest(models.Model):
    """Why somebody may not hear a party's cases: it is their own account, or somebody they are related to.

    Through an own account also those are excluded with whom it has ever traded. An interest ends; it is never deleted.
    """

    class Kind(models.TextChoices):
        """What ties them."""

        ACCOUNT = "account", _("own account at the marketplace")
        RELATION = "relation", _("related to the party")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="interests")
    party = models.ForeignKey("adjudication.Party", models.PROTECT, related_name="interests")
    kind = models.CharField(max_length=8, choices=Kind)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        """Declared once at a time; ended by somebody else, for whom it keeps from a case does not lift it."""

        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "party", "kind"], name="an_interest_is_declared_once", condition=Q(ended_at=None)
            ),
            models.CheckConstraint(
                name="an_interest_ends_after_it_was_declared",
                condition=Q(ended_at=None) | Q(ended_at__gte=models.F("declared_at")),
            ),
            models.CheckConstraint(
                name="nobody_ends_their_own_interest", condition=Q(ended_by=None) | ~Q(ended_by=models.F("user"))
            ),
            models.CheckConstraint(
                name="an_interest_that_runs_was_ended_by_nobody",
                condition=Q(ended_by=None) | Q(ended_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """Whose, in whom."""
        return f"{self.user} {self.kind} {self.party}"
