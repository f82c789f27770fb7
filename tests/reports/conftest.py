"""One healthy world for a whole file of tests; each breaks it in its own savepoint."""

import pytest
from django.db import transaction

from adjudication.policy import versions
from tests.evidence.conftest import folder, shelf  # noqa: F401  # fixtures
from tests.reports import world


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    versions.get.cache_clear()  # a version that an earlier test loaded and rolled back
    with django_db_blocker.unblock(), transaction.atomic():
        world.build()
        yield
        transaction.set_rollback(True)
    versions.get.cache_clear()


@pytest.fixture
def healthy(_world, django_db_blocker):
    """The world, whole again after every test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
