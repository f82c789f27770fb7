"""Take a lock off a member of staff who failed too often: they may try again at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from adjudication.credentials.accounts import unlock
from adjudication.management import accounts


class Command(BaseCommand):
    """`manage.py unlock_staff USERNAME --reason WHY`."""

    help = "Let a member of staff who failed too often try again at once; recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and why."""
        accounts.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Unlock."""
        user = accounts.act_on(options["username"], unlock, reason=options["reason"])
        self.stdout.write(f"{user.username} may try again.")
