"""A case's life: at every turn whoever may act looks at where it stands, and acts, or keeps silent until the term ends.

What was decided before a wait may be refused after it, because the case has moved on; then they look again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from adjudication import clock, docket
from adjudication.cases.models import Case, Hearing
from adjudication.cases.offers import Offer
from adjudication.cases.states import Outcome, State
from adjudication.errors import Refused
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.management.simulation import hearing
from adjudication.management.simulation.agenda import Life
from adjudication.management.simulation.chances import Chances
from adjudication.management.simulation.desk import Desk
from adjudication.management.simulation.marketplace import Staff
from adjudication.management.simulation.proportions import REJECTIONS, REMEDIES
from adjudication.parties import Actor, Role
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import acts, appeal, intervene, negotiate, respond, return_goods, take_evidence
from adjudication.procedure.return_goods import DisputeReason

#: How often the service lapses what is due and pays.
TICK = timedelta(hours=1)
KINDS = {
    Exhibit.Kind.DOCUMENT: 55,
    Exhibit.Kind.CARRIER_RECORD: 15,
    Exhibit.Kind.INSPECTION_REPORT: 10,
    Exhibit.Kind.OFF_PLATFORM_CHAT: 20,
}


class CaseLife:
    """The people of one case."""

    def __init__(self, desk: Desk, chances: Chances, staff: Staff, number: str) -> None:
        """Of the case with this number."""
        self.desk, self.chances, self.staff, self.number = desk, chances, staff, number
        self.heard: set[int] = set()
        """The instances in which both sides have done what they will about evidence."""
        self.offers = 0
        self.outcome: Outcome | None = None

    def live(self) -> Life:
        """Until the case is closed."""
        turns: dict[str, Callable[[Case], Life]] = {
            State.REQUESTED: self._requested,
            State.REJECTED: self._rejected,
            State.INTERVENTION: self._intervention,
            State.EVIDENCE: self._evidence,
            State.RULING: self._ruling,
            State.RULED: self._ruled,
            State.RETURNING: self._returning,
        }
        while True:
            case = docket.look(self.number)[0]
            if not case.is_open:
                self.outcome = Outcome(case.outcome)
                return
            try:
                yield from turns[case.state](case)
            except Refused:
                yield TICK

    def _do(self, name: str, act: Callable[[Case, datetime], object]) -> None:
        self.desk.on_case(name, self.number, act)

    def _file(self, by: Actor, given: ExhibitGiven) -> None:
        self._do("file exhibit", lambda c, at: take_evidence.file_exhibit(c, by=by, given=given, at=at))

    def _rest(self, by: Actor) -> None:
        self._do("rest", lambda c, at: take_evidence.rest(c, by=by, at=at))

    def _silence(self, case: Case) -> timedelta:
        """How long until the open term has been swept."""
        deadline = case.papers.deadline
        return TICK if deadline is None else max(deadline.due_at - clock.now(), timedelta(0)) + TICK

    # --- The first exchange -----------------------------------------------------------------------------------------

    def _requested(self, case: Case) -> Life:
        buyer, seller = _sides(case)
        if acts.seller_was_silent(case):
            yield self.chances.hours(1, 60)
            self._do("intervene", lambda c, at: intervene.intervene(c, by=buyer, text="No answer has come.", at=at))
            return
        match self.chances.one(
            {"accept": 36, "reject": 40, "silence": 12, "offer": 8 - 4 * self.offers, "withdraw": 4}
        ):
            case "accept":
                yield self.chances.hours(1, 60)
                self._do("accept", lambda c, at: respond.accept(c, by=seller, at=at))
            case "reject":
                yield self.chances.hours(1, 70)
                reason = self.chances.one(REJECTIONS)
                text = "We have looked into it and cannot find what is described."
                filed = [self._exhibit("What we sent", admissible=True)]
                self._do(
                    "reject",
                    lambda c, at: respond.reject(c, by=seller, reason=reason, text=text, exhibits=filed, at=at),
                )
            case "offer":
                yield from self._negotiate(case, by=seller, answered_by=buyer)
            case "withdraw":
                yield self.chances.hours(1, 48)
                self._do("withdraw", lambda c, at: respond.withdraw(c, by=buyer, at=at))
            case _:
                yield self._silence(case)

    def _rejected(self, case: Case) -> Life:
        buyer, seller = _sides(case)
        match self.chances.one({"intervene": 66, "silence": 16, "withdraw": 10, "offer": 8 if self.offers < 2 else 0}):
            case "intervene":
                yield self.chances.hours(1, 60)
                self._do("intervene", lambda c, at: intervene.intervene(c, by=buyer, text="Please look at it.", at=at))
            case "withdraw":
                yield self.chances.hours(1, 48)
                self._do("withdraw", lambda c, at: respond.withdraw(c, by=buyer, at=at))
            case "offer":
                yield from self._negotiate(case, by=buyer, answered_by=seller)
            case _:
                yield self._silence(case)

    def _negotiate(self, case: Case, *, by: Actor, answered_by: Actor) -> Life:
        """A side offers; the other accepts, declines, or lets it be."""
        self.offers += 1
        allowed = versions.get(case.policy_version_id).reasons[case.reason].remedies
        remedy = Remedy.REFUND if Remedy.REFUND in allowed else Remedy(self.chances.one(_weighed(allowed)))
        amount = max(1, case.amount_minor * self.chances.rng.randint(20, 80) // 100)
        yield self.chances.hours(0.5, 12)
        made: list[Offer] = []
        self._do(
            "make offer",
            lambda c, at: made.append(
                negotiate.make_offer(c, by=by, remedy=remedy, amount_minor=amount, text="Let us settle it.", at=at)
            ),
        )
        answer = self.chances.one({"accept": 45, "decline": 40, "silence": 15})
        if answer == "silence":
            return
        yield self.chances.hours(0.5, 12)
        act = negotiate.accept_offer if answer == "accept" else negotiate.decline_offer
        self._do(f"{answer} offer", lambda c, at: act(c, by=answered_by, offer_id=made[0].pk, at=at))

    # --- The hearing ------------------------------------------------------------------------------------------------

    def _intervention(self, case: Case) -> Life:
        if self.chances.percent(85):
            yield self._silence(case) if self.chances.percent(20) else TICK
            return
        yield self.chances.hours(0.1, 0.4)
        by = self.chances.rng.choice(self.staff.arbitrators)
        self._do("assign (taken)", lambda c, at: intervene.assign(c, by=by, to=by, at=at))

    def _evidence(self, case: Case) -> Life:
        if case.instance in self.heard:
            yield self._silence(case)
            return
        self.heard.add(case.instance)
        buyer, seller = _sides(case)
        if case.hearing == Hearing.APPEAL and self.chances.percent(10):
            yield self.chances.hours(1, 20)
            by = buyer if case.appellant == Role.BUYER else seller
            self._do("withdraw appeal", lambda c, at: appeal.withdraw_appeal(c, by=by, at=at))
            return
        for by, title in ((buyer, "What came"), (seller, "How we packed it")):
            for _exhibit in range(self.chances.one({0: 25, 1: 55, 2: 20})):
                yield self.chances.hours(0.5, 6)
                self._file(by, self._exhibit(title))
        match self.chances.one({"rest": 60, "silence": 30, "accept": 4, "offer": 4, "withdraw": 2}):
            case "rest":
                for by in (buyer, seller):
                    yield self.chances.hours(0.5, 8)
                    self._rest(by)
            case "accept":
                self._do("accept", lambda c, at: respond.accept(c, by=seller, at=at))
            case "offer":
                yield from self._negotiate(case, by=seller, answered_by=buyer)
            case "withdraw" if case.instance == 1:
                self._do("withdraw", lambda c, at: respond.withdraw(c, by=buyer, at=at))
            case _:
                yield self._silence(case)

    def _ruling(self, case: Case) -> Life:
        yield from hearing.decide(self.desk, self.chances, self.staff, case, silence=self._silence(case))

    def _ruled(self, case: Case) -> Life:
        losing = acts.losing_side(case.papers.rulings[0])
        if not self.chances.percent(22):
            yield self._silence(case)
            return
        buyer, seller = _sides(case)
        by = buyer if losing == "buyer" or (losing == "both" and self.chances.percent(50)) else seller
        error = self.chances.one({appeal.NamedError.FACT: 5, appeal.NamedError.RULE: 2, None: 3})
        filed = [self._exhibit("Found since", admissible=True)] if error is None else []
        yield self.chances.hours(1, 70)
        self._do(
            "appeal",
            lambda c, at: appeal.appeal(
                c, by=by, grounds="The ruling overlooks what was filed.", error=error, exhibits=filed, at=at
            ),
        )

    # --- The way back -----------------------------------------------------------------------------------------------

    def _returning(self, case: Case) -> Life:
        buyer, seller = _sides(case)
        if case.return_shipped_at is None:
            if self.chances.percent(12):
                yield self._silence(case)
                return
            cost = self.chances.rng.choice((0, 800, 1500, 4200))
            yield self.chances.hours(4, 120)
            self._do(
                "ship return",
                lambda c, at: return_goods.ship_return(
                    c, by=buyer, carrier="YTO", tracking_number=f"YT{c.pk:09d}", cost_minor=cost, at=at
                ),
            )
            return
        match self.chances.one({"acknowledge": 60, "silence": 26, "dispute": 14}):
            case "acknowledge":
                yield self.chances.hours(30, 200)
                self._do("acknowledge return", lambda c, at: return_goods.acknowledge_return(c, by=seller, at=at))
            case "dispute":
                yield self.chances.hours(30, 200)
                reason = self.chances.rng.choice(list(DisputeReason))
                filed = [self._exhibit("What came back", admissible=True)]
                self._do(
                    "dispute return",
                    lambda c, at: return_goods.dispute_return(
                        c, by=seller, reason=reason, text="This is not what we sent.", exhibits=filed, at=at
                    ),
                )
            case _:
                yield self._silence(case)

    def _exhibit(self, title: str, *, admissible: bool = False) -> ExhibitGiven:
        kind = Exhibit.Kind.DOCUMENT if admissible else self.chances.one(KINDS)
        return ExhibitGiven(kind, title, "As described in the attached words.")


def _sides(case: Case) -> tuple[Actor, Actor]:
    return Actor(Role.BUYER, case.buyer_id), Actor(Role.SELLER, case.shop_id)


def _weighed(allowed: tuple[str, ...]) -> dict[str, float]:
    return {remedy: REMEDIES[Remedy(remedy)] for remedy in allowed}
