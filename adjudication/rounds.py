"""A round: everything that happens by itself, in its order, whoever makes it: a worker's tick or `manage.py sweep`.

First it is noticed whether the service was away; only then does this round count as a sign of life. Webhooks leave
apart from it: the slowest receiver holds up no term.
"""

from __future__ import annotations

from adjudication import clock
from adjudication.credentials import forget
from adjudication.deadlines import outages
from adjudication.evidence import strays
from adjudication.journal import outbox
from adjudication.notifications.announce import LETTERS
from adjudication.notifications.letters import send_due
from adjudication.procedure.tick import Tick, tick
from adjudication.register.enter import make_entries
from adjudication.reports.heartbeat import SWEEP, beat
from adjudication.webhooks import prune, sending
from adjudication.webhooks.fan_out import DELIVERIES

#: Everybody who is to hear of events.
READERS = (LETTERS, DELIVERIES)


def make_round(*parts: str) -> Tick:
    """Notice an outage, do what is due, tell of what happened, publish what is final; `parts` beat beside the sweep."""
    outages.notice()
    beat(SWEEP, *parts)
    done = tick()
    announce()
    send_due()
    make_entries()
    strays.clear_when_due(at=clock.now())
    forget.forget_when_due(at=clock.now())
    prune.prune_when_due(at=clock.now())
    beat(SWEEP, *parts)
    return done


def announce() -> int:
    """Empty the outbox; returns how many events were announced."""
    return outbox.announce(READERS)


def deliver(*, patience_seconds: float = sending.PATIENCE_SECONDS) -> int:
    """Send the webhooks that are due; returns how many were accepted."""
    return sending.send_due(patience_seconds=patience_seconds)
