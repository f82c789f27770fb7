"""Show the API keys: whose they are, for what, until when, and when each was last used; never the keys themselves."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand

from adjudication import clock
from adjudication.credentials import keys
from adjudication.credentials.models import ApiKey


class Command(BaseCommand):
    """`manage.py list_api_keys [--all]`."""

    help = "List the API keys that are valid."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which."""
        parser.add_argument("--all", action="store_true", help="those that were revoked or have expired, too")

    def handle(self, *args: Any, **options: Any) -> None:
        """One a line, the oldest first."""
        now = clock.now()
        for key in ApiKey.objects.select_related("user", "party").order_by("pk"):
            if options["all"] or keys.is_valid(key, at=now):
                self.stdout.write(_line(key))


def _line(key: ApiKey) -> str:
    whom = (
        key.user.username if key.user else f"{key.party.kind}:{key.party.external_id}" if key.party else "marketplace"
    )
    until = f"revoked {_day(key.revoked_at)}" if key.revoked_at else f"expires {_day(key.expires_at)}"
    used = f"last used {_day(key.last_used_at)}"
    return f"{key.prefix}  {key.name}  {whom}  {','.join(key.scopes)}  {until}  {used}"


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%dT%H:%MZ}" if at else "never"
