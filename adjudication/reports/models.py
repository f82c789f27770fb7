"""When each part of the service last did its work; and each signed file of a case that was handed out."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.parties import Role


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


class Export(models.Model):
    """One time that the signed file of a case was handed out; never changed or deleted.

    It stands beside the journal and not in it: to hand out a case does not move it on. Whoever holds a signed file can
    ask whether it was made here: its manifest's SHA-256 stands here.
    """

    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="exports")
    role = models.CharField(max_length=12, choices=Role)
    asker_id = models.BigIntegerField(default=0, help_text=_("The party or the member of staff; 0 for none."))
    asker_name = models.CharField(max_length=200, help_text=_("As the file says."))
    key_id = models.BigIntegerField(null=True, blank=True, help_text=_("The API key, where one was used."))
    sequence = models.IntegerField(help_text=_("The number of the case’s last event in it."))
    manifest_sha256 = models.CharField(max_length=64, help_text=_("SHA-256 of manifest.json, which is what is signed."))
    signing_key = models.CharField(max_length=64, help_text=_("The id of the key it is signed with."))
    is_whole = models.BooleanField(help_text=_("Every exhibit’s file was in it."))
    exported_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        verbose_name = _("signed file")
        verbose_name_plural = _("signed files")
        ordering = ("-id",)

    def __str__(self) -> str:
        """Of which case, when."""
        return f"{self.case_id} {self.exported_at:%Y-%m-%d %H:%M}"
