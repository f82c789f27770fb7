"""Rule: the arbitrator decides whose evidence prevails; the ruling answers every admissible exhibit and is immutable.

It is final when the appeal term ends in silence, and only then is the claim settled (DOMAIN section 7).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require
from adjudication.deadlines import schedule
from adjudication.errors import Fault, InadmissibleCitation, OutOfOrder, Unprocessable
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts
from adjudication.procedure.issue import issue
from adjudication.rulings.award import Award, award
from adjudication.rulings.models import Finding, Proposal, Ruling, Winner
from adjudication.rulings.questions import check_answers


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

    def as_content(self) -> dict[str, Any]:
        """As JSON, to be kept with a proposal."""
        return {
            "winner": str(self.winner),
            "remedy": str(self.remedy),
            "rule": self.rule,
            "reasons": self.reasons,
            "answers": dict(self.answers),
            "cited_exhibits": [str(exhibit) for exhibit in self.cited_exhibits],
            "findings": [
                {"exhibit": str(f.exhibit), "supports": str(f.supports), "weight": str(f.weight), "note": f.note}
                for f in self.findings
            ],
        }

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> RulingGiven:
        """Read what `as_content` made."""
        return cls(
            winner=Winner(content["winner"]),
            remedy=Remedy(content["remedy"]),
            rule=content["rule"],
            reasons=content["reasons"],
            answers=content["answers"],
            cited_exhibits=[UUID(exhibit) for exhibit in content["cited_exhibits"]],
            findings=[
                FindingGiven(
                    UUID(f["exhibit"]), Finding.Supports(f["supports"]), Finding.Weight(f["weight"]), f["note"]
                )
                for f in content["findings"]
            ],
        )


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
    return _drafted(case, by=by, given=given, at=at)


def _drafted(case: Case, *, by: Actor, given: RulingGiven, at: datetime) -> tuple[Ruling, Award]:
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
def rule(case: Case, *, by: Actor, given: RulingGiven, at: datetime) -> Ruling | Proposal:
    """The arbitrator of the case rules. Above the policy's limit it is proposed, and a second person confirms it.

    Once overdue the supervisor rules alone. Refusals: see `consider`.
    """
    ruling, _split = consider(case, by=by, given=given, at=at)
    if needs_second_person(case):
        return _propose(case, by=by, given=given, at=at)
    schedule.meet(case, at=at)
    issue(case, ruling, by=by, at=at)
    return ruling


@act
def confirm(case: Case, *, by: Actor, at: datetime) -> Ruling:
    """The second person agrees: the ruling is issued as it was proposed."""
    require(acts.CONFIRM, case, by, at=at)
    proposal = _require_proposal(case)
    proposer = Actor(Role(proposal.proposed_as), proposal.proposed_by_id)
    acts.require_disinterested(case, proposer.id)
    ruling = _drafted(case, by=proposer, given=RulingGiven.read(proposal.content), at=at)[0]
    ruling.confirmed_by_id = by.id
    _answer(case, proposal, Proposal.State.CONFIRMED, by=by, at=at)
    record(case, "ruling.confirmed", by=by, at=at, proposal=str(proposal.pk), proposed_by=proposal.proposed_by_id)
    schedule.meet(case, at=at)
    issue(case, ruling, by=proposer, at=at)
    return ruling


@act
def send_back(case: Case, *, by: Actor, note: str, at: datetime) -> None:
    """The second person does not agree and says why; the arbitrator rules anew, within the same term.

    Why, staff alone read, so the event has no hash of it: a word or two could be found by trying.

    Raises:
        Unprocessable: without a word of why.

    """
    require(acts.SEND_BACK, case, by, at=at)
    if not note.strip():
        raise Unprocessable(_("Say why it goes back."), Fault("note", _("must not be empty"), "note_required"))
    proposal = _require_proposal(case)
    proposal.note = note.strip()
    _answer(case, proposal, Proposal.State.SENT_BACK, by=by, at=at)
    record(case, "ruling.sent_back", by=by, at=at, proposal=str(proposal.pk))


def needs_second_person(case: Case) -> bool:
    """Is the claim above the policy's limit, and the ruling not overdue?"""
    limit = versions.get(case.policy_version_id).limit_minor("second_person_above", case.currency)
    return case.amount_minor > limit and not case.is_overdue


def _propose(case: Case, *, by: Actor, given: RulingGiven, at: datetime) -> Proposal:
    """Keep it for the second person. Both sides read the event, so it tells nothing of what is proposed.

    Nor can its digest be matched by trying every winner and amount: a random nonce is hashed with them.
    """
    proposal = Proposal(
        case=case,
        instance=case.instance,
        content={**given.as_content(), "nonce": token_hex(16)},
        proposed_as=by.role.value,
        proposed_by_id=by.id,
        proposed_at=at,
    )
    case.papers.proposals.append(proposal)
    case.papers.new_proposals.append(proposal)
    record(case, "ruling.proposed", by=by, at=at, proposal=str(proposal.pk), digest=digest(proposal.content))
    return proposal


def _require_proposal(case: Case) -> Proposal:
    proposal = acts.open_proposal(case)
    if proposal is None:
        raise OutOfOrder(_("No ruling has been proposed."))
    return proposal


def _answer(case: Case, proposal: Proposal, state: Proposal.State, *, by: Actor, at: datetime) -> None:
    proposal.state, proposal.answered_by_id, proposal.answered_at = state, by.id, at
    case.papers.moved_proposals.append(proposal)


def _require_complete(case: Case, given: RulingGiven) -> None:
    exhibits = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    if inadmissible := [e for e in given.cited_exhibits if e in exhibits and not exhibits[e].may_be_cited]:
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
        if exhibit.may_be_cited and exhibit.pk not in found:
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
    """Which remedies a ruling for this winner may order.

    The seller's is release; a split, and every ruling over a return, is in money alone.
    """
    if winner == Winner.SELLER:
        return [Remedy.RELEASE.value]
    if winner == Winner.SPLIT or case.return_shipped_at is not None:
        return [Remedy.REFUND.value]
    allowed = versions.get(case.policy_version_id).reasons[case.reason].remedies
    return list(dict.fromkeys([*(remedy for remedy in allowed if remedy != Remedy.WAIT), Remedy.REFUND.value]))
