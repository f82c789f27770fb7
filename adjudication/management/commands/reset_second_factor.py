"""Take the second factor from a member of staff who has lost it; they set up another when they next sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from adjudication.credentials import second_factor
from adjudication.management import accounts


class Command(BaseCommand):
    """`manage.py reset_second_factor USERNAME --reason WHY`."""

    help = "Take a lost second factor from a member of staff; another is set up at the next sign-in. Recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and why."""
        accounts.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it."""
        user = accounts.act_on(options["username"], second_factor.reset, reason=options["reason"])
        self.stdout.write(f"{user.username} sets up a second factor at the next sign-in, and is signed out until then.")
