"""Rule: the arbitrator decides whose evidence prevails; the ruling answers every admissible exhibit and is immutable.

It is final when the appeal term ends in silence, and only then is the claim settled (DOMAIN section 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import Fault, InadmissibleCitation, Unprocessable
from adjudication.evidence.models import Exhibit
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts
from adjudication.procedure.settle import settle
from adjudication.rulings.award import Award, award
from adjudication.rulings.models import Finding, Ruling, Winner
from adjudication.rulings.questions import check_answers

LAST_RESORT = "last_resort"


@dataclass(frozen=True, slots=True)
class FindingGiven:
    """What the arbitrator found on one exhibit."""

    exhibit: UUID
    supports: Finding.Supports
    weight: Finding.Weight
    note: str


@dataclass(frozen=True, slots=True)
class RulingGiven:
    """A ruling as the arbitrator proposes it; the award follows from it."""

    winner: Winner
    remedy: Remedy
    rule: str
    reasons: str
    findings: Sequence[FindingGiven] = ()
    answers: Mapping[str, Any] = field(default_factory=dict)
    cited_exhibits: Sequence[UUID] = ()


def consider(case: Case, *, by: Actor, given: RulingGiven, at: datetime) -> tuple[Ruling, Award]:
    """Check a ruling in full and compute its award; nothing is changed. This is what a preview shows.

    Raises:
        NoStanding, OutOfOrder, TooLate: see `acts.RULE`.
        Malformed: answers of another form than their questions.
        InadmissibleCitation: it cites what is inadmissible.
        Unprocessable: an admissible exhibit without a finding, a finding on what is not in the case, nothing cited,
            reasons too short, or remedy and winner that do not go together; one fault each.

    """
    require(acts.RULE, case, by, at=at)
    answers = check_answers(case.reason, given.answers)
    _require_complete(case, given)
    split = award(case.amount_minor, given.winner, answers)
    ruling = Ruling(
        case=case,
        instance=case.instance,
        winner=given.winner,
        remedy=given.remedy,
        buyer_minor=split.buyer_minor,
        seller_minor=split.seller_minor,
        currency=case.currency,
        answers=answers,
        rule=given.rule,
        reasons=given.reasons.strip(),
        decided_as=by.role,
        decided_by_id=by.id,
        issued_at=at,
    )
    ruling.findings_drafted = [
        Finding(
            ruling=ruling,
            exhibit_id=finding.exhibit,
            supports=finding.supports,
            weight=finding.weight,
            note=finding.note.strip(),
            is_cited=finding.exhibit in given.cited_exhibits,
        )
        for finding in given.findings
    ]
    return ruling, split


@act
def rule(case: Case, *, by: Actor, given: RulingGiven, at: datetime) -> Ruling:
    """The arbitrator of the case rules; the losing side may appeal until the term ends. Refusals: see `consider`."""
    ruling, _split = consider(case, by=by, given=given, at=at)
    schedule.meet(case, at=at)
    _issue(case, ruling, by=by, at=at)
    return ruling


@act
def rule_by_last_resort(case: Case, *, at: datetime) -> Ruling:
    """Nobody ruled in time: the side without an admissible exhibit of its own loses, else the buyer is refunded."""
    has = {exhibit.by for exhibit in case.papers.exhibits if exhibit.is_admissible}
    winner = Winner.SELLER if Role.SELLER in has and Role.BUYER not in has else Winner.BUYER
    split = award(case.amount_minor, winner, {})
    ruling = Ruling(
        case=case,
        instance=case.instance,
        winner=winner,
        remedy=Remedy.REFUND if winner == Winner.BUYER else Remedy.RELEASE,
        buyer_minor=split.buyer_minor,
        seller_minor=split.seller_minor,
        currency=case.currency,
        rule=LAST_RESORT,
        reasons=str(
            _(
                "No ruling was made in time. By the policy the side that filed no admissible exhibit loses; "
                "otherwise the buyer is refunded."
            )
        ),
        decided_as=Role.PLATFORM,
        issued_at=at,
    )
    ruling.findings_drafted = []
    _issue(case, ruling, by=PLATFORM, at=at)
    return ruling


@act
def become_final(case: Case, *, by: Actor, at: datetime) -> None:
    """The ruling stands: what it awards is settled, once, and the case closes."""
    ruling = case.papers.rulings[-1]
    record(case, "ruling.final", by=by, at=at, ruling=str(ruling.pk))
    settle(case, buyer_minor=ruling.buyer_minor, by=by, at=at, is_ruled=True)


def losing_side(ruling: Ruling) -> str:
    """Whom the ruling went against: `buyer`, `seller`, or `both` when split."""
    return {Winner.BUYER: "seller", Winner.SELLER: "buyer"}.get(Winner(ruling.winner), "both")


def _issue(case: Case, ruling: Ruling, *, by: Actor, at: datetime) -> None:
    ruling.digest = ruling.content_digest(ruling.findings_drafted)
    case.rule()
    case.papers.rulings.append(ruling)
    case.papers.new_rulings.append(ruling)
    schedule.open_term(case, Deadline.Kind.APPEAL, binds=losing_side(ruling), if_silent=Deadline.Silence.FINAL, at=at)
    record(
        case,
        "ruling.issued",
        by=by,
        at=at,
        ruling=str(ruling.pk),
        instance=ruling.instance,
        winner=str(ruling.winner),
        remedy=str(ruling.remedy),
        rule=ruling.rule,
        buyer_minor=ruling.buyer_minor,
        seller_minor=ruling.seller_minor,
        digest=ruling.digest,
    )


def _require_complete(case: Case, given: RulingGiven) -> None:
    exhibits = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    if inadmissible := [e for e in given.cited_exhibits if e in exhibits and not exhibits[e].is_admissible]:
        labels = ", ".join(exhibits[e].label for e in inadmissible)
        raise InadmissibleCitation(
            _("%(labels)s cannot be cited: off-platform chat is read, and is no ground for a ruling.")
            % {"labels": labels},
            Fault("cited_exhibits", _("names an inadmissible exhibit"), "inadmissible_citation"),
        )
    faults = [*_findings_at_fault(exhibits, given), *_decision_at_fault(case, given)]
    if faults:
        raise Unprocessable(_("The ruling is not complete."), *faults)


def _findings_at_fault(exhibits: Mapping[UUID, Exhibit], given: RulingGiven) -> list[Fault]:
    faults: list[Fault] = []
    found = [finding.exhibit for finding in given.findings]
    for exhibit in exhibits.values():
        if exhibit.is_admissible and exhibit.pk not in found:
            told = _("%(label)s has no finding yet") % {"label": exhibit.label}
            faults.append(Fault(f"findings.{exhibit.pk}", told, "finding_required"))
    for index, finding in enumerate(given.findings):
        if finding.exhibit not in exhibits:
            faults.append(Fault(f"findings.{index}", _("is not an exhibit of this case"), "unknown_exhibit"))
        elif not finding.note.strip():
            faults.append(Fault(f"findings.{finding.exhibit}", _("says why"), "note_required"))
    if len(set(found)) < len(found):
        faults.append(Fault("findings", _("one finding for each exhibit"), "finding_repeated"))
    unfound = [cited for cited in given.cited_exhibits if cited not in found]
    if unfound:
        faults.append(Fault("cited_exhibits", _("cites only exhibits that have a finding"), "unknown_exhibit"))
    elif not given.cited_exhibits:
        faults.append(Fault("cited_exhibits", _("must cite at least one exhibit"), "citation_required"))
    return faults


def _decision_at_fault(case: Case, given: RulingGiven) -> list[Fault]:
    policy = versions.get(case.policy_version_id)
    faults: list[Fault] = []
    least = policy.number("texts", "reasons_at_least")
    if len(given.reasons.strip()) < least:
        told = _("at least %(least)d characters, in plain words for the losing side") % {"least": least}
        faults.append(Fault("reasons", told, "reasons_too_short"))
    if given.rule != case.reason:
        told = _("must be the rule of this case's reason: %(rule)s") % {"rule": case.reason}
        faults.append(Fault("rule", told, "rule_does_not_apply"))
    fitting = remedies_for(case, given.winner)
    if given.remedy not in fitting:
        told = _("with this winner must be one of: %(remedies)s") % {"remedies": ", ".join(fitting)}
        faults.append(Fault("remedy", told, "remedy_not_allowed"))
    return faults


def remedies_for(case: Case, winner: str) -> list[str]:
    """Which remedies a ruling for this winner may order: the seller's is release, a split is in money only."""
    if winner == Winner.SELLER:
        return [Remedy.RELEASE.value]
    return [Remedy.REFUND.value]
