"""A run: a period of a marketplace's life, from its seed alone, and what it came to.

The platform keeps office hours: what is due lapses and is paid every hour, but cases are assigned between eight
and eight, and not on the seventh day, so that some hearings open by the clock.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import connection
from django.db.models import Count, Sum

from adjudication import clock
from adjudication.cases.models import Case
from adjudication.cases.states import State
from adjudication.deadlines.models import Deadline
from adjudication.management.simulation import fingerprint
from adjudication.management.simulation.agenda import Agenda, Life
from adjudication.management.simulation.case_life import TICK
from adjudication.management.simulation.desk import Desk
from adjudication.management.simulation.marketplace import Marketplace, hire
from adjudication.management.simulation.measure import Measure, Tally
from adjudication.management.simulation.order_life import OrderLife, begins
from adjudication.management.simulation.proportions import REASONS
from adjudication.orders.models import Order
from adjudication.policy.terms import Reason

#: Told how far the period has been lived through, 0 … 1, and in words.
Progress = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Period:
    """The time that is simulated, all of it past."""

    start: datetime
    end: datetime

    @classmethod
    def before(cls, now: datetime, *, days: int) -> Period:
        """The days up to the start of today (UTC)."""
        end = datetime.combine(now.date(), time(), tzinfo=now.tzinfo)
        return cls(end - timedelta(days=days), end)


@dataclass(frozen=True, slots=True)
class Run:
    """What a run came to."""

    seed: int
    orders: int
    cases: int
    outcomes: dict[str, int]
    groups: dict[str, int]
    channels: dict[str, int]
    holds: dict[str, int]
    tallies: dict[str, Tally]
    refusals: dict[tuple[str, str], int]
    stuck: list[str]
    """Cases that neither are closed nor stand under a running term."""
    digest: str


def simulate(period: Period, *, orders: int, seed: int, progress: Progress) -> Run:
    """Live through the period; writes through the acts alone.

    Args:
        period: wholly in the past.
        orders: how many are placed in it.
        seed: everything that happens follows from it.
        progress: told of every day.

    """
    measure = Measure()
    desk, agenda = Desk(measure), Agenda(period.start)
    staff, marketplace = hire(), Marketplace(seed, orders)
    for number in range(1, orders + 1):
        life = OrderLife(agenda, desk, marketplace, staff, number)
        agenda.add(life.live(), after=begins(seed, number, (period.end - period.start).days))
    agenda.add(_serve(desk, period.start), after=TICK)
    told = _Teller(period, orders, measure, progress)
    with measure.counting():
        agenda.run(period.end, passed=told.passed)
        with clock.simulated(period.end):
            desk.sweep()
            desk.pay()
    told.done()
    return _come_to(period, seed, measure)


def _serve(desk: Desk, start: datetime) -> Life:
    """What the service does by itself."""
    while True:
        elapsed = clock.now() - start
        desk.sweep()
        if elapsed.days % 7 != 6 and 8 <= elapsed.seconds // 3600 < 20:
            desk.assign()
        desk.pay()
        yield TICK


class _Teller:
    """Tells of every day, and lets the database count again what it holds."""

    def __init__(self, period: Period, orders: int, measure: Measure, progress: Progress) -> None:
        self.period, self.orders, self.measure, self.progress = period, orders, measure, progress
        self.days = (period.end - period.start).days
        self.day = -1

    def passed(self, at: datetime) -> None:
        """It is this time now."""
        day = (at - self.period.start).days
        if day > self.day:
            self.day = day
            if day in (1, 2, 4) or day % max(1, self.days // 10) == 0:
                _count_again()
            self._tell(day)

    def done(self) -> None:
        """It is over."""
        self._tell(self.days)

    def _tell(self, day: int) -> None:
        registered = self.measure.tallies["register"].performed
        cases = self.measure.tallies["request"].performed
        told = f"day {day} of {self.days}: {registered:,} of {self.orders:,} orders, {cases:,} cases"
        self.progress(day / self.days, told)


def _count_again() -> None:
    """Refresh the planner's statistics: within one transaction autovacuum does not see these rows."""
    tables = [name for name in connection.introspection.table_names() if name.startswith("adjudication_")]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(connection.ops.quote_name(name) for name in tables))


def _come_to(period: Period, seed: int, measure: Measure) -> Run:
    running = Deadline.objects.filter(ended_at=None, parked_at=None, due_at__gt=period.end, case__isnull=False)
    stuck = Case.objects.exclude(state=State.CLOSED).exclude(pk__in=running.values("case_id"))
    outcomes = {name or "open": count for name, count in _counted("outcome").items()}
    groups: Counter[str] = Counter()
    for reason, count in _counted("reason").items():
        groups[REASONS[Reason(reason)][0]] += count
    held = Order.objects.annotate(held=Sum("lines__held_minor"))
    nothing = held.filter(held=0).count()
    orders = Order.objects.count()
    return Run(
        seed=seed,
        orders=orders,
        cases=Case.objects.count(),
        outcomes=outcomes,
        groups=dict(groups.most_common()),
        channels=_counted("channel"),
        holds={"nothing": nothing, "something, under a term": orders - nothing},
        tallies=dict(measure.tallies),
        refusals=dict(measure.refusals),
        stuck=list(stuck.order_by("pk").values_list("number", flat=True)),
        digest=fingerprint.of_ledger(period.start),
    )


def _counted(column: str) -> dict[str, int]:
    rows = Case.objects.values_list(column).annotate(count=Count("pk")).order_by("-count", column)
    return dict(rows)
