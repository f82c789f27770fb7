"""Idempotency keys: the answer to a request, kept in the very transaction of its effect."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class IdempotencyKey(models.Model):
    """One answered request of one API key."""

    api_key = models.ForeignKey("adjudication.ApiKey", models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text=_("SHA-256 of method, path and body."))
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    created_at = models.DateTimeField()
    case = models.ForeignKey(
        "adjudication.Case",
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        help_text=_("The case it was about: the answer is kept as long as that is open, and a while longer."),
    )

    class Meta:
        """One answer a key."""

        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [models.UniqueConstraint(fields=["api_key", "key"], name="one_answer_an_idempotency_key")]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(case=None), name="answer_without_a_case_by_age"),
            models.Index(fields=["created_at"], condition=~Q(case=None), name="answer_of_a_case_by_age"),
        ]

    def __str__(self) -> str:
        """The key."""
        return self.key
