"""What proves a case: by its reason, a short list for each side of the facts to be shown and the kinds that show them.

DOMAIN section 6 says who bears the burden of proof; this says with what. It is code and not a policy's table: its
sentences are translated, and its codes stand in exhibits that are never changed, so no version may redefine one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.errors import EvidenceRefused, Fault
from adjudication.evidence.models import Exhibit
from adjudication.parties import SIDES, Role
from adjudication.policy.terms import Reason

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Exhibit.Kind


class OnRecord(StrEnum):
    """What the platform's own record of the parcels proves without an exhibit."""

    SHIPMENT = "shipment"
    DELIVERY = "delivery"
    SIGNED_DELIVERY = "signed_delivery"


@dataclass(frozen=True, slots=True)
class Item:
    """One fact to be shown: its code, of which side it is asked, in which words, and what kinds of exhibit serve.

    Its words speak of the sides and to nobody: both sides and staff read them beside an exhibit.
    """

    fact: str
    side: Role
    sentence: StrOrPromise
    kinds: frozenset[str]
    record: OnRecord | None = None


def _buyer(fact: str, sentence: StrOrPromise, *kinds: str, record: OnRecord | None = None) -> Item:
    return Item(fact, Role.BUYER, sentence, frozenset(kinds), record)


def _seller(fact: str, sentence: StrOrPromise, *kinds: str, record: OnRecord | None = None) -> Item:
    return Item(fact, Role.SELLER, sentence, frozenset(kinds), record)


PICTURE = (Kind.PHOTO, Kind.VIDEO)
WRITTEN = (Kind.DOCUMENT, Kind.INSPECTION_REPORT)
PROMISED = (Kind.LISTING_SNAPSHOT, Kind.PLATFORM_CHAT, Kind.DOCUMENT, Kind.PHOTO)
TOLD = (Kind.PLATFORM_CHAT, Kind.DOCUMENT)
CARRIED = (Kind.CARRIER_RECORD, Kind.DOCUMENT)

