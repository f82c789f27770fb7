"""The tests' own databases: a test that commits has one for itself and leaves no trace in the others."""

import threading

import pytest
from django.contrib.auth.models import User
from django.db import connection

from tests.conftest import OwnDatabase


@pytest.mark.django_db
@pytest.mark.parametrize("turn", [1, 2])
def test_a_fast_test_is_rolled_back(turn: int) -> None:
    assert not User.objects.exists()
    User.objects.create(username="somebody")


@pytest.mark.parametrize("turn", [1, 2])
def test_a_test_that_commits_has_a_database_for_itself(own_database: OwnDatabase, turn: int) -> None:
    assert not User.objects.exists()
    users = [threading.Thread(target=User.objects.create, kwargs={"username": f"user {n}"}) for n in range(4)]
    for user in users:
        user.start()
    for user in users:
        user.join()
    assert User.objects.count() == 4
    with own_database.superuser() as raw:
        assert raw.execute("SELECT count(*) FROM auth_user").fetchone() == (4,)
    assert connection.settings_dict["NAME"] == own_database.name in own_database.url
