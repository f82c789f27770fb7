"""A ruling: the immutable decision of one instance, with a finding on every admissible exhibit (DOMAIN section 7)."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from adjudication.journal.chain import digest
from adjudication.money import Amount
from adjudication.parties import Role
from adjudication.policy.terms import Remedy


class Winner(models.TextChoices):
    """For whom it was decided."""

    BUYER = "buyer", _("buyer")
    SELLER = "seller", _("seller")
    SPLIT = "split", _("both in part")


class Ruling(models.Model):
    """What was decided, by whom, under which rule, and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="rulings_issued")
    instance = models.PositiveSmallIntegerField()
    winner = models.CharField(max_length=6, choices=Winner)
    remedy = models.CharField(max_length=20, choices=Remedy)
    buyer_minor = models.BigIntegerField(help_text=_("The award: what of the claim goes to the buyer."))
    seller_minor = models.BigIntegerField(help_text=_("The award: what of the claim goes to the seller, before fees."))
    currency = models.CharField(max_length=3)
    answers = models.JSONField(default=dict, help_text=_("The questions of fact, answered."))
    rule = models.CharField(max_length=40, help_text=_("The rule cited: the reason's code or a default's name."))
    reasons = models.TextField(help_text=_("In plain words, for the losing side."))
    decided_as = models.CharField(max_length=12, choices=Role)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="rulings_issued"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="rulings_confirmed"
    )
    issued_at = models.DateTimeField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of its content, as journalled."))

    class Meta:
        """One ruling an instance; never changed."""

        verbose_name = _("ruling")
        verbose_name_plural = _("rulings")
        ordering = ("case_id", "instance")
        constraints = [
            models.UniqueConstraint(fields=["case", "instance"], name="one_ruling_an_instance"),
            models.UniqueConstraint(fields=["case", "decided_by"], name="nobody_rules_twice_on_a_case"),
            models.CheckConstraint(name="award_is_not_negative", condition=Q(buyer_minor__gte=0, seller_minor__gte=0)),
        ]

    findings_drafted: list[Finding]

    @property
    def to_buyer(self) -> Amount:
        """What the buyer is awarded."""
        return Amount(self.buyer_minor, self.currency)

    @property
    def to_seller(self) -> Amount:
        """What the seller is awarded, before fees."""
        return Amount(self.seller_minor, self.currency)

    @property
    def reasons_told(self) -> str:
        """The reasons; those that a rule of the policy gives are told in the reader's language."""
        return gettext(self.reasons) if self.decided_as == Role.PLATFORM else self.reasons

    def content_digest(self, findings: list[Finding]) -> str:
        """SHA-256 over everything it says, so that no word of it can be altered unseen."""
        content: dict[str, Any] = {
            "case": self.case_id,
            "instance": self.instance,
            "winner": str(self.winner),
            "remedy": str(self.remedy),
            "buyer_minor": self.buyer_minor,
            "seller_minor": self.seller_minor,
            "currency": self.currency,
            "answers": self.answers,
            "rule": self.rule,
            "reasons": digest(self.reasons),
            "decided_as": str(self.decided_as),
            "findings": [finding.content() for finding in sorted(findings, key=lambda f: str(f.exhibit_id))],
        }
        return digest(content)

    def __str__(self) -> str:
        """Case and instance."""
        return f"ruling {self.instance} of {self.case_id}"


class Finding(models.Model):
    """What was found on one exhibit."""

    class Supports(models.TextChoices):
        """Which side it helps."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")
        NEITHER = "neither", _("neither")

    class Weight(models.TextChoices):
        """How much it counts."""

        NONE = "none", _("none")
        SOME = "some", _("some")
        STRONG = "strong", _("strong")

    ruling = models.ForeignKey(Ruling, models.PROTECT, related_name="findings")
    exhibit = models.ForeignKey("adjudication.Exhibit", models.PROTECT, related_name="findings")
    supports = models.CharField(max_length=8, choices=Supports)
    weight = models.CharField(max_length=6, choices=Weight)
    note = models.TextField(help_text=_("Why."))
    is_cited = models.BooleanField(default=False, help_text=_("The ruling rests on it."))

    class Meta:
        """One finding an exhibit; never changed."""

        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [models.UniqueConstraint(fields=["ruling", "exhibit"], name="one_finding_an_exhibit")]

    def content(self) -> dict[str, Any]:
        """What of it the ruling's digest covers."""
        return {
            "exhibit": str(self.exhibit_id),
            "supports": str(self.supports),
            "weight": str(self.weight),
            "note": digest(self.note),
            "is_cited": self.is_cited,
        }

    def __str__(self) -> str:
        """Which side, how much."""
        return f"{self.supports} ({self.weight})"


class Proposal(models.Model):
    """A ruling above the policy's limit, proposed by one person and waiting for a second."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("waiting for the second person")
        CONFIRMED = "confirmed", _("confirmed")
        SENT_BACK = "sent_back", _("sent back")
        LAPSED = "lapsed", _("overtaken by the term")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="proposals_made")
    instance = models.PositiveSmallIntegerField()
    content = models.JSONField(help_text=_("The ruling as it was proposed."))
    proposed_as = models.CharField(max_length=12, choices=Role)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="rulings_proposed")
    proposed_at = models.DateTimeField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    note = models.TextField(blank=True, default="", help_text=_("Why it was sent back."))

    class Meta:
        """One open proposal a case; the second person is never the first."""

        verbose_name = _("proposed ruling")
        verbose_name_plural = _("proposed rulings")
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_open_proposal_a_case", condition=Q(state="open")),
            models.CheckConstraint(
                name="the_second_person_is_another",
                condition=~Q(state="confirmed")
                | (Q(answered_by__isnull=False) & ~Q(answered_by=models.F("proposed_by"))),
            ),
        ]

    def __str__(self) -> str:
        """Case and state."""
        return f"proposal for {self.case_id}: {self.state}"
