"""Verify the signed file of a case. `manage.py` runs it before any setting is read; here it is for `help` and tests."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from adjudication.reports.bundle import verify


class Command(BaseCommand):
    """`manage.py verify_bundle FILE [--key PEM]`."""

    help = "Verify the signed file of a case, with nothing but the file and the public key."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the key."""
        verify.add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, tell, and leave with the exit code."""
        given = [options["file"], *(["--key", options["key"]] if options["key"] else [])]
        if code := verify.main(given, self.stdout):
            sys.exit(code)
