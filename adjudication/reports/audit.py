"""The audit: every invariant is checked over one snapshot of the live data, and what could not be checked is not sound.

It is independent of what it judges: its own SQL and its own arithmetic, no model and no act.
"""

from __future__ import annotations

import json
import time
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from django.core.files.storage import storages
from django.db import DatabaseError, InterfaceError, connection, transaction
from django.db.backends.utils import CursorWrapper

from adjudication.reports import (
    invariants_cases,
    invariants_exhibits,
    invariants_extensions,
    invariants_inquiries,
    invariants_journal,
    invariants_ledger,
    invariants_payouts,
    invariants_register,
    invariants_rulings,
    invariants_settlements,
    invariants_terms,
    invariants_webhooks,
    stored_files,
)
from adjudication.reports.invariants import Invariant, Row

#: Every invariant, in the order in which they are checked.
INVARIANTS: tuple[Invariant, ...] = (
    *invariants_ledger.INVARIANTS,
    *invariants_settlements.INVARIANTS,
    *invariants_payouts.INVARIANTS,
    *invariants_cases.INVARIANTS,
    *invariants_terms.INVARIANTS,
    *invariants_extensions.INVARIANTS,
    *invariants_journal.INVARIANTS,
    *invariants_rulings.INVARIANTS,
    *invariants_exhibits.INVARIANTS,
    *invariants_inquiries.INVARIANTS,
    *invariants_register.INVARIANTS,
    *invariants_webhooks.INVARIANTS,
)

#: What is worth a look, though no invariant is broken.
NOTES: tuple[Invariant, ...] = invariants_terms.NOTES

#: So many rows at fault are listed for one invariant; the rest are counted.
LISTED = 1000

VERSION_1 = Path(__file__).parent.parent / "policy" / "version_1.toml"

#: For this transaction alone: no timeout, hash joins in memory, and plans for all rows instead of the first few.
SETTINGS = """SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL cursor_tuple_fraction = 1"""


@dataclass(frozen=True, slots=True)
class Violation:
    """One row that an invariant does not hold of."""

    invariant: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class Unchecked:
    """An invariant of which nothing can be said, and why."""

    invariant: str
    why: str


