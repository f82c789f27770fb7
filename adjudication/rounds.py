"""A round: everything that happens by itself, in its order, whoever makes it: a worker's tick or `manage.py sweep`.

First it is noticed whether the service was away; only then does this round count as a sign of life.
"""

from __future__ import annotations

from adjudication import clock
from adjudication.deadlines import outages
from adjudication.evidence import strays
from adjudication.notifications.announce import announce
from adjudication.notifications.letters import send_due
from adjudication.procedure.tick import Tick, tick
from adjudication.register.enter import make_entries
from adjudication.reports.heartbeat import SWEEP, beat


def make_round(*parts: str) -> Tick:
    """Notice an outage, do what is due, tell of what happened, publish what is final; `parts` beat beside the sweep."""
    outages.notice()
    beat(SWEEP, *parts)
    done = tick()
    announce()
    send_due()
    make_entries()
    strays.clear_when_due(at=clock.now())
    beat(SWEEP, *parts)
    return done
