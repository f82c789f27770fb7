"""What belongs to the reader of the staff's pages and to no case: kept filters, the keyboard's switch, who is looking.

Nothing here is evidence of anything: a case is decided without it.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: So many filters one person keeps.
MOST_KEPT = 20


class SavedFilter(models.Model):
    """A view of the queue under a name that one person gave it: a tab with a filter."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_filters")
    place = models.PositiveSmallIntegerField(help_text=_("1 … 20: no two have the same, so there are no more."))
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=500, help_text=_("The tab and the filter as they stand in the address."))
    saved_at = models.DateTimeField()

    class Meta:
        """Twenty a person, each under a name of its own."""

        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="a_filter_has_a_name_of_its_own"),
            models.UniqueConstraint(fields=["user", "place"], name="one_filter_a_place"),
            models.CheckConstraint(name="twenty_filters_a_person", condition=Q(place__gte=1, place__lte=MOST_KEPT)),
            models.CheckConstraint(name="a_filter_is_named", condition=~Q(name="")),
        ]

    def __str__(self) -> str:
        """Its name."""
        return self.name


class Shortcuts(models.Model):
    """Whether single keys act for this person (WCAG 2.1.4: who types by voice switches them off)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="shortcuts")
    are_on = models.BooleanField(default=True)

    class Meta:
        """Without a row they are on."""

        verbose_name = _("keyboard shortcuts")
        verbose_name_plural = _("keyboard shortcuts")

    def __str__(self) -> str:
        """Whose."""
        return str(self.user)


class Looking(models.Model):
    """Somebody has a case open now; over by itself, in no journal, and lost with the server."""

    # Not a constraint of the database's: it would lock the case for every look, and a sweep would step over it.
    case = models.ForeignKey("adjudication.Case", models.CASCADE, related_name="+", db_constraint=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    seen_at = models.DateTimeField()

    class Meta:
        """One row a person and case."""

        verbose_name = _("looking at a case")
        verbose_name_plural = _("looking at cases")
        constraints = [models.UniqueConstraint(fields=["user", "case"], name="one_look_a_person_and_case")]
        indexes = [models.Index(fields=["seen_at"], name="looking_by_age")]

    def __str__(self) -> str:
        """Who, at what."""
        return f"{self.user} {self.case}"
