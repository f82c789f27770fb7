"""Canned reasons: what is ruled often need not be typed each time; supervisors keep the texts, in both languages.

A text has places, such as {amount}, for what differs from case to case. It is filled strictly: an unknown place, or one
for which this case has nothing yet, is an error that names it. A text is never edited in place: a change is a new
version, and who wrote which stays on record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from adjudication.errors import Fault, Malformed, NoStanding, Stale, Unprocessable
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Reason
from adjudication.rulings.models import Winner

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: What a text can have a place for.
PLACES: dict[str, StrOrPromise] = {
    "buyer_label": _("the buyer, without a name"),
    "seller_label": _("the seller, without a name"),
    "loser_label": _("the side it is decided against"),
    "amount": _("the claim"),
    "to_buyer": _("what the buyer is awarded"),
    "to_seller": _("what the seller is awarded, before fees"),
    "rule": _("the rule cited"),
    "remedy": _("what is ordered"),
    "cited": _("the exhibits that the ruling rests on"),
    "usable_percent": _("how much of the use is left"),
    "fault": _("whose fault it was"),
    "case_number": _("the case’s number"),
    "order_number": _("the order’s number"),
}
#: The languages in which a text is kept, by the code that a party's language begins with.
LANGUAGES = {"en": "English", "zh-hans": "简体中文"}

MOST_CHARACTERS = 4000
PLACE = re.compile(r"\{([^{}\n]{0,40})\}")
CODE = re.compile(r"[a-z][a-z0-9-]{1,39}")


class CannedReason(models.Model):
    """One version of one text."""

    code = models.CharField(max_length=40, help_text=_("Which text; the highest version counts."))
    version = models.PositiveSmallIntegerField(help_text=_("1, 2, 3, … of its code."))
    title = models.CharField(max_length=120, help_text=_("By which those who rule find it."))
    reason = models.CharField(
        max_length=24, choices=Reason, blank=True, default="", help_text=_("Offered for this reason alone, or for any.")
    )
    winner = models.CharField(
        max_length=6, choices=Winner, blank=True, default="", help_text=_("For whom it decides, or for whomever.")
    )
    text_en = models.TextField()
    text_zh_hans = models.TextField()
    is_offered = models.BooleanField(default=True, help_text=_("Offered to those who rule, or no more."))
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        """Append-only; numbered within its code."""

        verbose_name = _("canned reason")
        verbose_name_plural = _("canned reasons")
        ordering = ("code", "version")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="one_canned_reason_a_version"),
            models.CheckConstraint(
                name="a_canned_reason_is_told_in_both_languages",
                condition=~Q(text_en="") & ~Q(text_zh_hans="") & ~Q(title=""),
            ),
        ]

    def text(self, language: str) -> str:
        """The text in one of the languages."""
        return self.text_zh_hans if language == "zh-hans" else self.text_en

    def __str__(self) -> str:
        """Which, and its version."""
        return f"{self.code} {self.version}"


def places_in(text: str) -> list[str]:
    """The names of the places in a text, each once, in their order."""
    return list(dict.fromkeys(PLACE.findall(text)))


def fill(text: str, values: Mapping[str, str], *, field: str = "canned") -> str:
    """Fill every place of a text.

    Raises:
        Unprocessable: a place that is not known, or for which there is nothing; one fault each, which names it.

    """
    faults = []
    for place in places_in(text):
        if place not in PLACES:
            faults.append(Fault(field, _("{%(place)s} is not known") % {"place": place}, "unknown_place"))
        elif not values.get(place):
            told = _("{%(place)s} is empty: %(what)s") % {"place": place, "what": PLACES[place]}
            faults.append(Fault(field, told, "empty_place"))
    if faults:
        raise Unprocessable(_("The text cannot be filled in yet."), *faults)
    return PLACE.sub(lambda found: values[found.group(1)], text)


def current() -> list[CannedReason]:
    """The last version of every text, by code."""
    return list(CannedReason.objects.order_by("code", "-version").distinct("code"))


def offered(texts: Iterable[CannedReason], *, reason: str) -> list[CannedReason]:
    """Those of them that are offered for this reason."""
    return [each for each in texts if each.is_offered and each.reason in ("", reason)]


def write(given: CannedReason, *, by: Actor, seen: int, at: datetime) -> CannedReason:
    """Keep a new version of a text; the one before it stays on record.

    Args:
        given: the text as it is to read, with its code; the rest is filled in here.
        by: a supervisor.
        seen: the version that was looked at; 0 for a new text.
        at: now.

    Raises:
        NoStanding: they are no supervisor.
        Malformed: something is missing, or is too long, or has a place that is not known; one fault each.
        Stale: somebody else has written a later version.

    """
    if by.role is not Role.SUPERVISOR:
        raise NoStanding(_("Supervisors keep the canned reasons; you read them."))
    if faults := list(_faults(given)):
        raise Malformed(_("The text cannot be kept as it is."), *faults)
    given.version, given.written_by_id, given.written_at = seen + 1, by.id, at
    newest = CannedReason.objects.filter(code=given.code).order_by("-version").first()
    if (newest.version if newest else 0) != seen:
        raise _written_meanwhile()
    try:
        with transaction.atomic():
            given.save(force_insert=True)
    except IntegrityError as error:
        raise _written_meanwhile() from error
    return given


def _written_meanwhile() -> Stale:
    return Stale(_("There is another version of this text, or another text of this name; look again."))


def _faults(given: CannedReason) -> Iterable[Fault]:
    if not CODE.fullmatch(given.code):
        yield Fault("code", _("2 to 40 small letters, digits and hyphens, beginning with a letter"))
    if not given.title.strip() or len(given.title) > 120 or "\0" in given.title:
        yield Fault("title", _("from 1 to 120 characters"))
    if given.reason not in ("", *Reason.values):
        yield Fault("reason", _("choose one of the reasons, or any"))
    if given.winner not in ("", *Winner.values):
        yield Fault("winner", _("choose for whom it decides, or for whomever"))
    for field in ("text_en", "text_zh_hans"):
        text: str = getattr(given, field)
        if not text.strip() or len(text) > MOST_CHARACTERS or "\0" in text:
            yield Fault(field, _("from 1 to %(most)d characters of plain text") % {"most": MOST_CHARACTERS})
        for place in places_in(text):
            if place not in PLACES:
                yield Fault(field, _("{%(place)s} is not known") % {"place": place}, "unknown_place")
