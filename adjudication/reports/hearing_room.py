"""What only those who hear a case read of it, beside its papers: one statement, however much there is.

The latest of what has happened, what became of the parcels and the money, findings, notes of staff, other cases. The
earlier cases of the two sides are told to supervisors alone, counted and linked: they decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from adjudication.cases.models import Case
from adjudication.cases.notes import Note
from adjudication.cases.states import Outcome, State
from adjudication.docket.read import Reader
from adjudication.escrow import balances
from adjudication.escrow.balances import OrderBalance
from adjudication.orders.models import ParcelReport
from adjudication.parties import SIDES, Role
from adjudication.rulings.models import Finding
from adjudication.statements import rows

#: So many of the latest events, of the other cases over the order, and of each side's earlier cases are read.
MOST_EVENTS, MOST_LINKED, MOST_EARLIER = 100, 20, 5
#: Earlier cases are counted up to this.
MOST_COUNTED = 1000

PARCELS, FINDINGS, NOTES = Reader(ParcelReport, "x"), Reader(Finding, "x"), Reader(Note, "x")

_SIDE = """
    (SELECT '{side}', x.id, x.number, x.state, x.outcome, x.reason, x.{other} = %({other})s FROM adjudication_case x
     WHERE x.{own} = %({own})s AND x.id <> %(case)s AND %(supervises)s ORDER BY x.id DESC LIMIT %(most)s + 1)"""
_EARLIER = " UNION ALL ".join(
    _SIDE.format(side=side, own=own, other=other)
    for side, own, other in (("buyer", "buyer_id", "shop_id"), ("seller", "shop_id", "buyer_id"))
)
ROOM = f"""
WITH earlier(side, id, number, state, outcome, reason, is_between) AS MATERIALIZED ({_EARLIER})
SELECT
    ARRAY(SELECT ROW(x.occurred_at, x.kind, x.body) FROM adjudication_event x
          WHERE x.case_id = %(case)s ORDER BY x.sequence DESC LIMIT %(events)s),
    ARRAY(SELECT ROW({PARCELS.columns}) FROM adjudication_parcelreport x WHERE x.order_id = %(order)s ORDER BY x.id),
    ARRAY(SELECT ROW({FINDINGS.columns}) FROM adjudication_finding x JOIN adjudication_ruling r ON r.id = x.ruling_id
          WHERE r.case_id = %(case)s),
    ARRAY(SELECT ROW(ROW({NOTES.columns}), u.username) FROM adjudication_note x JOIN auth_user u ON u.id = x.by_id
          WHERE x.case_id = %(case)s ORDER BY x.written_at, x.id),
    ARRAY(SELECT ROW(sums.*) FROM ({balances.OF_ORDER}) sums),
    ARRAY(SELECT ROW(x.number, x.state, x.outcome, x.reason, true) FROM adjudication_case x
          WHERE x.order_id = %(order)s AND x.id <> %(case)s AND %(linked)s ORDER BY x.id LIMIT {MOST_LINKED}),
    ARRAY(SELECT ROW(e.side, e.outcome, count(*)) FROM earlier e GROUP BY e.side, e.outcome ORDER BY 1),
    ARRAY(SELECT ROW(e.side, e.number, e.state, e.outcome, e.reason, e.is_between) FROM (
              SELECT *, row_number() OVER (PARTITION BY side ORDER BY id DESC) AS place FROM earlier) e
          WHERE e.place <= {MOST_EARLIER} ORDER BY e.id DESC)"""  # noqa: S608  # our own words alone


@dataclass(frozen=True, slots=True)
class Told:
    """One event, as the journal has it."""

    at: datetime
    kind: str
    body: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another case: over the same order, or of one of the sides."""

    number: str
    state: State
    outcome: Outcome | None
    reason: str
    is_between: bool
    """Between the same two."""


@dataclass(slots=True)
class Earlier:
    """The other cases of one side: how many, with which outcome, and the latest."""

    side: Role
    by_outcome: list[tuple[Outcome | None, int]] = field(default_factory=list)
    """Without an outcome: those still open."""
    latest: list[Other] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many there are; more than `MOST_COUNTED` means only that."""
        return sum(count for _outcome, count in self.by_outcome)

    @property
    def is_capped(self) -> bool:
        """Are there more than are counted?"""
        return self.count > MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Room:
    """Everything beside the case's papers."""

    told: Sequence[Told]
    """The latest first."""
    parcels: Sequence[ParcelReport]
    findings: dict[UUID, list[Finding]]
    """By ruling, in the order of the exhibits, each with its exhibit."""
    notes: Sequence[Note]
    balance: OrderBalance
    linked: Sequence[Other]
    """The other cases over the same order."""
    earlier: Sequence[Earlier]
    """Empty to all but supervisors."""


def read(case: Case, *, supervises: bool = False) -> Room:
    """Read it.

    Args:
        case: looked at, with its papers.
        supervises: does a supervisor read? Nobody else is told of the sides' earlier cases.

    """
    lines = case.order.papers.lines
    values = {
        "case": case.pk,
        "order": case.order_id,
        "buyer_id": case.buyer_id,
        "shop_id": case.shop_id,
        "events": MOST_EVENTS,
        "most": MOST_COUNTED,
        "supervises": supervises,
        # The order's lines tell where there has been no other case.
        "linked": any(line.cases_count > 1 or line.latest_case_id not in (None, case.pk) for line in lines),
    }
    ((told, parcels, findings, notes, sums, linked, counted, latest),) = rows(ROOM, values)
    return Room(
        told=[Told(*event) for event in told],
        parcels=[PARCELS.build(row) for row in parcels],
        findings=_by_ruling(case, [FINDINGS.build(row) for row in findings]),
        notes=[_note(*row) for row in notes],
        balance=balances.read(sums),
        linked=[_other(*row) for row in linked],
        earlier=_earlier(counted, latest) if supervises else [],
    )


def _by_ruling(case: Case, findings: Sequence[Finding]) -> dict[UUID, list[Finding]]:
    exhibits = {exhibit.pk: exhibit for exhibit in case.papers.exhibits}
    by_ruling: dict[UUID, list[Finding]] = {}
    # A ruling that has been issued since the case was looked at is not among its papers, nor are its exhibits.
    findings = [finding for finding in findings if finding.exhibit_id in exhibits]
    for finding in findings:
        finding._state.fields_cache["exhibit"] = exhibits[finding.exhibit_id]
    for finding in sorted(findings, key=lambda each: each.exhibit.number):
        by_ruling.setdefault(finding.ruling_id, []).append(finding)
    return by_ruling


def _note(columns: Sequence[Any], username: str) -> Note:
    note = NOTES.build(columns)
    vars(note)["written_by"] = username
    return note


def _other(number: str, state: str, outcome: str, reason: str, is_between: bool) -> Other:
    return Other(number, State(state), Outcome(outcome) if outcome else None, reason, is_between)


def _earlier(counted: Sequence[Sequence[Any]], latest: Sequence[Sequence[Any]]) -> list[Earlier]:
    of = {side: Earlier(side) for side in SIDES}
    for side, outcome, count in counted:
        of[Role(side)].by_outcome.append((Outcome(outcome) if outcome else None, count))
    for side, *case in latest:
        of[Role(side)].latest.append(_other(*case))
    return list(of.values())
