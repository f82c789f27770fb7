"""Receivers, endpoints over them, and events to be told of."""

import pytest

from adjudication import clock
from adjudication.rounds import announce
from adjudication.webhooks import endpoints
from adjudication.webhooks.models import WebhookDelivery, WebhookEndpoint
from adjudication.webhooks.sending import send_due
from tests import walk
from tests.webhooks.receivers import Receiver


@pytest.fixture
def receiver():
    """A maker of receivers, which end with the test."""
    made = []

    def make(*given, **options):
        made.append(Receiver(*given, **options))
        return made[-1]

    yield make
    for each in made:
        each.close()


def an_endpoint(url, **options):
    """An endpoint of the marketplace, and its secret."""
    return endpoints.create(party_id=options.pop("party_id", None), url=url, **options)


def told(walked=walk.requested):
    """Let something happen, and announce it."""
    with clock.simulated(walk.START):
        found = walked()
    announce()
    return found


def sent(**options):
    """Send what is due, each try within a second."""
    return send_due(**{"seconds_each": 1.0, **options})


def time_passes():
    """Every wait is over, as after a day; nothing is three days old for that."""
    WebhookDelivery.objects.filter(state="due").update(next_try_at=clock.now())
    WebhookEndpoint.objects.exclude(probe_at=None).update(probe_at=clock.now())


def states():
    return sorted(WebhookDelivery.objects.values_list("state", flat=True))
