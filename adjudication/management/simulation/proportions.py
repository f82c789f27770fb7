"""The proportions of a marketplace: why refunds are asked for, where the requests come in, and what people then do.

Reasons and channels follow DOMAIN sections 6 and 10; the rest is invented, so that every way a case can take is taken.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import TypeVar

from adjudication.policy.terms import Channel, Reason, RejectionReason, Remedy

T = TypeVar("T")

#: Of a hundred orders, how many are disputed.
DISPUTED_PERCENT = 4.0

#: The groups in which figures are given, by their share in percent.
GROUPS = {"quality": 30, "transaction": 25, "logistics": 20, "refund": 15, "other": 10}

#: The group and the weight within it of every reason.
REASONS: Mapping[Reason, tuple[str, float]] = {
    Reason.QUALITY: ("quality", 22),
    Reason.COUNTERFEIT: ("quality", 8),
    Reason.NOT_SHIPPED: ("transaction", 11),
    Reason.NOT_AS_DESCRIBED: ("transaction", 14),
    Reason.NOT_RECEIVED: ("logistics", 8),
    Reason.LATE_DELIVERY: ("logistics", 5),
    Reason.DAMAGED_IN_TRANSIT: ("logistics", 7),
    Reason.SIZE_OR_TASTE: ("refund", 15),
    Reason.OTHER: ("other", 10),
}

CHANNELS: Mapping[Channel, float] = {
    Channel.SERVICE_DESK: 10,
    Channel.FORUM: 5,
    Channel.CONSUMER_CENTRE: 3,
    Channel.PHONE: 0.5,
}

#: How often a remedy is asked for, among those the policy allows for the reason.
REMEDIES: Mapping[Remedy, float] = {
    Remedy.REFUND: 40,
    Remedy.RETURN_AND_REFUND: 30,
    Remedy.EXCHANGE: 12,
    Remedy.REPAIR: 5,
    Remedy.RESEND: 8,
    Remedy.WAIT: 5,
}

CURRENCIES: Mapping[str, float] = {"CNY": 92, "EUR": 4, "JPY": 3, "KWD": 1}

#: The category of a shop, and what it sells.
GOODS: Mapping[str, tuple[str, ...]] = {
    "home": ("Porcelain cup", "Bamboo tray", "Cast-iron pan", "Linen curtain"),
    "fashion": ("Wool coat", "Running shoes", "Silk scarf", "Denim jacket"),
    "electronics": ("Headphones", "Desk lamp", "Phone case", "Power bank"),
    "food": ("Green tea", "Dried mushrooms", "Chilli sauce", "Almonds"),
    "beauty": ("Face cream", "Perfume", "Hair oil", "Nail set"),
    "toys": ("Wooden train", "Puzzle", "Kite", "Plush bear"),
}

STATEMENTS: Mapping[Reason, str] = {
    Reason.NOT_SHIPPED: "Days have passed since I paid and nothing has been sent.",
    Reason.NOT_RECEIVED: "The carrier says it was delivered; nothing has come.",
    Reason.QUALITY: "It stopped working properly on the second day.",
    Reason.NOT_AS_DESCRIBED: "The listing shows another model than the one that came.",
    Reason.COUNTERFEIT: "The label is misspelt and the serial number is unknown to the maker.",
    Reason.DAMAGED_IN_TRANSIT: "The parcel was crushed and what was in it is broken.",
    Reason.SIZE_OR_TASTE: "It does not fit me; I have not worn it.",
    Reason.LATE_DELIVERY: "It was promised for last week and is still on its way.",
    Reason.OTHER: "I ordered it by mistake and would like to settle this.",
}

REJECTIONS: Mapping[RejectionReason, float] = {
    RejectionReason.GOODS_AS_DESCRIBED: 30,
    RejectionReason.SIGNED_FOR: 20,
    RejectionReason.DAMAGED_BY_BUYER: 15,
    RejectionReason.USED_OR_WORN: 15,
    RejectionReason.OUTSIDE_TERMS: 15,
    RejectionReason.OTHER: 5,
}


def pick(rng: Random, weights: Mapping[T, float]) -> T:
    """One of the keys, as often as its weight says."""
    return rng.choices(list(weights), weights=list(weights.values()))[0]


def pick_reason(rng: Random) -> Reason:
    """Why a refund is asked for: first the group, by its share, then the reason within it."""
    group = pick(rng, GROUPS)
    return pick(rng, {reason: weight for reason, (of, weight) in REASONS.items() if of == group})
