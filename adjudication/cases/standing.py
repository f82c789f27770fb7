"""Standing: who may perform which act in which state, judged at the act itself.

The order of refusal is the law's (DOMAIN section 2): not your case (as if unknown), no standing for this act, out of
order, too late. What is against a further rule the act says itself, through its conditions.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.errors import NoStanding, NotFound, OutOfOrder, TooLate
from adjudication.parties import Actor, Role

#: Raises the refusal if this actor may not act on this case now.
Condition = Callable[[Case, Actor], None]


@dataclass(frozen=True)
class Act:
    """One act of the law: its name, by whom, in which states, and what else must hold."""

    name: str
    by: frozenset[Role]
    states: frozenset[State]
    standing: tuple[Condition, ...] = field(default=())
    """Conditions on the person, raising NoStanding: judged before the state."""
    turn: tuple[Condition, ...] = field(default=())
    """Conditions on the case, raising OutOfOrder or a rule's refusal: judged after the state."""
    is_bound_by_the_term: bool = True
    """False: it has an end of its own, which its conditions know, and does not wait for the case to move on."""


def require_access(case: Case, by: Actor) -> None:
    """Refuse, as if unknown, a party that this case is not about.

    Raises:
        NotFound: the case is another's.

    """
    own = {Role.BUYER: case.buyer_id, Role.SELLER: case.shop_id}
    if by.role in own and own[by.role] != by.id:
        raise NotFound(_("There is no such case."))


def require_standing(act: Act, case: Case, by: Actor) -> None:
    """May this person ever perform this act on this case?

    Raises:
        NotFound: the case is another's.
        NoStanding: the act belongs to somebody else.

    """
    require_access(case, by)
    if by.role not in act.by:
        entitled = ", ".join(sorted(str(role.label) for role in act.by if role is not Role.CLOCK))
        raise NoStanding(_("This act belongs to: %(entitled)s.") % {"entitled": entitled})
    for condition in act.standing:
        condition(case, by)


def require_turn(act: Act, case: Case, by: Actor, *, at: datetime) -> None:
    """Is it this act's turn, and in time?

    Raises:
        OutOfOrder: the case stands elsewhere.
        TooLate: the term that moves the case on has run out; at its due moment it is late already.

    """
    if case.state not in act.states:
        raise OutOfOrder(
            _("The case stands at “%(state)s”; this act is for: %(states)s.")
            % {
                "state": State(case.state).label,
                "states": ", ".join(str(state.label) for state in State if state in act.states),
            }
        )
    deadline = case.papers.deadline
    if act.is_bound_by_the_term and by.role is not Role.CLOCK and deadline is not None and at >= deadline.due_at:
        raise TooLate(
            _("The term ended at %(due)s UTC; what its silence means takes effect now.")
            % {"due": f"{deadline.due_at:%Y-%m-%d %H:%M:%S}"}
        )
    for condition in act.turn:
        condition(case, by)


def require(act: Act, case: Case, by: Actor, *, at: datetime) -> None:
    """May this actor perform this act on this case, now? See `require_standing` and `require_turn` for the refusals."""
    require_standing(act, case, by)
    require_turn(act, case, by, at=at)
