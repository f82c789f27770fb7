"""Databases made for one run: on the same server as the live one, which is never touched; dropped afterwards.

A filled database is cloned for every measurement, so that each starts from the very same rows, pages and statistics.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import CommandError, call_command
from django.db import connection, connections
from psycopg import sql

#: What Django adds for itself, and what differs here.
OF_DJANGO = {"cursor_factory", "context", "prepare_threshold", "server_side_binding", "pool", "options", "dbname"}


class Scratch:
    """The run's databases, by short names; Django's default connection is led to one of them at a time."""

    def __init__(self) -> None:
        """Remember the live database's name; nothing is made yet."""
        self.settings: dict[str, Any] = connections.settings["default"]
        self.live = str(self.settings["NAME"])
        parameters = connection.get_connection_params()
        self.parameters = {key: value for key, value in parameters.items() if key not in OF_DJANGO}
        self.made: list[str] = []

    def connect(self, name: str) -> psycopg.Connection[Any]:
        """A plain connection in autocommit mode, without the application's timeouts; `postgres` leads to the server."""
        database = name if name == "postgres" else self.full_name(name)
        return psycopg.connect(**self.parameters, dbname=database, autocommit=True)

    def migrated(self, name: str) -> None:
        """Make a database and migrate it."""
        self._create(name, sql.SQL(""))
        self.use(name)
        call_command("migrate", verbosity=0)
        connections.close_all()

    def clone(self, name: str, source: str) -> None:
        """Make `name` a copy of `source`, file by file; the server checkpoints, so all copies start alike."""
        connections.close_all()
        self.drop(name)
        copied = sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(self.full_name(source)))
        self._create(name, copied)

    def use(self, name: str) -> None:
        """Lead Django's default connection to this database."""
        connections.close_all()
        self.settings["NAME"] = self.full_name(name)

    def drop(self, name: str) -> None:
        """Drop one of the run's databases, if it is there."""
        if name in self.made:
            connections.close_all()
            with self.connect("postgres") as server:
                server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(self.full_name(name))))
            self.made.remove(name)

    def close(self) -> None:
        """Drop all of them, and lead Django back to where it was."""
        for name in list(self.made):
            self.drop(name)
        connections.close_all()
        self.settings["NAME"] = self.live

    def full_name(self, name: str) -> str:
        """What the server calls it."""
        return f"bench_{os.getpid()}_{name}"

    def _create(self, name: str, how: sql.Composable) -> None:
        try:
            with self.connect("postgres") as server:
                server.execute(sql.SQL("CREATE DATABASE {}{}").format(sql.Identifier(self.full_name(name)), how))
        except psycopg.errors.InsufficientPrivilege as refused:
            raise CommandError("A measurement needs the right to create databases on the server.") from refused
        self.made.append(name)


@contextmanager
def scratch() -> Iterator[Scratch]:
    """The run's databases for as long as the block lasts."""
    databases = Scratch()
    try:
        yield databases
    finally:
        databases.close()
