"""S6: the staff's queue and the API's list of cases must not notice how many cases there are, nor how deep a page is.

Both are asked over 10,000 and over many open cases, in turns: the queue as its page asks for its rows again, the list
as a marketplace asks for it. Three cases in ten are being heard: some wait for somebody, some are overdue, on appeal,
or large.
"""

from __future__ import annotations

import base64
import json
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve

from adjudication.cases.models import Case
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.deadlines.models import Deadline
from adjudication.management.bench.meter import statements
from adjudication.management.bench.scratch import Scratch
from adjudication.management.bench.sweep import Say, Scale, filled

EPOCH = datetime.fromtimestamp(0, UTC)
FEW = 10_000
#: Asked so often in one turn, the first of which only warm the connection.
ASKED, WARM = 20, 4
#: The first of those who hear the cases, about a hundred each; all supervisors, so that nothing is hidden from them.
FIRST_DESK, A_DESK = 1001, 100
TABS = ("open", "mine", "unassigned", "overdue", "appeals", "large")

SPREAD = """
INSERT INTO auth_user
    (id, username, password, is_superuser, first_name, last_name, email, is_staff, is_active, date_joined)
SELECT %(first)s + i, 'desk ' || i, '', false, '', '', '', true, true, now() FROM generate_series(0, %(desks)s - 1) i;
INSERT INTO auth_user_groups (user_id, group_id)
SELECT u.id, g.id FROM auth_user u CROSS JOIN auth_group g WHERE u.id >= %(first)s AND g.name = 'supervisor';
UPDATE adjudication_case c SET
    state = CASE WHEN k = 1 THEN 'intervention' WHEN k <= 16 THEN 'evidence' ELSE 'ruling' END,
    arbitrator_id = CASE WHEN k <= 3 THEN NULL ELSE %(first)s + id / 100 %% %(desks)s END,
    heard_from = requested_at, is_overdue = k = 30, instance = CASE WHEN k IN (15, 29) THEN 2 ELSE 1 END,
    amount_minor = CASE WHEN k IN (9, 19) AND id / 100 %% 4 = 0 THEN 600000 ELSE amount_minor END
FROM (SELECT id AS its, id %% 100 AS k FROM adjudication_case) x WHERE its = id AND k BETWEEN 1 AND 30;
UPDATE adjudication_deadline SET kind = CASE
    WHEN k = 1 THEN 'arbitrator_assigned' WHEN k <= 16 THEN 'evidence' WHEN k < 30 THEN 'ruling'
    ELSE 'ruling_once_overdue' END, instance = CASE WHEN k IN (15, 29) THEN 2 ELSE 1 END
FROM (SELECT id AS its, id %% 100 AS k FROM adjudication_case) x
WHERE its = case_id AND ended_at IS NULL AND k BETWEEN 1 AND 30;"""


def bench(databases: Scratch, *, many: int, rounds: int, say: Say) -> dict[str, Any]:
    """Time every tab's first page and a deep one, and the same of the API's list, over few and over `many` cases."""
    with _unlimited():
        return _bench(databases, {"few": FEW, "many": many}, rounds, say)


