"""The webhook desk: all staff read what was sent and what was answered; an operator sees to it, and nobody else."""

import re

import pytest
from django.urls import reverse
from standardwebhooks import Webhook

from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage
from tests import walk
from tests.webhooks.conftest import an_endpoint, receiver, sent, states, told

__all__ = ["receiver"]
KINDS = ["case.requested"]


@pytest.fixture
def there(receiver):
    return receiver([500, 200])


@pytest.fixture
def endpoint(there):
    """One whose receiver refused the first message."""
    made, _secret = an_endpoint(there.url, types=KINDS)
    told()
    sent()
    return made


def address(name, which):
    return reverse(f"admin:{name}", args=[which.pk])


def kept():
    """Every row of webhooks, to show that a refusal changed nothing."""
    models = (WebhookEndpoint, WebhookMessage, WebhookDelivery, WebhookAttempt)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_the_log_tells_what_was_sent_what_was_answered_and_how_long_it_took(signed_in, endpoint, there):
    delivery, attempt = WebhookDelivery.objects.get(), WebhookAttempt.objects.get()
    client = signed_in("auditor")
    shown = client.get(address("adjudication_webhookdelivery_change", delivery)).text
    got = there.got[0]
    for told_there in (
        got.headers["webhook-id"],
        got.headers["webhook-signature"],
        f"POST {there.url}",
        f"{attempt.duration_ms} ms",
        "<b>500</b>",
    ):
        assert told_there in shown
    assert "case.requested" in shown.split("tries")[0]
    listed = client.get(reverse("admin:adjudication_webhookdelivery_changelist"), {"q": "http://127"}).text
    assert "case.requested" in listed
    of_endpoint = client.get(address("adjudication_webhookendpoint_change", endpoint)).text
    assert address("adjudication_webhookdelivery_change", delivery) in of_endpoint
    assert "Rotate the secret" not in of_endpoint, "an auditor reads"


def test_an_operator_sends_one_again(signed_in, endpoint, there):
    delivery = WebhookDelivery.objects.get()
    WebhookDelivery.objects.update(state="parked", lease=None, leased_until=None)
    client = signed_in("operator")
    assert "Send again" in client.get(address("adjudication_webhookdelivery_change", delivery)).text
    page = client.post(address("send_webhook_again", delivery), follow=True)
    assert "sent again within seconds" in page.text
    assert (sent(), states()) == (1, ["delivered"])
    assert there.got[0].body == there.got[1].body


def test_an_operator_sends_a_stretch_of_time_again(signed_in, endpoint, there):
    WebhookDelivery.objects.update(state="parked", lease=None, leased_until=None)
    client, path = signed_in("operator"), address("send_webhooks_again", endpoint)
    before = {"state": "parked", "until": "2020-01-01T00:00"}
    assert "0 deliveries are sent again" in client.post(path, before, follow=True).text
    assert states() == ["parked"]
    since = {"state": "parked", "after": "2020-01-01T00:00"}
    assert "1 delivery is sent again" in client.post(path, since, follow=True).text
    assert (sent(), states()) == (1, ["delivered"])


def test_an_operator_asks_whether_it_answers(signed_in, endpoint):
    page = signed_in("operator").post(address("ping_webhook", endpoint), follow=True)
    assert page.status_code == 200
    ping = WebhookDelivery.objects.get(kind="ping")
    assert page.request["PATH_INFO"] == address("adjudication_webhookdelivery_change", ping)
    assert sent() == 1


def test_a_new_secret_is_shown_once_and_signs(signed_in, endpoint, there):
    client = signed_in("operator")
    page = client.post(address("rotate_webhook", endpoint), {"hours": "0"})
    assert "no-store" in page["Cache-Control"]
    secret = re.search(r"whsec_[A-Za-z0-9+/=]+", page.text)[0]
    assert secret not in client.get(address("adjudication_webhookendpoint_change", endpoint)).text
    client.post(address("ping_webhook", endpoint))
    sent()
    got = there.got[-1]
    assert Webhook(secret).verify(got.body, got.headers)["type"] == "ping"


