"""Declare an outage, also ahead of it; list those on record."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adjudication.deadlines import outages
from adjudication.deadlines.models import Outage
from adjudication.errors import Malformed, Refused


def instant(text: str) -> datetime:
    """A moment with its offset from UTC, from the command line."""
    try:
        return outages.instant(text)
    except Malformed as refused:
        raise ArgumentTypeError(str(refused.detail)) from refused


class Command(BaseCommand):
    """`manage.py outage declare --from T --to T --note N`, `outage list`."""

    help = "Declare an outage: what falls due inside it, or shortly after, is due at its end plus the policy's grace."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Two verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        declare = verbs.add_parser("declare", help="put an outage on record; its terms are extended at the next tick")
        declare.add_argument("--from", dest="began_at", type=instant, required=True, metavar="T")
        declare.add_argument("--to", dest="ended_at", type=instant, required=True, metavar="T")
        declare.add_argument("--note", required=True, help="why; the parties read it")
        verbs.add_parser("list", help="list the outages on record, the latest first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        if options["verb"] == "list":
            self._list()
            return
        try:
            outage = outages.declare(began_at=options["began_at"], ended_at=options["ended_at"], note=options["note"])
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        self.stdout.write(f"on record; what falls due inside is due at {outage.grace_ends_at:%Y-%m-%d %H:%M:%S} UTC")

    def _list(self) -> None:
        for outage in Outage.objects.order_by("-began_at")[:200]:
            extended = outage.extensions.count()
            self.stdout.write(f"{outage} UTC\t{outage.cause}\t{extended} terms extended\t{outage.note}")
