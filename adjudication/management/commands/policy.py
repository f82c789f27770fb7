"""Policy versions as TOML: show one, load the next, list all."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adjudication.errors import Refused
from adjudication.policy import versions
from adjudication.policy.models import PolicyVersion


class Command(BaseCommand):
    """`manage.py policy show [VERSION]`, `policy load FILE`, `policy list`."""

    help = "Show, load or list policy versions (TOML)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Three verbs."""
        verbs = parser.add_subparsers(dest="verb", required=True)
        show = verbs.add_parser("show", help="print every number and table of a version")
        show.add_argument("version", nargs="?", type=int, help="the one in force, if none is named")
        load = verbs.add_parser("load", help="load a file as the next version")
        load.add_argument("file", type=Path)
        verbs.add_parser("list", help="list all versions")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do the verb."""
        try:
            getattr(self, options["verb"])(options)
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused

    def show(self, options: dict[str, Any]) -> None:
        """Print a version."""
        version = options["version"] or versions.current().version
        self.stdout.write(f"# policy version {version}\n{versions.show(version)}")

    def load(self, options: dict[str, Any]) -> None:
        """Load a file."""
        try:
            source = options["file"].read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"The policy file cannot be read: {error}") from error
        policy, is_new = versions.load(source)
        told = "loaded; it is in force for new cases and orders" if is_new else "is in force already; nothing changed"
        self.stdout.write(f"policy version {policy.version} {told}")

    def list(self, options: dict[str, Any]) -> None:
        """List all versions."""
        for row in PolicyVersion.objects.order_by("version"):
            self.stdout.write(f"{row.version}\tloaded {row.loaded_at:%Y-%m-%d %H:%M:%S} UTC")
