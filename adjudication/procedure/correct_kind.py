"""Correct the kind: the arbitrator says what an exhibit really is, with a reason that both sides read.

The exhibit stays as it was filed. What it counts as decides whether a ruling may rest on it (DOMAIN section 5).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.errors import Fault, Malformed, NotFound, OutOfOrder, Unprocessable
from adjudication.evidence.corrections import KindCorrection
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.procedure import acts


@act
def correct_kind(case: Case, *, by: Actor, exhibit_id: UUID, kind: Exhibit.Kind, reason: str, at: datetime) -> Exhibit:
    """From now on the exhibit counts as of this kind; it can be corrected again until the ruling.

    Raises:
        NotFound: there is no such exhibit in this case.
        Malformed: no reason.
        OutOfOrder: it is the platform's own record.
        Unprocessable: it counts as of this kind already.

    """
    require(acts.CORRECT_KIND, case, by, at=at)
    exhibit = next((each for each in case.papers.exhibits if each.pk == exhibit_id), None)
    if exhibit is None:
        raise NotFound(_("There is no such exhibit in this case."))
    if exhibit.is_of_record:
        raise OutOfOrder(_("The platform’s own record is what it is; its kind is not corrected."))
    if not (reason := reason.strip()):
        raise Malformed(_("Say why; both sides read it."), Fault("reason", _("must not be empty")))
    was, last = exhibit.kind_now, exhibit.last_correction
    if kind == was:
        raise Unprocessable(
            _("%(label)s counts as this kind already.") % {"label": exhibit.label},
            Fault("kind", _("must be another kind"), "same_kind"),
        )
    case.corrections_count += 1
    correction = KindCorrection(
        exhibit=exhibit,
        number=last.number + 1 if last else 1,
        instance=case.instance,
        kind=kind.value,
        reason=reason,
        corrected_as=by.role.value,
        corrected_by_id=by.id,
        corrected_at=at,
    )
    exhibit.last_correction = correction
    case.papers.new_corrections.append(correction)
    record(
        case,
        "exhibit.kind_corrected",
        by=by,
        at=at,
        exhibit=str(exhibit.pk),
        label=exhibit.label,
        number=correction.number,
        was=was,
        kind=str(kind.value),
        is_admissible=exhibit.may_be_cited,
        reason_sha256=digest(reason),
    )
    return exhibit
