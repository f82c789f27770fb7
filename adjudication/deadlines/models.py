"""A deadline: one running term, as a row that explains itself.

It says by which rule of which policy version it runs, since when and because of which event, until when, whom it binds
and what silence will do. It is met, lapsed or superseded exactly once, and never lapses early. Every extension of it
stands beside it with its reason.
"""

from __future__ import annotations

from django.conf import settings
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
    remind_at = models.DateTimeField(null=True, blank=True, help_text=_("When the bound side is reminded next (UTC)."))
    reminders = models.PositiveSmallIntegerField(default=0, db_default=0, help_text=_("How often it was reminded."))
    end = models.CharField(max_length=10, choices=End, blank=True, default="")
    ended_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0, db_default=0, help_text=_("How often its lapse has failed."))
    failure = models.TextField(blank=True, default="", help_text=_("Why its lapse failed the last time."))
    retry_at = models.DateTimeField(null=True, blank=True, help_text=_("When its lapse is tried again (UTC)."))
    parked_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Its lapse kept failing; a person must look (UTC).")
    )

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
                include=["kind"],
                name="deadline_due_case",
                condition=Q(ended_at=None, parked_at=None, case__isnull=False),
            ),
            models.Index(
                fields=["due_at", "id"],
                include=["kind"],
                name="deadline_due_order",
                condition=Q(ended_at=None, parked_at=None, case__isnull=True),
            ),
            models.Index(
                fields=["due_at", "id"],
                include=["case"],
                name="deadline_heard",
                condition=Q(
                    ended_at=None,
                    parked_at=None,
                    case__isnull=False,
                    kind__in=["arbitrator_assigned", "evidence", "ruling", "ruling_once_overdue"],
                ),
            ),
            models.Index(
                fields=["due_at", "id"],
                include=["case"],
                name="deadline_on_appeal",
                condition=Q(
                    ended_at=None,
                    parked_at=None,
                    case__isnull=False,
                    kind__in=["arbitrator_assigned", "evidence", "ruling", "ruling_once_overdue"],
                    instance__gt=1,
                ),
            ),
            models.Index(
                fields=["due_at", "id"],
                include=["case"],
                name="deadline_overdue",
                condition=Q(ended_at=None, parked_at=None, case__isnull=False, kind="ruling_once_overdue"),
            ),
            models.Index(
                fields=["remind_at", "id"],
                name="deadline_reminds",
                condition=Q(ended_at=None, parked_at=None, remind_at__isnull=False),
            ),
            models.Index(fields=["ended_at", "kind"], name="deadline_lapsed", condition=Q(end="lapsed")),
            models.Index(fields=["parked_at", "id"], name="deadline_parked", condition=Q(parked_at__isnull=False)),
        ]

    def __str__(self) -> str:
        """Its rule and end."""
        return f"{self.get_kind_display()} {self.due_at:%Y-%m-%d %H:%M:%S}"


class Outage(models.Model):
    """A time in which the service was not ready for people, or is expected not to be."""

    class Cause(models.TextChoices):
        """How it is known."""

        NOTICED = "noticed", _("noticed")
        DECLARED = "declared", _("declared by an operator")

    cause = models.CharField(max_length=8, choices=Cause)
    began_at = models.DateTimeField(help_text=_("From this moment on people could not rely on the service (UTC)."))
    ended_at = models.DateTimeField(help_text=_("At this moment it was ready again, or is expected to be (UTC)."))
    grace_ends_at = models.DateTimeField(help_text=_("What fell due inside is due at this moment (UTC)."))
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    note = models.TextField(blank=True, default="", help_text=_("What the parties are told of it."))
    recorded_at = models.DateTimeField(db_default=models.functions.Now())

    class Meta:
        """One row for one silence of the service, however many notice it."""

        verbose_name = _("outage")
        verbose_name_plural = _("outages")
        constraints = [
            models.UniqueConstraint(
                fields=["began_at"], name="a_silence_is_noticed_once", condition=Q(cause="noticed")
            ),
            models.CheckConstraint(
                name="an_outage_takes_time",
                condition=Q(ended_at__gt=F("began_at"), grace_ends_at__gte=F("ended_at")),
            ),
        ]
        indexes = [models.Index(fields=["grace_ends_at"], name="outage_latest")]

    def __str__(self) -> str:
        """From when to when."""
        return f"{self.began_at:%Y-%m-%d %H:%M:%S} – {self.ended_at:%Y-%m-%d %H:%M:%S}"


class Extension(models.Model):
    """One extension of one deadline: by whom or which outage, why, from when to when."""

    deadline = models.ForeignKey(Deadline, models.PROTECT, related_name="extensions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True)
    outage = models.ForeignKey(Outage, models.PROTECT, null=True, blank=True, related_name="extensions")
    reason = models.TextField(blank=True, default="", help_text=_("Why, in the words of who extended it."))
    due_before = models.DateTimeField(help_text=_("When it would have been due (UTC)."))
    due_after = models.DateTimeField(help_text=_("When it is due instead (UTC)."))
    extended_at = models.DateTimeField()

    class Meta:
        """Never changed; a deadline's due moment moves with one of these or not at all."""

        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.CheckConstraint(name="an_extension_lengthens", condition=Q(due_after__gt=F("due_before"))),
            models.CheckConstraint(
                name="extended_by_somebody_with_a_reason_or_by_an_outage",
                condition=(Q(by__isnull=False, outage=None) & ~Q(reason="")) | Q(by=None, outage__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        """The new end."""
        return f"{self.due_after:%Y-%m-%d %H:%M:%S}"