ITEMS = (
    # Asked of the buyer.
    _buyer("condition_on_arrival", _("What the goods looked like when they arrived"), *PICTURE),
    _buyer("defect_shown", _("The defect itself, close up or in use"), *PICTURE, Kind.INSPECTION_REPORT),
    _buyer("defect_confirmed", _("What a repairer or an expert says of the defect"), *WRITTEN),
    _buyer("packaging_on_arrival", _("The parcel and its packaging, inside and outside"), *PICTURE),
    _buyer("label_on_arrival", _("The shipping label with its tracking number"), *PICTURE, Kind.CARRIER_RECORD),
    _buyer("reported_in_time", _("That the seller or the carrier was told soon after the arrival"), *TOLD, *CARRIED),
    _buyer("promised", _("What the listing or the seller promised"), *PROMISED),
    _buyer("difference_shown", _("What arrived, beside what was promised"), *PICTURE, Kind.INSPECTION_REPORT),
    _buyer("contents_counted", _("Everything that was in the parcel, counted or weighed"), *PICTURE, *CARRIED),
    _buyer("asked_to_ship", _("That the seller was asked when the goods would be shipped"), *TOLD),
    _buyer("no_movement", _("That the tracking shows no movement, or no parcel at all"), *CARRIED, Kind.PHOTO),
    _buyer("asked_carrier", _("What the carrier answered when asked for the parcel"), *CARRIED),
    _buyer("nobody_received", _("That nobody at the address took the parcel"), *CARRIED, Kind.PHOTO),
    _buyer("address_given", _("The address the order was to go to"), *TOLD, Kind.PHOTO),
    _buyer("signs_of_a_copy", _("What shows a copy: seals, numbers, workmanship"), *PICTURE),
    _buyer("maker_says", _("What the maker, a shop of the brand or a tester says of the goods"), *WRITTEN),
    _buyer("unused", _("That the goods are unused, with their tags and seals"), *PICTURE),
    _buyer("measured", _("The goods measured, beside the size chart"), *PICTURE),
    _buyer("date_promised", _("By when the goods were promised"), *PROMISED),
    _buyer("date_of_arrival", _("When the goods arrived, or that they have not"), *CARRIED, Kind.PHOTO),
    _buyer("harm_of_delay", _("What the delay cost the buyer"), *TOLD, *PICTURE),
    _buyer("what_happened", _("What happened, in order"), *PICTURE, *TOLD, *CARRIED),
    # Asked of the seller.
    _seller(
        "shipped",
        _("That the goods were given to the carrier, and when"),
        *CARRIED,
        Kind.PHOTO,
        record=OnRecord.SHIPMENT,
    ),
    _seller("shipped_to_address", _("That they went to the address of the order"), *CARRIED, Kind.PHOTO),
    _seller("delivered", _("Where and when the carrier delivered"), *CARRIED, record=OnRecord.DELIVERY),
    _seller("signed_for", _("Who signed for the delivery"), *CARRIED, Kind.PHOTO, record=OnRecord.SIGNED_DELIVERY),
    _seller("packed_goods", _("What the goods looked like when they were packed"), *PICTURE),
    _seller("packed_safely", _("How they were packed: padding, box, seal"), *PICTURE),
    _seller("listed", _("What the listing said of the goods"), Kind.LISTING_SNAPSHOT, Kind.DOCUMENT, Kind.PHOTO),
    _seller("tested", _("A test or certificate of these goods"), *WRITTEN),
    _seller("used_by_buyer", _("That the goods were used or changed after they arrived"), *PICTURE, *TOLD),
    _seller("weight_shipped", _("The weight and contents of the parcel when it left"), *PICTURE, *CARRIED),
    _seller("carrier_on_damage", _("What the carrier says of the damage"), *CARRIED, Kind.INSPECTION_REPORT),
    _seller("provenance", _("Where the goods come from: the invoice of the maker or dealer"), Kind.DOCUMENT),
    _seller("authorised", _("That the seller may sell the brand"), Kind.DOCUMENT),
    _seller("size_chart", _("The size chart that the buyer saw"), Kind.LISTING_SNAPSHOT, Kind.DOCUMENT, Kind.PHOTO),
    _seller("return_terms", _("The terms of return that applied"), Kind.LISTING_SNAPSHOT, *TOLD),
    _seller("delay_told", _("That the buyer was told of the delay, and agreed"), *TOLD),
    _seller("help_offered", _("What the buyer was offered"), *TOLD),
    _seller("sellers_account", _("What happened, in order, as the seller knows it"), *PICTURE, *TOLD, *CARRIED),
)
BY_FACT = {item.fact: item for item in ITEMS}

#: Reason → the facts asked of the buyer and of the seller, the weightiest first.
ASKED: dict[str, tuple[str, ...]] = {
    Reason.NOT_SHIPPED: (
        *("asked_to_ship", "no_movement", "date_promised"),
        *("shipped", "shipped_to_address", "delay_told"),
    ),
    Reason.NOT_RECEIVED: (
        *("nobody_received", "asked_carrier", "address_given"),
        *("delivered", "signed_for", "shipped", "shipped_to_address"),
    ),
    Reason.QUALITY: (
        *("defect_shown", "condition_on_arrival", "reported_in_time", "defect_confirmed", "promised"),
        *("packed_goods", "tested", "used_by_buyer", "listed"),
    ),
    Reason.NOT_AS_DESCRIBED: (
        *("difference_shown", "promised", "contents_counted", "label_on_arrival", "reported_in_time"),
        *("listed", "packed_goods", "weight_shipped", "signed_for"),
    ),
    Reason.COUNTERFEIT: (
        *("signs_of_a_copy", "maker_says", "promised"),
        *("provenance", "authorised", "tested", "packed_goods"),
    ),
    Reason.DAMAGED_IN_TRANSIT: (
        *("packaging_on_arrival", "condition_on_arrival", "label_on_arrival", "reported_in_time"),
        *("packed_safely", "packed_goods", "carrier_on_damage", "signed_for"),
    ),
    Reason.SIZE_OR_TASTE: (
        *("unused", "measured", "promised"),
        *("size_chart", "used_by_buyer", "return_terms"),
    ),
    Reason.LATE_DELIVERY: (
        *("date_promised", "date_of_arrival", "harm_of_delay"),
        *("shipped", "delivered", "delay_told"),
    ),
    Reason.OTHER: (
        *("what_happened", "promised", "condition_on_arrival"),
        *("sellers_account", "listed", "help_offered"),
    ),
}


