"""Return the goods: the buyer ships them, the seller acknowledges or disputes what came, or is presumed to have it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, Malformed, Unprocessable
from adjudication.evidence.intake import ExhibitGiven
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.money import MAX_MINOR
from adjudication.orders.models import ParcelReport
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.procedure import acts
from adjudication.procedure.carry_out import conclude
from adjudication.procedure.drafts import file_all
from adjudication.procedure.take_evidence import hear_evidence


class DisputeReason(models.TextChoices):
    """What is wrong with what came back."""

    NOT_RECEIVED = "not_received", _("nothing arrived")
    EMPTY = "empty", _("the parcel was empty")
    WRONG_ITEM = "wrong_item", _("another item came back")
    DAMAGED = "damaged", _("it came back damaged")
    INCOMPLETE = "incomplete", _("something is missing")


@act
def ship_return(
    case: Case, *, by: Actor, carrier: str, tracking_number: str, cost_minor: int = 0, at: datetime
) -> None:
    """The buyer has sent the goods back; from now on the seller has the policy's term to acknowledge or dispute.

    Raises:
        Unprocessable: without carrier and tracking number.
        Malformed: a cost below 0.

    """
    require(acts.SHIP_RETURN, case, by, at=at)
    if not carrier.strip() or not tracking_number.strip():
        raise Unprocessable(
            _("Name the carrier and the tracking number."),
            *(
                Fault(name, _("must not be empty"), "required")
                for name, value in (("carrier", carrier), ("tracking_number", tracking_number))
                if not value.strip()
            ),
        )
    if not 0 <= cost_minor <= MAX_MINOR:
        raise Malformed(_("The cost is at least 0."), Fault("cost", _("must be at least 0")))
    schedule.meet(case, at=at)
    case.return_shipped_at, case.return_cost_minor = at, cost_minor
    case.order.papers.parcels.append(
        ParcelReport(
            order_id=case.order_id,
            kind=ParcelReport.Kind.RETURN,
            line_labels=[line.label for line in case.papers.lines],
            carrier=carrier.strip(),
            tracking_number=tracking_number.strip(),
            reported_at=at,
            recorded_at=at,
        )
    )
    schedule.open_term(
        case,
        Deadline.Kind.SELLER_ACKNOWLEDGES_RETURN,
        binds="seller",
        if_silent=Deadline.Silence.RETURN_PRESUMED,
        at=at,
    )
    record(case, "return.shipped", by=by, at=at, tracking_sha256=digest(tracking_number), cost_minor=cost_minor)


@act
def acknowledge_return(case: Case, *, by: Actor, at: datetime) -> None:
    """The seller has the goods back: what was agreed or ruled is carried out."""
    require(acts.ACKNOWLEDGE_RETURN, case, by, at=at)
    receive_return(case, by=by, at=at)


@act
def receive_return(case: Case, *, by: Actor, at: datetime) -> None:
    """The goods count as back, acknowledged or presumed; the case closes with its remedy."""
    record(case, "return.received", by=by, at=at)
    conclude(
        case,
        remedy=case.agreed_remedy,
        buyer_minor=case.agreed_minor,
        by=by,
        at=at,
        is_ruled=bool(case.papers.rulings),
    )


@act
def dispute_return(
    case: Case, *, by: Actor, reason: DisputeReason, text: str, exhibits: Sequence[ExhibitGiven | UUID], at: datetime
) -> None:
    """The seller disputes what came back: the next instance hears it, in money alone.

    Among the exhibits, an id names a draft that the seller has kept.

    Raises:
        Unprocessable: without an exhibit, or without a word.

    """
    require(acts.DISPUTE_RETURN, case, by, at=at)
    if not text.strip():
        raise Unprocessable(_("Say what is wrong."), Fault("text", _("must not be empty"), "text_required"))
    if not exhibits:
        raise Unprocessable(
            _("A dispute carries at least one exhibit."),
            Fault("exhibits", _("must name at least one"), "exhibit_required"),
        )
    schedule.meet(case, at=at)
    case.dispute_return(grounds=text, at=at)
    hear_evidence(case, at=at)
    record(case, "return.disputed", by=by, at=at, reason=str(reason), text_sha256=digest(text), instance=case.instance)
    file_all(case, by=by, exhibits=exhibits, at=at)
