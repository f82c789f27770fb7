"""A policy's numbers in words: what each is called, and its value as people say it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from adjudication.deadlines.models import Deadline
from adjudication.money import format_amount
from adjudication.parties import Role
from adjudication.policy.terms import Reason, Remedy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NAMES: dict[str, StrOrPromise] = {
    **{f"terms_seconds.{kind.value}": kind.label for kind in Deadline.Kind},
    "terms_seconds.ruling_after_panel": gettext_lazy("the arbitrator rules after a panel without a majority"),
    "terms_seconds.resumed_at_least": gettext_lazy("what is left of an order’s term after a case, at least"),
    "on_silence.seller": gettext_lazy("what the seller’s silence means"),
    "on_silence.decider": gettext_lazy("what happens when nobody rules"),
    "fees.seller_basis_points": gettext_lazy("the fee on the seller’s part"),
    "jury.seats": gettext_lazy("seats of a panel"),
    "jury.majority": gettext_lazy("votes that decide"),
    "jury.voting_seconds": gettext_lazy("a panel votes within"),
    "jury.appeal": gettext_lazy("who hears the appeal from a panel"),
    "extensions.longest_seconds": gettext_lazy("one extension by an arbitrator, at most"),
    "extensions.per_case": gettext_lazy("extensions of one case, at most"),
    "reminders.part_left": gettext_lazy("a reminder goes out when this part of the term is left: one in"),
    "reminders.seconds_left": gettext_lazy("a reminder goes out before the end"),
    "reminders.per_term": gettext_lazy("reminders of one term, at most"),
    "outages.tolerance_seconds": gettext_lazy("an outage longer than this extends what fell due"),
    "outages.ahead_seconds": gettext_lazy("an outage is declared ahead by, at most"),
    "outages.longest_seconds": gettext_lazy("a declared outage, at most"),
    "outages.grace_seconds": gettext_lazy("after an outage, still time for"),
    "inquiries.reply_seconds": gettext_lazy("an inquiry is answered within"),
    "inquiries.per_case": gettext_lazy("inquiries in one case, at most"),
    "inquiries.exhibits_per_reply": gettext_lazy("exhibits with one answer, at most"),
    "publication.working_days": gettext_lazy("a final ruling is published within so many working days"),
    "publication.least_working_days": gettext_lazy("and not before so many"),
    "publication.country": gettext_lazy("whose working days count"),
    "cases.earlier_over_a_line": gettext_lazy("earlier cases over one order line, at most"),
    "evidence.exhibits_per_side": gettext_lazy("exhibits of one side, at most"),
    "evidence.bytes_per_side": gettext_lazy("files of one side together, at most"),
    "evidence.bytes_per_file": gettext_lazy("one file, at most"),
    "evidence.bytes_per_video": gettext_lazy("one video, at most"),
    "texts.rejection_other_at_least": gettext_lazy("characters of a refusal for another reason, at least"),
    "texts.reasons_at_least": gettext_lazy("characters of a ruling’s reasons, at least"),
}
LIMITS: dict[str, StrOrPromise] = {
    "second_person_above": gettext_lazy("a second person confirms rulings on claims above"),
    "jury_up_to": gettext_lazy("a jury may decide claims up to"),
    "return_shipping_up_to": gettext_lazy("the way back is reimbursed up to"),
}
OF_A_REASON: dict[str, StrOrPromise] = {
    "burden": gettext_lazy("burden of proof"),
    "remedies": gettext_lazy("what may be asked for"),
    "return_shipping": gettext_lazy("who pays the way back"),
}
GROUPS: dict[str, StrOrPromise] = {
    "terms_seconds": gettext_lazy("Terms"),
    "on_silence": gettext_lazy("Silence"),
    "fees": gettext_lazy("Fees"),
    "limits_minor": gettext_lazy("Limits"),
    "jury": gettext_lazy("Jury"),
    "extensions": gettext_lazy("Extensions"),
    "reminders": gettext_lazy("Reminders"),
    "outages": gettext_lazy("Outages"),
    "inquiries": gettext_lazy("Inquiries"),
    "publication": gettext_lazy("Publication"),
    "cases": gettext_lazy("Cases"),
    "evidence": gettext_lazy("Evidence"),
    "texts": gettext_lazy("Texts"),
    "reasons": gettext_lazy("Reasons for a refund"),
}
CHOSEN: dict[str, StrOrPromise] = {
    "on_silence.seller=accept": gettext_lazy("the seller is taken to accept"),
    "on_silence.seller=intervene": gettext_lazy("the buyer may call the platform in"),
    "on_silence.decider=last_resort": gettext_lazy("the policy's last resort decides"),
    "jury.appeal=supervisor": gettext_lazy("a supervisor"),
    "jury.appeal=panel": gettext_lazy("a larger panel"),
    "return_shipping=buyer": Role.BUYER.label,
    "return_shipping=seller": Role.SELLER.label,
    "return_shipping=fault": gettext_lazy("whoever is at fault"),
    "return_shipping=none": gettext_lazy("nobody: nothing goes back"),
    "burden=buyer": Role.BUYER.label,
    "burden=seller": Role.SELLER.label,
}


def group_of(path: str) -> str:
    """The heading that it stands under."""
    table = path.partition(".")[0]
    return str(GROUPS.get(table, table))


def name_of(path: str) -> str:
    """What it is called; what has no words yet is called by its path."""
    table, _dot, rest = path.partition(".")
    first, _dot, last = rest.partition(".")
    if table == "limits_minor" and first in LIMITS:
        where = _("in every other currency") if last == "default" else last
        return f"{LIMITS[first]} ({where})"
    if table == "reasons" and first in Reason.values and last in OF_A_REASON:
        return f"{Reason(first).label}: {OF_A_REASON[last]}"
    return str(NAMES.get(path, path))


def value_of(path: str, value: Any) -> str:
    """The value in words; `–` for none of its own."""
    if value is None:
        return "–"
    if path.startswith("limits_minor."):
        currency = path.rpartition(".")[2]
        smallest = _("%(minor)d of its smallest units") % {"minor": value}
        return smallest if currency == "default" else format_amount(value, currency)
    if isinstance(value, list):
        return ", ".join(str(Remedy(each).label) if each in Remedy.values else str(each) for each in value)
    if path.startswith("terms_seconds.") or path.endswith("_seconds") or path == "reminders.seconds_left":
        return duration(value)
    if path.endswith("_basis_points"):
        return f"{value / 100:g}\u00a0%"
    if path.startswith("evidence.bytes_"):
        return f"{value / 1_048_576:g}\u00a0MB"
    for key in (f"{path}={value}", f"{path.rpartition('.')[2]}={value}"):
        if key in CHOSEN:
            return str(CHOSEN[key])
    return str(value)


def duration(seconds: int) -> str:
    """`72 h`, `15 min` or `30 s`, whichever is whole: a term is never told in days."""
    if seconds % 3600 == 0:
        return _("%(n)d h") % {"n": seconds // 3600}
    return _("%(n)d min") % {"n": seconds // 60} if seconds % 60 == 0 else _("%(n)d s") % {"n": seconds}
