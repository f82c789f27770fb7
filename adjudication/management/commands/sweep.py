"""Lapse every term that is due, without any broker: the second path to the same function as beat's tick.

With `--loop` it stands aside while workers tick; when none has for half a minute, it sweeps as often as they would.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import InterfaceError, OperationalError, connection

from adjudication.reports.heartbeat import WORKER, ages
from adjudication.rounds import deliver, make_round

#: How long the workers may be silent before this path sweeps, and how long it then waits at most between two sweeps:
#: whatever happens to the first path, no term lapses much later than twice this.
PATIENCE_SECONDS: float = min(30.0, max(5.0, 6 * settings.SWEEP_SECONDS))
BETWEEN_SECONDS: float = min(PATIENCE_SECONDS, settings.SWEEP_SECONDS)
#: Here webhooks leave between two sweeps, and no longer than so long does this path go on taking them up.
WEBHOOKS_SECONDS = 5.0


class Command(BaseCommand):
    """`manage.py sweep [--once] [--loop]`."""

    stands_in: bool | None = None
    """Whether this path sweeps; unknown before the first look."""

    help = "Lapse every term that is due, assign what waits, pay what is payable; needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or on and on."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one sweep (the default)")
        how.add_argument("--loop", action="store_true", help="whenever no worker has ticked for a while, until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what was done."""
        if not options["loop"]:
            while True:
                done = make_round()
                self.stdout.write(str(done))
                if not done.has_moved_terms:  # else there may be more
                    deliver()
                    return
        try:
            while True:
                time.sleep(self._stand_by())
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def _stand_by(self) -> float:
        """Sweep if nobody else does, and say so when that changes; the seconds until the next look."""
        try:
            stands_in = ages().get(WORKER, PATIENCE_SECONDS) >= PATIENCE_SECONDS
            if stands_in is not self.stands_in:
                self.stands_in = stands_in
                self.stdout.write("no worker ticks: sweeping here" if stands_in else "workers tick: standing by")
            if stands_in:
                if done := make_round():
                    self.stdout.write(str(done))
                deliver(patience_seconds=WEBHOOKS_SECONDS)
        except (OperationalError, InterfaceError) as error:  # away for a moment is no reason to stop
            connection.close()
            self.stderr.write(f"the database is away, trying again: {error}")
            return BETWEEN_SECONDS
        return BETWEEN_SECONDS if stands_in else PATIENCE_SECONDS
