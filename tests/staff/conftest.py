"""Every test here runs on a simulated day long past; staff sign in through Django's test client."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from adjudication import clock
from tests import walk


@pytest.fixture(autouse=True)
def _a_day_long_past(request):
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")
    with clock.simulated(walk.START):
        yield


@pytest.fixture
def staff(db):
    """A member of staff by role: `staff("arbitrator")`, `staff("arbitrator", "another")`."""

    def make(role, name=""):
        user, _is_new = User.objects.update_or_create(username=name or role, defaults={"is_staff": True})
        user.groups.add(Group.objects.get(name=role))
        return user

    return make


@pytest.fixture
def signed_in(staff):
    """A browser of that member of staff."""

    def make(role, name=""):
        client = Client()
        client.force_login(staff(role, name), backend="django.contrib.auth.backends.ModelBackend")
        return client

    return make
