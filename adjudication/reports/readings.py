"""Readings: how the service does at this moment, read in a few milliseconds however many cases there are.

Every figure comes from the beginning of a partial index that holds only what waits, and counting stops at `MOST`.
The database's clock decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta

from django.db import connection

from adjudication.deadlines.models import Deadline
from adjudication.policy import versions

#: Counting stops here: so much means “this, or more”.
MOST = 10_000

NOW = """
WITH overdue AS (
    (SELECT due_at FROM adjudication_deadline WHERE ended_at IS NULL AND parked_at IS NULL AND case_id IS NOT NULL
            AND due_at <= statement_timestamp() ORDER BY due_at LIMIT %(most)s)
    UNION ALL
    (SELECT due_at FROM adjudication_deadline WHERE ended_at IS NULL AND parked_at IS NULL AND case_id IS NULL
            AND due_at <= statement_timestamp() ORDER BY due_at LIMIT %(most)s)),
unassigned AS (
    SELECT heard_from FROM adjudication_case
    WHERE arbitrator_id IS NULL AND state IN ('intervention', 'evidence', 'ruling') ORDER BY heard_from LIMIT %(most)s),
waiting AS (
    SELECT event_id FROM adjudication_announcement WHERE announced_at IS NULL ORDER BY event_id LIMIT %(most)s)
SELECT (SELECT least(count(*), %(most)s) FROM overdue) AS terms_overdue,
    (SELECT coalesce(extract(epoch FROM statement_timestamp() - min(due_at)), 0) FROM overdue)::float8
        AS oldest_overdue_seconds,
    (SELECT count(*) FROM (SELECT FROM adjudication_deadline WHERE parked_at IS NOT NULL AND ended_at IS NULL
                           LIMIT %(most)s) p) AS terms_parked,
    (SELECT count(*) FROM (SELECT FROM adjudication_case WHERE is_overdue AND state = 'ruling'
                           LIMIT %(most)s) c) AS cases_overdue,
    (SELECT count(*) FROM unassigned) AS cases_unassigned,
    (SELECT coalesce(extract(epoch FROM statement_timestamp() - min(heard_from)), 0) FROM unassigned)::float8
        AS oldest_unassigned_seconds,
    (SELECT count(*) FROM waiting) AS outbox_waiting,
    (SELECT coalesce(extract(epoch FROM statement_timestamp() - min(e.recorded_at)), 0) FROM adjudication_event e
     WHERE e.id = (SELECT min(event_id) FROM waiting))::float8 AS outbox_oldest_seconds,
    coalesce((SELECT announced_at IS NOT NULL FROM adjudication_announcement ORDER BY event_id LIMIT 1), false)
        AS is_announced,
    (SELECT count(*) FROM (SELECT FROM adjudication_payout WHERE state <> 'paid' AND state <> 'failed'
                           LIMIT %(most)s) p) AS payouts_due,
    (SELECT count(*) FROM (SELECT FROM adjudication_payout WHERE state <> 'paid' AND state = 'failed'
                           LIMIT %(most)s) p) AS payouts_failed,
    (SELECT count(*) FROM (SELECT FROM adjudication_webhookdelivery WHERE state = 'due' LIMIT %(most)s) d)
        AS webhooks_due,
    (SELECT coalesce(extract(epoch FROM statement_timestamp() - min(trying_since)), 0) FROM (
        SELECT trying_since FROM adjudication_webhookdelivery WHERE state = 'due' ORDER BY id LIMIT %(most)s) d)::float8
        AS webhooks_oldest_due_seconds,
    (SELECT count(*) FROM (SELECT FROM adjudication_webhookdelivery d
                           JOIN adjudication_webhookendpoint p ON p.id = d.endpoint_id AND p.off = ''
                           WHERE d.state = 'parked' LIMIT %(most)s) d) AS webhooks_parked,
    (SELECT count(*) FROM adjudication_webhookendpoint WHERE off = 'gone'
            OR off = '' AND failing_since < statement_timestamp() - interval '15 minutes') AS webhooks_failing,
    (SELECT count(*) FROM (
        (SELECT id FROM adjudication_publication WHERE published_at IS NULL AND entered_at IS NOT NULL
                AND publish_by <= statement_timestamp() LIMIT %(most)s)
        UNION ALL
        (SELECT id FROM adjudication_publication WHERE entered_at IS NULL
                AND final_at < statement_timestamp() - interval '1 hour' LIMIT %(most)s)) p) AS publications_late"""

RUNNING = """
SELECT kind, count(*) FROM (
    (SELECT kind FROM adjudication_deadline WHERE ended_at IS NULL AND parked_at IS NULL AND case_id IS NOT NULL
            ORDER BY due_at LIMIT %(most)s)
    UNION ALL
    (SELECT kind FROM adjudication_deadline WHERE ended_at IS NULL AND parked_at IS NULL AND case_id IS NULL
            ORDER BY due_at LIMIT %(most)s)) d
