"""A term of 72 hours is 259,200 seconds, whatever the clocks on people's walls do meanwhile."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from adjudication import clock
from adjudication.deadlines.explain import explain
from adjudication.procedure import lapse
from tests import walk
from tests.walk import MICROSECOND

pytestmark = pytest.mark.usefixtures("db")

#: The request falls into the three days before: clocks go forward, back; 29 February; a leap second; the year's end.
MOMENTS = {
    "forward in Berlin": ("Europe/Berlin", datetime(2026, 3, 27, 12, tzinfo=UTC)),
    "back in Berlin": ("Europe/Berlin", datetime(2025, 10, 24, 12, tzinfo=UTC)),
    "forward in New York": ("America/New_York", datetime(2026, 3, 6, 12, tzinfo=UTC)),
    "half an hour on Lord Howe": ("Australia/Lord_Howe", datetime(2026, 4, 3, 12, tzinfo=UTC)),
    "29 February": ("Asia/Shanghai", datetime(2024, 2, 27, 23, 59, 59, 999999, tzinfo=UTC)),
    "a leap second": ("UTC", datetime(2016, 12, 30, 12, tzinfo=UTC)),
    "the year's end": ("Asia/Kathmandu", datetime(2025, 12, 30, 18, 15, tzinfo=UTC)),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_three_days_are_259200_seconds(name):
    zone, at = MOMENTS[name]
    with timezone.override(ZoneInfo(zone)), clock.simulated(at):
        case = walk.requested()
        deadline = case.papers.deadline
        assert (deadline.due_at - deadline.started_at).total_seconds() == 259_200
        assert f"{deadline.due_at.astimezone(UTC):%H:%M:%S}" in explain(deadline)
    with walk.at_due(case, -MICROSECOND):
        assert lapse.sweep().done == 0
    with walk.at_due(case):
        assert lapse.sweep().done == 1


def test_a_reader_elsewhere_reads_their_own_time_with_utc_beside_it():
    with clock.simulated(datetime(2026, 3, 27, 20, tzinfo=UTC)):
        deadline = walk.requested().papers.deadline
    assert "2026-03-30 20:00:00 UTC" in explain(deadline)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        assert "2026-03-30 22:00:00 (20:00:00 UTC)" in explain(deadline)
    with timezone.override(ZoneInfo("Asia/Shanghai")):
        assert "2026-03-31 04:00:00 (2026-03-30 20:00:00 UTC)" in explain(deadline)
    with timezone.override(timezone.get_fixed_timezone(timedelta(0))):
        assert "2026-03-30 20:00:00 UTC" in explain(deadline)
