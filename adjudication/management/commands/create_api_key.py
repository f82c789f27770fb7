"""Make an API key: it is printed once, alone on the last line, and kept only as a hash."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from adjudication import clock
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.errors import Refused


class Command(BaseCommand):
    """`manage.py create_api_key NAME --scopes a,b [--expires DAYS|DATE] [--user USERNAME | --party ID]`."""

    help = "Make an API key; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A name, scopes, and whom it acts as."""
        parser.add_argument("name")
        parser.add_argument("--scopes", required=True, help=f"comma-separated, or all: {', '.join(Scope.values)}")
        parser.add_argument(
            "--expires", metavar="DAYS|DATE", help="after so many days, or at the end of that day (UTC); absent: never"
        )
        whom = parser.add_mutually_exclusive_group()
        whom.add_argument("--user", help="it acts as this member of staff")
        whom.add_argument("--party", help="it acts as this buyer or shop alone, by the marketplace's id")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and print it."""
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        if scopes == ["all"]:
            scopes = list(Scope.values)
        user = None
        if options["user"]:
            user = User.objects.filter(username=options["user"], is_active=True).first()
            if user is None:
                raise CommandError(f"There is no active member of staff “{options['user']}”.")
        try:
            party = keys.party_named(options["party"]) if options["party"] else None
            expires_at = _end(options["expires"]) if options["expires"] else None
            key, text = keys.create(options["name"], scopes=scopes, user=user, party=party, expires_at=expires_at)
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        whom = f"as {user.username}" if user else f"as {party.external_id} alone" if party else "as the marketplace"
        until = f"until {key.expires_at:%Y-%m-%d %H:%M} UTC" if key.expires_at else "until it is revoked"
        self.stdout.write(
            f"Key “{key.name}” acts {whom}, {until}, with: {', '.join(key.scopes)}. It is shown this once:"
        )
        self.stdout.write(text)


def _end(told: str) -> datetime:
    """When a key given for so many days, or until a day, ends."""
    try:
        if told.isascii() and told.isdecimal():
            return clock.now() + timedelta(days=int(told))
        return datetime.combine(date.fromisoformat(told) + timedelta(days=1), time(), UTC)
    except (ValueError, OverflowError) as error:
        raise CommandError("--expires is a number of days, as in 90, or a date, as in 2027-01-31.") from error
