"""Default rulings: what the record alone decides in a first instance, each citing its rule, each appealable.

1 and 2 are looked for when the platform is called in, 2 and 3 when evidence closes; everything else is decided by
people (DOMAIN section 6).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from django.utils.translation import gettext_noop

from adjudication.cases.models import Case
from adjudication.orders.models import Line
from adjudication.parties import Role
from adjudication.policy.terms import Reason
from adjudication.rulings.models import Winner

if TYPE_CHECKING:
    from collections.abc import Sequence


class Default(Enum):
    """A rule that decides by the record: its name, for whom, and the reasons it gives the losing side."""

    NO_SHIPMENT = (
        "no_shipment",
        Winner.BUYER,
        gettext_noop(
            "Neither a shipment nor a delivery is on record, so what was paid for the goods goes back to the buyer."
        ),
    )
    FORCED_SHIPMENT = (
        "forced_shipment",
        Winner.BUYER,
        gettext_noop(
            "The goods were shipped after the refund had been asked for, and delivery was refused or they came back; "
            "the seller bears both ways."
        ),
    )
    SIGNED_FOR = (
        "signed_for",
        Winner.SELLER,
        gettext_noop(
            "Delivery was signed for, and no admissible exhibit was filed to show that the goods were damaged or "
            "not as described."
        ),
    )

    def __init__(self, rule: str, winner: Winner, reasons: str) -> None:
        """Name the parts."""
        self.rule, self.winner, self.reasons = rule, winner, reasons


LAST_RESORT_REASONS = gettext_noop(
    "No ruling was made in time. By the policy the side that filed no admissible exhibit loses, otherwise the buyer is "
    "refunded; on appeal the first ruling stands."
)

#: Reasons that show when the goods are received, so that who signed for them shows something.
SIGNED_FOR_REASONS = frozenset({Reason.DAMAGED_IN_TRANSIT, Reason.NOT_AS_DESCRIBED})

#: The names under which default rulings are cited, and the last resort's.
RULES = (*(default.rule for default in Default), "last_resort")


def at_intervention(case: Case) -> Default | None:
    """What the record decides when the platform is called in."""
    if case.instance > 1:
        return None
    lines = case.papers.lines
    if all(line.parcel == Line.Parcel.PAID for line in lines):
        return Default.NO_SHIPMENT
    return Default.FORCED_SHIPMENT if is_forced(case, lines) else None


def at_close_of_evidence(case: Case) -> Default | None:
    """What the record decides when evidence closes."""
    if case.instance > 1:
        return None
    lines = case.papers.lines
    if is_forced(case, lines):
        return Default.FORCED_SHIPMENT
    buyer_showed = any(e.by == Role.BUYER and e.may_be_cited for e in case.papers.exhibits)
    signed = all(line.parcel == Line.Parcel.DELIVERED and line.is_signed_for for line in lines)
    if signed and not buyer_showed and case.reason in SIGNED_FOR_REASONS:
        return Default.SIGNED_FOR
    return None


def is_forced(case: Case, lines: Sequence[Line]) -> bool:
    """Was all of it shipped only after the refund was asked for, and then refused or sent back?"""
    return all(
        line.parcel == Line.Parcel.REFUSED and line.shipped_at is not None and line.shipped_at > case.requested_at
        for line in lines
    )
