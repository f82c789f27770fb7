"""An inquiry: what an arbitrator asks one side or both while a case is heard; it moves no term and stops none.

Each side that is asked answers once, until the inquiry is due. Asked for a photo that shows a one-time code, a side
gets a code of its own, which is used for nothing else and shown to nobody else but staff (DOMAIN section 5).
"""

from __future__ import annotations

import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.parties import Role

#: Letters and digits that nobody takes for one another, however they are written.
CLEAR = "3467ACDEFHJKMNPRTWXY"


class Inquiry(models.Model):
    """One question to one side or both."""

    class State(models.TextChoices):
        """What has become of it; it follows from the answers and the time."""

        OPEN = "open", _("can be answered")
        ANSWERED = "answered", _("answered")
        UNANSWERED = "unanswered", _("not answered in time")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="inquiries_made")
    number = models.PositiveSmallIntegerField(help_text=_("1, 2, 3, … within its case."))
    instance = models.PositiveSmallIntegerField()
    text = models.TextField(help_text=_("What is asked; both sides read it."))
    is_challenge = models.BooleanField(default=False, help_text=_("It asks for a photo that shows a one-time code."))
    made_as = models.CharField(max_length=12, choices=Role)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="inquiries_made")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text=_("Until then it can be answered (UTC)."))

    #: Until when it can be answered where it fell due while the service was not ready; the docket says so.
    until: datetime | None = None
    #: It can be answered no more at the moment it was laid out for; the docket says so.
    is_over = False
    #: The sides asked, as drafted or laid out.
    asked: list[Asking]

    class Meta:
        """Numbered within its case; never changed."""

        verbose_name = _("inquiry")
        verbose_name_plural = _("inquiries")
        ordering = ("case_id", "number")
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="one_inquiry_a_number"),
            models.CheckConstraint(name="an_inquiry_takes_time", condition=Q(due_at__gt=models.F("made_at"))),
        ]

    @property
    def ends_at(self) -> datetime:
        """The moment from which on an answer is late."""
        return self.until or self.due_at

    @property
    def to(self) -> str:
        """Whom it is put to: `buyer`, `seller` or `both`."""
        return self.asked[0].side if len(self.asked) == 1 else "both"

    def asking(self, side: str) -> Asking | None:
        """What this side is asked, if it is."""
        return next((asking for asking in self.asked if asking.side == side), None)

    def waits_for(self, side: str) -> bool:
        """Can this side still answer it?"""
        asking = self.asking(side)
        return asking is not None and asking.replied_at is None and not self.is_over

    def code_told_to(self, side: str | None, asking: Asking) -> str | None:
        """The code that a photo must show, where it is told: to a side its own, while it can be used.

        Whoever is no side (None) is told any: staff look for it in the photo, and the marketplace passes it on.
        """
        is_told = side is None or (asking.side == side and self.waits_for(side))
        return asking.code if asking.code and is_told else None

    @property
    def is_open(self) -> bool:
        """Can anybody still answer it?"""
        return any(self.waits_for(asking.side) for asking in self.asked)

    @property
    def state(self) -> Inquiry.State:
        """Open, answered by everybody it asks, or over without that."""
        if all(asking.replied_at is not None for asking in self.asked):
            return Inquiry.State.ANSWERED
        return Inquiry.State.OPEN if self.is_open else Inquiry.State.UNANSWERED

    def __str__(self) -> str:
        """Its number."""
        return str(self.number)


class Asking(models.Model):
    """One side that an inquiry is put to, with its code, and what it answered."""

    class Side(models.TextChoices):
        """Who is asked."""

        BUYER = "buyer", _("buyer")
        SELLER = "seller", _("seller")

    inquiry = models.ForeignKey(Inquiry, models.PROTECT, related_name="askings")
    side = models.CharField(max_length=6, choices=Side)
    code = models.CharField(
        max_length=9, blank=True, default="", help_text=_("Written on paper, it stands in the photo that is asked for.")
    )
    reply = models.TextField(blank=True, default="", help_text=_("What the side answered; empty once erased."))
    replied_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        """A side is asked once and answers once; a code is given once."""

        verbose_name = _("side asked")
        verbose_name_plural = _("sides asked")
        ordering = ("inquiry_id", "side")
        constraints = [
            models.UniqueConstraint(fields=["inquiry", "side"], name="a_side_is_asked_once"),
            models.UniqueConstraint(fields=["code"], name="a_code_is_given_once", condition=~Q(code="")),
            models.CheckConstraint(name="a_reply_has_its_time", condition=Q(reply="") | Q(replied_at__isnull=False)),
        ]

    def __str__(self) -> str:
        """Who is asked."""
        return self.side


def new_code() -> str:
    """`K7MW-4RTD`: from a source that nobody can foresee, one of 25 thousand million."""
    drawn = "".join(secrets.choice(CLEAR) for _place in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"
