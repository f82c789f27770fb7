"""How staff pages say things: a state's colour, and the time left in hours and minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline

#: The colour of each state: `wait` for the sides, `act` for staff, `done` when it is over.
TONES = {
    State.REQUESTED: "wait",
    State.REJECTED: "wait",
    State.INTERVENTION: "act",
    State.EVIDENCE: "hear",
    State.RULING: "act",
    State.RULED: "wait",
    State.RETURNING: "wait",
    State.CLOSED: "done",
}


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """What is left of a term, in words, and how pressing it is: `calm`, `soon` (a third is left) or `late`."""

    words: str
    tone: str


def time_left(deadline: Deadline, at: datetime) -> TimeLeft:
    """Say what is left of a term at that moment; hours are never made into days."""
    left = deadline.due_at - at
    if left <= timedelta():
        return TimeLeft(_("%(time)s over") % {"time": hours_and_minutes(-left)}, "late")
    tone = "soon" if left * 3 <= deadline.due_at - deadline.anchored_at else "calm"
    return TimeLeft(_("%(time)s left") % {"time": hours_and_minutes(left)}, tone)


def hours_and_minutes(length: timedelta) -> str:
    """`26 h 05 min`, rounded down to the minute."""
    minutes = int(length.total_seconds()) // 60
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}


def state_badge(state: State) -> SafeString:
    """The state in words and colour."""
    return format_html('<span class="state state-{}">{}</span>', TONES[state], state.label)
