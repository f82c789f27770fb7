"""Print the public key by which signed files of cases are verified, with its id."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adjudication.credentials import signing
from adjudication.errors import Refused


class Command(BaseCommand):
    """`manage.py signing_key`."""

    help = "Print the public key that verifies the signed files of cases; give it to whoever asks, and keep every one."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        """The id as a comment, which PEM allows before its first line, then the key."""
        try:
            key = signing.own()
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        self.stdout.write(f"# {signing.ALGORITHM}, id {key.id}")
        self.stdout.write(key.public_pem, ending="")