GROUP BY kind"""

#: What the planner expects to find, by the statistics it keeps on how the kinds and ends of terms go together.
EXPECTED = """EXPLAIN (FORMAT JSON) SELECT FROM adjudication_deadline WHERE "end" = '' AND kind = %s"""

LAPSED = """
SELECT kind, count(*) FILTER (WHERE ended_at >= %(since)s AND ended_at < %(settled)s),
       count(*) FILTER (WHERE ended_at >= %(since)s AND ended_at >= %(settled)s),
       count(*) FILTER (WHERE ended_at >= %(minute_ago)s)
FROM adjudication_deadline WHERE "end" = 'lapsed' AND ended_at >= %(from)s GROUP BY kind"""


DENIED = """
SELECT why, sum(tries)::bigint FROM adjudication_denial
WHERE minute >= date_trunc('day', statement_timestamp(), 'UTC') GROUP BY why"""


def denied_today() -> dict[str, int]:
    """How many tries of staff were denied since midnight UTC, sign-ins among them, by the refusal's code."""
    with connection.cursor() as cursor:
        cursor.execute(DENIED)
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Now:
    """What waits, and for how long."""

    terms_overdue: int
    oldest_overdue_seconds: float
    terms_parked: int
    cases_overdue: int
    cases_unassigned: int
    oldest_unassigned_seconds: float
    outbox_waiting: int
    outbox_oldest_seconds: float
    is_announced: bool
    """Whether anything announces at all: the first event of all was announced."""
    payouts_due: int
    payouts_failed: int
    webhooks_due: int
    webhooks_oldest_due_seconds: float
    webhooks_parked: int
    """At endpoints that are on."""
    webhooks_failing: int
    """Endpoints that have not answered for a quarter of an hour, or said that they are gone."""
    publications_late: int
    """Not published within their days, or not entered an hour after the ruling became final."""


def now(*, most: int = MOST) -> Now:
    """What waits, in one statement, each counted up to `most`."""
    with connection.cursor() as cursor:
        cursor.execute(NOW, {"most": most})
        row = cursor.fetchone()
    return Now(**dict(zip((field.name for field in fields(Now)), row, strict=True)))


def open_by_kind(*, most: int = MOST) -> dict[str, int]:
    """How many terms run or are due, for every kind; parked ones are not among them.

    Counted up to `most`; where there are more, estimated from the planner's statistics, within a few per cent.
    """
    kinds = dict.fromkeys(Deadline.Kind.values, 0)
    with connection.cursor() as cursor:
        cursor.execute(RUNNING, {"most": most})
        counted = kinds | dict(cursor.fetchall())
        if sum(counted.values()) < most:
            return counted
        for kind in kinds:
            cursor.execute(EXPECTED, [kind])
            ((plan,),) = cursor.fetchone()
            expected = int(plan["Plan"]["Plan Rows"])  # never less than 1, which therefore says nothing
            kinds[kind] = max(counted[kind], expected if expected > 1 else 0)
    return kinds


@dataclass(frozen=True, slots=True)
class Lapses:
    """How many terms of each kind have lapsed since midnight UTC, and in the last minute."""

    today: Mapping[str, int]
    last_minute: Mapping[str, int]


class LapseCount:
    """Counts the day's lapses, each once: what is long settled is remembered, so that a scrape counts the rest alone.

    It starts again at midnight, as a counter may, so that every process says the same without one of them keeping it.
    """

    #: No transaction lasts so long: nothing that ended before this will still appear.
    SETTLED_AFTER = timedelta(minutes=2)

    def __init__(self) -> None:
        """Nothing has been counted."""
        self._counted: tuple[datetime, Mapping[str, int]] = (datetime.min.replace(tzinfo=UTC), {})

    def read(self, at: datetime) -> Lapses:
        """The lapses up to now, `at` being the database's time."""
        since, known = self._counted
        midnight = at.replace(hour=0, minute=0, second=0, microsecond=0)
        if since < midnight:
            since, known = midnight, {}
        settled, minute_ago = max(since, at - self.SETTLED_AFTER), at - timedelta(minutes=1)
        when = {"since": since, "settled": settled, "minute_ago": minute_ago, "from": min(since, minute_ago)}
        with connection.cursor() as cursor:
            cursor.execute(LAPSED, when)
            found = {kind: (before, after, lately) for kind, before, after, lately in cursor.fetchall()}
        before = {kind: known.get(kind, 0) + found.get(kind, (0, 0, 0))[0] for kind in Deadline.Kind.values}
        self._counted = (settled, before)
        return Lapses(
            today={kind: before[kind] + found.get(kind, (0, 0, 0))[1] for kind in before},
            last_minute={kind: found.get(kind, (0, 0, 0))[2] for kind in before},
        )


QUEUE = """
SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'pgmq' AND c.relname = 'q_adjudication'
  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')"""


def queued(*, most: int = MOST) -> int | None:
    """How many messages wait in the queue that lies in this database; None where the broker is another."""
    with connection.cursor() as cursor:
        cursor.execute(QUEUE)
        if cursor.fetchone() is None:
            return None
        cursor.execute("SELECT count(*) FROM (SELECT FROM pgmq.q_adjudication LIMIT %s) q", [most])
        return int(cursor.fetchone()[0])


def assigned_within_seconds() -> float:
    """How soon somebody must hear a case, by the policy in force."""
    return versions.current().terms[Deadline.Kind.ARBITRATOR_ASSIGNED].total_seconds()
