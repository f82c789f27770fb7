"""Working days are those of the policy's country, holidays and days worked in exchange included."""

from datetime import UTC, datetime

import pytest

from adjudication.register import working_days


@pytest.mark.parametrize(
    ("moment", "days", "country", "expected"),
    [
        ("2026-03-02T09:00", 0, "CN", "2026-03-02T09:00"),
        ("2026-03-02T09:00", 1, "CN", "2026-03-03T00:00"),
        ("2026-03-06T23:59", 1, "CN", "2026-03-09T00:00"),  # over a weekend
        ("2026-03-02T09:00", 15, "CN", "2026-03-23T00:00"),
        ("2026-09-30T09:00", 1, "CN", "2026-10-08T00:00"),  # over the National Day
        ("2026-02-13T09:00", 1, "CN", "2026-02-14T00:00"),  # a Saturday worked in exchange
        ("2026-12-24T09:00", 1, "DE", "2026-12-28T00:00"),
        ("2028-02-28T09:00", 1, "DE", "2028-02-29T00:00"),
    ],
)
def test_so_many_working_days_later_begins(moment, days, country, expected):
    at, then = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (moment, expected))
    assert working_days.after(at, days, country=country) == then
