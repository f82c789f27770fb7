"""An offer: a settlement that one side proposes and the other may accept; it stops no term."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.money import Amount
from adjudication.policy.terms import Remedy


class Offer(models.Model):
    """One proposed settlement."""

    class State(models.TextChoices):
        """What became of it."""

        OPEN = "open", _("open")
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        LAPSED = "lapsed", _("lapsed with the negotiation")

    class By(models.TextChoices):
        """Whose offer it is."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="offers_made")
    by = models.CharField(max_length=6, choices=By)
    remedy = models.CharField(max_length=20, choices=Remedy)
    amount_minor = models.BigIntegerField(help_text=_("What of the claim the buyer would get."))
    text = models.TextField(blank=True, default="")
    until = models.DateTimeField(null=True, blank=True, help_text=_("For “wait longer”: until when."))
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """One open offer a side."""

        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ("case_id", "made_at")
        constraints = [
            models.UniqueConstraint(fields=["case", "by"], name="one_open_offer_a_side", condition=Q(state="open")),
            models.CheckConstraint(name="offer_is_not_negative", condition=Q(amount_minor__gte=0)),
        ]

    @property
    def amount(self) -> Amount:
        """What the buyer would get."""
        return Amount(self.amount_minor, self.case.currency)

    def __str__(self) -> str:
        """By whom and what."""
        return f"{self.by}: {self.remedy}"


def lapse_offers(case: Case, *, at: datetime) -> None:
    """The negotiation is over: what is still open of it lapses."""
    case.open_offers = 0
    for offer in case.papers.offers:
        if offer.state == Offer.State.OPEN:
            offer.state, offer.ended_at = Offer.State.LAPSED, at
            if offer not in case.papers.new_offers:
                case.papers.moved_offers.append(offer)
