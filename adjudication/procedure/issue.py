"""Issue: a ruling is given out, by a person, by the record alone, or by the last resort; and carried out once final.

A first ruling can be appealed against until the term ends; a later one is final at once (DOMAIN sections 2, 6 and 7).
"""

from __future__ import annotations

from datetime import datetime

from adjudication.cases.models import Case, Hearing
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.policy.terms import Remedy
from adjudication.procedure import manifest
from adjudication.procedure.acts import losing_side
from adjudication.procedure.carry_out import carry_out
from adjudication.rulings.award import award
from adjudication.rulings.defaults import LAST_RESORT_REASONS, Default
from adjudication.rulings.models import Ruling, Winner


@act
def issue(case: Case, ruling: Ruling, *, by: Actor, at: datetime) -> None:
    """Give a ruling out; the term before it has been met, lapsed or not been opened."""
    is_first = not case.papers.rulings
    ruling.digest = ruling.content_digest(ruling.findings_drafted)
    case.rule()
    case.papers.rulings.append(ruling)
    case.papers.new_rulings.append(ruling)
    if is_first:
        schedule.open_term(
            case, Deadline.Kind.APPEAL, binds=losing_side(ruling), if_silent=Deadline.Silence.FINAL, at=at
        )
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
        manifest=manifest.entries(case.papers.exhibits),
    )
    if not is_first:
        become_final(case, by=by, at=at)


@act
def become_final(case: Case, *, by: Actor, at: datetime) -> None:
    """The ruling stands: what it orders is carried out."""
    ruling = case.papers.rulings[-1]
    record(case, "ruling.final", by=by, at=at, ruling=str(ruling.pk))
    carry_out_ruling(case, ruling, by=by, at=at)


@act
def carry_out_ruling(case: Case, ruling: Ruling, *, by: Actor, at: datetime) -> None:
    """Carry out what a final ruling orders: the goods go back first where that is part of it; else it is settled."""
    case.papers.final_rulings.append(ruling)
    carry_out(case, remedy=ruling.remedy, buyer_minor=ruling.buyer_minor, by=by, at=at, is_ruled=True)


@act
def rule_by_default(case: Case, default: Default, *, at: datetime) -> Ruling:
    """The record alone decides: a full refund of the claim, or its release."""
    return _rule_by_platform(case, default.winner, rule=default.rule, reasons=default.reasons, at=at)


@act
def rule_by_last_resort(case: Case, *, at: datetime) -> None:
    """Nobody ruled in time.

    In a first hearing the side without an admissible exhibit of its own loses, else the buyer is refunded; on appeal
    the first ruling stands; over a return the refund is paid.
    """
    if case.hearing == Hearing.APPEAL:
        first = case.papers.rulings[0]
        _rule_by_platform(
            case, Winner(first.winner), rule="last_resort", reasons=LAST_RESORT_REASONS, at=at, upheld=first
        )
        return
    has = {exhibit.by for exhibit in case.papers.exhibits if exhibit.may_be_cited}
    seller_alone = Role.SELLER in has and Role.BUYER not in has
    winner = Winner.SELLER if seller_alone and case.hearing == Hearing.CLAIM else Winner.BUYER
    _rule_by_platform(case, winner, rule="last_resort", reasons=LAST_RESORT_REASONS, at=at)


def _rule_by_platform(
    case: Case, winner: Winner, *, rule: str, reasons: str, at: datetime, upheld: Ruling | None = None
) -> Ruling:
    split = award(case.amount_minor, winner, upheld.answers if upheld else {})
    remedy = Remedy.REFUND if winner == Winner.BUYER else Remedy.RELEASE
    ruling = Ruling(
        case=case,
        instance=case.instance,
        winner=winner,
        remedy=upheld.remedy if upheld else remedy,
        buyer_minor=split.buyer_minor,
        seller_minor=split.seller_minor,
        currency=case.currency,
        answers=upheld.answers if upheld else {},
        rule=rule,
        reasons=reasons,
        decided_as=Role.PLATFORM,
        issued_at=at,
    )
    ruling.findings_drafted = []
    issue(case, ruling, by=PLATFORM, at=at)
    return ruling
