"""Take a lock off a member of staff who failed too often: they may try again at once."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adjudication import clock
from adjudication.credentials import accounts
from adjudication.errors import Refused


class Command(BaseCommand):
    """`manage.py unlock_staff USERNAME --reason WHY`."""

    help = "Let a member of staff who failed too often try again at once; recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and why."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, and how you know who asks; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Unlock."""
        user = User.objects.filter(username=options["username"], is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no member of staff “{options['username']}”.")
        try:
            accounts.unlock(user, by=None, reason=options["reason"], at=clock.now())
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        self.stdout.write(f"{user.username} may try again.")
