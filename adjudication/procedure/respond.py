"""Respond: the seller accepts or refuses; the buyer withdraws."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Unprocessable
from adjudication.evidence.intake import ExhibitGiven
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.orders.models import Line
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.policy import versions
from adjudication.policy.terms import Reason, RejectionReason
from adjudication.procedure import acts
from adjudication.procedure.carry_out import carry_out
from adjudication.procedure.drafts import file_all
from adjudication.procedure.settle import give_back


@act
def accept(case: Case, *, by: Actor, return_address: str = "", at: datetime) -> None:
    """The seller gives the buyer what was asked for: the requested remedy is carried out.

    Where goods go back first, the seller may say where to; otherwise it is the shop's address.
    """
    require(acts.ACCEPT, case, by, at=at)
    schedule.supersede(case, at=at)
    case.return_address = return_address.strip()
    told = {"return_address_sha256": digest(case.return_address)} if case.return_address else {}
    record(case, "case.accepted", by=by, at=at, **told)
    carry_out(case, remedy=case.remedy, buyer_minor=case.amount_minor, by=by, at=at)


@act
def reject(
    case: Case,
    *,
    by: Actor,
    reason: RejectionReason,
    text: str,
    exhibits: Sequence[ExhibitGiven | UUID] = (),
    at: datetime,
) -> None:
    """The seller refuses the refund; from now on the buyer may call the platform in.

    Among the exhibits that come with it, an id names a draft that the seller has kept.

    Raises:
        Unprocessable: nothing of the seller's is on file and no exhibit comes with it, or the text is too short.

    """
    require(acts.REJECT, case, by, at=at)
    least = versions.get(case.policy_version_id).number("texts", "rejection_other_at_least")
    if not text.strip():
        raise Unprocessable(_("Say why."), Fault("text", _("must not be empty"), "text_required"))
    if reason == RejectionReason.OTHER and len(text.strip()) < least:
        raise Unprocessable(
            _("With reason “other” say why in at least %(least)d characters.") % {"least": least},
            Fault("text", _("is too short"), "text_too_short"),
        )
    if not exhibits and not any(exhibit.by == by.role for exhibit in case.papers.exhibits):
        raise Unprocessable(
            _("A refusal carries at least one exhibit: file one first, or send it along."),
            Fault("exhibits", _("must name at least one"), "exhibit_required"),
        )
    file_all(case, by=by, exhibits=exhibits, at=at)
    schedule.meet(case, at=at)
    case.reject(reason=reason, text=text)
    schedule.open_term(
        case,
        Deadline.Kind.BUYER_INTERVENES,
        binds="buyer",
        if_silent=silence_of_the_buyer(case),
        at=at,
    )
    record(case, "case.rejected", by=by, at=at, reason=str(reason), text_sha256=digest(text))


@act
def withdraw(case: Case, *, by: Actor, at: datetime) -> None:
    """The buyer gives the request up; the claim goes back to what is held for the order."""
    require(acts.WITHDRAW, case, by, at=at)
    schedule.supersede(case, at=at)
    record(case, "case.withdrawn", by=by, at=at)
    give_back(case, by=by, at=at)


def silence_of_the_buyer(case: Case) -> Deadline.Silence:
    """What it means if the buyer lets a refusal stand: released, or withdrawn if the goods were never delivered."""
    undelivered = case.reason == Reason.NOT_SHIPPED or any(
        line.parcel != Line.Parcel.DELIVERED for line in case.papers.lines
    )
    return Deadline.Silence.WITHDRAWN if undelivered else Deadline.Silence.RELEASED
