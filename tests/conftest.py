"""Databases for tests: migrated once into a template, then cloned; a clone costs a tenth of a second.

Fast tests use pytest-django's `db`: one clone per worker, every test rolled back. A test that commits for real (races,
other processes) asks for `own_database`. `transaction=True` is of no use here: its flush is a TRUNCATE, which the
append-only tables refuse.
"""

import fcntl
import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import django
import psycopg
import pytest
from django.core.management import call_command
from django.db import connection, connections
from django.utils import translation
from psycopg import sql
from pytest_django.plugin import DjangoDbBlocker

from tests.database import WORKER

# Settings come after the database. The name is not left to pytest-xdist's workers, which must keep this order too.
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
django.setup()
del os.environ["DJANGO_SETTINGS_MODULE"]

TEMPLATE = "migrated"
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's database, cloned from the migrated template; replaces pytest-django's fixture of this name."""
    with django_db_blocker.unblock():
        _migrate_once()
        with _clone(f"test_{WORKER or 'main'}"):
            yield


@pytest.fixture(autouse=True)
def _no_policy_of_another_test() -> None:
    """Versions are cached for good, which is right where they are never rolled back."""
    from adjudication.policy import versions

    versions.get.cache_clear()


@pytest.fixture(autouse=True)
def _no_language_of_another_test() -> None:
    """A request leaves its language behind in the thread; the next request chooses its own, a plain call does not."""
    translation.deactivate()


@dataclass(frozen=True)
class OwnDatabase:
    """A database that one test has for itself; Django's default connection leads to it, in every thread."""

    name: str

    @property
    def url(self) -> str:
        """A DATABASE_URL for child processes."""
        return f"postgres://postgres:@/{quote(connections.settings['default']['HOST'])}/{self.name}"

    @contextmanager
    def superuser(self) -> Iterator[psycopg.Connection]:
        """A plain connection past Django, in autocommit mode, without Django's timeouts."""
        with _connect(self.name) as raw:
            yield raw


@pytest.fixture
def own_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[OwnDatabase]:
    """A fresh migrated database in which everything commits; dropped afterwards with whoever is still connected.

    Threads may use the ORM at once: each gets a connection of its own. Child processes take `own_database.url`.
    """
    if not {"db", "transactional_db"}.isdisjoint(request.fixturenames) or request.node.get_closest_marker("django_db"):
        pytest.fail("own_database commits for real: a test that uses it must not use db or django_db as well")
    with django_db_blocker.unblock(), _clone(f"own_{WORKER or 'main'}_{next(_numbers)}") as name:
        yield OwnDatabase(name)


def _connect(database: str) -> psycopg.Connection[Any]:
    settings = connections.settings["default"]
    return psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=database, autocommit=True)


def _migrate_once() -> None:
    """Make the template unless another worker has; it gets its name when it is complete."""
    with (Path(os.environ["DATA_DIR"]).parent / "template.lock").open("w") as lock, _connect("postgres") as server:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [TEMPLATE]).fetchone():
            return
        call_command("migrate", verbosity=0)
        connections.close_all()
        migrated = sql.Identifier(connections.settings["default"]["NAME"])
        server.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(migrated, sql.Identifier(TEMPLATE)))


@contextmanager
def _clone(name: str) -> Iterator[str]:
    """A copy of the template to which Django's default connection leads while the block lasts."""
    settings = connections.settings["default"]
    before = settings["NAME"]
    connection.close()
    with _connect("postgres") as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(TEMPLATE)))
    settings["NAME"] = name
    try:
        yield name
    finally:
        connections.close_all()
        settings["NAME"] = before
        with _connect("postgres") as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
