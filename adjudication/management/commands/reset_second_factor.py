"""Take the second factor from a member of staff who has lost it; they set up another when they next sign in."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adjudication import clock
from adjudication.credentials import second_factor
from adjudication.errors import Refused


class Command(BaseCommand):
    """`manage.py reset_second_factor USERNAME --reason WHY`."""

    help = "Take a lost second factor from a member of staff; another is set up at the next sign-in. Recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Who, and why."""
        parser.add_argument("username")
        parser.add_argument("--reason", required=True, help="why, and how you know who asks; it is recorded")

    def handle(self, *args: Any, **options: Any) -> None:
        """Reset it."""
        user = User.objects.filter(username=options["username"], is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no member of staff “{options['username']}”.")
        try:
            second_factor.reset(user, by=None, reason=options["reason"], at=clock.now())
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        self.stdout.write(f"{user.username} sets up a second factor at the next sign-in, and is signed out until then.")
