"""Every message three times, late, in any order and two at once: the same final state as once."""

from __future__ import annotations

import random
import time
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from psycopg.types.json import Jsonb

from adjudication.procedure.tick import tick
from tests.faults.ground import Ground
from tests.processes import LARGE

pytestmark = [pytest.mark.faults, pytest.mark.processes]
TERMS, MESSAGES = (1_000, 60) if LARGE else (100, 6)
QUEUE = "pgmq.q_adjudication"
UNPAID = "SELECT count(*) FROM adjudication_payout WHERE state <> 'paid'"
#: What has become of everything, but for the moments at which it did.
FINAL_STATE = (
    "SELECT number, state, outcome, version FROM adjudication_case ORDER BY number",
    "SELECT number, open_cases, version FROM adjudication_order ORDER BY number",
    """SELECT coalesce(o.number, c.number), e.sequence, e.kind FROM adjudication_event e
       LEFT JOIN adjudication_order o ON o.id = e.order_id LEFT JOIN adjudication_case c ON c.id = e.case_id
       ORDER BY 1, 2""",
    'SELECT order_id, case_id, kind, "end", if_silent FROM adjudication_deadline ORDER BY 1, 2 NULLS FIRST, 3, 4',
    """SELECT e.reference, a.kind, a.owner_id, p.debit_minor, p.credit_minor FROM adjudication_posting p
       JOIN adjudication_entry e ON e.id = p.entry_id JOIN adjudication_account a ON a.id = p.account_id
       ORDER BY 1, 2, 3, 4""",
    """SELECT e.reference, p.payee_id, p.amount_minor, p.state, p.attempts FROM adjudication_payout p
       JOIN adjudication_entry e ON e.id = p.entry_id ORDER BY 1, 2""",
    "SELECT count(*) FROM adjudication_announcement",
)


def final_state() -> list[list[Any]]:
    """All of it."""
    with connection.cursor() as cursor:
        found = []
        for statement in FINAL_STATE:
            cursor.execute(statement)
            found.append(cursor.fetchall())
    return found


def messages_of_a_beat(ground: Ground, several: int) -> list[tuple[Any, Any]]:
    """What a beat really sends, taken from the queue while no worker listens."""
    beat = ground.part("beat", SWEEP_SECONDS="0.2")
    exists = f"SELECT to_regclass('{QUEUE}') IS NOT NULL"
    ground.until(lambda: bool(ground.value(exists)), 30, "the queue")
    ground.until(lambda: ground.value(f"SELECT count(*) FROM {QUEUE}") >= several, 30, "messages")
    beat.kill()
    taken = ground.raw.execute(f"DELETE FROM {QUEUE} RETURNING message, headers").fetchall()
    return taken[:several]


def deliver(ground: Ground, messages: list[tuple[Any, Any]]) -> None:
    """Put copies of the messages into the queue, in this order, each as a delivery of its own."""
    for message, headers in messages:
        properties = message["properties"] | {"delivery_tag": str(uuid4())}
        ground.raw.execute(
            f"INSERT INTO {QUEUE} (vt, message, headers) VALUES (clock_timestamp(), %s, %s)",
            [Jsonb(message | {"properties": properties}), None if headers is None else Jsonb(headers)],
        )


def until_all_are_taken(ground: Ground) -> None:
    """Wait until every message has been worked off."""
    ground.until(lambda: ground.value(f"SELECT count(*) FROM {QUEUE}") == 0, 120, "an empty queue")


def state_after_ticks_one_by_one() -> list[list[Any]]:
    """What ticks make of it that come one after the other until nothing is left to do; undone again."""
    with transaction.atomic():
        while tick():
            pass
        state = final_state()
        transaction.set_rollback(True)
    return state


def test_every_message_three_times_late_and_in_any_order_leaves_what_it_leaves_once(ground: Ground) -> None:
    messages = messages_of_a_beat(ground, MESSAGES)
    ground.fill_due(TERMS)
    once = state_after_ticks_one_by_one()
    untouched = final_state()
    assert untouched != once
    seed = random.SystemRandom().randrange(1_000_000)
    shuffled = 2 * messages
    random.Random(seed).shuffle(shuffled)  # noqa: S311  # an order, not a secret
    deliver(ground, shuffled)
    began = time.monotonic()
    for _ in range(2):
        ground.part("worker")
    until_all_are_taken(ground)
    deliver(ground, messages[::-1])
    until_all_are_taken(ground)
    assert ground.value(UNPAID) == 0  # nothing of it is left to a later tick
    assert final_state() == once
    ground.judge(TERMS)
    seconds = time.monotonic() - began
    print(f"{MESSAGES} messages thrice (seed {seed}) over {TERMS:,} terms, two workers: as once, in {seconds:.0f} s")
