"""What to do now: for each state and side one sentence that says it, and one that says what it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.states import Outcome, State
from adjudication.deadlines.models import Deadline
from adjudication.parties import Role
from adjudication.procedure.acts import has_rested

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

Kind = Deadline.Kind


@dataclass(frozen=True, slots=True)
class Step:
    """What one side is told; `is_mine` when the running term binds this side and it has not acted yet."""

    headline: StrOrPromise
    text: StrOrPromise
    is_mine: bool = False


Words = tuple["StrOrPromise", "StrOrPromise"]
BUYER, SELLER = Role.BUYER, Role.SELLER

WORDS: dict[tuple[str, Role], Words] = {
    (State.REQUESTED, BUYER): (
        _("Wait for the seller’s answer"),
        _("You need not do anything. You can add exhibits that help your request, or withdraw it."),
    ),
    (State.REQUESTED, SELLER): (
        _("Answer the request"),
        _("Accept, and the buyer is paid. Or refuse: say why, and file at least one exhibit that shows it."),
    ),
    (State.REJECTED, BUYER): (
        _("Decide whether to call the platform in"),
        _("The seller has refused. An arbitrator hears both sides if you ask for it; if not, the case ends here."),
    ),
    (State.REJECTED, SELLER): (
        _("Wait for the buyer’s decision"),
        _("The buyer may call the platform in. You can still accept the request."),
    ),
    (State.INTERVENTION, BUYER): (
        _("Wait until an arbitrator is assigned"),
        _("The platform has the case. You can file exhibits already; evidence opens for both sides alike."),
    ),
    (State.INTERVENTION, SELLER): (
        _("Wait until an arbitrator is assigned"),
        _("The platform has the case. You can file exhibits already; evidence opens for both sides alike."),
    ),
    (State.EVIDENCE, BUYER): (
        _("File your evidence"),
        _("File everything that shows what happened. When you have nothing more to file, say that you rest."),
    ),
    (State.EVIDENCE, SELLER): (
        _("File your evidence"),
        _("File everything that shows what happened. When you have nothing more to file, say that you rest."),
    ),
    (State.RULING, BUYER): (
        _("Wait for the ruling"),
        _("Evidence is closed. The arbitrator weighs every admissible exhibit and rules."),
    ),
    (State.RULING, SELLER): (
        _("Wait for the ruling"),
        _("Evidence is closed. The arbitrator weighs every admissible exhibit and rules."),
    ),
    (State.RULED, BUYER): (
        _("Read the ruling"),
        _("It has been decided. The money moves as the ruling says once the ruling is final."),
    ),
    (State.RULED, SELLER): (
        _("Read the ruling"),
        _("It has been decided. The money moves as the ruling says once the ruling is final."),
    ),
    (State.RETURNING, BUYER): (
        _("The goods are on their way back"),
        _("The refund is paid once the seller has the goods, or the term to acknowledge them ends."),
    ),
    (State.RETURNING, SELLER): (
        _("The goods are on their way to you"),
        _("The refund is paid once you have the goods, or the term to acknowledge them ends."),
    ),
}
SILENT_SELLER: dict[Role, Words] = {
    BUYER: (
        _("The seller did not answer: call the platform in"),
        _("An arbitrator hears both sides if you ask for it. The seller can still accept."),
    ),
    SELLER: (
        _("The term to answer has passed"),
        _("You can still accept the request until the buyer calls the platform in."),
    ),
}
RULED_AGAINST: Words = (
    _("Read the ruling; appeal if it is wrong"),
    _("It went against you, in whole or in part. An appeal brings a new exhibit or names the error."),
)
RESTED: Words = (
    _("Wait until evidence closes"),
    _("You have said that you rest. Evidence closes when the other side rests too, or the term ends."),
)
BY_TERM: dict[tuple[str, Role], Words] = {
    (Kind.BUYER_SHIPS_RETURN, BUYER): (
        _("Send the goods back"),
        _("Hand the parcel to a carrier and enter its tracking number here."),
    ),
    (Kind.BUYER_SHIPS_RETURN, SELLER): (
        _("Wait until the goods are sent back"),
        _("The buyer sends the goods back and enters the tracking number here."),
    ),
    (Kind.SELLER_ACKNOWLEDGES_RETURN, SELLER): (
        _("Check what came back"),
        _("Acknowledge the goods when they are there, or dispute what came back."),
    ),
    (Kind.SELLER_ACKNOWLEDGES_RETURN, BUYER): (
        _("Wait until the seller has the goods"),
        _("The refund is paid when the seller acknowledges the goods, or the seller’s term ends."),
    ),
}
CLOSED: dict[str, Words] = {
    Outcome.REFUNDED: (
        _("The claim was refunded"),
        _("The whole claim went to the buyer. There is nothing left to do."),
    ),
    Outcome.PARTLY_REFUNDED: (
        _("The claim was divided"),
        _("Each side got the part that was decided. There is nothing left to do."),
    ),
    Outcome.RELEASED: (
        _("The claim was released to the seller"),
        _("The claim went to the seller. There is nothing left to do."),
    ),
    Outcome.WITHDRAWN: (
        _("The request was withdrawn"),
        _("The money stays held for the order, whose own term runs on."),
    ),
    Outcome.REPLACED: (
        _("A replacement was agreed"),
        _("The claim stays held for the order until the replacement has come."),
    ),
}
ENDED: Words = (
    _("The term has ended"),
    _("What silence means is being carried out now. Look again in a moment."),
)


def next_step(case: Case, role: Role, deadline: Deadline | None, *, is_over: bool = False) -> Step:
    """What this side of the case is told to do now.

    Args:
        case: whose state it is.
        role: the side that reads.
        deadline: the open term, if there is one.
        is_over: its end has passed, and nothing has swept it yet.

    """
    if case.state == State.CLOSED:
        return Step(*CLOSED[case.outcome])
    if is_over:
        return Step(*ENDED)
    if case.state == State.EVIDENCE and has_rested(case, role):
        return Step(*RESTED)
    is_mine = deadline is not None and deadline.binds in (role, Deadline.Binds.BOTH)
    kind = deadline.kind if deadline is not None else ""
    if case.state == State.REQUESTED and kind == Kind.BUYER_INTERVENES:
        return Step(*SILENT_SELLER[role], is_mine=is_mine)
    if case.state == State.RULED and is_mine:
        return Step(*RULED_AGAINST, is_mine=True)
    return Step(*BY_TERM.get((kind, role), WORDS[case.state, role]), is_mine=is_mine)
