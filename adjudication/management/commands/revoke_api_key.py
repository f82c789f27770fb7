"""Take an API key back: whoever shows it from now on is not signed in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adjudication.credentials import keys
from adjudication.errors import Refused


class Command(BaseCommand):
    """`manage.py revoke_api_key NAME|PREFIX [--reason WHY]`."""

    help = "Revoke the one API key of that prefix; where no key has it, every valid key of that name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which."""
        parser.add_argument("key", metavar="NAME|PREFIX")
        parser.add_argument("--reason", default="revoked on the server", help="why; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Revoke, and say what was."""
        named, reason = options["key"], options["reason"]
        try:
            if keys.is_prefix(named):
                revoked = [keys.revoke(named, reason=reason)]
            else:
                revoked = keys.revoke_named(named, reason=reason)
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        for key in revoked:
            self.stdout.write(f"Revoked: {key.prefix} “{key.name}”.")
