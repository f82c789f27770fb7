"""The demo marketplace's keys: made for it by the command, kept in a file for it alone, and made anew when unknown.

It holds the marketplace's key and, since in a tour one person plays everybody, one of each invented member of staff who
rules. The shop itself knows of this house what its API answers, and no more.
"""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import User

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.errors import NotFound, Unauthenticated

NAME = "demo marketplace"
SCOPES = (
    *(Scope.ORDERS_WRITE, Scope.CASES_READ, Scope.CASES_ACT, Scope.EVIDENCE_READ, Scope.LEDGER_READ),
    *(Scope.WEBHOOKS, Scope.POLICIES_WRITE),
)
RULING = (Scope.CASES_READ, Scope.EVIDENCE_READ, Scope.RULINGS_WRITE)
WHO_RULE = ("arbitrator", "arbitrator-zh", "supervisor")


def provide(staff: dict[str, User]) -> None:
    """See to it that the shop has keys that open the door."""
    file = Path(settings.DEMO_SHOP_FOLDER) / "keys.json"
    if _are_valid(file):
        return
    with suppress(NotFound):
        keys.revoke_named(NAME, reason="The demonstration begins anew.")
    made = {
        "marketplace": keys.create(NAME, scopes=SCOPES)[1],
        "staff": {name: keys.create(NAME, scopes=RULING, user=staff[name])[1] for name in WHO_RULE},
    }
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = file.with_suffix(".new")
    beside.unlink(missing_ok=True)
    beside.touch(0o600)
    beside.write_text(json.dumps(made))
    beside.replace(file)


def _are_valid(file: Path) -> bool:
    try:
        known = json.loads(file.read_text())
        for text in (known["marketplace"], *(known["staff"][name] for name in WHO_RULE)):
            keys.authenticate(text)
    except (OSError, ValueError, LookupError, TypeError, Unauthenticated):
        return False
    return True
