"""Intervene: the buyer calls the platform in; an arbitrator is assigned, and evidence opens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case, Forum
from adjudication.cases.notes import Note, require_readable
from adjudication.cases.standing import require
from adjudication.cases.states import State
from adjudication.deadlines import schedule
from adjudication.deadlines.models import Deadline
from adjudication.errors import Unprocessable
from adjudication.journal.chain import digest
from adjudication.journal.record import record
from adjudication.papers import act
from adjudication.parties import Actor
from adjudication.procedure import acts
from adjudication.procedure.issue import rule_by_default
from adjudication.procedure.take_evidence import hear_evidence
from adjudication.rulings.defaults import at_intervention


@act
def intervene(case: Case, *, by: Actor, forum: Forum = Forum.STAFF, text: str = "", at: datetime) -> None:
    """The buyer, refused or left without an answer, asks the platform to take the case up.

    Evidence and ruling are counted from this moment. What the record alone decides is ruled at once.

    Raises:
        Unprocessable: the forum is not open to this case.

    """
    require(acts.INTERVENE, case, by, at=at)
    if forum != Forum.STAFF:
        raise Unprocessable(_("This case is heard by an arbitrator; ask for forum “staff”."))
    schedule.meet(case, at=at)
    case.intervene(forum=forum, text=text, at=at)
    default = at_intervention(case)
    if default is None:
        schedule.open_term(
            case,
            Deadline.Kind.ARBITRATOR_ASSIGNED,
            binds="platform",
            if_silent=Deadline.Silence.EVIDENCE_OPENS,
            at=at,
        )
    record(case, "case.intervened", by=by, at=at, forum=str(forum), text_sha256=digest(text))
    if default is not None:
        rule_by_default(case, default, at=at)


@act
def assign(case: Case, *, by: Actor, to: Actor, reason: str = "", at: datetime) -> None:
    """An arbitrator takes the case or is given it; if the platform has just been called in, evidence opens.

    Whoever gives it, it is judged whether `to` may hear it. A case assigned later (evidence opened without anybody)
    keeps its terms. Why it was handed over is noted for staff; the two sides are told only that it was, without even a
    hash, by which a short reason could be guessed.

    Raises:
        Malformed: the reason is longer than a note may be.

    """
    if by != to:
        require(acts.GIVE, case, by, at=at)
    require(acts.ASSIGN, case, to, at=at)
    told: dict[str, Any] = {"from": case.arbitrator_id} if case.arbitrator_id else {}
    if reason := reason.strip():
        require_readable(reason, field="reason")
        case.papers.new_notes.append(Note(case=case, by_id=by.id, kind=Note.Kind.HANDOVER, text=reason, written_at=at))
    case.arbitrator_id = to.id
    record(case, "case.assigned", by=by, at=at, arbitrator=to.id, **told)
    if case.state == State.INTERVENTION:
        schedule.meet(case, at=at)
        open_evidence(case, by=by, at=at)


@act
def open_evidence(case: Case, *, by: Actor, at: datetime) -> None:
    """Both sides may file, for as long as each other, until the term counted from the intervention ends."""
    case.open_evidence()
    hear_evidence(case, at=at)
    record(case, "case.evidence_opened", by=by, at=at)
