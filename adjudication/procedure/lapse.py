"""Lapse: what silence means, term by term (DOMAIN section 3). The one table the clock works through.

A batch of five hundred runs through the same rule as one case; `docket` claims what is due and writes what is drafted.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime

from adjudication.cases.models import Case
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.docket import DUE, Swept, sweep_cases, sweep_orders
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import CLOCK
from adjudication.procedure.carry_out import carry_out
from adjudication.procedure.custody import lapse_order_term
from adjudication.procedure.intervene import open_evidence
from adjudication.procedure.issue import become_final, rule_by_last_resort
from adjudication.procedure.respond import silence_of_the_buyer
from adjudication.procedure.return_goods import receive_return
from adjudication.procedure.settle import give_back, settle
from adjudication.procedure.take_evidence import close_evidence
from adjudication.rulings.models import Proposal

Kind, Silence = Deadline.Kind, Deadline.Silence


@act
def lapse(case: Case, at: datetime) -> None:
    """The case's open term has ended in silence: what the row says of silence happens now.

    Raises:
        TooEarly: the term still runs.

    """
    deadline = schedule.lapse(case, at=at)
    record(case, "deadline.lapsed", by=CLOCK, at=at, term=str(deadline.kind), silence=str(deadline.if_silent))
    SILENCE[Silence(deadline.if_silent)](case, at)


def _taken_to_accept(case: Case, at: datetime) -> None:
    """The seller kept silent and is taken to accept: what was asked for is carried out."""
    carry_out(case, remedy=case.remedy, buyer_minor=case.amount_minor, by=CLOCK, at=at)


def _buyer_may_intervene(case: Case, at: datetime) -> None:
    """The seller kept silent, and the policy lets the buyer call the platform in; the seller may still accept."""
    schedule.open_term(
        case, Kind.BUYER_INTERVENES, binds="buyer", if_silent=silence_of_the_buyer(case), at=at
    ).anchor_sequence = case.version


def _released(case: Case, at: datetime) -> None:
    """The buyer let the refusal stand, or kept the goods: the claim is the seller's."""
    settle(case, buyer_minor=0, by=CLOCK, at=at, is_ruled=bool(case.papers.rulings))


def _withdrawn(case: Case, at: datetime) -> None:
    """The buyer let it rest, but has not got the goods: the claim stays held for the order."""
    give_back(case, by=CLOCK, at=at)


def _evidence_opens(case: Case, at: datetime) -> None:
    """No arbitrator was assigned in time; the hearing does not wait for one."""
    open_evidence(case, by=CLOCK, at=at)


def _evidence_closes(case: Case, at: datetime) -> None:
    """The evidence term ended for both sides at once."""
    close_evidence(case, by=CLOCK, at=at)


def _moved_to_supervisor(case: Case, at: datetime) -> None:
    """The arbitrator did not rule in time: a supervisor has the case now, once."""
    case.is_overdue, case.arbitrator_id = True, None
    for proposal in case.papers.proposals:
        if proposal.state == Proposal.State.OPEN:
            proposal.state, proposal.answered_at = Proposal.State.LAPSED, at
            case.papers.moved_proposals.append(proposal)
    schedule.open_term(case, Kind.RULING_ONCE_OVERDUE, binds="supervisor", if_silent=Silence.LAST_RESORT, at=at)
    record(case, "case.overdue", by=CLOCK, at=at)


def _last_resort(case: Case, at: datetime) -> None:
    """Nobody ruled: the policy's last resort does."""
    rule_by_last_resort(case, at=at)


def _return_presumed(case: Case, at: datetime) -> None:
    """The seller neither acknowledged nor disputed the return: it counts as received."""
    receive_return(case, by=CLOCK, at=at)


def _final(case: Case, at: datetime) -> None:
    """Nobody appealed: the ruling stands and is settled."""
    become_final(case, by=CLOCK, at=at)


SILENCE: dict[Deadline.Silence, Callable[[Case, datetime], None]] = {
    Silence.ACCEPTED: _taken_to_accept,
    Silence.BUYER_MAY_INTERVENE: _buyer_may_intervene,
    Silence.RELEASED: _released,
    Silence.WITHDRAWN: _withdrawn,
    Silence.EVIDENCE_OPENS: _evidence_opens,
    Silence.EVIDENCE_CLOSES: _evidence_closes,
    Silence.MOVED_TO_SUPERVISOR: _moved_to_supervisor,
    Silence.LAST_RESORT: _last_resort,
    Silence.FINAL: _final,
    Silence.RETURN_PRESUMED: _return_presumed,
}


def sweep(*, until: float = math.inf) -> Swept:
    """Lapse every term that is due, of cases and of orders: the one function behind the tick and `manage.py sweep`."""
    return sweep_cases(DUE, lapse, until=until) + sweep_orders(DUE, lapse_order_term, until=until)
