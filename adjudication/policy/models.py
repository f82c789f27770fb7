"""A policy version: the numbers and tables in force from a moment on, never changed once written."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PolicyVersion(models.Model):
    """One version. A case keeps the one it opened under for life, an order that of its registration."""

    version = models.PositiveIntegerField(primary_key=True, help_text=_("1, 2, 3, …; the highest is in force."))
    source = models.TextField(help_text=_("The TOML as it was loaded: only what differs from version 1."))
    tables = models.JSONField(help_text=_("Every number and table of this version, merged with version 1."))
    loaded_at = models.DateTimeField(help_text=_("When it came into force (UTC)."))
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)

    class Meta:
        """A used rule must stay what it was."""

        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ("version",)
        constraints = [models.CheckConstraint(name="policy_versions_count_from_1", condition=models.Q(version__gte=1))]

    def __str__(self) -> str:
        """Its number."""
        return str(_("version %(number)d") % {"number": self.version})
