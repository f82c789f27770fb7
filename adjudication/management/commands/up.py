"""`manage.py up`; what it does stands in config/up.py, for running processes is not adjudication."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from config.up import Up, add_arguments


class Command(BaseCommand):
    """Run everything on this machine until Ctrl-C."""

    help = "Everything on one machine: database, migrations, demo data, web, worker and beat. Ctrl-C stops all of it."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take over the arguments."""
        add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until asked to stop."""
        Up(host=options["host"], port=options["port"], demo=not options["no_demo"], policy=options["policy"]).run()
