"""Measure the acts: how often each was performed and refused, how long it took, how many statements it sent.

Statements are counted where they leave Python, so that the docket's bulk writes count too; what opens, keeps and ends
a transaction does not count.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg

from adjudication.errors import Refused

OF_THE_TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass(slots=True)
class Tally:
    """What one act came to."""

    performed: int = 0
    refused: int = 0
    seconds: float = 0.0
    """Of all that were performed."""
    statements: int = 0
    """Likewise."""

    @property
    def mean_ms(self) -> float:
        """Milliseconds an act."""
        return self.seconds * 1000 / self.performed if self.performed else 0.0

    @property
    def mean_statements(self) -> float:
        """Statements an act."""
        return self.statements / self.performed if self.performed else 0.0


@dataclass
class Measure:
    """The tallies of a run, by the act's name."""

    tallies: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    refusals: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Refused acts by name and code."""
    _sent: int = 0

    @contextmanager
    def act(self, name: str) -> Iterator[None]:
        """Measure one act, refused or performed."""
        began, sent = time.perf_counter(), self._sent
        try:
            yield
        except Refused as refused:
            self.tallies[name].refused += 1
            self.refusals[name, refused.code] += 1
            raise
        tally = self.tallies[name]
        tally.performed += 1
        tally.seconds += time.perf_counter() - began
        tally.statements += self._sent - sent

    @contextmanager
    def counting(self) -> Iterator[None]:
        """Count every statement sent while the block lasts, Django's and the docket's own."""
        send = psycopg.Cursor.execute

        def counted(cursor: psycopg.Cursor[Any], query: Any, *args: Any, **kwargs: Any) -> Any:
            if not (isinstance(query, str) and query.startswith(OF_THE_TRANSACTION)):
                self._sent += 1
            return send(cursor, query, *args, **kwargs)

        psycopg.Cursor.execute = counted  # type: ignore[method-assign, assignment]  # put back below
        try:
            yield
        finally:
            psycopg.Cursor.execute = send  # type: ignore[method-assign]  # as it was
