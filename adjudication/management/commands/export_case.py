"""Write the signed file of a case; whoever may run commands on the server may read everything."""

from __future__ import annotations

import os
import shutil
import sys
from argparse import ArgumentParser
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from adjudication.credentials import signing
from adjudication.errors import Refused
from adjudication.parties import PLATFORM
from adjudication.reports.bundle.hand_out import HandedOut, hand_out
from adjudication.reports.bundle.reading import Asker
from adjudication.reports.bundle.verify import NOT_WHOLE


class Command(BaseCommand):
    """`manage.py export_case NUMBER --out FILE [--even-if-not-whole]`."""

    help = "Write the signed file of a case; verify_bundle verifies it anywhere."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which case, and where to."""
        parser.add_argument("number")
        parser.add_argument("--out", required=True, metavar="FILE", help="a new file; one that is there stays as it is")
        parser.add_argument(
            "--even-if-not-whole",
            action="store_true",
            help=f"also where the file of an exhibit is lacking: it then says so, and the exit code is {NOT_WHOLE}",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it, write it beside its place, and put it there whole."""
        out = Path(options["out"])
        try:
            given = hand_out(
                options["number"],
                to=Asker(PLATFORM, "export_case"),
                signer=signing.own(),
                even_if_not_whole=options["even_if_not_whole"],
            )
            with given.file:
                _write(given, out)
        except Refused as refused:
            raise CommandError(str(refused.detail)) from refused
        except FileExistsError as error:
            raise CommandError(f"{out} is there already; name a new file.") from error
        except OSError as error:
            raise CommandError(f"{out} cannot be written: {error.strerror}.") from error
        self.stdout.write(f"{out}: signed with the key {signing.own().id}.")
        if given.lacking:
            self.stderr.write(f"It is not whole: the files of these exhibits are lacking: {', '.join(given.lacking)}.")
            sys.exit(NOT_WHOLE)


def _write(given: HandedOut, out: Path) -> None:
    """Nobody finds half a file under its name, and none that was there is lost.

    Raises:
        OSError: it cannot be written.

    """
    with NamedTemporaryFile(dir=out.parent, prefix=f".{out.name}.") as draft:
        shutil.copyfileobj(given.file, draft)
        draft.flush()
        os.fsync(draft.fileno())
        os.link(draft.name, out)
