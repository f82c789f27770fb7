"""A marketplace's life in the past, through the same acts as people use; all of it is kept or nothing."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.management.simulation import run
from adjudication.management.simulation.run import Period, Run
from adjudication.orders.models import Order


class Command(BaseCommand):
    """`manage.py simulate --orders N --days D [--seed S]`."""

    help = "Simulate a marketplace's life over the past days, through the same acts as people use."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much, how long, and the seed it all follows from."""
        parser.add_argument("--orders", type=int, required=True, help="how many orders are placed")
        parser.add_argument("--days", type=int, required=True, help="over how many days, up to the start of today")
        parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same ledger (default: 1)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Simulate, tell, and show that nothing is left without a term."""
        if not 1 <= options["orders"] <= 10_000_000 or not 1 <= options["days"] <= 3_650:
            raise CommandError(_("Simulate at least one order and one day, at most 10,000,000 orders and 3,650 days."))
        call_command("migrate", verbosity=0)
        period = Period.before(clock.now(), days=options["days"])
        progress = self._bar if sys.stderr.isatty() else self._lines()
        began = time.monotonic()
        try:
            with transaction.atomic():
                _require_an_empty_database()
                simulated = run.simulate(period, orders=options["orders"], seed=options["seed"], progress=progress)
                if simulated.stuck:
                    raise CommandError(
                        _("Nothing is kept: these cases stand under no running term: %(cases)s.")
                        % {"cases": ", ".join(simulated.stuck[:20])}
                    )
        except KeyboardInterrupt:
            raise CommandError(_("Interrupted; nothing is kept.")) from None
        self._tell(simulated, period, seconds=time.monotonic() - began)

    def _tell(self, simulated: Run, period: Period, *, seconds: float) -> None:
        write = self.stdout.write
        write(
            _("%(orders)s orders and %(cases)s cases from %(start)s to %(end)s (seed %(seed)d)")
            % {
                "orders": f"{simulated.orders:,}",
                "cases": f"{simulated.cases:,}",
                "start": f"{period.start:%Y-%m-%d}",
                "end": f"{period.end:%Y-%m-%d}",
                "seed": simulated.seed,
            }
        )
        for title, counts in (
            (_("cases by outcome"), simulated.outcomes),
            (_("cases by group of reasons"), simulated.groups),
            (_("cases by channel"), simulated.channels),
            (_("orders by what is still held"), simulated.holds),
        ):
            write(f"\n{title}")
            whole = sum(counts.values())
            for name, count in counts.items():
                write(f"  {name:<28}{count:>9,}{count / whole:>8.1%}")
        write(f"\n{_('act'):<30}{_('performed'):>10}{_('refused'):>9}{_('ms each'):>10}{_('statements'):>12}")
        for name, tally in sorted(simulated.tallies.items(), key=lambda named: -named[1].seconds):
            write(
                f"{name:<30}{tally.performed:>10,}{tally.refused:>9,}{tally.mean_ms:>10.2f}{tally.mean_statements:>12.1f}"
            )
        for (name, code), times in sorted(simulated.refusals.items()):
            write(_("  refused: %(name)s, %(code)s: %(times)d") % {"name": name, "code": code, "times": times})
        write("\n" + _("total %(seconds).1f s") % {"seconds": seconds})
        write(_("ledger sha256 %(digest)s") % {"digest": simulated.digest})

    def _bar(self, done: float, told: str) -> None:
        """One line, drawn over."""
        width = 40
        bar = "█" * int(done * width)
        end = "\n" if done >= 1 else ""
        self.stderr.write(f"\r{bar:<{width}} {done:>4.0%}  {told}\x1b[K", ending=end)
        self.stderr.flush()

    def _lines(self) -> Callable[[float, str], None]:
        """A line a tenth."""
        told_tenths = 0

        def tell(done: float, told: str) -> None:
            nonlocal told_tenths
            if int(done * 10) > told_tenths:
                told_tenths = int(done * 10)
                self.stdout.write(f"{done:>4.0%}  {told}")

        return tell


def _require_an_empty_database() -> None:
    """Refuse to mix invented orders with what is there; two simulations at once are one too many."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('adjudication.simulate'))")
        if not cursor.fetchone()[0]:
            raise CommandError(_("Another simulation is running on this database."))
    if Order.objects.exists() or Case.objects.exists():
        raise CommandError(
            _("There are orders in this database; a simulation runs only on an empty one, and changed nothing.")
        )
