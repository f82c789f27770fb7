"""A simulated marketplace: the same seed gives the same ledger, all of it by acts, and the audit finds it sound."""

import io
import re

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.journal.models import Event
from adjudication.management.simulation import run
from adjudication.management.simulation.run import Period
from adjudication.orders.models import Order
from adjudication.reports import audit
from tests import walk

pytestmark = pytest.mark.django_db


def simulated(*, orders=40, days=20, seed=5, disputed_percent=60):
    out = io.StringIO()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("adjudication.management.simulation.order_life.DISPUTED_PERCENT", disputed_percent)
        call_command("simulate", orders=orders, days=days, seed=seed, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_a_simulated_marketplace_is_sound_and_leaves_nothing_without_a_term():
    told = simulated()
    assert Order.objects.count() == 40
    assert Case.objects.count() >= 10
    waiting = Case.objects.exclude(state=State.CLOSED)
    assert Deadline.objects.filter(case__in=waiting, ended_at=None, parked_at=None).count() == waiting.count()
    assert not Deadline.objects.filter(parked_at__isnull=False).exists()
    found = audit.run()
    assert found.violations == []
    assert re.search(r"ledger sha256 [0-9a-f]{64}$", told.strip())
    for title in ("cases by outcome", "statements", "register", "total"):
        assert title in told


def test_it_happened_in_the_past_and_was_recorded_now():
    simulated(orders=5, days=3)
    for event in Event.objects.all():
        assert event.occurred_at < event.recorded_at.replace(hour=0, minute=0, second=0, microsecond=0)


def test_the_same_seed_gives_the_same_ledger_whatever_the_day(db):
    digests = []
    period = Period.before(walk.START, days=12)
    for seed, of in ((5, period), (5, Period.before(walk.START - 400 * 24 * walk.HOUR, days=12)), (6, period)):
        with transaction.atomic():
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr("adjudication.management.simulation.order_life.DISPUTED_PERCENT", 60)
                digests.append(run.simulate(of, orders=15, seed=seed, progress=lambda *_: None).digest)
            transaction.set_rollback(True)
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_it_is_refused_where_there_are_orders():
    with walk.clock.simulated(walk.START):
        walk.register(walk.given_order())
    before = walk.snapshot()
    with pytest.raises(CommandError, match="runs only on an empty one"):
        simulated()
    assert walk.snapshot() == before


@pytest.mark.parametrize(("orders", "days"), [(0, 1), (1, 0), (1, 3_651)])
def test_nonsense_is_refused(orders, days):
    with pytest.raises(CommandError, match="at least one order and one day"):
        simulated(orders=orders, days=days)
