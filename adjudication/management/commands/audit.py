"""Check every invariant over live data: exit 0 sound, 1 violated, 2 could not check, which is never sound."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from adjudication.reports import audit
from adjudication.reports.audit import Audit


class Command(BaseCommand):
    """`manage.py audit [--json] [--files]`."""

    help = "Check every invariant over live data; exit 0 sound, 1 violated, 2 could not check."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How to tell it, and whether to hash the files."""
        parser.add_argument("--json", action="store_true", help="print one JSON object")
        parser.add_argument("--files", action="store_true", help="also hash every stored file against its receipt")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, tell, and leave with the exit code."""
        found = audit.run(files=options["files"], progress=self._progress if sys.stderr.isatty() else None)
        if options["json"]:
            self.stdout.write(json.dumps(as_json(found), ensure_ascii=False, indent=2))
        else:
            self._tell(found)
        if found.exit_code:
            sys.exit(found.exit_code)

    def _progress(self, number: int, of: int, name: str, found: int | None, seconds: float) -> None:
        told = _("could not check") if found is None else _("%(found)d at fault") % {"found": found} if found else "✓"
        self.stderr.write(f"[{number:>2}/{of}] {name} {seconds:.2f} s {told}", str)  # str: not in the red of errors

    def _tell(self, found: Audit) -> None:
        for violation in found.violations:
            self.stdout.write(f"{violation.invariant}: {violation.subject}: {violation.detail}")
        for name, count in found.counts.items():
            if count > audit.LISTED:
                told = _("%(count)d in all, the first %(listed)d are listed") % {"count": count, "listed": audit.LISTED}
                self.stdout.write(f"{name}: {told}")
        for unchecked in found.could_not_check:
            self.stdout.write(
                _("could not check %(name)s: %(why)s") % {"name": unchecked.invariant, "why": unchecked.why}
            )
        for note in found.notes:
            told = f"{note.invariant}: {note.subject}: {note.detail}"
            self.stdout.write(_("note: %(note)s") % {"note": told})
        verdicts = {0: _("sound"), 1: _("violated"), 2: _("could not check")}
        matters = ", ".join(f"{name} {count:,}" for name, count in found.matters.items())
        self.stdout.write(
            _("%(verdict)s: %(checked)d invariants checked in %(seconds).2f s (%(matters)s)")
            % {
                "verdict": verdicts[found.exit_code],
                "checked": found.checked,
                "seconds": found.seconds,
                "matters": matters or "–",
            }
        )


def as_json(found: Audit) -> dict[str, Any]:
    """What `--json` prints."""
    return {
        "sound": found.is_sound,
        "checked": found.checked,
        "violations": [asdict(violation) for violation in found.violations],
        "violations_in_all": found.counts,
        "could_not_check": [asdict(unchecked) for unchecked in found.could_not_check],
        "notes": [asdict(note) for note in found.notes],
        "matters": found.matters,
        "seconds": found.seconds,
    }
