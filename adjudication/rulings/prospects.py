"""Prospects: what the rule of a case would lead to, told before anybody decides, from the same tables that decide.

Which default rules look at the record, and why each does or does not decide; and what each answer would award.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import Unprocessable
from adjudication.orders.models import Line
from adjudication.parties import Role
from adjudication.rulings.award import Award, award
from adjudication.rulings.defaults import SIGNED_FOR_REASONS, Default, is_forced
from adjudication.rulings.models import Winner
from adjudication.rulings.questions import AtFault

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: A split is told for so much of the use being left, in percent.
USABLE_PERCENTS = (0, 20, 40, 60, 80)


@dataclass(frozen=True, slots=True)
class DefaultJudged:
    """One default rule, and why it does or does not decide this case by the record as it now stands."""

    default: Default
    decides: bool
    why: StrOrPromise


def defaults_judged(case: Case) -> list[DefaultJudged]:
    """Each default rule; in a later instance none decides, and none is told."""
    if case.instance > 1:
        return []
    lines = case.papers.lines
    return [
        _judged(
            Default.NO_SHIPMENT,
            (_("A shipment or a delivery is on record."), any(line.parcel != Line.Parcel.PAID for line in lines)),
            decides=_("Neither a shipment nor a delivery is on record."),
        ),
        _judged(
            Default.FORCED_SHIPMENT,
            (
                _("No goods were shipped after the request and then refused or sent back."),
                not is_forced(case, lines),
            ),
            decides=_("The goods were shipped after the request, and refused or sent back."),
        ),
        _judged(
            Default.SIGNED_FOR,
            (
                _("It is for damage in transit and for goods that are not as described."),
                case.reason not in SIGNED_FOR_REASONS,
            ),
            (
                _("Not everything was delivered and signed for."),
                not all(line.parcel == Line.Parcel.DELIVERED and line.is_signed_for for line in lines),
            ),
            (
                _("The buyer has filed an admissible exhibit, so a person decides."),
                any(e.by == Role.BUYER and e.may_be_cited for e in case.papers.exhibits),
            ),
            decides=_("Delivery was signed for, and the buyer has filed no admissible exhibit."),
        ),
    ]


def _judged(default: Default, *against: tuple[StrOrPromise, bool], decides: StrOrPromise) -> DefaultJudged:
    for why, holds in against:
        if holds:
            return DefaultJudged(default, False, why)
    return DefaultJudged(default, True, decides)


def splits(claim_minor: int) -> list[tuple[AtFault, list[Award | None]]]:
    """What a split would award for each answer of whose fault it was, by how much of the use is left.

    None where the answers split nothing, because one side would get all of it.
    """
    return [(fault, [_split(claim_minor, fault, usable) for usable in USABLE_PERCENTS]) for fault in AtFault]


def _split(claim_minor: int, fault: AtFault, usable: int) -> Award | None:
    try:
        return award(claim_minor, Winner.SPLIT, {"fault": fault.value, "usable_percent": usable})
    except Unprocessable:
        return None