class Cover(TextChoices):
    """How far a fact has been shown."""

    COVERED = "covered", _("shown")
    POSSIBLY = "possibly", _("perhaps shown")
    MISSING = "missing", _("still missing")


@dataclass(frozen=True, slots=True)
class Covered:
    """One item of a case's checklist, and what covers it so far."""

    item: Item
    cover: Cover
    exhibits: tuple[Exhibit, ...] = ()
    is_on_record: bool = False
    """The platform's own record of the parcels shows it."""


def items_for(reason: str, side: str) -> list[Item]:
    """What is asked of one side for this reason, the weightiest first."""
    return [BY_FACT[fact] for fact in ASKED[reason] if BY_FACT[fact].side == side]


def checked_facts(reason: str, side: str, facts: Sequence[str]) -> tuple[str, ...]:
    """Return the facts an exhibit is said to prove, each once, in the order of the checklist.

    Raises:
        EvidenceRefused: one is not asked of this side for this reason.

    """
    asked = [item.fact for item in items_for(reason, side)]
    if unknown := [fact for fact in facts if fact not in asked]:
        raise EvidenceRefused(
            _("The checklist of this case does not ask this side for: %(unknown)s. It asks for: %(asked)s.")
            % {"unknown": ", ".join(unknown), "asked": ", ".join(asked)},
            Fault("facts", _("is not on this side’s checklist"), "unknown_fact"),
        )
    return tuple(fact for fact in asked if fact in facts)


def checklist(case: Case, side: str) -> list[Covered]:
    """One side's list, as far as what is on file covers it.

    An item is covered by the platform's record, or by an admissible exhibit of the side's or the platform's that is of
    a fitting kind and names the fact; perhaps covered by such an exhibit that names no fact at all.
    """
    filed = [each for each in case.papers.exhibits if each.may_be_cited and each.by in (side, Exhibit.FiledBy.PLATFORM)]
    return [_covered(item, filed, _on_record(case)) for item in items_for(case.reason, side)]


def checklists(case: Case) -> dict[Role, list[Covered]]:
    """Both sides' lists."""
    return {side: checklist(case, side) for side in SIDES}


def _covered(item: Item, filed: Sequence[Exhibit], on_record: frozenset[OnRecord]) -> Covered:
    fitting = [exhibit for exhibit in filed if exhibit.kind_now in item.kinds]
    naming = tuple(exhibit for exhibit in fitting if item.fact in exhibit.facts)
    silent = tuple(exhibit for exhibit in fitting if not exhibit.facts)
    recorded = item.record in on_record
    if naming or recorded:
        return Covered(item, Cover.COVERED, naming, recorded)
    return Covered(item, Cover.POSSIBLY if silent else Cover.MISSING, silent)


def _on_record(case: Case) -> frozenset[OnRecord]:
    """What the parcels of every line in dispute show."""
    lines = case.papers.lines
    shown = {
        OnRecord.SHIPMENT: [line.shipped_at is not None for line in lines],
        OnRecord.DELIVERY: [line.parcel == line.Parcel.DELIVERED for line in lines],
        OnRecord.SIGNED_DELIVERY: [line.is_signed_for for line in lines],
    }
    return frozenset(record for record, each in shown.items() if each and all(each))
