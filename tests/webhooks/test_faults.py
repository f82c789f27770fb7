"""Bad receivers delay nobody else; a sender killed between sending and noting loses nothing."""

import threading
import time

import pytest
from django.db import connection

from adjudication.webhooks import leases
from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from adjudication.webhooks.sending import send_due
from tests import walk
from tests.faults.conftest import ground
from tests.webhooks.conftest import an_endpoint, sent, states, time_passes, told

__all__ = ["ground"]
CASES = 10
KINDS = ["case.requested"]


def until(is_so, seconds=60):
    """Wait until it is so; the seconds it took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds
        time.sleep(0.02)
    return time.monotonic() - began


@pytest.mark.faults
def test_slow_receivers_delay_no_other_and_get_everything_when_they_are_back(own_database, receiver):
    tempers = ["never", "drip", "redirect", "endless", 500]
    bad, good = [receiver(temper) for temper in tempers], [receiver(), receiver()]
    for each in [*bad, *good]:
        an_endpoint(each.url, types=KINDS)
    for _each in range(CASES):
        told()
    sending = threading.Thread(target=lambda: (send_due(patience_seconds=9, seconds_each=10), connection.close()))
    sending.start()
    took = until(lambda: all(len(each.got) == CASES for each in good))
    assert not WebhookAttempt.objects.filter(error__contains="no complete answer").exists(), "before any slow one ended"
    print(f"beside {len(bad)} bad receivers, {len(good)} good ones had their {CASES} webhooks each after {took:.2f} s")
    sending.join()
    for each in bad:
        each.answers = 200
    for _again in range(20):
        time_passes()
        send_due(patience_seconds=3)
        if set(states()) == {"delivered"}:
            break
    assert set(states()) == {"delivered"}
    assert all(len(set(each.ids)) == CASES for each in [*bad, *good])
    assert not WebhookEndpoint.objects.exclude(failures=0).exists()


@pytest.mark.faults
@pytest.mark.processes
def test_a_sender_killed_before_it_could_note_sends_the_same_again(ground, receiver):
    there = receiver("never")
    an_endpoint(there.url, types=KINDS)
    told()
    sender = ground.part("sweep", SWEEP_SECONDS="0.5")
    until(lambda: len(there.got) == 1)
    sender.kill()
    delivery = WebhookDelivery.objects.get()
    assert (delivery.state, delivery.attempts, WebhookAttempt.objects.count()) == ("due", 1, 0)
    there.answers = 200
    assert sent() == 0, "it is leased to the dead one"
    WebhookDelivery.objects.update(leased_until=delivery.created_at)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE adjudication_webhookturn SET until = '2000-01-01T00:00:00Z'")
    ground.part("sweep", SWEEP_SECONDS="0.5")
    until(lambda: states() == ["delivered"])
    first, second = there.got
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert [attempt.number for attempt in WebhookAttempt.objects.all()] == [2]


def test_two_senders_at_once_share_what_is_due(own_database, receiver):
    there = receiver()
    an_endpoint(there.url, types=KINDS)
    for _each in range(20):
        told()
    barrier, taken = threading.Barrier(2), []

    def lease():
        try:
            barrier.wait(10)
            for _each in range(40):
                taken.extend(each.delivery.pk for each in leases.lease(2))
        finally:
            connection.close()

    both = [threading.Thread(target=lease) for _each in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert len(taken) == len(set(taken)) == leases.AT_ONE_ENDPOINT


def test_one_sender_at_a_time_looks_for_work_and_a_dead_ones_turn_ends(own_database):
    first, second = leases.Turn(), leases.Turn()
    assert (first.take(), second.take(), first.take()) == (True, False, True)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE adjudication_webhookturn SET until = statement_timestamp()")
    assert (second.take(), first.take()) == (True, False)
    first.pass_on()
    assert not first.take()
    second.pass_on()
    assert first.take()


def test_an_event_announced_late_is_waited_for_by_the_later_ones_of_its_case(own_database, receiver):
    there = receiver()
    an_endpoint(there.url, types=["case.requested", "case.rejected"])
    case = told()
    told(lambda: walk.rejected(case))
    with own_database.superuser() as raw:
        raw.execute(
            "UPDATE adjudication_announcement SET announced_at = NULL WHERE event_id = "
            "(SELECT min(id) FROM adjudication_event WHERE kind = 'case.requested')"
        )
        raw.execute(
            "ALTER TABLE adjudication_webhookdelivery DISABLE TRIGGER ALL;"
            "DELETE FROM adjudication_webhookdelivery WHERE kind = 'case.requested'"
        )
        assert sent() == 0
        raw.execute("UPDATE adjudication_announcement SET announced_at = now()")
    assert sent() == 1
