"""An invariant: a sentence that holds of every row at every moment, and the SQL that finds the rows at fault.

The tables of invariants stand beside this file, by subject (`invariants_ledger` and so on). None of them calls a model
or an act: what the acts got wrong must not look right here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

#: One row of an invariant's SQL, by column.
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One sentence that must hold."""

    name: str
    """How reports, tests and alarms call it."""

    sentence: StrOrPromise
    """What holds, as a mediator would sign it."""

    detail: StrOrPromise
    """What is wrong with one row; its placeholders are columns of the SQL."""

    sql: str
    """Returns the rows that are at fault: a column `subject`, and those that `detail` names.

    The one parameter is `%(terms)s`: version 1's terms in seconds by kind, as JSON. A literal % is doubled.
    """

    recompute: Callable[[Row], Row | None] | None = None
    """Where SQL cannot tell: it returns every row, and this returns what `detail` names, or None if all is well."""
