"""Lapse every term that is due, without any broker: the second path to the same function as beat's tick."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import OperationalError, connection

from adjudication.procedure.tick import Tick, tick
from adjudication.reports.heartbeat import beat


class Command(BaseCommand):
    """`manage.py sweep [--once] [--loop]`."""

    help = "Lapse every term that is due, assign what waits, pay what is payable; needs no broker."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Once, or on and on."""
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--once", action="store_true", help="one sweep (the default)")
        how.add_argument("--loop", action="store_true", help="sweep every SWEEP_SECONDS until stopped")

    def handle(self, *args: Any, **options: Any) -> None:
        """Sweep, and say what was done."""
        if not options["loop"]:
            self.stdout.write(str(_sweep()))
            return
        try:
            while True:
                self._sweep_on()
                time.sleep(settings.SWEEP_SECONDS)
        except KeyboardInterrupt:
            self.stdout.write("stopped")

    def _sweep_on(self) -> None:
        """One sweep of many: a database that is away for a moment is no reason to stop."""
        try:
            done = _sweep()
        except OperationalError as error:
            connection.close()
            self.stderr.write(f"the database is away, trying again: {error}")
        else:
            if done:
                self.stdout.write(str(done))


def _sweep() -> Tick:
    done = tick()
    beat("sweep")
    return done
