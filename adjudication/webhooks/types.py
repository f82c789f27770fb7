"""What can be sent: the events of the contract, by the names under which the journal records them.

What the journal records beside them is the service's own affair and leaves only through the feed.
"""

from __future__ import annotations

TYPES: tuple[str, ...] = (
    "order.registered",
    "order.shipped",
    "order.delivered",
    "order.refused",
    "escrow.held",
    "escrow.released",
    "escrow.refunded",
    "case.requested",
    "case.accepted",
    "case.rejected",
    "case.withdrawn",
    "case.intervened",
    "case.evidence_opened",
    "exhibit.filed",
    "case.rested",
    "case.evidence_closed",
    "offer.made",
    "offer.accepted",
    "offer.declined",
    "deadline.reminder",
    "deadline.lapsed",
    "deadline.extended",
    "ruling.issued",
    "ruling.confirmed",
    "ruling.final",
    "inquiry.made",
    "inquiry.answered",
    "case.appealed",
    "appeal.withdrawn",
    "return.shipped",
    "return.received",
    "return.disputed",
    "payout.due",
    "payout.paid",
    "payout.failed",
    "case.closed",
    "case.overdue",
    "panel.drawn",
    "panel.decided",
    "penalty.imposed",
    "penalty.lifted",
    "review.withdrawn",
    "shop.blocked",
    "shop.unblocked",
)

#: Sent when its owner asks whether an endpoint answers; not an event, and in nobody's list of types.
PING = "ping"
