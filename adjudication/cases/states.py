"""The states of a case and the outcomes of a closed one (DOMAIN section 2), and how a transition is declared.

requested → rejected → intervention → evidence → ruling → ruled → (returning) → closed
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_fsm import TransitionNotAllowed, transition

from adjudication.errors import OutOfOrder

if TYPE_CHECKING:
    from adjudication.cases.models import Case

P = ParamSpec("P")


class State(models.TextChoices):
    """Where a case stands."""

    REQUESTED = "requested", _("Refund requested")
    REJECTED = "rejected", _("Refused by the seller")
    INTERVENTION = "intervention", _("Platform called in")
    EVIDENCE = "evidence", _("Evidence is heard")
    RULING = "ruling", _("Awaiting the ruling")
    RULED = "ruled", _("Ruled, open to appeal")
    RETURNING = "returning", _("Goods on their way back")
    CLOSED = "closed", _("Closed")


class Outcome(models.TextChoices):
    """How a closed case ended."""

    REFUNDED = "refunded", _("refunded")
    PARTLY_REFUNDED = "partly_refunded", _("partly refunded")
    RELEASED = "released", _("released to the seller")
    WITHDRAWN = "withdrawn", _("withdrawn")
    REPLACED = "replaced", _("replaced")


#: Between the first request and the ruling: while either side can still end it by agreement.
NEGOTIABLE = (State.REQUESTED, State.REJECTED, State.INTERVENTION, State.EVIDENCE)

#: While staff hear it.
HEARD = (State.INTERVENTION, State.EVIDENCE, State.RULING)


def moves(
    source: Iterable[State], target: State
) -> Callable[[Callable[Concatenate[Case, P], None]], Callable[Concatenate[Case, P], None]]:
    """Declare a transition that keeps its signature and touches its own case only.

    A second transition in one take notes the state it leaves, so that the docket writes edge by edge; it is refused
    unless the first one has been recorded.

    Raises:
        OutOfOrder: the case is not in one of the `source` states.

    """

    def declare(method: Callable[Concatenate[Case, P], None]) -> Callable[Concatenate[Case, P], None]:
        changed = transition(field="state", source=list(source), target=target)(method)

        @wraps(changed)
        def move(case: Case, /, *args: P.args, **kwargs: P.kwargs) -> None:
            papers, left = case.papers, (case.state, case.version, bytes(case.head))
            moved_before = papers.moves > 0
            try:
                changed(case, *args, **kwargs)
            except TransitionNotAllowed as refused:
                raise OutOfOrder(
                    _("The case stands at “%(state)s”; this is not possible from there.")
                    % {"state": State(case.state).label}
                ) from refused
            if moved_before:
                papers.stops.append(left)
            papers.moves += 1

        return move

    return declare
