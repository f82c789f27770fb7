"""A round: everything that happens by itself, in its order, whoever makes it: a worker's tick or `manage.py sweep`.

First it is noticed whether the service was away; only then does this round count as a sign of life. Webhooks leave
apart from it: the slowest receiver holds up no term.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from django.db import ProgrammingError

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

log = logging.getLogger(__name__)

#: Everybody who is to hear of events.
READERS = (LETTERS, DELIVERIES)
#: What need not be kept is let go this often, some at a time.
LETTING_GO_EVERY = timedelta(minutes=1)
#: What lets go → the turn in which this process last had it do so.
_let_go_in: dict[Callable[..., int], int] = {}


def make_round(*parts: str) -> Tick:
    """Notice an outage, do what is due, tell of what happened, publish what is final; `parts` beat beside the sweep."""
    outages.notice()
    beat(SWEEP, *parts)
    done = tick()
    announce()
    send_due()
    make_entries()
    let_go(strays.clear_next, every=strays.EVERY)
    let_go(forget.forget)
    let_go(prune.prune)
    beat(SWEEP, *parts)
    return done


def let_go(of_old: Callable[..., int], *, every: timedelta = LETTING_GO_EVERY) -> int:
    """Let go of what is old, once a turn and process; returns how much went. A missing grant is logged, no more."""
    at = clock.now()
    turn = int(at.timestamp() // every.total_seconds())
    if _let_go_in.get(of_old) == turn:
        return 0
    _let_go_in[of_old] = turn
    try:
        return of_old(at=at)
    except ProgrammingError:
        log.exception("%s could let nothing go; docs/operations.md names the grants.", of_old.__module__)
        return 0


def announce() -> int:
    """Empty the outbox; returns how many events were announced."""
    return outbox.announce(READERS)


def deliver(*, patience_seconds: float = sending.PATIENCE_SECONDS) -> int:
    """Send the webhooks that are due; returns how many were accepted."""
    return sending.send_due(patience_seconds=patience_seconds)
