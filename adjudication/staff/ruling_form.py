"""The ruling as it is typed: read without guessing, kept word for word when refused, and every gap named at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.standing import require_standing
from adjudication.errors import Fault, Malformed, Refused
from adjudication.evidence.models import Exhibit
from adjudication.journal.chain import digest
from adjudication.parties import Actor
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, rule
from adjudication.procedure.rule import FindingGiven, RulingGiven
from adjudication.reports.wall import Hung, Wall
from adjudication.rulings.award import Award
from adjudication.rulings.canned import places_in
from adjudication.rulings.models import Finding, Ruling, Winner
from adjudication.rulings.questions import ASKED, Question
from adjudication.staff.doors import plain

#: What the form calls its fields.
FIELDS = {
    "winner": _("Decided for"),
    "remedy": _("What is ordered"),
    "rule": _("Rule cited"),
    "reasons": _("Reasons"),
    "cited_exhibits": _("The ruling"),
    "canned": _("Canned reason"),
}
#: The fields of one exhibit.
OF_AN_EXHIBIT = re.compile(r"(?:supports|weight|note|cited)-(.+)")
YES_NO = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True)
class FindingTyped:
    """What was typed about one exhibit; each may be empty."""

    supports: str = ""
    weight: str = ""
    note: str = ""
    is_cited: bool = False

    @property
    def is_begun(self) -> bool:
        """Was anything found at all?"""
        return bool(self.supports or self.weight or self.note.strip())


@dataclass(frozen=True, slots=True)
class RulingTyped:
    """The whole form, as texts."""

    winner: str = ""
    remedy: str = ""
    rule: str = ""
    reasons: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    findings: Mapping[UUID, FindingTyped] = field(default_factory=dict)
    shown: Mapping[str, str] = field(default_factory=dict)
    """The exhibits on the form that was sent, by id, with the kind each counted as."""
    are_all_of_this_case: bool = True
    """Whether every finding that was sent is on an exhibit of this case."""

    @classmethod
    def blank(cls, case: Case) -> RulingTyped:
        """Nothing typed yet; the rule that applies is filled in."""
        return cls(rule=case.reason)

    @classmethod
    def from_post(cls, case: Case, post: Mapping[str, str]) -> RulingTyped:
        """What was sent for this case's exhibits and its reason's questions; of others only that they were named."""
        kinds = {str(exhibit.pk): post.get(f"shown-{exhibit.pk}", "") for exhibit in case.papers.exhibits}
        return cls(
            winner=plain(post.get("winner", "")),
            remedy=plain(post.get("remedy", "")),
            rule=plain(post.get("rule", "")),
            reasons=plain(post.get("reasons", "")),
            answers={
                question.id: plain(post.get(f"answers-{question.id}", "")).strip() for question in ASKED[case.reason]
            },
            shown={exhibit: kind for exhibit, kind in kinds.items() if kind in Exhibit.Kind.values},
            findings={
                exhibit.pk: FindingTyped(
                    supports=plain(post.get(f"supports-{exhibit.pk}", "")),
                    weight=plain(post.get(f"weight-{exhibit.pk}", "")),
                    note=plain(post.get(f"note-{exhibit.pk}", "")),
                    is_cited=bool(post.get(f"cited-{exhibit.pk}")),
                )
                for exhibit in case.papers.exhibits
            },
            are_all_of_this_case={found[1] for name in post if (found := OF_AN_EXHIBIT.fullmatch(name))}
            <= {str(exhibit.pk) for exhibit in case.papers.exhibits},
        )

    @classmethod
    def from_content(cls, case: Case, content: Mapping[str, Any]) -> RulingTyped:
        """What was kept by `as_content`; of exhibits that are in this case."""
        kept: Mapping[str, Sequence[Any]] = content["findings"]
        return cls(
            winner=content["winner"],
            remedy=content["remedy"],
            rule=content["rule"],
            reasons=content["reasons"],
            answers=content["answers"],
            findings={e.pk: FindingTyped(*kept[str(e.pk)]) for e in case.papers.exhibits if str(e.pk) in kept},
        )

    @classmethod
    def from_given(cls, given: RulingGiven) -> RulingTyped:
        """What somebody proposed, to be typed on."""
        as_typed = {True: "yes", False: "no"}
        return cls(
            winner=str(given.winner),
            remedy=str(given.remedy),
            rule=given.rule,
            reasons=given.reasons,
            answers={
                name: as_typed[answer] if isinstance(answer, bool) else str(answer)
                for name, answer in given.answers.items()
            },
            findings={
                f.exhibit: FindingTyped(str(f.supports), str(f.weight), f.note, f.exhibit in given.cited_exhibits)
                for f in given.findings
            },
        )

    def as_content(self) -> dict[str, Any]:
        """As JSON, to be kept as a draft."""
        return {
            "winner": self.winner,
            "remedy": self.remedy,
            "rule": self.rule,
            "reasons": self.reasons,
            "answers": dict(self.answers),
            "findings": {str(pk): [f.supports, f.weight, f.note, f.is_cited] for pk, f in self.findings.items()},
        }

    @property
    def digest(self) -> str:
        """SHA-256 over all of it, to know whether a preview was of these very words."""
        return digest(self.as_content())

    def read(self, case: Case) -> tuple[RulingGiven, list[Fault]]:
        """The ruling that was typed, and what of it cannot be read or was not chosen, a fault each.

        Where nothing was chosen the ruling that is returned stands in for it, so that the rest can be judged.
        """
        faults: list[Fault] = []
        if self.winner not in Winner.values:
            faults.append(Fault("winner", _("choose for whom it is decided"), "required"))
        if self.remedy not in Remedy.values:
            faults.append(Fault("remedy", _("choose what is ordered"), "required"))
        faults += [
            Fault("reasons", _("{%(place)s} is not filled in") % {"place": place}, "empty_place")
            for place in places_in(self.reasons)
        ]
        if not self.are_all_of_this_case:
            faults.append(
                Fault("cited_exhibits", _("an exhibit was named that is not of this case"), "foreign_exhibit")
            )
        winner = Winner(self.winner) if self.winner in Winner.values else Winner.BUYER
        given = RulingGiven(
            winner=winner,
            remedy=Remedy(self.remedy if self.remedy in Remedy.values else rule.remedies_for(case, winner)[0]),
            rule=self.rule,
            reasons=self.reasons,
            findings=self._findings(faults),
            answers=self._answers(case, faults),
            cited_exhibits=[pk for pk, finding in self.findings.items() if finding.is_cited],
        )
        return given, faults

    def _findings(self, faults: list[Fault]) -> list[FindingGiven]:
        given = []
        for pk, typed in self.findings.items():
            if not typed.is_begun:
                continue
            if typed.supports not in Finding.Supports.values:
                faults.append(Fault(f"findings.{pk}", _("choose which side it supports"), "required"))
            if typed.weight not in Finding.Weight.values:
                faults.append(Fault(f"findings.{pk}", _("choose how much it weighs"), "required"))
            supports = typed.supports if typed.supports in Finding.Supports.values else Finding.Supports.NEITHER
            weight = typed.weight if typed.weight in Finding.Weight.values else Finding.Weight.NONE
            given.append(FindingGiven(pk, Finding.Supports(supports), Finding.Weight(weight), typed.note))
        return given

    def _answers(self, case: Case, faults: list[Fault]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for question in ASKED[case.reason]:
            typed = self.answers.get(question.id, "")
            if typed:
                read = _answer(question, typed)
                if read is None:
                    faults.append(Fault(f"answers.{question.id}", _right_form(question)))
                else:
                    answers[question.id] = read
        return answers


def consider(case: Case, typed: RulingTyped, *, by: Actor, at: datetime) -> tuple[RulingGiven, Ruling, Award]:
    """Judge what was typed by the law's own act, which changes nothing: the ruling, and the award it makes.

    Raises:
        NotFound, NoStanding: the case is not theirs to rule on.
        Malformed: something was not chosen or cannot be read; what else is missing is named with it.
        Refused: see `procedure.rule.consider`.

    """
    require_standing(acts.RULE, case, by)
    given, faults = typed.read(case)
    if not faults:
        ruling, award = rule.consider(case, by=by, given=given, at=at)
        return given, ruling, award
    try:
        rule.consider(case, by=by, given=given, at=at)
    except Refused as refused:
        named = {fault.field for fault in faults}
        faults += [fault for fault in refused.faults if fault.field not in named | {"winner", "remedy"}]
    raise Malformed(_("The ruling is not complete."), *faults)


@dataclass(frozen=True, slots=True)
class FindingRow:
    """One exhibit on the form, as it hangs on the wall, with what was typed about it and what is missing."""

    hung: Hung
    exhibit: Exhibit
    typed: FindingTyped
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """One question of fact on the form."""

    question: Question
    typed: str
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class RemedyRow:
    """One remedy, and the winners with whom it may be ordered."""

    value: str
    label: str
    winners: list[str]
    with_words: str


def finding_rows(case: Case, wall: Wall, typed: RulingTyped, faults: Iterable[Fault]) -> list[FindingRow]:
    """The exhibits to be found on, in filing order; the inadmissible ones are shown among them."""
    missing = list(faults)
    return [
        FindingRow(
            wall.by_id[exhibit.pk],
            exhibit,
            typed.findings.get(exhibit.pk, FindingTyped()),
            [fault for fault in missing if fault.field == f"findings.{exhibit.pk}"],
        )
        for exhibit in case.papers.exhibits
    ]


def question_rows(case: Case, typed: RulingTyped, faults: Iterable[Fault]) -> list[QuestionRow]:
    """The questions of fact that this reason asks."""
    missing = list(faults)
    return [
        QuestionRow(
            question,
            typed.answers.get(question.id, ""),
            [fault for fault in missing if fault.field == f"answers.{question.id}"],
        )
        for question in ASKED[case.reason]
    ]


def remedy_rows(case: Case) -> list[RemedyRow]:
    """Every remedy that some winner allows, in the order in which they are listed for the winners."""
    winners: dict[str, list[Winner]] = {}
    for winner in Winner:
        for remedy in rule.remedies_for(case, winner):
            winners.setdefault(remedy, []).append(winner)
    return [
        RemedyRow(remedy, str(Remedy(remedy).label), [w.value for w in of], ", ".join(str(w.label) for w in of))
        for remedy, of in winners.items()
    ]


def labelled(faults: Iterable[Fault], case: Case) -> list[Fault]:
    """The faults for the summary at the top, each with the name of what it is about."""
    labels = {f"findings.{exhibit.pk}": exhibit.label for exhibit in case.papers.exhibits}
    labels |= {f"answers.{question.id}": str(question.text) for question in ASKED[case.reason]}
    labels |= {field: str(name) for field, name in FIELDS.items()}
    told = []
    for fault in faults:
        label = labels.get(fault.field)
        text = str(fault.detail)
        told.append(replace(fault, detail=text if label is None or label in text else f"{label}: {text}"))
    return told


def _answer(question: Question, typed: str) -> Any:
    if question.type == "boolean":
        return YES_NO.get(typed)
    if question.type == "choice":
        return typed if typed in dict(question.choices) else None
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 3 and int(typed) <= 100 else None


def _right_form(question: Question) -> Any:
    if question.type == "percent":
        return _("must be a whole number from 0 to 100")
    return _("choose one of the answers")
