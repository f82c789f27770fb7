"""What people and machines show at the door: API keys and one-time sign-in links. Only hashes of secrets are kept.

Who was turned away, and who gave or took a way in, stands beside them and is never taken out.
"""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from adjudication.parties import Role


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

    who = models.CharField(primary_key=True, max_length=80, help_text=_("key:ID, address:IP, or sign-in:IP."))
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


class Denial(models.Model):
    """What somebody of the staff tried and was refused, a failed sign-in included; equal tries of a minute are one.

    It names no secret: not what was typed as a name, a password or a code.
    """

    minute = models.DateTimeField(help_text=_("The minute in which it was tried."))
    last_at = models.DateTimeField()
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty where nobody of that name works here."),
    )
    act = models.CharField(max_length=80, help_text=_("What was asked for: the method and the name of the address."))
    case_number = models.CharField(max_length=25, blank=True, help_text=_("The case it was about, if there is one."))
    why = models.CharField(max_length=40, help_text=_("The code of the refusal."))
    told = models.CharField(max_length=300, blank=True, help_text=_("The sentence that was answered the first time."))
    address = models.CharField(max_length=45, blank=True, help_text=_("Whence somebody tried to sign in."))
    tries = models.PositiveIntegerField(default=1)

    class Meta:
        """Counted up, and otherwise append-only (migration 0021)."""

        verbose_name = _("denied try")
        verbose_name_plural = _("denied tries")
        constraints = [
            models.UniqueConstraint(
                name="equal_tries_of_a_minute_are_one",
                fields=["minute", "user", "act", "case_number", "why", "address"],
                nulls_distinct=False,
            ),
            models.CheckConstraint(name="denial_was_tried", condition=Q(tries__gt=0)),
            models.CheckConstraint(name="denial_is_of_its_minute", condition=Q(last_at__gte=F("minute"))),
        ]

    def __str__(self) -> str:
        """What, and why not."""
        return f"{self.act}: {self.why}"


class AccessChange(models.Model):
    """That a way in was given or taken: an account, a key, a second factor, a lock. Append-only."""

    class Kind(models.TextChoices):
        """What was done."""

        ACCOUNT_MADE = "account_made", _("account made")
        ROLE_CHANGED = "role_changed", _("role changed")
        PASSWORD_SET = "password_set", _("password set")
        KEY_MADE = "key_made", _("key made")
        KEY_REVOKED = "key_revoked", _("key revoked")
        SECOND_FACTOR_SET_UP = "second_factor_set_up", _("second factor set up")
        SECOND_FACTOR_RESET = "second_factor_reset", _("second factor reset")
        RECOVERY_CODES_MADE = "recovery_codes_made", _("recovery codes made anew")
        UNLOCKED = "unlocked", _("unlocked")

    kind = models.CharField(max_length=24, choices=Kind)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text=_("Empty for a command on the server."),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="access_changes",
        help_text=_("Whose way in it is; empty for a key."),
    )
    key = models.ForeignKey(ApiKey, models.PROTECT, null=True, blank=True, related_name="changes")
    roles = models.CharField(
        max_length=200, blank=True, default="", help_text=_("What this person may act as from now on.")
    )
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        """Of one person or of one key; what is taken has a reason."""

        verbose_name = _("change of access")
        verbose_name_plural = _("changes of access")
        constraints = [
            models.CheckConstraint(
                name="access_is_a_persons_or_a_keys",
                condition=Q(user=None, key__isnull=False) | Q(key=None, user__isnull=False),
            ),
            models.CheckConstraint(
                name="access_is_taken_for_a_reason",
                condition=~Q(kind__in=("key_revoked", "second_factor_reset", "unlocked")) | ~Q(reason=""),
            ),
            models.CheckConstraint(
                name="change_of_access_is_known",
                condition=Q(
                    kind__in=(
                        "account_made",
                        "role_changed",
                        "password_set",
                        "key_made",
                        "key_revoked",
                        "second_factor_set_up",
                        "second_factor_reset",
                        "recovery_codes_made",
                        "unlocked",
                    )
                ),
            ),
        ]

    def __str__(self) -> str:
        """What was done."""
        return str(self.get_kind_display())

    @property
    def roles_told(self) -> str:
        """The roles, as the reader calls them."""
        names = self.roles.split(", ") if self.roles else []
        return ", ".join(str(Role(name).label) if name in Role.values else name for name in names)
