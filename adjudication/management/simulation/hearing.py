"""The hearing's end: an arbitrator rules, above the limit with a second person, or nobody does and the term ends."""

from __future__ import annotations

from datetime import timedelta

from adjudication.cases.models import Case
from adjudication.management.simulation.agenda import Life
from adjudication.management.simulation.chances import Chances
from adjudication.management.simulation.desk import Desk
from adjudication.management.simulation.marketplace import Staff
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, intervene, rule
from adjudication.procedure.rule import FindingGiven, RulingGiven
from adjudication.rulings.models import Finding, Winner

REASONS = {
    Winner.BUYER: "What the buyer filed shows the fault, and nothing the seller filed explains it otherwise.",
    Winner.SELLER: "What the seller filed shows the goods as they were described; the buyer's exhibits do not.",
    Winner.SPLIT: "Both sides' exhibits are sound: part of the goods can be used, and part of the loss was avoidable.",
}


def decide(desk: Desk, chances: Chances, staff: Staff, case: Case, *, silence: timedelta) -> Life:
    """Rule, propose, confirm or send back, as far as it has come; or let the term run out."""
    proposal = acts.open_proposal(case)
    if proposal is not None:
        by = staff.supervisor_but(proposal.proposed_by_id)
        answer = chances.one({"confirm": 75, "send back": 17, "silence": 8})
        if by is None or answer == "silence":
            yield silence
            return
        yield chances.hours(0.5, 6)
        if answer == "confirm":
            desk.on_case("confirm ruling", case.number, lambda c, at: rule.confirm(c, by=by, at=at))
        else:
            note = "The carrier's record is not weighed."
            desk.on_case("send ruling back", case.number, lambda c, at: rule.send_back(c, by=by, note=note, at=at))
        return
    if case.arbitrator_id is None:
        yield timedelta(hours=1)
        return
    if chances.percent(45 if case.is_overdue else 8):
        yield silence
        return
    before = [ruling.decided_by_id for ruling in case.papers.rulings]
    if case.arbitrator_id in before:
        another = staff.supervisor_but(*before)
        if another is None:
            yield silence
            return
        yield chances.hours(0.5, 2)
        desk.on_case(
            "assign (taken)",
            case.number,
            lambda c, at: intervene.assign(c, by=another, to=another, at=at),
        )
        return
    arbitrator = staff.actor(case.arbitrator_id)
    given = a_ruling(chances, case)
    yield chances.hours(1, 16)
    desk.on_case("rule", case.number, lambda c, at: rule.rule(c, by=arbitrator, given=given, at=at))


def a_ruling(chances: Chances, case: Case) -> RulingGiven:
    """What the arbitrator finds on every admissible exhibit, and for whom."""
    admissible = [exhibit for exhibit in case.papers.exhibits if exhibit.may_be_cited]
    winner = chances.one({Winner.BUYER: 50, Winner.SELLER: 32, Winner.SPLIT: 18 if case.amount_minor >= 100 else 0})
    fitting = rule.remedies_for(case, winner)
    remedy = case.remedy if case.remedy in fitting and chances.percent(70) else fitting[-1]
    supports = {Winner.BUYER: Finding.Supports.BUYER, Winner.SELLER: Finding.Supports.SELLER}
    answers: dict[str, object] = {}
    if winner == Winner.SPLIT:
        fault = chances.rng.choice(("seller", "carrier", "shared"))
        answers = {"usable_percent": chances.rng.randrange(10, 91, 5), "fault": fault}
    return RulingGiven(
        winner=winner,
        remedy=Remedy(remedy),
        rule=case.reason,
        reasons=REASONS[winner],
        findings=[
            FindingGiven(
                exhibit.pk,
                supports.get(winner, Finding.Supports.NEITHER),
                Finding.Weight.STRONG if exhibit is admissible[0] else Finding.Weight.SOME,
                "It shows what it says.",
            )
            for exhibit in admissible
        ],
        answers=answers,
        cited_exhibits=[exhibit.pk for exhibit in admissible[:1]],
    )
