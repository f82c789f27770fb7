"""Statements on their way to the database: one that is asked, or many sent without waiting for each one's answer.

What an act has drafted goes out in one round trip, and while the server works at one statement the next is made. The
answers are judged at the end, in the order in which the statements were sent, so the first that is amiss is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

import psycopg
from django.db import connection, models
from django.utils.translation import gettext_lazy as _
from psycopg.types.json import Jsonb

from adjudication.errors import Malformed

#: Looks at one statement's answer, and raises if it is not what it must be.
Judge = Callable[[psycopg.Cursor[Any]], None]


#: Up to so many rows a statement is prepared and its plan kept; a batch is planned for its own size, which pays.
FEW = 10


def is_prepared(rows: int) -> bool:
    """Is a statement over so many rows worth preparing? A plan made for a few joins five hundred by nested loops."""
    return rows <= FEW


def rows(statement: str, values: Mapping[str, Any], *, prepare: bool = True) -> list[tuple[Any, ...]]:
    """Run a statement that psycopg prepares, unless it is over many rows; its rows, times aware and in UTC."""
    connection.ensure_connection()
    # Not Django's cursor: values are bound by the server and answered in binary. So its errors are named as Django's.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(statement.encode(), values, prepare=prepare, binary=True).fetchall()


class Statements:
    """What has been sent and not yet judged."""

    def __init__(self) -> None:
        """Nothing is sent yet."""
        self._judged: list[tuple[psycopg.Cursor[Any], Judge]] = []

    def send(self, statement: str | bytes, values: Sequence[Any], judge: Judge | None = None) -> None:
        """Send a statement; its values travel in binary and are bound by the server."""
        statement = statement.encode() if isinstance(statement, str) else statement
        many = max((len(value) for value in values if isinstance(value, list)), default=1)
        cursor = psycopg.Cursor(connection.connection)
        cursor.execute(statement, values, prepare=is_prepared(many))
        if judge is not None:
            self._judged.append((cursor, judge))

    def judge(self) -> None:
        """Judge the answers that have come, up to the statement that the database refused, if it did."""
        for cursor, judge in self._judged:
            if cursor.pgresult is None:
                return
            judge(cursor)


@contextmanager
def sending() -> Iterator[Statements]:
    """Send what is sent within the block, then judge all of it; to be used within a transaction.

    Not Django's cursor, which binds on this side: but errors are named as Django's here.

    Raises:
        Malformed: somebody's words contain NUL, the one character that the database cannot keep.

    """
    connection.ensure_connection()
    sent = Statements()
    with connection.wrap_database_errors:
        try:
            with connection.connection.pipeline():
                yield sent
        except psycopg.Error as error:
            # A statement before the refused one may already have missed its row: then that is why.
            with suppress(psycopg.Error):
                sent.judge()
            if isinstance(error, psycopg.errors.CharacterNotInRepertoire):
                raise Malformed(_("A text contains a NUL character, which cannot be kept.")) from error
            raise
        sent.judge()


def require_rows(expected: int, refusal: Callable[[], Exception]) -> Judge:
    """Judge that a statement met as many rows as it must."""

    def judge(cursor: psycopg.Cursor[Any]) -> None:
        if cursor.rowcount != expected:
            raise refusal()

    return judge


def insert(statements: Statements, rows: Sequence[models.Model]) -> None:
    """Insert new rows of one table; an id that the database gives is not asked for."""
    if rows:
        model = type(rows[0])
        names = _inserted(model, rows[0].pk is not None)
        statements.send(_insert_statement(model, names), columns(model, rows, names))
        for row in rows:
            row._state.adding, row._state.db = False, "default"


def columns(model: type[models.Model], rows: Sequence[models.Model], names: tuple[str, ...]) -> list[list[Any]]:
    """One array a column; text is made plain, for an enumeration's member is no text to the driver."""
    arrays = [[getattr(row, name) for row in rows] for name in names]
    for place, name in enumerate(names):
        if (told := _told(model, name)) is not None:
            arrays[place] = [None if value is None else told(value) for value in arrays[place]]
    return arrays


def field_of(model: type[models.Model], name: str) -> models.Field[Any, Any]:
    """The field behind an attribute's name."""
    return next(field for field in model._meta.concrete_fields if field.attname == name)


TYPES = {"varchar": "text", "serial": "integer", "bigserial": "bigint"}


def array_of(field: models.Field[Any, Any]) -> str:
    """The place of a column's array in a statement, with its type."""
    base = (field.db_type(connection) or "text").split("(")[0]
    return f"%b::{TYPES.get(base, base)}[]"


@cache
def _told(model: type[models.Model], name: str) -> Callable[[Any], Any] | None:
    """How a value is told to the driver, if not as it is."""
    field = field_of(model, name)
    if isinstance(field, models.CharField | models.TextField):
        return str
    return Jsonb if isinstance(field, models.JSONField) else None


@cache
def _inserted(model: type[models.Model], with_id: bool) -> tuple[str, ...]:
    return tuple(field.attname for field in model._meta.concrete_fields if with_id or not field.primary_key)


def _quoted(fields: Sequence[models.Field[Any, Any]]) -> str:
    return ", ".join(f'"{field.column}"' for field in fields)


@cache
def _insert_statement(model: type[models.Model], names: tuple[str, ...]) -> bytes:
    fields = [field_of(model, name) for name in names]
    into = f"INSERT INTO {model._meta.db_table} ({_quoted(fields)})"
    return f"{into} SELECT * FROM unnest({', '.join(array_of(field) for field in fields)})".encode()  # noqa: S608  # our own table
