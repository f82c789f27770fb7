"""A night in which very many terms end at once while people work: in time, by short transactions, round a bad case."""

from __future__ import annotations

import random
import statistics
import threading
import time

import pytest
from django.db import connection

from adjudication import docket
from adjudication.cases.models import Case
from adjudication.deadlines.models import Deadline
from adjudication.evidence.intake import ExhibitGiven
from adjudication.evidence.models import Exhibit
from adjudication.management.bench.fill import Filling, fill
from adjudication.parties import Actor, Role
from adjudication.policy.terms import RejectionReason
from adjudication.procedure import respond
from tests.faults.ground import Ground
from tests.processes import LARGE

pytestmark = [pytest.mark.faults, pytest.mark.processes]
TERMS, USERS, OTHERS, LIMIT_SECONDS = (100_000, 50, 20_000, 300) if LARGE else (2_000, 6, 600, 90)
#: A person reads and thinks between two acts.
THINKS_SECONDS = 1.0 if LARGE else 0.2

#: Of the service's own connections: the server's vacuum takes its time and holds nobody up.
LONGEST = """
SELECT extract(epoch FROM clock_timestamp() - xact_start)::float8, query FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
  AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"""
WITHOUT_AN_ACCOUNT = """
SET session_replication_role = replica;
DELETE FROM adjudication_account WHERE kind = 'payable_to_buyer' AND owner_id =
    (SELECT buyer_id FROM adjudication_case WHERE id = {case});
SET session_replication_role = origin"""
WITH_IT_AGAIN = """
INSERT INTO adjudication_account (kind, owner_id, currency)
SELECT 'payable_to_buyer', buyer_id, currency FROM adjudication_case WHERE id = {case};
UPDATE adjudication_deadline SET retry_at = NULL WHERE case_id = {case}"""


def refuse(number: str) -> None:
    """A seller refuses a refund."""
    given = ExhibitGiven(Exhibit.Kind.DOCUMENT, "Packing photo", "As can be seen.")
    with docket.take(number) as (case, at):
        respond.reject(
            case,
            by=Actor(Role.SELLER, case.shop_id),
            reason=RejectionReason.GOODS_AS_DESCRIBED,
            text="It left us whole.",
            exhibits=[given],
            at=at,
        )


def test_very_many_terms_end_at_once_while_people_work_and_one_case_is_bad(ground: Ground) -> None:
    fill(ground.raw, Filling(at=ground.now(), due=TERMS, others=OTHERS, buyers=TERMS + OTHERS, shops=100))
    bad = TERMS // 2
    ground.raw.execute(WITHOUT_AN_ACCOUNT.format(case=bad).encode())
    waiting = list(Case.objects.filter(pk__gt=TERMS).order_by("id").values_list("number", flat=True))
    stop, took, longest, raised = threading.Event(), [], (0.0, ""), []

    def user() -> None:
        chance = random.Random()  # noqa: S311  # pauses, not secrets
        try:
            while waiting and not stop.is_set():
                number, began = waiting.pop(), time.monotonic()
                refuse(number)
                took.append(time.monotonic() - began)
                stop.wait(chance.uniform(0, 2 * THINKS_SECONDS))
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    def watch() -> None:
        nonlocal longest
        with ground.database.superuser() as raw:
            while not stop.wait(0.1):
                longest = max(longest, raw.execute(LONGEST).fetchone() or longest)

    threads = [threading.Thread(target=user) for _user in range(USERS)] + [threading.Thread(target=watch)]
    ground.part("beat", SWEEP_SECONDS="0.5")
    ground.part("worker")
    began = time.monotonic()
    for thread in threads:
        thread.start()
    left = "SELECT count(*) FROM adjudication_deadline WHERE ended_at IS NULL AND due_at <= clock_timestamp()"
    try:
        ground.until(lambda: ground.value(left) == 1, LIMIT_SECONDS, "the end of all but the bad one")
        seconds = time.monotonic() - began
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)
    assert raised == []
    ground.until(lambda: Deadline.objects.get(case_id=bad, ended_at=None).failures >= 1, 30, "the bad one's failure")
    term = Deadline.objects.get(case_id=bad, ended_at=None)
    assert "IntegrityError" in term.failure, "the database refuses a payment to nobody"
    assert longest[0] < 5, longest
    ground.raw.execute(WITH_IT_AGAIN.format(case=bad).encode())
    ground.until_none_is_due(30)
    lapsed = "SELECT count(*) FROM adjudication_event WHERE kind = 'deadline.lapsed' AND case_id <= {}"
    assert ground.value(lapsed.format(TERMS)) == TERMS
    cuts = statistics.quantiles(took, n=20)
    print(
        f"{TERMS:,} terms in {seconds:.0f} s beside {len(took):,} acts of {USERS} users: p50 {cuts[9] * 1000:.0f} ms, "
        f"p95 {cuts[18] * 1000:.0f} ms; longest transaction {longest[0]:.1f} s"
    )
