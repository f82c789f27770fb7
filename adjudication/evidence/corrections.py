"""A corrected kind: what an exhibit was filed as stays on record, what it counts as is what the arbitrator said last.

So off-platform chat is inadmissible whatever it was filed as (DOMAIN section 5).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.evidence.models import Exhibit
from adjudication.parties import Role


class KindCorrection(models.Model):
    """One time that staff said what an exhibit is; the exhibit itself is never changed."""

    exhibit = models.ForeignKey(Exhibit, models.PROTECT, related_name="kind_corrections")
    number = models.PositiveSmallIntegerField(help_text=_("1, 2, 3, … of its exhibit; the last one counts."))
    instance = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Exhibit.Kind, help_text=_("What it is."))
    reason = models.TextField(help_text=_("Why; both sides read it."))
    corrected_as = models.CharField(max_length=12, choices=Role)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    corrected_at = models.DateTimeField()

    class Meta:
        """Append-only; numbered within its exhibit."""

        verbose_name = _("corrected kind")
        verbose_name_plural = _("corrected kinds")
        ordering = ("exhibit_id", "number")
        constraints = [models.UniqueConstraint(fields=["exhibit", "number"], name="one_correction_a_number")]

    def __str__(self) -> str:
        """What it is."""
        return self.kind


def lay_on(exhibits: Iterable[Exhibit], corrections: Iterable[KindCorrection]) -> None:
    """Let each exhibit know its last correction, if it has one."""
    last = {correction.exhibit_id: correction for correction in sorted(corrections, key=lambda each: each.number)}
    for exhibit in exhibits:
        exhibit.last_correction = last.get(exhibit.pk)


def look_up(exhibits: Iterable[Exhibit]) -> None:
    """The same, asking the database once for all of them."""
    known = list(exhibits)
    lay_on(known, KindCorrection.objects.filter(exhibit__in=known))
