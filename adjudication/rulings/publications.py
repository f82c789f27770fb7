"""A publication: a final ruling's place in the public register, without names (DOMAIN section 7).

It exists from the moment the ruling is final, written with it, so that none is forgotten. Beside the ruling, which is
never changed, it keeps the words that the public reads, and what precedents are compared by.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from adjudication.money import Amount
from adjudication.policy.terms import Reason, Remedy
from adjudication.rulings.models import Ruling, Winner


class Publication(models.Model):
    """One final ruling, as the register tells it."""

    ruling = models.OneToOneField(Ruling, models.PROTECT, related_name="publication")
    final_at = models.DateTimeField(help_text=_("When the ruling became final (UTC)."))
    # Entered a moment later, from the case and the ruling as they then stand, and fixed from then on.
    entered_at = models.DateTimeField(null=True, blank=True, help_text=_("When its words were made ready (UTC)."))
    publish_from = models.DateTimeField(null=True, blank=True, help_text=_("It is published from then on (UTC)."))
    publish_by = models.DateTimeField(null=True, blank=True, help_text=_("It is late from then on (UTC)."))
    reason = models.CharField(max_length=24, choices=Reason, blank=True, default="")
    category = models.CharField(max_length=120, blank=True, default="", help_text=_("The shop’s main category."))
    amount_minor = models.BigIntegerField(default=0, help_text=_("The claim, in the currency's smallest units."))
    currency = models.CharField(max_length=3, blank=True, default="")
    winner = models.CharField(max_length=6, choices=Winner, blank=True, default="")
    remedy = models.CharField(max_length=20, choices=Remedy, blank=True, default="")
    share_basis_points = models.PositiveIntegerField(
        default=0, help_text=_("What of the claim the buyer was awarded, in hundredths of a percent.")
    )
    answers = models.JSONField(default=dict, blank=True, help_text=_("The questions of fact, answered."))
    # May be changed before and after the publication, each time on record.
    words = models.TextField(blank=True, default="", help_text=_("The reasons as the public reads them."))
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    search = SearchVectorField(null=True, editable=False, help_text=_("The words as the search knows them."))

    class Meta:
        """One a ruling; published once, not before it was entered."""

        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        constraints = [
            models.CheckConstraint(
                name="published_only_once_entered",
                condition=Q(published_at=None) | Q(entered_at__isnull=False) & ~Q(words=""),
            ),
            models.CheckConstraint(
                name="entered_with_the_days_it_is_due",
                condition=Q(entered_at=None, publish_from=None, publish_by=None)
                | Q(entered_at__isnull=False, publish_from__isnull=False, publish_by__gte=F("publish_from")),
            ),
            models.CheckConstraint(
                name="share_is_of_the_claim", condition=Q(share_basis_points__gte=0, share_basis_points__lte=10_000)
            ),
        ]
        indexes = [
            models.Index(fields=["id"], name="publication_to_enter", condition=Q(entered_at=None)),
            models.Index(
                fields=["publish_from", "id"],
                name="publication_to_publish",
                condition=Q(published_at=None, entered_at__isnull=False),
            ),
            models.Index(
                fields=["publish_by", "id"],
                name="publication_due",
                condition=Q(published_at=None, entered_at__isnull=False),
            ),
            models.Index(
                F("published_at").desc(),
                F("id").desc(),
                name="publication_newest",
                condition=Q(published_at__isnull=False),
            ),
            # All that precedents are first compared by, so that the table itself is read for the nearest alone.
            models.Index(
                fields=["reason"],
                name="publication_precedents",
                include=("id", "category", "amount_minor", "currency", "answers"),
                condition=Q(entered_at__isnull=False),
            ),
            GinIndex(fields=["search"], name="publication_search"),
        ]

    def __str__(self) -> str:
        """Its number in the register."""
        return str(self.pk)

    @property
    def claim(self) -> Amount:
        """What was claimed."""
        return Amount(self.amount_minor, self.currency)
