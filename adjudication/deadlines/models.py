"""A deadline: one running term, as a row that explains itself.

It says by which rule of which policy version it runs, since when and because of which event, until when, whom it binds
and what silence will do. It is met, lapsed or superseded exactly once, and never lapses early.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Deadline(models.Model):
    """One term of one case, or of an order that no case is open over."""

    class Kind(models.TextChoices):
        """The rule it runs by; the key of the policy's number."""

        SELLER_ANSWERS = "seller_answers", _("the seller answers the request")
        BUYER_INTERVENES = "buyer_intervenes", _("the buyer may call the platform in")
        ARBITRATOR_ASSIGNED = "arbitrator_assigned", _("an arbitrator is assigned")
        EVIDENCE = "evidence", _("both sides file evidence")
        RULING = "ruling", _("the arbitrator rules")
        RULING_ONCE_OVERDUE = "ruling_once_overdue", _("a supervisor rules")
        APPEAL = "appeal", _("the losing side may appeal")
        BUYER_SHIPS_RETURN = "buyer_ships_return", _("the buyer sends the goods back")
        SELLER_ACKNOWLEDGES_RETURN = "seller_acknowledges_return", _("the seller acknowledges the return")
        SELLER_SHIPS = "seller_ships", _("the seller ships the order")
        SELLER_REPLACES = "seller_replaces", _("the seller sends the replacement")
        BUYER_REPORTS_MISSING = "buyer_reports_missing", _("the buyer reports what is missing")
        BUYER_CONFIRMS_RECEIPT = "buyer_confirms_receipt", _("the buyer confirms receipt")

    class Binds(models.TextChoices):
        """Whose silence counts."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")
        BOTH = "both", _("both sides")
        PLATFORM = "platform", _("platform")
        ARBITRATOR = "arbitrator", _("arbitrator")
        SUPERVISOR = "supervisor", _("supervisor")

    class Silence(models.TextChoices):
        """What silence past the end means."""

        ACCEPTED = "accepted", _("the seller is taken to accept")
        BUYER_MAY_INTERVENE = "buyer_may_intervene", _("the buyer may call the platform in")
        RELEASED = "released", _("the case closes and the claim is released to the seller")
        WITHDRAWN = "withdrawn", _("the request is taken as withdrawn")
        EVIDENCE_OPENS = "evidence_opens", _("evidence opens anyway")
        EVIDENCE_CLOSES = "evidence_closes", _("evidence closes for both sides")
        MOVED_TO_SUPERVISOR = "moved_to_supervisor", _("the case moves to a supervisor")
        LAST_RESORT = "last_resort", _("the policy's last resort decides")
        FINAL = "final", _("the ruling is final")
        RETURN_PRESUMED = "return_presumed", _("receipt of the return is presumed and what was agreed is carried out")
        REFUNDED = "refunded", _("what is held is refunded")
        RECEIPT_PRESUMED = "receipt_presumed", _("receipt is presumed and the money is released to the seller")

    class End(models.TextChoices):
        """How it ended."""

        MET = "met", _("met")
        LAPSED = "lapsed", _("lapsed")
        SUPERSEDED = "superseded", _("superseded")

    order = models.ForeignKey("adjudication.Order", models.PROTECT, related_name="deadlines")
    case = models.ForeignKey("adjudication.Case", models.PROTECT, null=True, blank=True, related_name="deadlines")
    kind = models.CharField(max_length=28, choices=Kind)
    binds = models.CharField(max_length=12, choices=Binds)
    if_silent = models.CharField(max_length=24, choices=Silence)
    policy_version = models.ForeignKey("adjudication.PolicyVersion", models.PROTECT, db_index=False)
    instance = models.PositiveSmallIntegerField(default=1)
    anchor_sequence = models.IntegerField(help_text=_("The event that started it, by its number in the journal."))
    anchored_at = models.DateTimeField(help_text=_("The moment its length is counted from (UTC)."))
    started_at = models.DateTimeField(help_text=_("Since when it has been open (UTC)."))
    due_at = models.DateTimeField(help_text=_("At this moment it is late already (UTC)."))
    end = models.CharField(max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True, help_text=_("Its lapse failed; a person must look."))
    failure = models.TextField(blank=True, default="", help_text=_("Why its lapse failed."))

    class Meta:
        """One open term at a time; it ends once; it never lapses early."""

        verbose_name = _("deadline")
        verbose_name_plural = _("deadlines")
        constraints = [
            models.UniqueConstraint(
                fields=["case"], name="one_open_deadline_a_case", condition=Q(ended_at=None, case__isnull=False)
            ),
            models.UniqueConstraint(
                fields=["order"], name="one_open_deadline_an_order", condition=Q(ended_at=None, case__isnull=True)
            ),
            models.CheckConstraint(
                name="never_lapses_early", condition=~Q(end="lapsed") | Q(ended_at__gte=F("due_at"))
            ),
            models.CheckConstraint(name="never_met_late", condition=~Q(end="met") | Q(ended_at__lt=F("due_at"))),
            models.CheckConstraint(
                name="ended_somehow_at_a_time",
                condition=Q(end="", ended_at=None) | (~Q(end="") & Q(ended_at__isnull=False)),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                name="deadline_due_case",
                condition=Q(ended_at=None, parked_at=None, case__isnull=False),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="deadline_due_order",
                condition=Q(ended_at=None, parked_at=None, case__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        """Its rule and end."""
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M:%S}"
