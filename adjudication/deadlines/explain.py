"""Explain a term in one sentence: who has until when to do what, counted from where, and what silence will do.

Of a term that is over it says how it ended, and when.

The sentence is the same on every page, in the API and in the admin; it is made from the row alone, in the reader's
language, with the time in the reader's zone and the time in UTC beside it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.deadlines.models import Deadline, Extension

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind, Silence, End = Deadline.Kind, Deadline.Silence, Deadline.End

MUST: dict[str, StrOrPromise] = {
    Kind.SELLER_ANSWERS: gettext_lazy("The seller has until %(due)s to accept or refuse the request."),
    Kind.BUYER_INTERVENES: gettext_lazy("The buyer has until %(due)s to call the platform in."),
    Kind.ARBITRATOR_ASSIGNED: gettext_lazy("The platform has until %(due)s to assign an arbitrator."),
    Kind.EVIDENCE: gettext_lazy("Both sides have until %(due)s to file their evidence."),
    Kind.RULING: gettext_lazy("The arbitrator has until %(due)s to rule."),
    Kind.RULING_ONCE_OVERDUE: gettext_lazy("The ruling is overdue: a supervisor has until %(due)s to rule."),
    Kind.APPEAL: gettext_lazy("The ruling can be appealed against until %(due)s."),
    Kind.BUYER_SHIPS_RETURN: gettext_lazy("The buyer has until %(due)s to send the goods back."),
    Kind.SELLER_ACKNOWLEDGES_RETURN: gettext_lazy("The seller has until %(due)s to acknowledge or dispute the return."),
    Kind.SELLER_SHIPS: gettext_lazy("The seller has until %(due)s to ship the order."),
    Kind.SELLER_REPLACES: gettext_lazy("The seller has until %(due)s to send the replacement."),
    Kind.BUYER_REPORTS_MISSING: gettext_lazy("The buyer has until %(due)s to report that nothing has arrived."),
    Kind.BUYER_CONFIRMS_RECEIPT: gettext_lazy("The buyer has until %(due)s to confirm receipt or ask for a refund."),
}

OTHERWISE: dict[str, StrOrPromise] = {
    Silence.ACCEPTED: gettext_lazy("After that, silence counts as acceptance and the buyer is refunded."),
    Silence.BUYER_MAY_INTERVENE: gettext_lazy(
        "After that, the buyer may call the platform in and the seller can only accept."
    ),
    Silence.RELEASED: gettext_lazy("After that, the case closes and the money goes to the seller."),
    Silence.WITHDRAWN: gettext_lazy("After that, the request counts as withdrawn; the money stays held for the order."),
    Silence.EVIDENCE_OPENS: gettext_lazy("After that, evidence opens all the same."),
    Silence.EVIDENCE_CLOSES: gettext_lazy("After that, nothing more can be filed and the case goes to the ruling."),
    Silence.MOVED_TO_SUPERVISOR: gettext_lazy("After that, the case moves to a supervisor."),
    Silence.LAST_RESORT: gettext_lazy("After that, the policy’s last resort decides."),
    Silence.FINAL: gettext_lazy("After that, the ruling is final and the money moves as it says."),
    Silence.RETURN_PRESUMED: gettext_lazy(
        "After that, receipt of the return is presumed and what was agreed is carried out."
    ),
    Silence.REFUNDED: gettext_lazy("After that, what is held is refunded to the buyer."),
    Silence.RECEIPT_PRESUMED: gettext_lazy("After that, receipt is presumed and the money goes to the seller."),
}


ENDED: dict[str, StrOrPromise] = {
    End.MET: gettext_lazy("Met on %(at)s; the end would have been %(due)s."),
    End.LAPSED: gettext_lazy("Lapsed on %(at)s, its end having been %(due)s: %(silence)s."),
    End.SUPERSEDED: gettext_lazy(
        "Superseded on %(at)s by an act that made it needless; the end would have been %(due)s."
    ),
}


def explain(deadline: Deadline) -> str:
    """Two sentences: what is due until when, and what silence will do; of a term that is over, how it ended."""
    if deadline.ended_at is not None:
        return str(ENDED[deadline.end]) % {
            "at": moment(deadline.ended_at),
            "due": moment(deadline.due_at),
            "silence": deadline.get_if_silent_display(),
        }
    return f"{str(MUST[deadline.kind]) % {'due': moment(deadline.due_at)}} {OTHERWISE[deadline.if_silent]}"


def moment(at: datetime) -> str:
    """A moment in the reader's zone to the second, with UTC beside it: `2026-03-02 17:00:00 (09:00:00 UTC)`."""
    local, utc = timezone.localtime(at), at.astimezone(UTC)
    if not local.utcoffset():
        return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
    beside = f"{utc:%H:%M:%S}" if local.date() == utc.date() else f"{utc:%Y-%m-%d %H:%M:%S}"
    return f"{local:%Y-%m-%d %H:%M:%S} ({beside} UTC)"


def counted(deadline: Deadline) -> str:
    """Where the term comes from: its rule, the policy version, the moment it is counted from, and what opened it."""
    return _("Term “%(rule)s” of policy version %(version)s, counted from %(since)s, opened by event %(event)s.") % {
        "event": deadline.anchor_sequence,
        "rule": deadline.get_kind_display(),
        "version": deadline.policy_version_id,
        "since": moment(deadline.anchored_at),
    }


def extended(extension: Extension) -> str:
    """Why a term ends later than it did: who extended it and with which reason, or which outage it fell into."""
    moments = {"before": moment(extension.due_before), "after": moment(extension.due_after)}
    if extension.outage is not None:
        told = _(
            "Extended from %(before)s to %(after)s, for the service was not ready between %(from)s and %(to)s."
        ) % {**moments, "from": moment(extension.outage.began_at), "to": moment(extension.outage.ended_at)}
        return f"{told} {extension.outage.note}".strip()
    return _("Extended by %(name)s from %(before)s to %(after)s: %(reason)s") % {
        **moments,
        "name": extension.by.get_username() if extension.by else "",
        "reason": extension.reason,
    }


def in_full(deadline: Deadline) -> list[str]:
    """All that a term says of itself, a sentence each: what became of it, where it comes from, what extended it."""
    return [explain(deadline), counted(deadline), *(extended(each) for each in deadline.extensions.all())]
