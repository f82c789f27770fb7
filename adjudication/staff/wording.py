"""How staff pages say things: a state's colour, the time left in hours and minutes, an event in a few words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: The colour of each state: `wait` for the sides, `act` for staff, `done` when it is over.
TONES = {
    State.REQUESTED: "wait",
    State.REJECTED: "wait",
    State.INTERVENTION: "act",
    State.EVIDENCE: "hear",
    State.RULING: "act",
    State.RULED: "wait",
    State.RETURNING: "wait",
    State.CLOSED: "done",
}

EVENTS: dict[str, StrOrPromise] = {
    "order.registered": gettext_lazy("Order registered"),
    "order.shipped": gettext_lazy("Shipped"),
    "order.delivered": gettext_lazy("Delivered"),
    "order.refused": gettext_lazy("Delivery refused"),
    "order.received": gettext_lazy("Receipt confirmed"),
    "order.suspended": gettext_lazy("Order’s term suspended"),
    "order.resumed": gettext_lazy("Order’s term runs on"),
    "escrow.held": gettext_lazy("Price held"),
    "escrow.released": gettext_lazy("Released to the seller"),
    "escrow.refunded": gettext_lazy("Refunded to the buyer"),
    "case.requested": gettext_lazy("Refund requested"),
    "case.accepted": gettext_lazy("Request accepted"),
    "case.rejected": gettext_lazy("Request refused"),
    "case.withdrawn": gettext_lazy("Request withdrawn"),
    "case.intervened": gettext_lazy("Platform called in"),
    "case.assigned": gettext_lazy("Arbitrator assigned"),
    "case.evidence_opened": gettext_lazy("Evidence opened"),
    "case.evidence_closed": gettext_lazy("Evidence closed"),
    "case.rested": gettext_lazy("Rested: files no more"),
    "case.overdue": gettext_lazy("Ruling overdue: moved to a supervisor"),
    "case.appealed": gettext_lazy("Appealed"),
    "case.closed": gettext_lazy("Case closed"),
    "appeal.withdrawn": gettext_lazy("Appeal withdrawn"),
    "exhibit.filed": gettext_lazy("Exhibit filed"),
    "offer.made": gettext_lazy("Offer made"),
    "offer.accepted": gettext_lazy("Offer accepted"),
    "offer.declined": gettext_lazy("Offer declined"),
    "inquiry.made": gettext_lazy("Inquiry made"),
    "inquiry.answered": gettext_lazy("Inquiry answered"),
    "ruling.issued": gettext_lazy("Ruling issued"),
    "ruling.proposed": gettext_lazy("Ruling proposed to a second person"),
    "ruling.sent_back": gettext_lazy("Proposed ruling sent back"),
    "ruling.confirmed": gettext_lazy("Ruling confirmed by a second person"),
    "ruling.final": gettext_lazy("Ruling final"),
    "return.ordered": gettext_lazy("Return ordered"),
    "return.shipped": gettext_lazy("Goods sent back"),
    "return.received": gettext_lazy("Return acknowledged"),
    "return.disputed": gettext_lazy("Return disputed"),
    "return.reimbursed": gettext_lazy("Return shipping reimbursed"),
    "deadline.lapsed": gettext_lazy("Term lapsed in silence"),
    "deadline.reminder": gettext_lazy("Reminder sent"),
    "deadline.extended": gettext_lazy("Term extended"),
    "payout.due": gettext_lazy("Payout due"),
    "payout.paid": gettext_lazy("Paid out"),
    "payout.failed": gettext_lazy("Payout failed"),
}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What is left of a term, in words, and how pressing it is: `calm`, `soon` (a third is left) or `late`."""

    words: str
    tone: str


def time_left(deadline: Deadline, at: datetime) -> TimeLeft:
    """Say what is left of a term at that moment; hours are never made into days."""
    left = deadline.due_at - at
    if left <= timedelta():
        return TimeLeft(_("%(time)s over") % {"time": hours_and_minutes(-left)}, "late")
    tone = "soon" if left * 3 <= deadline.due_at - deadline.anchored_at else "calm"
    return TimeLeft(_("%(time)s left") % {"time": hours_and_minutes(left)}, tone)


def hours_and_minutes(length: timedelta) -> str:
    """`26 h 05 min`, rounded down to the minute."""
    minutes = int(length.total_seconds()) // 60
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def state_badge(state: State) -> SafeString:
    """The state in words and colour."""
    return format_html('<span class="state state-{}">{}</span>', TONES[state], state.label)


def event_words(kind: str) -> str:
    """An event in a few words; one that a later release added is shown by its code."""
    return str(EVENTS.get(kind, kind))
