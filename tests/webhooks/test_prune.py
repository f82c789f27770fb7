"""What was delivered is let go of after a while, what is due or parked never; the journal keeps everything."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from adjudication import clock
from adjudication.errors import NotFound
from adjudication.journal.models import Event
from adjudication.webhooks import endpoints, prune
from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookMessage
from tests.webhooks.conftest import an_endpoint, sent, states, told

pytestmark = pytest.mark.usefixtures("db")
KINDS = ["case.requested"]


@pytest.fixture
def _kept_90_days(settings):
    settings.WEBHOOK_KEPT_DAYS = 90


def aged(days):
    """As if it had been delivered so long ago."""
    WebhookDelivery.objects.filter(state="delivered").update(delivered_at=clock.now() - timedelta(days=days))


@pytest.mark.usefixtures("_kept_90_days")
def test_what_was_delivered_long_ago_goes_with_its_tries_and_the_journal_stays_whole(receiver):
    an_endpoint(receiver().url, types=KINDS)
    told()
    sent()
    events = Event.objects.count()
    aged(89)
    assert prune.prune(at=clock.now()) == 0
    aged(91)
    assert prune.prune(at=clock.now()) == 1
    assert not WebhookDelivery.objects.exists()
    assert not WebhookAttempt.objects.exists()
    assert not WebhookMessage.objects.exists()
    assert Event.objects.count() == events


@pytest.mark.usefixtures("_kept_90_days")
def test_what_is_due_or_parked_stays_however_old_and_its_message_with_it(receiver):
    away, gone, there = receiver(500), receiver(410), receiver()
    for each in (away, gone, there):
        an_endpoint(each.url, types=KINDS)
    told()
    sent()
    WebhookDelivery.objects.update(created_at=clock.now() - timedelta(days=400))
    aged(400)
    assert prune.prune(at=clock.now()) == 1
    assert states() == ["due", "parked"]
    assert WebhookMessage.objects.count() == 1
    assert set(WebhookAttempt.objects.values_list("status", flat=True)) == {500, 410}


@pytest.mark.usefixtures("_kept_90_days")
def test_it_goes_some_at_a_time_the_oldest_first(receiver):
    an_endpoint(receiver().url, types=KINDS)
    for _each in range(3):
        told()
    while sent():
        pass
    first, second, third = WebhookDelivery.objects.order_by("pk")
    for days, delivery in ((91, second), (92, third), (93, first)):
        WebhookDelivery.objects.filter(pk=delivery.pk).update(delivered_at=clock.now() - timedelta(days=days))
    assert prune.prune(at=clock.now(), most=2) == 2
    assert WebhookDelivery.objects.get() == second


@pytest.mark.usefixtures("_kept_90_days")
def test_whoever_replays_what_has_just_gone_is_told_that_there_is_none(receiver):
    an_endpoint(receiver().url, types=KINDS)
    told()
    sent()
    delivery = WebhookDelivery.objects.select_related("endpoint").get()
    aged(91)
    prune.prune(at=clock.now())
    with pytest.raises(NotFound):
        endpoints.replay(delivery)


EARLY = {
    "a delivery of this week": "DELETE FROM adjudication_webhookdelivery WHERE state = 'delivered'",
    "one that is parked": "DELETE FROM adjudication_webhookdelivery WHERE state = 'parked'",
    "one that is due": "DELETE FROM adjudication_webhookdelivery WHERE state = 'due'",
    "a try": "DELETE FROM adjudication_webhookattempt",
    "a message": "DELETE FROM adjudication_webhookmessage",
}


@pytest.mark.parametrize("statement", EARLY.values(), ids=EARLY)
def test_the_database_lets_nothing_go_early(receiver, statement):
    for answer in (200, 410, 500):
        an_endpoint(receiver(answer).url, types=KINDS)
    told()
    sent()
    aged(6.9)
    assert states() == ["delivered", "due", "parked"]
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert (WebhookDelivery.objects.count(), WebhookAttempt.objects.count()) == (3, 3)
