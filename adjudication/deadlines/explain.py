"""Explain a term in one sentence: who has until when to do what, counted from where, and what silence will do.

The sentence is the same on every page, in the API and in the admin; it is made from the row alone, in the reader's
language, with the time in UTC.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.deadlines.models import Deadline

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind, Silence = Deadline.Kind, Deadline.Silence

MUST: dict[str, StrOrPromise] = {
    Kind.SELLER_ANSWERS: gettext_lazy("The seller has until %(due)s UTC to accept or refuse the request."),
    Kind.BUYER_INTERVENES: gettext_lazy("The buyer has until %(due)s UTC to call the platform in."),
    Kind.ARBITRATOR_ASSIGNED: gettext_lazy("The platform has until %(due)s UTC to assign an arbitrator."),
    Kind.EVIDENCE: gettext_lazy("Both sides have until %(due)s UTC to file their evidence."),
    Kind.RULING: gettext_lazy("The arbitrator has until %(due)s UTC to rule."),
    Kind.RULING_ONCE_OVERDUE: gettext_lazy("The ruling is overdue: a supervisor has until %(due)s UTC to rule."),
    Kind.APPEAL: gettext_lazy("The ruling can be appealed against until %(due)s UTC."),
    Kind.BUYER_SHIPS_RETURN: gettext_lazy("The buyer has until %(due)s UTC to send the goods back."),
    Kind.SELLER_ACKNOWLEDGES_RETURN: gettext_lazy(
        "The seller has until %(due)s UTC to acknowledge or dispute the return."
    ),
    Kind.SELLER_SHIPS: gettext_lazy("The seller has until %(due)s UTC to ship the order."),
    Kind.SELLER_REPLACES: gettext_lazy("The seller has until %(due)s UTC to send the replacement."),
    Kind.BUYER_REPORTS_MISSING: gettext_lazy("The buyer has until %(due)s UTC to report that nothing has arrived."),
    Kind.BUYER_CONFIRMS_RECEIPT: gettext_lazy(
        "The buyer has until %(due)s UTC to confirm receipt or ask for a refund."
    ),
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


def explain(deadline: Deadline) -> str:
    """Two sentences: what is due until when, and what silence will do."""
    due = f"{deadline.due_at:%Y-%m-%d %H:%M:%S}"
    return f"{str(MUST[deadline.kind]) % {'due': due}} {OTHERWISE[deadline.if_silent]}"


def counted(deadline: Deadline) -> str:
    """Where the term comes from: its rule, the policy version, and the moment it is counted from."""
    return _("Term “%(rule)s” of policy version %(version)s, counted from %(since)s UTC.") % {
        "rule": deadline.get_kind_display(),
        "version": deadline.policy_version_id,
        "since": f"{deadline.anchored_at:%Y-%m-%d %H:%M:%S}",
    }
