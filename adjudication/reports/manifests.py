"""A manifest as it was frozen: the exhibits that were on file then, and the event of the journal that says so.

Whoever holds one can check it alone: SHA-256 over the hash before the event and its body is the event's hash, and the
body is where the list stands.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from adjudication.errors import Fault, Malformed, NotFound
from adjudication.journal.models import Event
from adjudication.procedure.manifest import COLUMNS, FREEZING


@dataclass(frozen=True, slots=True)
class Frozen:
    """One manifest."""

    case_number: str
    name: str
    """`evidence-1` for the close of evidence in instance 1, `ruling-1` for its ruling."""
    kind: str
    sequence: int
    occurred_at: datetime
    exhibits: list[dict[str, Any]]
    previous: str
    body: str
    hash: str


def all_frozen(case_id: int, case_number: str) -> list[Frozen]:
    """Every manifest of a case, the first first."""
    events = Event.objects.filter(case_id=case_id, kind__in=FREEZING).order_by("sequence")
    return [_read(event, case_number) for event in events if "manifest" in json.loads(event.body)["facts"]]


@dataclass(frozen=True, slots=True)
class Named:
    """A manifest by its name, and when it was frozen: enough to lead to it."""

    name: str
    occurred_at: datetime

    @property
    def is_of_ruling(self) -> bool:
        """Was it frozen with a ruling?"""
        return self.name.startswith("ruling")

    @property
    def instance(self) -> str:
        """Of which hearing."""
        return self.name.partition("-")[2]


def named(told: Iterable[tuple[str, str, datetime]]) -> list[Named]:
    """The manifests that these events froze, in their order.

    Args:
        told: of each event its kind, its body as it was hashed, and when it occurred.

    """
    freezing = [(FREEZING[kind], json.loads(body)["facts"], at) for kind, body, at in told if kind in FREEZING]
    return [Named(f"{stage}-{facts['instance']}", at) for stage, facts, at in freezing if "manifest" in facts]


def of_case(case_id: int) -> list[Named]:
    """The same of a case whose events nobody has read yet."""
    events = Event.objects.filter(case_id=case_id, kind__in=FREEZING).order_by("sequence")
    return named(events.values_list("kind", "body", "occurred_at"))


def frozen(case_id: int, case_number: str, name: str = "") -> Frozen:
    """The manifest of that name, or the last one.

    Raises:
        Malformed: no manifest is called so.
        NotFound: none has been frozen yet.

    """
    kinds = set(FREEZING.values())
    kind, _dash, instance = name.partition("-")
    if name and (kind not in kinds or not (instance.isascii() and instance.isdecimal())):
        raise Malformed(
            _("A manifest is called after its stage and instance: evidence-1, ruling-1, …"),
            Fault("at", _("must be such as evidence-1 or ruling-1")),
        )
    found = [each for each in all_frozen(case_id, case_number) if name in ("", each.name)]
    if not found:
        raise NotFound(_("There is no such manifest: one is frozen when evidence closes, and with every ruling."))
    return found[-1]


def _read(event: Event, case_number: str) -> Frozen:
    facts = json.loads(event.body)["facts"]
    return Frozen(
        case_number=case_number,
        name=f"{FREEZING[event.kind]}-{facts['instance']}",
        kind=event.kind,
        sequence=event.sequence,
        occurred_at=event.occurred_at,
        exhibits=[dict(zip(COLUMNS, entry, strict=True)) for entry in facts["manifest"]],
        previous=bytes(event.previous).hex(),
        body=event.body,
        hash=bytes(event.hash).hex(),
    )


def as_json(manifest: Frozen) -> dict[str, Any]:
    """As it is downloaded."""
    return {
        "case": manifest.case_number,
        "at": manifest.name,
        "type": manifest.kind,
        "sequence": manifest.sequence,
        "occurred_at": json.loads(manifest.body)["at"],
        "exhibits": manifest.exhibits,
        "previous": manifest.previous,
        "body": manifest.body,
        "hash": manifest.hash,
    }