def _bench(databases: Scratch, sizes: dict[str, int], rounds: int, say: Say) -> dict[str, Any]:
    asked: dict[str, dict[str, Callable[[], Any]]] = {}
    for name, size in sizes.items():
        filled(databases, name, Scale(due=0, others=size), say)
        _spread(databases, name, size, say)
        databases.use(name)
        asked[name] = _requests(min(500, size // 2))
    seconds: dict[tuple[str, str], list[float]] = {(name, what): [] for name in sizes for what in asked[name]}
    sent: dict[tuple[str, str], int] = {}
    for turn in range(rounds):
        for name in ("few", "many") if turn % 2 else ("many", "few"):
            databases.use(name)
            for what, ask in asked[name].items():
                for number in range(ASKED):
                    start = time.perf_counter()
                    ask()
                    if number >= WARM:
                        seconds[name, what].append(1000 * (time.perf_counter() - start))
                # The less of two: once a minute a key's use is noted.
                sent[name, what] = min(statements(ask).work for _twice in range(2))
        say(f"round {turn + 1}/{rounds}")
    return _report(sizes, {key: statistics.median(each) for key, each in seconds.items()}, sent, rounds)


def _spread(databases: Scratch, name: str, size: int, say: Say) -> None:
    """Let three in ten be heard; only what the lists read is changed, and no trigger judges it."""
    start = time.perf_counter()
    with databases.connect(name) as raw, raw.transaction():
        raw.execute("SET LOCAL session_replication_role = replica")
        for statement in SPREAD.split(";")[:-1]:
            raw.execute(statement, {"first": FIRST_DESK, "desks": max(1, size * 3 // 10 // A_DESK)})
    with databases.connect(name) as raw:
        raw.execute("VACUUM ANALYZE adjudication_case, adjudication_deadline, auth_user, auth_user_groups")
    say(f"{size:,} cases: three in ten are being heard, after {time.perf_counter() - start:.0f} s")


def _requests(from_the_end: int) -> dict[str, Callable[[], Any]]:
    """What is asked of the database in use, by name; a deep page begins so many rows before the last."""
    user, factory = User.objects.get(pk=FIRST_DESK), RequestFactory()
    _key, text = keys.create("bench", scopes=[Scope.CASES_READ.value])
    term = Deadline.objects.filter(ended_at=None, case__isnull=False).order_by("-due_at", "-id")[from_the_end]
    case = Case.objects.order_by("updated_at", "id")[from_the_end]

    def asking(address: str, **headers: str) -> Callable[[], Any]:
        view, args, kwargs = resolve(address.partition("?")[0])

        def ask() -> Any:
            request = factory.get(address, headers=headers)
            request.user = User.objects.get(pk=user.pk)  # as every request looks its reader up
            request.session = SessionStore()
            answer = view(request, *args, **kwargs)
            if hasattr(answer, "render"):
                answer.render()
            if answer.status_code != 200:
                raise RuntimeError(f"{address} answered {answer.status_code}")
            return answer

        return ask

    def rows(**query: str) -> Callable[[], Any]:
        return asking("/admin/queue/rows/?" + urlencode(query))

    def cases(**query: str) -> Callable[[], Any]:
        return asking("/api/v1/cases?" + urlencode(query), authorization=f"Bearer {text}")

    mark = f"{(term.due_at - EPOCH) // timedelta.resolution}-{term.pk}"
    cursor = parse_qs(urlsplit(json.loads(cases()().content)["next"]).query)["cursor"][0]
    return {
        **{f"queue {tab}": rows(tab=tab) for tab in TABS},
        "queue open, deep": rows(tab="open", after=mark),
        "queue open, narrowed": rows(tab="open", state="ruling", amount="50", currency="CNY"),
        "list": cases(),
        "list, deep": cases(cursor=_moved(cursor, case)),
        "list, one state": cases(state="intervention"),
    }


def _moved(cursor: str, to: Case) -> str:
    """The list's own cursor, at another case."""
    place = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    place[1:] = [to.updated_at.isoformat(), str(to.pk)]
    return base64.urlsafe_b64encode(json.dumps(place, separators=(",", ":")).encode()).decode().rstrip("=")


@contextmanager
def _unlimited() -> Iterator[None]:
    """More requests a minute than a key is usually allowed, a host and a reader that only a measurement knows."""
    ours = {"RATE_LIMIT_PER_MINUTE": 10**8, "ALLOWED_HOSTS": ["testserver"], "STAFF_SECOND_FACTOR": "optional"}
    usual = {name: getattr(settings, name) for name in ours}
    for name, value in ours.items():
        setattr(settings, name, value)
    try:
        yield
    finally:
        for name, value in usual.items():
            setattr(settings, name, value)
        connection.close()


def _report(
    sizes: dict[str, int], p50: dict[tuple[str, str], float], sent: dict[tuple[str, str], int], rounds: int
) -> dict[str, Any]:
    names = [what for name, what in p50 if name == "many"]
    return {
        "ratio_many_to_few": {what: round(p50["many", what] / p50["few", what], 2) for what in names},
        "ratio_deep_to_first": {
            "queue": round(p50["many", "queue open, deep"] / p50["many", "queue open"], 2),
            "list": round(p50["many", "list, deep"] / p50["many", "list"], 2),
        },
        "p50_ms": {what: [round(p50["few", what], 2), round(p50["many", what], 2)] for what in names},
        "statements": {what: [sent["few", what], sent["many", what]] for what in names},
        "cases": sizes,
        "rounds": rounds,
    }
