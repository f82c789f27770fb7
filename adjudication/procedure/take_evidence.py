"""Take evidence: exhibits are filed, a side rests, evidence closes for both at once."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.offers import lapse_offers
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import EvidenceRefused, Fault
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import CLOCK, Actor, Role
from adjudication.policy import versions
from adjudication.procedure import acts
from adjudication.procedure.issue import rule_by_default
from adjudication.rulings.defaults import at_close_of_evidence


@act
def file_exhibit(case: Case, *, by: Actor, given: ExhibitGiven, at: datetime) -> Exhibit:
    """File one item for a side; from now on it is never changed or deleted, and the other side sees it.

    Off-platform chat is put on file as inadmissible: read, never cited.

    Raises:
        EvidenceRefused: no title, neither text nor file, the side's quota is used up, or it replaces another's.

    """
    require(acts.FILE_EXHIBIT, case, by, at=at)
    _require_content(given)
    _require_room(case, by, given)
    replaced = None
    if given.replaces is not None:
        replaced = next((e for e in case.papers.exhibits if e.pk == given.replaces and e.by == by.role), None)
        if replaced is None:
            raise EvidenceRefused(
                _("A correction names an exhibit that this side has filed in this case."),
                Fault("replaces", _("is not an exhibit of this side"), "unknown_exhibit"),
            )
    case.exhibits_count += 1
    exhibit = Exhibit(
        case=case,
        number=case.exhibits_count,
        by=by.role,
        instance=case.instance,
        kind=given.kind,
        title=given.title.strip(),
        text=given.text,
        replaces=replaced,
        is_admissible=given.kind != Exhibit.Kind.OFF_PLATFORM_CHAT,
        filed_at=at,
    )
    if given.file is not None:
        exhibit.file_name, exhibit.original_name = given.file.name, given.file.original_name
        exhibit.media_type, exhibit.size_bytes = given.file.media_type, given.file.size_bytes
        exhibit.sha256 = given.file.sha256
        exhibit.pages, exhibit.pages_shown = given.file.pages, given.file.pages_shown
        given.file.traces.put_on(exhibit)
    case.papers.exhibits.append(exhibit)
    case.papers.new_exhibits.append(exhibit)
    record(
        case,
        "exhibit.filed",
        by=by,
        at=at,
        exhibit=str(exhibit.pk),
        label=exhibit.label,
        kind=str(exhibit.kind),
        words_sha256=digest([exhibit.title, exhibit.text]),
        file_sha256=exhibit.sha256,
        size_bytes=exhibit.size_bytes,
        is_admissible=exhibit.is_admissible,
    )
    return exhibit


@act
def rest(case: Case, *, by: Actor, at: datetime) -> None:
    """A side files no more; when both have said so, evidence closes."""
    require(acts.REST, case, by, at=at)
    if by.role is Role.BUYER:
        case.buyer_rests = True
    else:
        case.seller_rests = True
    record(case, "case.rested", by=by, at=at, side=str(by.role))
    if case.buyer_rests and case.seller_rests:
        schedule.meet(case, at=at)
        close_evidence(case, by=by, at=at)


@act
def hear_evidence(case: Case, *, at: datetime) -> None:
    """Open the evidence term of this instance, counted from the act that called for it."""
    schedule.open_term(
        case,
        Deadline.Kind.EVIDENCE,
        binds="both",
        if_silent=Deadline.Silence.EVIDENCE_CLOSES,
        at=at,
        counted_from=case.heard_from,
    )


@act
def close_evidence(case: Case, *, by: Actor = CLOCK, at: datetime) -> None:
    """Evidence closes for both sides at once; the ruling's term counts from where evidence did.

    What the record alone decides is ruled at once.
    """
    case.close_evidence()
    lapse_offers(case, at=at)
    default = at_close_of_evidence(case)
    if default is None:
        schedule.open_term(
            case,
            Deadline.Kind.RULING,
            binds="arbitrator",
            if_silent=Deadline.Silence.MOVED_TO_SUPERVISOR,
            at=at,
            counted_from=case.heard_from,
        )
    record(case, "case.evidence_closed", by=by, at=at, exhibits=[exhibit.label for exhibit in case.papers.exhibits])
    if default is not None:
        rule_by_default(case, default, at=at)


def _require_content(given: ExhibitGiven) -> None:
    if not given.title.strip():
        raise EvidenceRefused(_("Give the exhibit a title."), Fault("title", _("must not be empty"), "title_required"))
    if given.file is None and not given.text.strip():
        raise EvidenceRefused(
            _("An exhibit has a text, a file, or both."), Fault("file", _("or a text is needed"), "content_required")
        )


def _require_room(case: Case, by: Actor, given: ExhibitGiven) -> None:
    most = versions.get(case.policy_version_id).number("evidence", "bytes_per_side")
    used = sum(exhibit.size_bytes for exhibit in case.papers.exhibits if exhibit.by == by.role)
    if given.file is not None and used + given.file.size_bytes > most:
        raise EvidenceRefused(
            _("Each side may file %(most)d MB in all; this would be more.") % {"most": most // 2**20},
            Fault("file", _("is more than is left"), "quota_used_up"),
        )
