"""The play in words: what has just happened, whose turn it is, and how far the tour has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.shop.scene import Scene

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: By the scene's name: what has happened, and what it means.
HAPPENED: dict[str, tuple[StrOrPromise, StrOrPromise]] = {
    "paid": (
        gettext_lazy("The buyer has paid"),
        gettext_lazy("The money is held: neither side has it until the buyer has the goods."),
    ),
    "shipped": (
        gettext_lazy("The cup is on its way"),
        gettext_lazy("The money stays held. Were nothing ever said again, receipt would one day be presumed."),
    ),
    "delivered": (
        gettext_lazy("The cup has arrived"),
        gettext_lazy("All being well the buyer confirms, or says nothing, and the seller is paid. But it is cracked."),
    ),
    "refused": (
        gettext_lazy("The buyer did not take the parcel"),
        gettext_lazy("The money stays held until it is clear who has the goods."),
    ),
    "requested": (
        gettext_lazy("The buyer asks for a refund"),
        gettext_lazy("A case is open over the order. It is the seller’s turn to accept or to refuse."),
    ),
    "rejected": (
        gettext_lazy("The seller has refused"),
        gettext_lazy("With a reason and an exhibit. The buyer may leave it at that, or ask for a hearing."),
    ),
    "intervention": (
        gettext_lazy("The platform is called in"),
        gettext_lazy("An arbitrator who has dealt with neither side is being assigned. That takes a few seconds."),
    ),
    "evidence": (
        gettext_lazy("Both sides show what happened"),
        gettext_lazy("For exactly as long as each other, and each sees what the other files."),
    ),
    "ruling": (
        gettext_lazy("The arbitrator decides"),
        gettext_lazy("Nobody files any more. You may rule at the staff’s desk, or press one of the buttons here."),
    ),
    "ruled": (
        gettext_lazy("A ruling has been issued"),
        gettext_lazy("Whoever it went against may appeal once. When nobody does, it is final and the money moves."),
    ),
    "returning": (
        gettext_lazy("The goods go back first"),
        gettext_lazy("The refund is paid once they have come back."),
    ),
    "replacing": (
        gettext_lazy("A replacement is owed"),
        gettext_lazy("The claim stays held until it has arrived."),
    ),
}

#: The acts of the play, and the scenes in which each is on.
ACTS: tuple[tuple[StrOrPromise, tuple[str, ...]], ...] = (
    (gettext_lazy("Paid"), ("paid",)),
    (gettext_lazy("Shipped"), ("shipped", "refused")),
    (gettext_lazy("Delivered"), ("delivered", "replacing")),
    (gettext_lazy("Refund asked for"), ("requested",)),
    (gettext_lazy("Refused"), ("rejected",)),
    (gettext_lazy("Platform called in"), ("intervention",)),
    (gettext_lazy("Evidence"), ("evidence",)),
    (gettext_lazy("Ruling"), ("ruling", "ruled", "returning")),
    (gettext_lazy("Money moved"), ("settled",)),
)

WHOSE: dict[str, StrOrPromise] = {
    "buyer": gettext_lazy("the buyer"),
    "seller": gettext_lazy("the seller"),
    "marketplace": gettext_lazy("the marketplace"),
    "arbitrator": gettext_lazy("the arbitrator"),
}
NEXT_AS: dict[str, StrOrPromise] = {
    "buyer": gettext_lazy("Next, as the buyer:"),
    "seller": gettext_lazy("Next, as the seller:"),
    "marketplace": gettext_lazy("Next, as the marketplace:"),
    "arbitrator": gettext_lazy("Next, as the arbitrator:"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One act of the play, as the progress bar shows it."""

    words: StrOrPromise
    is_passed: bool
    is_current: bool


def happened(scene: Scene) -> tuple[StrOrPromise, StrOrPromise]:
    """What has just happened, and what it means."""
    if scene.name == "settled":
        return _("The money has moved"), _how_it_ended(scene)
    return HAPPENED.get(scene.name) or (scene.name, "")


def acts(scene: Scene) -> list[Act]:
    """How far it has come."""
    on = next((place for place, (_words, names) in enumerate(ACTS) if scene.name in names), 0)
    return [Act(words, place < on, place == on) for place, (words, _names) in enumerate(ACTS)]


def _how_it_ended(scene: Scene) -> str:
    money = scene.money
    if not money.to_buyer:
        return _("All of it to the seller. What was paid is told down to the last cent in the ledger.")
    if not money.to_seller:
        return _("All of it back to the buyer. What was paid is told down to the last cent in the ledger.")
    return _("Split between the two. What was paid is told down to the last cent in the ledger.")
