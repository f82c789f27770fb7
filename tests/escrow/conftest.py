"""Every test here runs on a simulated day long past; unless it has a database of its own, it is rolled back."""

import pytest

from adjudication import clock
from tests import walk


@pytest.fixture(autouse=True)
def _a_day_long_past(request):
    if "own_database" not in request.fixturenames:
        request.getfixturevalue("db")
    with clock.simulated(walk.START):
        yield
