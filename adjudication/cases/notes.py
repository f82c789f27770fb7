"""What staff note on a case for one another: no party reads it, and nothing is decided by it.

A note is of no act: it moves no version, and neither the journal nor any feed tells that there is one.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import Fault, Malformed, NoStanding
from adjudication.parties import DECIDERS, Actor

MOST_CHARACTERS = 4000


class Note(models.Model):
    """A private note of staff on a case: no party ever reads it; never changed or deleted."""

    class Kind(models.TextChoices):
        """What it is for."""

        NOTE = "note", _("note")
        HANDOVER = "handover", _("handed over")

    case = models.ForeignKey("adjudication.Case", models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.NOTE)
    text = models.TextField()
    written_at = models.DateTimeField()

    class Meta:
        """Append-only."""

        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ("written_at", "pk")

    def __str__(self) -> str:
        """Its beginning."""
        return self.text[:60]


def write(case: Case, *, by: Actor, text: str, at: datetime) -> Note:
    """Note something on a case, for staff alone, whatever state it is in.

    Raises:
        NoStanding: they do not hear cases, or may not hear this one.
        Malformed: nothing, or too much, is said.

    """
    if by.role not in DECIDERS:
        raise NoStanding(_("Those who hear cases write notes on them; you read them."))
    if by.id in case.papers.interested:
        raise NoStanding(_("Nobody hears a case of a party they are related to or have traded with."))
    text = text.strip()
    require_readable(text, field="text")
    return Note.objects.create(case=case, by_id=by.id, text=text, written_at=at)


def require_readable(text: str, *, field: str) -> None:
    """Refuse what is no note: nothing, more than anybody reads, or no plain text. The database keeps its length too.

    Raises:
        Malformed: naming the field that it was given in.

    """
    if not text or len(text) > MOST_CHARACTERS or "\0" in text:
        told = _("from 1 to %(most)d characters of plain text") % {"most": MOST_CHARACTERS}
        raise Malformed(
            _("Say what is to be noted, in at most %(most)d characters.") % {"most": MOST_CHARACTERS},
            Fault(field, told),
        )
