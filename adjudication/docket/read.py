"""Read rows of our own tables as models, with statements that are built once and answered in the binary format.

A sweep reads some thousand rows a second here; Django's query compiler and `Model.__init__` would cost it more than the
rules do. A row that is read keeps what it was taken up with, so that the writer can tell what an act has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.db import models
from django.db.models.base import ModelState

from adjudication.statements import rows

M = TypeVar("M", bound=models.Model)


class Reader(Generic[M]):
    """How rows of one table become models: its columns in a SELECT, and the names they get."""

    def __init__(self, model: type[M], alias: str, *, without: Iterable[str] = ()) -> None:
        """Read `model` under `alias`; what is left out is fetched if anybody asks for it."""
        left_out = set(without)
        fields = [field for field in model._meta.concrete_fields if field.attname not in left_out]
        self.model = model
        self.names = tuple(field.attname for field in fields)
        self.places: Mapping[str, int] = {name: place for place, name in enumerate(self.names)}
        self.columns = ", ".join(f'{alias}."{field.column}"' for field in fields)
        self.width = len(fields)

    def build(self, row: Sequence[Any], start: int = 0) -> M:
        """The model of a row, whose columns begin at `start`."""
        taken = tuple(row[start : start + self.width])
        built = self.model.__new__(self.model)
        state = built._state = ModelState()
        state.adding, state.db = False, "default"
        built.__dict__.update(zip(self.names, taken, strict=True))
        built.__dict__["row_taken"] = taken
        return built

    def changed(self, built: Iterable[M], names: Iterable[str]) -> tuple[str, ...]:
        """Which of these names any of the models holds something else in than was read, in the order given."""
        left = [(name, self.places[name]) for name in names]
        found: set[str] = set()
        for each in built:
            now = each.__dict__
            taken = now["row_taken"]
            for pair in left:
                if now[pair[0]] != taken[pair[1]]:
                    found.add(pair[0])
            if found:
                left = [pair for pair in left if pair[0] not in found]
        return tuple(name for name in names if name in found)


def named(statement: str, number: str, **values: Any) -> list[tuple[Any, ...]]:
    """The rows of what bears this number; nothing bears one with NUL, which the database could not even look for."""
    return [] if "\0" in number else rows(statement, {"number": number, **values})
