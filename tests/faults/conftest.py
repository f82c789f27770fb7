"""The ground that the faults happen on."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

pytest.register_assert_rewrite("tests.faults.ground")

from config.up import install_broker  # noqa: E402  # what is rewritten is named before it is imported
from tests.conftest import OwnDatabase  # noqa: E402  # likewise
from tests.faults.ground import Ground  # noqa: E402  # likewise


@pytest.fixture
def ground(own_database: OwnDatabase) -> Iterator[Ground]:
    """A database with its broker, without any part of the service yet."""
    install_broker()
    environment = {name: os.environ[name] for name in ("SECRET_KEY", "DATA_DIR", "DATABASE_EMBEDDED")}
    with own_database.superuser() as raw:
        made = Ground(own_database, raw, environment | {"DATABASE_URL": own_database.url})
        try:
            yield made
        finally:
            made.silence_parts()
