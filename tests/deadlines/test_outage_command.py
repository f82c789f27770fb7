"""An operator puts an outage on record from the command line, and is told what is wrong with one that cannot be."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from adjudication import clock
from adjudication.deadlines.models import Outage
from tests.walk import HOUR

pytestmark = pytest.mark.usefixtures("db")


def run(*arguments):
    said = StringIO()
    call_command("outage", *arguments, stdout=said)
    return said.getvalue()


def test_an_outage_is_declared_and_listed():
    begins = clock.now() + HOUR
    said = run("declare", "--from", begins.isoformat(), "--to", (begins + HOUR).isoformat(), "--note", "We move house.")
    assert "on record" in said
    assert Outage.objects.get().began_at == begins
    assert "We move house." in run("list")


@pytest.mark.parametrize("moment", ["2026-03-01", "2026-03-01T08:00:00", "tomorrow", "9999-12-31T23:59:60Z"])
def test_a_moment_without_an_offset_or_that_is_none_is_refused(moment):
    with pytest.raises(CommandError, match="is not a moment such as"):
        run("declare", "--from", moment, "--to", "2026-03-01T08:00:00Z", "--note", "Moved.")
    assert not Outage.objects.exists()


def test_one_that_is_long_over_is_refused():
    with pytest.raises(CommandError, match="has been decided"):
        run("declare", "--from", "2026-03-01T08:00:00Z", "--to", "2026-03-01T09:00:00+00:00", "--note", "Moved.")
    assert not Outage.objects.exists()
