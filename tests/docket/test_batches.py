"""A batch is no more than its cases: swept together or one by one, they end in the same states, ledger and journal."""

import json
import random

import pytest
from django.db import transaction

from adjudication import clock, docket
from adjudication.deadlines.models import Deadline, Outage
from adjudication.policy.terms import Remedy
from adjudication.procedure import custody, extend, lapse
from adjudication.rulings.models import Winner
from tests import walk

#: What no two runs share: ids that a sequence or chance gave, and when a row was written.
BY_CHANCE = {"id", "recorded_at", "transaction_id", "entry_id", "event_id", "deadline_id"}

WAYS = (
    walk.requested,
    lambda: walk.requested(remedy=Remedy.RETURN_AND_REFUND),
    walk.rejected,
    walk.intervened,
    walk.in_evidence,
    lambda: walk.filed(case := walk.in_evidence(), walk.buyer_of(case)).case,
    walk.in_ruling,
    lambda: walk.ruled()[0],
    lambda: walk.ruled(winner=Winner.SELLER)[0],
    lambda: walk.ruled(winner=Winner.SPLIT)[0],
    walk.returning,
    lambda: walk.register(walk.given_order()),
)


def what_stands():
    """Everything an act can have changed, without what chance gave."""
    return {
        table: sorted(json.dumps({k: v for k, v in row.items() if k not in BY_CHANCE}, default=str) for row in found)
        for table, found in walk.snapshot().items()
    }


def swept(moment, limit):
    """Sweep until nothing is left, `limit` at a time; what stands then, all undone again."""
    with transaction.atomic(), clock.simulated(moment):
        while (
            docket.sweep_cases(docket.FALLEN, extend.stands, limit=limit)
            + docket.sweep_orders(docket.FALLEN, extend.stands, limit=limit)
            + docket.sweep_cases(docket.REMINDING, extend.remind, limit=limit)
            + docket.sweep_cases(docket.DUE, lapse.lapse, limit=limit)
            + docket.sweep_orders(docket.DUE, custody.lapse_order_term, limit=limit)
        ).done:
            pass
        stands = what_stands()
        transaction.set_rollback(True)
    return stands


@pytest.mark.parametrize("seed", range(6))
def test_a_batch_lapses_as_each_of_its_cases_would_alone(db, seed):
    chance = random.Random(seed)  # noqa: S311  # a seed repeats it
    for _matter in range(14):
        with clock.simulated(walk.START + chance.randrange(100) * walk.HOUR):
            chance.choice(WAYS)()
    moment = chance.choice(sorted(Deadline.objects.filter(ended_at=None).values_list("due_at", flat=True)))
    ended_at = moment - chance.randrange(20) * walk.HOUR
    outage = {"began_at": ended_at - 5 * walk.HOUR, "ended_at": ended_at, "grace_ends_at": ended_at + 4 * walk.HOUR}
    Outage.objects.create(cause=Outage.Cause.NOTICED, **outage)
    before = what_stands()
    together, alone = swept(moment, 500), swept(moment, 1)
    assert together == alone
    assert together != before
