"""Appeal: the side a first ruling went against has it heard again, by a supervisor who is free to find either way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.errors import Fault, Unprocessable
from adjudication.evidence.intake import ExhibitGiven
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.procedure import acts
from adjudication.procedure.drafts import file_all
from adjudication.procedure.issue import carry_out_ruling
from adjudication.procedure.take_evidence import hear_evidence


class NamedError(models.TextChoices):
    """What an appeal says is wrong with the ruling, where it brings no new exhibit."""

    FACT = "fact", _("an error of fact")
    RULE = "rule", _("an error in the rule applied")
    PROCEDURE = "procedure", _("an error of procedure")


@act
def appeal(
    case: Case,
    *,
    by: Actor,
    grounds: str,
    error: NamedError | None = None,
    exhibits: Sequence[ExhibitGiven | UUID] = (),
    at: datetime,
) -> None:
    """Have a first ruling heard again; evidence opens for both sides, counted from this moment.

    Among the exhibits that it brings, an id names a draft that this side has kept.

    Raises:
        NoStanding: the ruling did not go against this side.
        Unprocessable: no grounds, or neither a new exhibit nor a named error.

    """
    require(acts.APPEAL, case, by, at=at)
    if not grounds.strip():
        raise Unprocessable(
            _("Say why the ruling is wrong."), Fault("grounds", _("must not be empty"), "grounds_required")
        )
    if error is None and not exhibits:
        raise Unprocessable(
            _("An appeal brings a new exhibit or names the error: fact, rule or procedure."),
            Fault("error", _("or a new exhibit is needed"), "ground_required"),
        )
    schedule.meet(case, at=at)
    case.appeal(by=by.role.value, grounds=grounds, at=at)
    hear_evidence(case, at=at)
    record(
        case,
        "case.appealed",
        by=by,
        at=at,
        instance=case.instance,
        error=str(error or ""),
        grounds_sha256=digest(grounds),
    )
    file_all(case, by=by, exhibits=exhibits, at=at)


@act
def withdraw_appeal(case: Case, *, by: Actor, at: datetime) -> None:
    """Who appealed lets it be: the first ruling is carried out."""
    require(acts.WITHDRAW_APPEAL, case, by, at=at)
    schedule.supersede(case, at=at)
    record(case, "appeal.withdrawn", by=by, at=at)
    carry_out_ruling(case, case.papers.rulings[-1], by=by, at=at)
