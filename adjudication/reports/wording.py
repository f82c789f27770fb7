"""What the journal's codes are called, for everybody: each event in a few words and in a sentence, and the rules cited.

Staff read the few words, the two sides the sentence; both stand in one table, so that neither can forget an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy as _

from adjudication.policy.terms import Reason
from adjudication.rulings.defaults import Default

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Words(NamedTuple):
    """How one kind of event is told."""

    short: StrOrPromise
    """In a few words, as a heading."""
    sentence: StrOrPromise = ""
    """To the two sides of a case: `%(who)s` begins one, the rest comes from its facts. Empty: of an order alone."""
    of_silence: StrOrPromise = ""
    """The sentence where nobody did it and a term's silence counts as done."""


EVENTS: dict[str, Words] = {
    "order.registered": Words(_("Order registered")),
    "order.shipped": Words(_("Shipped")),
    "order.delivered": Words(_("Delivered")),
    "order.refused": Words(_("Delivery refused")),
    "order.received": Words(_("Receipt confirmed")),
    "order.messages_reported": Words(_("Chat on the platform reported")),
    "order.suspended": Words(_("Order’s term suspended")),
    "order.resumed": Words(_("Order’s term runs on")),
    "escrow.held": Words(_("Price held")),
    "escrow.released": Words(_("Released to the seller"), _("%(amount)s went to the seller.")),
    "escrow.refunded": Words(_("Refunded to the buyer"), _("%(amount)s went to the buyer.")),
    "case.requested": Words(_("Refund requested"), _("%(who)s asked for a refund of %(amount)s.")),
    "case.accepted": Words(_("Request accepted"), _("%(who)s accepted the request.")),
    "case.rejected": Words(_("Request refused"), _("%(who)s refused: %(reason)s.")),
    "case.withdrawn": Words(_("Request withdrawn"), _("%(who)s withdrew the request.")),
    "case.intervened": Words(_("Platform called in"), _("%(who)s called the platform in.")),
    "case.assigned": Words(_("Arbitrator assigned"), _("An arbitrator was assigned.")),
    "case.evidence_opened": Words(_("Evidence opened"), _("Evidence opened for both sides.")),
    "case.evidence_closed": Words(_("Evidence closed"), _("Evidence closed for both sides.")),
    "case.rested": Words(_("Rested: files no more"), _("%(who)s rested: nothing more to file.")),
    "case.overdue": Words(
        _("Ruling overdue: moved to a supervisor"),
        _("The ruling was not made in time; a supervisor has the case now."),
    ),
    "case.appealed": Words(_("Appealed"), _("%(who)s appealed; the next instance hears the case.")),
    "case.closed": Words(_("Case closed"), _("The case was closed: %(outcome)s.")),
    "appeal.withdrawn": Words(_("Appeal withdrawn"), _("%(who)s withdrew the appeal.")),
    "exhibit.filed": Words(
        _("Exhibit filed"),
        _("%(who)s filed exhibit %(label)s: %(title)s"),
        of_silence=_("Drafted when evidence ended, exhibit %(label)s counts as filed: %(title)s"),
    ),
    "exhibit.kind_corrected": Words(
        _("Kind of an exhibit corrected"),
        _("%(who)s said what exhibit %(label)s is: it counts as %(kind)s, whatever it was filed as."),
    ),
    "offer.made": Words(_("Offer made"), _("%(who)s made an offer.")),
    "offer.accepted": Words(_("Offer accepted"), _("%(who)s accepted the offer.")),
    "offer.declined": Words(_("Offer declined"), _("%(who)s declined the offer.")),
    "inquiry.made": Words(_("Inquiry made"), _("%(who)s asked a question.")),
    "inquiry.answered": Words(_("Inquiry answered"), _("%(who)s answered the arbitrator’s question.")),
    "ruling.issued": Words(_("Ruling issued"), _("The ruling was issued. It finds for: %(winner)s.")),
    "ruling.proposed": Words(
        _("Ruling proposed to a second person"), _("A ruling was proposed; a second person looks at it.")
    ),
    "ruling.sent_back": Words(_("Proposed ruling sent back"), _("The proposed ruling was sent back.")),
    "ruling.confirmed": Words(_("Ruling confirmed by a second person"), _("A second person confirmed the ruling.")),
    "ruling.final": Words(_("Ruling final"), _("The ruling became final.")),
    "ruling.published": Words(
        _("Ruling published without names"), _("The ruling was published in the public register, without names.")
    ),
    "publication.reworded": Words(
        _("Published words changed"), _("The words that the public reads of the ruling were changed.")
    ),
    "return.ordered": Words(_("Return ordered"), _("The goods go back first.")),
    "return.shipped": Words(_("Goods sent back"), _("%(who)s sent the goods back.")),
    "return.received": Words(
        _("Return acknowledged"),
        _("%(who)s acknowledged the goods that came back."),
        of_silence=_("The goods that were sent back count as received."),
    ),
    "return.disputed": Words(_("Return disputed"), _("%(who)s disputed what came back.")),
    "return.reimbursed": Words(_("Return shipping reimbursed"), _("%(amount)s for the way back went to the buyer.")),
    "deadline.lapsed": Words(_("Term lapsed in silence"), _("A term ended in silence: %(term)s.")),
    "deadline.reminder": Words(_("Reminder sent"), _("A reminder was sent: the term is running out.")),
    "deadline.extended": Words(_("Term extended"), _("The term was extended.")),
    "payout.due": Words(_("Payout due"), _("%(amount)s is to be paid out.")),
    "payout.paid": Words(_("Paid out"), _("%(amount)s was paid out.")),
    "payout.failed": Words(_("Payout failed"), _("A payment failed and is tried again.")),
}

#: The rules of the record and of the policy that decide a case without a person; otherwise the reason's rule is cited.
RULES: dict[str, StrOrPromise] = {
    Default.NO_SHIPMENT.rule: _("nothing was shipped"),
    Default.FORCED_SHIPMENT.rule: _("shipped after the refund was asked for"),
    Default.SIGNED_FOR.rule: _("delivery was signed for, and nothing was shown"),
    "last_resort": _("no ruling was made in time"),
}


def event_words(kind: str) -> str:
    """An event in a few words; one that a later release added is shown by its code."""
    return str(EVENTS[kind].short) if kind in EVENTS else kind


def rule_words(rule: str) -> str:
    """The rule that a ruling cites, in words: the reason's, a default ruling's, or the last resort."""
    if rule in RULES:
        return str(RULES[rule])
    return str(Reason(rule).label) if rule in Reason.values else rule
