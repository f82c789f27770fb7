"""Every test here runs on a simulated day long past."""

import pytest

from adjudication import clock
from tests import walk


@pytest.fixture(autouse=True)
def _a_day_long_past(db):
    with clock.simulated(walk.START):
        yield