def test_switched_off_nothing_is_sent_and_on_again_it_is(signed_in, endpoint):
    client, path = signed_in("operator"), address("switch_webhook", endpoint)
    client.post(path, {"to": "off"})
    assert (WebhookEndpoint.objects.get().off, states()) == ("by_request", ["parked"])
    assert "Switch on" in client.get(address("adjudication_webhookendpoint_change", endpoint)).text
    refused = client.post(address("ping_webhook", endpoint))
    assert (refused.status_code, WebhookDelivery.objects.count()) == (409, 1)
    client.post(path, {"to": "on"})
    assert WebhookEndpoint.objects.get().off == ""


ACTS = [
    ("ping_webhook", {}),
    ("send_webhooks_again", {"state": ""}),
    ("rotate_webhook", {"hours": "1"}),
    ("switch_webhook", {"to": "off"}),
]


@pytest.mark.parametrize("role", ["arbitrator", "supervisor", "auditor"])
def test_whoever_is_no_operator_is_refused_and_nothing_changes(signed_in, endpoint, role):
    before, client = kept(), signed_in(role)
    for name, content in ACTS:
        assert client.post(address(name, endpoint), content).status_code == 403, name
    assert client.post(address("send_webhook_again", WebhookDelivery.objects.get())).status_code == 403
    assert kept() == before


def test_strangers_are_led_to_the_sign_in_and_reading_changes_nothing(signed_in, endpoint, client):
    before, operator = kept(), signed_in("operator")
    for name, content in ACTS:
        assert client.post(address(name, endpoint), content).status_code == 302, name
        assert operator.get(address(name, endpoint)).status_code == 405, name
    assert kept() == before


@pytest.mark.parametrize(
    ("name", "content", "status"),
    [
        ("rotate_webhook", {"hours": "-1"}, 400),
        ("rotate_webhook", {"hours": "169"}, 400),
        ("rotate_webhook", {"hours": "１"}, 400),
        ("send_webhooks_again", {"state": "due"}, 400),
        ("send_webhooks_again", {"after": "yesterday"}, 400),
        ("switch_webhook", {}, 400),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_would_be_right(signed_in, endpoint, name, content, status):
    before = kept()
    assert signed_in("operator").post(address(name, endpoint), content).status_code == status
    assert kept() == before


def test_too_long_an_overlap_is_told_in_hours_as_it_was_asked_for(signed_in, endpoint):
    refused = signed_in("operator").post(address("rotate_webhook", endpoint), {"hours": "169"}).text
    assert "a whole number from 0 to 168" in refused
    assert "seconds" not in refused.partition("<main")[2]


def test_what_was_removed_is_read_and_no_more(signed_in, endpoint):
    from adjudication.webhooks import endpoints

    endpoints.remove(endpoint)
    client, before = signed_in("operator"), kept()
    for name, content in ACTS:
        assert client.post(address(name, endpoint), content).status_code == 404, name
    assert "See to this endpoint" not in client.get(address("adjudication_webhookendpoint_change", endpoint)).text
    assert kept() == before


def test_a_receivers_answer_is_shown_as_text(signed_in, receiver):
    an_endpoint(receiver().url, types=KINDS)
    told(lambda: walk.requested(statement="<b>cracked</b>"))
    sent()
    with_markup = "UPDATE adjudication_webhookattempt SET answer = '<script>1</script>'"
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"SET LOCAL session_replication_role = replica; {with_markup}; SET LOCAL session_replication_role = origin"
        )
    shown = signed_in("auditor").get(address("adjudication_webhookdelivery_change", WebhookDelivery.objects.get())).text
    assert "&lt;script&gt;1" in shown
    assert "<script>1" not in shown
