"""The case: one refund dispute over one order, or lines of it, as a finite state machine.

The machine says which moves exist; who may make them and when is said by the acts (`procedure/`). The database keeps
the allowed values and edges too. Only the docket writes a case.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django_fsm import FSMField

from adjudication.cases.states import NEGOTIABLE, Outcome, State, moves
from adjudication.money import MAX_MINOR, Amount
from adjudication.papers import Papers
from adjudication.policy.terms import Channel, Reason, RejectionReason, Remedy


class Forum(models.TextChoices):
    """Who decides: staff, or a panel of jurors."""

    STAFF = "staff", _("arbitrator")
    JURY = "jury", _("jury")


class Hearing(models.TextChoices):
    """What the present instance hears."""

    CLAIM = "claim", _("the claim")
    APPEAL = "appeal", _("an appeal")
    RETURN = "return", _("a disputed return")


class Case(models.Model):
    """One refund dispute."""

    number = models.CharField(max_length=20, unique=True)
    order = models.ForeignKey("adjudication.Order", models.PROTECT, related_name="cases")
    buyer = models.ForeignKey("adjudication.Party", models.PROTECT, related_name="cases_as_buyer")
    shop = models.ForeignKey("adjudication.Shop", models.PROTECT, related_name="cases")
    policy_version = models.ForeignKey("adjudication.PolicyVersion", models.PROTECT)
    reason = models.CharField(max_length=24, choices=Reason)
    remedy = models.CharField(max_length=20, choices=Remedy, help_text=_("What the buyer asks for."))
    amount_minor = models.BigIntegerField(help_text=_("The claim, in the currency's smallest units."))
    currency = models.CharField(max_length=3)
    statement = models.TextField(help_text=_("What happened, in the buyer's words."))
    channel = models.CharField(max_length=20, choices=Channel, blank=True, default="")
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", help_text=_("The case before it.")
    )
    requested_at = models.DateTimeField()
    # Everything above is fixed when the case is filed; the docket writes everything below.
    state = FSMField(max_length=12, choices=State.choices, default=State.REQUESTED, protected=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    instance = models.PositiveSmallIntegerField(default=1, help_text=_("The number of its hearing."))
    forum = models.CharField(max_length=6, choices=Forum, blank=True, default="")
    arbitrator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="cases_heard"
    )
    rejection_reason = models.CharField(max_length=24, choices=RejectionReason, blank=True, default="")
    rejection_text = models.TextField(blank=True, default="")
    intervention_text = models.TextField(blank=True, default="", help_text=_("What the buyer told the platform."))
    heard_from = models.DateTimeField(
        null=True, blank=True, help_text=_("The act this instance's evidence and ruling are counted from.")
    )
    heard_extension = models.DurationField(
        default=timedelta, help_text=_("How much longer this instance's hearing takes, by extensions of its terms.")
    )
    hearing = models.CharField(max_length=6, choices=Hearing, default=Hearing.CLAIM)
    appellant = models.CharField(max_length=6, blank=True, default="", help_text=_("The side that appealed."))
    grounds = models.TextField(blank=True, default="", help_text=_("Why a ruling or a return was disputed."))
    agreed_remedy = models.CharField(
        max_length=20, choices=Remedy, blank=True, default="", help_text=_("What is being carried out.")
    )
    agreed_minor = models.BigIntegerField(default=0, help_text=_("What the buyer gets when it has been carried out."))
    return_address = models.TextField(
        blank=True, default="", help_text=_("Where the seller wants the goods back, if not at the shop’s address.")
    )
    return_shipped_at = models.DateTimeField(null=True, blank=True)
    return_cost_minor = models.BigIntegerField(default=0, help_text=_("What the buyer paid for the way back."))
    buyer_rests = models.BooleanField(default=False)
    seller_rests = models.BooleanField(default=False)
    is_overdue = models.BooleanField(default=False, help_text=_("A ruling was not made in time."))
    extensions_count = models.PositiveSmallIntegerField(
        default=0, help_text=_("How often an arbitrator has extended a term of it.")
    )
    open_offers = models.PositiveSmallIntegerField(default=0)
    exhibits_count = models.PositiveSmallIntegerField(default=0)
    inquiries_count = models.PositiveSmallIntegerField(default=0, db_default=0)
    corrections_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("How often the kind of an exhibit was corrected.")
    )
    drafts_count = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text=_("Exhibits drafted and not filed; shown to nobody, and moves no version.")
    )
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=0, help_text=_("The number of its last event: every act moves it."))
    head = models.BinaryField(default=b"", help_text=_("The hash of its last event."))

    FILED: ClassVar = frozenset(
        {"id", "number", "order_id", "buyer_id", "shop_id", "policy_version_id", "reason", "remedy", "amount_minor"}
        | {"currency", "statement", "channel", "follows_id", "requested_at"}
    )
    papers: Papers

    class Meta:
        """What the database keeps of a case."""

        verbose_name = _("case")
        verbose_name_plural = _("cases")
        constraints = [
            models.CheckConstraint(name="case_state_is_known", condition=Q(state__in=State.values)),
            models.CheckConstraint(
                name="claim_is_positive", condition=Q(amount_minor__gt=0, amount_minor__lte=MAX_MINOR)
            ),
            models.CheckConstraint(
                name="closed_with_an_outcome_and_only_then",
                condition=Q(state="closed", outcome__in=Outcome.values, closed_at__isnull=False)
                | (~Q(state="closed") & Q(outcome="", closed_at=None)),
            ),
            models.CheckConstraint(
                name="nothing_is_drafted_once_evidence_closed",
                condition=~Q(state__in=["ruling", "closed"]) | Q(drafts_count=0),
            ),
        ]
        indexes = [
            models.Index(F("state"), F("updated_at").desc(), F("id").desc(), name="case_newest_by_state"),
            models.Index(F("updated_at").desc(), F("id").desc(), name="case_newest"),
            models.Index(fields=["arbitrator", "state"], name="case_desk", condition=~Q(state="closed")),
            models.Index(
                fields=["heard_from", "id"], name="case_overdue", condition=Q(is_overdue=True, state="ruling")
            ),
            models.Index(
                fields=["heard_from", "id"],
                name="case_waits_for_somebody",
                condition=Q(arbitrator=None, state__in=["intervention", "evidence", "ruling"]),
            ),
            models.Index(
                fields=["amount_minor", "id"],
                name="case_large",
                condition=Q(state__in=["intervention", "evidence", "ruling"]),
            ),
        ]

    def __str__(self) -> str:
        """Its number."""
        return self.number

    @property
    def claim(self) -> Amount:
        """What is asked for."""
        return Amount(self.amount_minor, self.currency)

    @property
    def goods_go_back_to(self) -> str:
        """Where the buyer sends the goods: the address of this case, or the shop's."""
        return str(self.return_address or self.shop.return_address)

    @property
    def is_open(self) -> bool:
        """Not closed yet."""
        return bool(self.state != State.CLOSED)

    # The moves. None has an effect beyond its own case's fields.

    @moves([State.REQUESTED], State.REJECTED)
    def reject(self, *, reason: str, text: str) -> None:
        """The seller refused."""
        self.rejection_reason, self.rejection_text = reason, text

    @moves([State.REQUESTED, State.REJECTED], State.INTERVENTION)
    def intervene(self, *, forum: str, text: str, at: datetime) -> None:
        """The buyer called the platform in."""
        self.forum, self.intervention_text, self.heard_from = forum, text, at

    @moves([State.INTERVENTION], State.EVIDENCE)
    def open_evidence(self) -> None:
        """The hearing began."""

    @moves([State.EVIDENCE], State.RULING)
    def close_evidence(self) -> None:
        """Nothing more is filed."""

    @moves([State.INTERVENTION, State.RULING], State.RULED)
    def rule(self) -> None:
        """It has been decided."""

    @moves([State.RULED], State.EVIDENCE)
    def appeal(self, *, by: str, grounds: str, at: datetime) -> None:
        """The next instance hears it afresh."""
        self._next_instance(Hearing.APPEAL, grounds, at)
        self.appellant = by

    @moves([*NEGOTIABLE, State.RULED], State.RETURNING)
    def begin_return(self, *, remedy: str, buyer_minor: int) -> None:
        """The goods go back first; what then happens is noted."""
        self.agreed_remedy, self.agreed_minor = remedy, buyer_minor

    @moves([State.RETURNING], State.EVIDENCE)
    def dispute_return(self, *, grounds: str, at: datetime) -> None:
        """What came back is disputed: the next instance hears it."""
        self._next_instance(Hearing.RETURN, grounds, at)

    @moves([*NEGOTIABLE, State.RULED, State.RETURNING], State.CLOSED)
    def close(self, *, outcome: Outcome, at: datetime) -> None:
        """It is over."""
        self.outcome, self.closed_at = outcome, at

    def _next_instance(self, hearing: Hearing, grounds: str, at: datetime) -> None:
        self.instance += 1
        self.hearing, self.grounds = hearing, grounds
        self.heard_from, self.heard_extension = at, timedelta()
        self.arbitrator_id, self.is_overdue = None, False
        self.buyer_rests = self.seller_rests = False


class CaseLine(models.Model):
    """Which lines of the order a case is over, and what it claims of each."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="case_lines")
    line = models.ForeignKey("adjudication.Line", models.PROTECT, related_name="case_lines")
    claimed_minor = models.BigIntegerField()

    class Meta:
        """Fixed when the case is filed."""

        verbose_name = _("claimed line")
        verbose_name_plural = _("claimed lines")
        constraints = [models.UniqueConstraint(fields=["case", "line"], name="a_case_names_a_line_once")]

    def __str__(self) -> str:
        """The line's claim."""
        return str(self.claimed_minor)
