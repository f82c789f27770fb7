"""A tick: everything the clock and the platform do by themselves, the same whether beat or `manage.py sweep` asks.

Any number of ticks may run at once, on any number of hosts: each takes up what nobody else holds.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Set
from dataclasses import asdict, astuple, dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db import connection
from django.db.models import Count, Q

from adjudication import clock, docket
from adjudication.cases.desks import Desk
from adjudication.cases.models import Case
from adjudication.cases.states import HEARD, State
from adjudication.docket import Swept
from adjudication.errors import Refused
from adjudication.parties import PLATFORM, Actor, Role
from adjudication.procedure import extend, intervene, lapse, payouts

log = logging.getLogger(__name__)

#: How many waiting cases one tick takes up; the next tick comes in seconds.
AT_ONCE = 200
#: After so long a tick begins no other batch: it is short enough to be seen alive, and to be stopped by nobody.
PATIENCE_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did."""

    extended: int = 0
    lapsed: int = 0
    failed: int = 0
    parked: int = 0
    reminded: int = 0
    assigned: int = 0
    paid: int = 0

    def __bool__(self) -> bool:
        """Did it do anything?"""
        return any(astuple(self))

    @property
    def has_moved_terms(self) -> bool:
        """Did it do anything to a term? Then there may be more to do."""
        return bool(self.extended or self.lapsed or self.reminded)

    def __str__(self) -> str:
        """In words for the log."""
        return ", ".join(f"{number} {what}" for what, number in asdict(self).items() if number) or "nothing"


#: What there is to do, asked in one statement: most ticks find nothing and cost no more than this.
TO_DO = """
WITH t AS (SELECT coalesce(%(at)s::timestamptz, statement_timestamp()) AS at)
SELECT EXISTS (SELECT FROM adjudication_outage x JOIN adjudication_deadline d
                      ON d.due_at >= x.began_at AND d.due_at < x.grace_ends_at AND d.started_at < x.ended_at
                     AND d.ended_at IS NULL AND d.parked_at IS NULL
               WHERE x.grace_ends_at > t.at) AS fallen,
       EXISTS (SELECT FROM adjudication_deadline d WHERE d.ended_at IS NULL AND d.parked_at IS NULL
                      AND d.case_id IS NOT NULL AND d.due_at <= t.at)
       OR EXISTS (SELECT FROM adjudication_deadline d WHERE d.ended_at IS NULL AND d.parked_at IS NULL
                      AND d.case_id IS NULL AND d.due_at <= t.at) AS due,
       EXISTS (SELECT FROM adjudication_deadline d WHERE d.ended_at IS NULL AND d.parked_at IS NULL
                      AND d.remind_at <= t.at) AS reminding,
       EXISTS (SELECT FROM adjudication_case c WHERE c.arbitrator_id IS NULL
                      AND c.state IN ('intervention', 'evidence', 'ruling')) AS waiting,
       EXISTS (SELECT FROM adjudication_payout p WHERE p.state <> 'paid' AND p.next_try_at <= t.at) AS payable
FROM t"""


def tick() -> Tick:
    """Extend what fell into an outage, lapse what is due, remind, assign what waits, pay what is payable.

    Where there is very much to do, it ends after a while all the same, and the next one goes on.
    """
    until = time.monotonic() + PATIENCE_SECONDS
    fallen, due, reminding, waiting, payable = _to_do()
    extended = extend.extend_fallen(until=until) if fallen else Swept()
    lapsed = lapse.sweep(until=until) if due else Swept()
    reminded = extend.remind_all(until=until) if reminding else Swept()
    # A lapse makes cases wait and payouts payable.
    return Tick(
        extended=extended.done,
        lapsed=lapsed.done,
        failed=extended.failed + lapsed.failed + reminded.failed,
        parked=extended.parked + lapsed.parked + reminded.parked,
        reminded=reminded.done,
        assigned=assign_waiting(at=clock.now()) if waiting or due else 0,
        paid=payouts.pay_due() if payable or due else 0,
    )


def _to_do() -> tuple[bool, ...]:
    with connection.cursor() as cursor:
        cursor.execute(TO_DO, {"at": clock.simulated_at()})
        found: tuple[bool, ...] = cursor.fetchone()
    return found


def assign_waiting(*, at: datetime) -> int:
    """Give every case that waits for somebody to hear it to whoever suits it best; returns how many were assigned.

    First comes who reads the parties' languages, then who knows the shop's category, then who hears the fewest. Who is
    away, or hears as many as their desk takes, is passed over. An overdue case and an appeal go to a supervisor.
    """
    waiting = Case.objects.filter(state__in=HEARD, arbitrator=None).order_by("heard_from", "id")
    rows = list(
        waiting.values_list(
            "number", "is_overdue", "instance", "buyer__language", "shop__party__language", "shop__category"
        )[:AT_ONCE]
    )
    if not rows:
        return 0
    seats = {role: _seats(role, at=at) for role in (Role.ARBITRATOR, Role.SUPERVISOR)}
    assigned = 0
    for number, is_overdue, instance, *languages, category in rows:
        role = Role.SUPERVISOR if is_overdue or instance > 1 else Role.ARBITRATOR
        wanted = {language.partition("-")[0].lower() for language in languages if language}
        for seat in sorted(seats[role], key=lambda seat: seat.rank(wanted, category)):  # used at once
            if seat.is_free and _assigned(number, Actor(role, seat.user_id)):
                seat.hears += 1
                assigned += 1
                break
    return assigned


@dataclass(slots=True)
class Seat:
    """Somebody to whom cases may be assigned by themselves."""

    user_id: int
    hears: int
    most_cases: int | None
    languages: frozenset[str]
    categories: frozenset[str]

    @property
    def is_free(self) -> bool:
        """Does the desk take one more?"""
        return self.most_cases is None or self.hears < self.most_cases

    def rank(self, languages: Set[str], category: str) -> tuple[int, int, int, int]:
        """The smaller, the better this person suits a case in these languages and this category."""
        unread = len(languages - self.languages) if self.languages else 0
        knows_it = 0 if category in self.categories else 2 if self.categories else 1
        return unread, knows_it, self.hears, self.user_id


def _seats(role: Role, *, at: datetime) -> list[Seat]:
    """Each active member of staff in this role who is there."""
    hears = Count("cases_heard", filter=~Q(cases_heard__state=State.CLOSED))
    staff = User.objects.filter(groups__name=role.value, is_active=True).select_related("desk").annotate(hears=hears)
    desks = [(user, getattr(user, "desk", None) or Desk(user=user)) for user in staff]
    return [
        Seat(user.pk, user.hears, desk.most_cases, frozenset(desk.languages), frozenset(desk.categories))
        for user, desk in desks
        if not desk.is_away_at(at)
    ]


def _assigned(number: str, to: Actor) -> bool:
    try:
        with docket.take(number) as (case, at):
            if case.arbitrator_id is not None:
                return False
            intervene.assign(case, by=PLATFORM, to=to, at=at)
    except Refused as refused:
        log.info("Case %s was not assigned to %s: %s", number, to.id, refused)
        return False
    return True
