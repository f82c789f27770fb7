"""Heartbeats: when each part of the service last did its work."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """The last sign of life of one part: `sweep`, `worker`, `beat`."""

    part = models.CharField(max_length=40, primary_key=True)
    beaten_at = models.DateTimeField()

    class Meta:
        """One row a part."""

        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        """The part."""
        return self.part
