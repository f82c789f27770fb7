"""What people and machines show at the door: API keys and one-time sign-in links. Only hashes of secrets are kept."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """What a key may be used for."""

    ORDERS_WRITE = "orders:write", "orders:write"
    CASES_READ = "cases:read", "cases:read"
    CASES_ACT = "cases:act", "cases:act"
    EVIDENCE_READ = "evidence:read", "evidence:read"
    RULINGS_WRITE = "rulings:write", "rulings:write"
    JURY = "jury", "jury"
    POLICIES_WRITE = "policies:write", "policies:write"
    WEBHOOKS = "webhooks", "webhooks"
    LEDGER_READ = "ledger:read", "ledger:read"


class ApiKey(models.Model):
    """A key: the marketplace's, one member of staff's, or one party's."""

    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True, help_text=_("The part of the key that may be shown."))
    secret_hash = models.CharField(max_length=64, help_text=_("SHA-256 of the whole key."))
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="api_keys")
    party = models.ForeignKey("adjudication.Party", models.CASCADE, null=True, blank=True, related_name="api_keys")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A key acts as the marketplace, as one member of staff, or as one party; never as two."""

        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints = [
            models.CheckConstraint(name="key_is_a_users_or_a_partys", condition=Q(user=None) | Q(party=None)),
        ]

    def __str__(self) -> str:
        """Name and prefix."""
        return f"{self.name} ({self.prefix}…)"


class RateBucket(models.Model):
    """What a key or an address may still ask for. The table is unlogged: after a crash everyone starts anew."""

    who = models.CharField(primary_key=True, max_length=80, help_text=_("key:ID, or address:IP."))
    tokens = models.FloatField()
    filled_at = models.DateTimeField()

    class Meta:
        """One row each."""

        verbose_name = _("rate")
        verbose_name_plural = _("rates")

    def __str__(self) -> str:
        """Whose."""
        return self.who


class SignInLink(models.Model):
    """A one-time address that signs one party in to its own pages."""

    token_hash = models.CharField(max_length=64, unique=True)
    party = models.ForeignKey("adjudication.Party", models.CASCADE, related_name="sign_in_links")
    case = models.ForeignKey("adjudication.Case", models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """Used once."""

        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self) -> str:
        """Whose."""
        return str(self.party_id)