@dataclass(slots=True)
class Audit:
    """What was found."""

    checked: int = 0
    """How many invariants were checked in full."""
    violations: list[Violation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    """How many rows are at fault, by invariant: more than are listed, where there are more than `LISTED`."""
    could_not_check: list[Unchecked] = field(default_factory=list)
    notes: list[Violation] = field(default_factory=list)
    matters: dict[str, int] = field(default_factory=dict)
    """How many cases, orders, entries, events and files were looked at."""
    seconds: float = 0.0

    @property
    def is_sound(self) -> bool:
        """Everything was checked, and all of it holds."""
        return self.checked > 0 and not self.counts and not self.could_not_check

    @property
    def exit_code(self) -> int:
        """0 sound, 1 violated (whether or not all could be checked), 2 nothing found, but not all could be checked."""
        return 1 if self.counts else 0 if self.is_sound else 2


#: Told of every invariant when it has been checked: its number, of how many, its name, rows at fault (None: could not
#: be checked), seconds.
Progress = Callable[[int, int, str, int | None, float], None]


def run(*, files: bool = False, progress: Progress | None = None) -> Audit:
    """Check every invariant; with `files`, every stored file against its receipt too.

    Within a transaction that is open already it sees what that one sees; otherwise it takes a snapshot of its own,
    REPEATABLE READ and READ ONLY, and changes nothing.
    """
    audit, began = Audit(), time.monotonic()
    names = [invariant.name for invariant in INVARIANTS] + [*stored_files.NAMES] * files
    told = _teller(progress, len(names))
    try:
        with _snapshot():
            for invariant in INVARIANTS:
                _check(audit, invariant, told)
            if files:
                _check_files(audit, told)
            _take_notes(audit)
    except (DatabaseError, InterfaceError) as error:
        seen = {*audit.counts, *(unchecked.invariant for unchecked in audit.could_not_check)}
        for name in names[audit.checked + len(audit.could_not_check) :]:
            if name not in seen:
                audit.could_not_check.append(Unchecked(name, _in_a_line(error)))
                told(name, None, 0.0)
    audit.seconds = round(time.monotonic() - began, 2)
    return audit


@contextmanager
def _snapshot() -> Iterator[None]:
    """One snapshot for everything; nothing is kept of the transaction, least of all its settings."""
    is_own = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if is_own:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(SETTINGS)
        yield
        transaction.set_rollback(True)


def _check(audit: Audit, invariant: Invariant, told: Callable[[str, int | None, float], None]) -> None:
    """Check one invariant; one that cannot be checked does not keep the others from it."""
    began = time.monotonic()
    try:
        with transaction.atomic():
            rows, found = _at_fault(invariant)
        listed = [_violation(invariant, row) for row in rows]
    except (DatabaseError, ValueError, TypeError) as error:
        if not connection.is_usable():
            raise
        audit.could_not_check.append(Unchecked(invariant.name, _in_a_line(error)))
        told(invariant.name, None, time.monotonic() - began)
        return
    audit.checked += 1
    audit.violations += listed
    if found:
        audit.counts[invariant.name] = found
    told(invariant.name, found, time.monotonic() - began)


def _at_fault(invariant: Invariant) -> tuple[list[Row], int]:
    """The first `LISTED` rows at fault, and how many there are."""
    parameters = {"terms": json.dumps(tomllib.loads(VERSION_1.read_text())["terms_seconds"])}
    if invariant.recompute is not None:
        return _recomputed(invariant, invariant.recompute, parameters)
    # Materialized, so that the limit does not make the planner expect to stop early.
    sql = (
        f"WITH at_fault AS MATERIALIZED ({invariant.sql}) "  # noqa: S608  # our own statements, nothing given
        f"SELECT *, (SELECT count(*) FROM at_fault) AS of_all FROM at_fault LIMIT {LISTED}"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        rows = list(_by_column(cursor))
    return rows, rows[0]["of_all"] if rows else 0


def _recomputed(invariant: Invariant, recompute: Callable[[Row], Row | None], parameters: Row) -> tuple[list[Row], int]:
    """Judge every row in Python, a few thousand in memory at a time."""
    rows, found = [], 0
    with connection.chunked_cursor() as cursor:
        cursor.execute(invariant.sql, parameters)
        for row in _by_column(cursor):
            wrong = recompute(row)
            if wrong is not None:
                found += 1
                if found <= LISTED:
                    rows.append({"subject": row["subject"], **wrong})
    return rows, found


def _by_column(cursor: CursorWrapper) -> Iterator[Row]:
    while rows := cursor.fetchmany(2000):
        names = [column[0] for column in cursor.description]
        for row in rows:
            yield dict(zip(names, row, strict=True))


def _violation(invariant: Invariant, row: Row) -> Violation:
    return Violation(invariant.name, row["subject"], str(invariant.detail) % row)


def _check_files(audit: Audit, told: Callable[[str, int | None, float], None]) -> None:
    """Hash every stored file again."""
    began, store = time.monotonic(), storages["evidence"]
    found = stored_files.compare(_exhibits_with_files(), store)
    for name in stored_files.NAMES:
        details = found.violations.get(name, [])
        audit.violations += [Violation(name, subject, detail) for subject, detail in details[:LISTED]]
        if details:
            audit.counts[name] = len(details)
        if name in found.could_not_check:
            audit.could_not_check.append(Unchecked(name, found.could_not_check[name]))
        else:
            audit.checked += 1
        told(name, None if name in found.could_not_check else len(details), time.monotonic() - began)
    audit.notes += [Violation("files_without_an_exhibit", subject, detail) for subject, detail in found.orphans]
    audit.matters["files"] = found.hashed


def _exhibits_with_files() -> Iterator[stored_files.Receipt]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(
            """SELECT * FROM (
                   SELECT x.file_name AS name, x.sha256, x.size_bytes,
                          'exhibit ' || upper(left(x.by, 1)) || x.number || ' of case ' || c.number
                   FROM adjudication_exhibit x JOIN adjudication_case c ON c.id = x.case_id WHERE x.file_name <> ''
                   UNION ALL
                   SELECT d.file ->> 'name', d.file ->> 'sha256', (d.file ->> 'size_bytes')::bigint, 'a draft'
                   FROM adjudication_draft d WHERE d.file IS NOT NULL) named
               ORDER BY name COLLATE "C" """
        )
        while rows := cursor.fetchmany(2000):
            for row in rows:
                yield stored_files.Receipt(*row)


def _take_notes(audit: Audit) -> None:
    for note in NOTES:
        with transaction.atomic():
            audit.notes += [_violation(note, row) for row in _at_fault(note)[0]]
    with connection.cursor() as cursor:
        for name in ("case", "order", "entry", "event"):
            cursor.execute(f"SELECT count(*) FROM adjudication_{name}")  # noqa: S608  # one of the four above
            audit.matters[name] = cursor.fetchone()[0]


def _teller(progress: Progress | None, of: int) -> Callable[[str, int | None, float], None]:
    number = 0

    def tell(name: str, found: int | None, seconds: float) -> None:
        nonlocal number
        number += 1
        if progress is not None:
            progress(number, of, name, found, seconds)

    return tell


def _in_a_line(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())
