"""What is due is sent, signed and in order, and tried again until it is answered; what is sent again is the same."""

import base64
import json
import os
import ssl
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from standardwebhooks import Webhook, WebhookVerificationError

from adjudication import clock
from adjudication.orders.register import BuyerGiven
from adjudication.webhooks import endpoints, leases, signing
from adjudication.webhooks.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookMessage
from tests import walk
from tests.webhooks.conftest import an_endpoint, sent, states, time_passes, told
from tests.webhooks.receivers import closed_port

pytestmark = pytest.mark.usefixtures("db")


def verified(got, secret):
    return Webhook(secret).verify(got.body, got.headers)


def test_an_event_is_sent_once_signed_as_standard_webhooks_asks(receiver):
    there = receiver()
    _endpoint, secret = an_endpoint(there.url, types=["case.requested"])
    case = told()
    assert (sent(), sent(), states()) == (1, 0, ["delivered"])
    (got,) = there.got
    body = verified(got, secret)
    assert (body["id"], body["type"], body["sequence"]) == (got.headers["webhook-id"], "case.requested", 1)
    assert body["data"]["case"]["number"] == case.number
    with pytest.raises(WebhookVerificationError):
        verified(got._replace(body=got.body + b" "), secret)
    with pytest.raises(WebhookVerificationError):
        verified(got, signing.new())


def test_each_endpoint_hears_of_its_types_and_of_its_owners_matters_alone(receiver):
    everything, buyers, strangers = receiver(), receiver(), receiver()
    case = told()
    stranger = walk.register(walk.given_order(buyer=BuyerGiven(id="b-9", name="Wu")))
    an_endpoint(everything.url)
    an_endpoint(buyers.url, party_id=case.buyer_id, types=["case.rejected"])
    an_endpoint(strangers.url, party_id=stranger.buyer_id, types=["case.rejected"])
    told(lambda: walk.rejected(case))
    sent()
    assert [json.loads(got.body)["type"] for got in buyers.got] == ["case.rejected"]
    assert {"exhibit.filed", "case.rejected"} <= {json.loads(got.body)["type"] for got in everything.got}
    assert strangers.got == []


def test_what_the_service_records_for_itself_is_not_sent(receiver):
    there = receiver()
    an_endpoint(there.url)
    told(lambda: walk.in_evidence())
    while sent():
        pass
    kinds = {json.loads(got.body)["type"] for got in there.got}
    assert "case.evidence_opened" in kinds
    assert "case.assigned" not in kinds


@pytest.mark.parametrize("temper", ["never", "drip", "redirect", 500, 404, 300])
def test_what_is_not_accepted_is_tried_again_later_with_the_same_id_and_bytes(receiver, temper):
    there = receiver(temper)
    _endpoint, secret = an_endpoint(there.url, types=["case.requested"])
    told()
    assert (sent(), states()) == (0, ["due"])
    assert sent() == 0, "not at once"
    attempt = WebhookAttempt.objects.get()
    assert attempt.error if temper in ("never", "drip") else attempt.status in (302, 500, 404, 300)
    there.answers = 200
    time_passes()
    assert (sent(), states()) == (1, ["delivered"])
    first, second = there.got
    assert (first.body, first.headers["webhook-id"]) == (second.body, second.headers["webhook-id"])
    assert second.path == "/hook"
    verified(second, secret)


def test_an_endless_answer_is_read_so_far_and_accepted(receiver):
    there = receiver("endless")
    an_endpoint(there.url, types=["case.requested"])
    told()
    assert sent() == 1
    assert len(WebhookAttempt.objects.get().answer) == 1000


def test_nobody_listening_is_a_failure_with_a_reason():
    an_endpoint(f"http://127.0.0.1:{closed_port()}/", types=["case.requested"])
    told()
    assert sent() == 0
    assert "refused" in WebhookAttempt.objects.get().error.lower()


def test_410_switches_the_endpoint_off_and_parks_what_is_due(receiver):
    there = receiver(410)
    endpoint, _secret = an_endpoint(there.url)
    told()
    sent()
    endpoint.refresh_from_db()
    assert (endpoint.off, set(states())) == ("gone", {"parked"})
    told()
    assert sent() == 0


def test_a_failure_holds_back_its_own_case_and_no_other(receiver):
    there = receiver([500, 200])
    an_endpoint(there.url, types=["case.requested", "case.rejected"])
    first = told()
    told(lambda: walk.rejected(first))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(leases, "AT_ONE_ENDPOINT", 1)
        assert sent() == 0, "its next event waits"
        other = told()
        assert sent() == 1
    time_passes()
    while sent():
        pass
    got = [(json.loads(g.body)["data"]["case"]["number"], json.loads(g.body)["sequence"]) for g in there.got]
    assert got[:2] == [(first.number, 1), (other.number, 1)]
    assert [n for number, n in got if number == first.number] == [1, 1, 3]


def test_after_five_failures_one_try_at_a_time_is_made_until_it_answers(receiver):
    there = receiver(500)
    endpoint, _secret = an_endpoint(there.url, types=["case.requested"])
    for _each in range(12):
        told()
    sent()
    endpoint.refresh_from_db()
    assert leases.TRIP <= endpoint.failures < 12
    before = len(there.got)
    assert (sent(), len(there.got)) == (0, before), "left alone for a while"
    WebhookEndpoint.objects.update(probe_at=clock.now())
    assert (sent(), len(there.got)) == (0, before + 1)
    there.answers = 200
    WebhookEndpoint.objects.update(probe_at=clock.now())
    sent()
    endpoint.refresh_from_db()
    assert (endpoint.failures, endpoint.failing_since, set(states())) == (0, None, {"delivered"})


def test_after_three_days_it_is_parked_and_can_be_sent_again(receiver):
    there = receiver(500)
    _endpoint, secret = an_endpoint(there.url, types=["case.requested"])
    told()
    WebhookDelivery.objects.update(trying_since=clock.now() - timedelta(hours=73))
    assert (sent(), states()) == (0, ["parked"])
    there.answers = 200
    endpoints.replay(WebhookDelivery.objects.get())
    assert (sent(), states()) == (1, ["delivered"])
    assert there.got[0].body == there.got[1].body
    verified(there.got[1], secret)


def test_waits_grow_to_six_hours_and_differ():
    waits = [leases.spread(leases.WAITS, number) for number in range(1, 12)]
    for wait, meant in zip(waits, [5, 30, 120, 900, 3600, 10_800, *[21_600] * 5], strict=True):
        assert meant * 0.8 <= wait <= meant * 1.2
    assert len(set(waits)) == len(waits)


def test_while_a_secret_is_rotated_both_are_valid_and_afterwards_the_new_one_alone(receiver):
    there = receiver()
    endpoint, old = an_endpoint(there.url, types=["case.requested"])
    endpoint, new = endpoints.rotate(endpoint, overlap=timedelta(hours=1))
    told()
    sent()
    assert verified(there.got[0], old) == verified(there.got[0], new)
    WebhookEndpoint.objects.update(previous_expires_at=clock.now() - timedelta(seconds=1))
    told()
    sent()
    verified(there.got[1], new)
    with pytest.raises(WebhookVerificationError):
        verified(there.got[1], old)


def test_rotated_twice_two_secrets_are_valid_at_most(receiver):
    there = receiver()
    endpoint, oldest = an_endpoint(there.url, types=["case.requested"])
    endpoint, _old = endpoints.rotate(endpoint, overlap=timedelta(hours=1))
    endpoints.rotate(endpoint, overlap=timedelta(hours=1))
    told()
    sent()
    assert len(there.got[0].headers["webhook-signature"].split(" ")) == 2
    with pytest.raises(WebhookVerificationError):
        verified(there.got[0], oldest)


def test_the_database_alone_does_not_give_a_secret_away(receiver):
    endpoint, secret = an_endpoint(receiver().url)
    endpoint.refresh_from_db()
    assert secret.removeprefix("whsec_") not in endpoint.secret
    assert len(base64.b64decode(secret.removeprefix("whsec_"))) == 32
    assert signing.unseal(endpoint.secret) == secret


def test_a_secret_sealed_under_an_earlier_key_is_read_while_that_is_named(receiver, settings):
    there = receiver()
    _endpoint, secret = an_endpoint(there.url, types=["case.requested"])
    told()
    before, settings.SECRET_KEY = settings.SECRET_KEY, "another"
    assert sent() == 0
    assert "rotate" in WebhookAttempt.objects.get().error
    settings.SECRET_KEY_FALLBACKS = [before]
    time_passes()
    assert sent() == 1
    verified(there.got[0], secret)


def test_a_ping_is_sent_like_everything_else(receiver):
    there = receiver()
    endpoint, secret = an_endpoint(there.url, types=["case.closed"])
    endpoints.ping(endpoint)
    assert sent() == 1
    assert verified(there.got[0], secret)["type"] == "ping"


def test_no_proxy_of_the_environment_is_asked(receiver, monkeypatch):
    proxy, there = receiver(), receiver()
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, f"http://127.0.0.1:{proxy.port}")
    an_endpoint(there.url, types=["case.requested"])
    told()
    assert sent() == 1
    assert (len(proxy.got), len(there.got)) == (0, 1)


def test_a_certificate_that_nobody_vouches_for_is_refused(receiver, tmp_path):
    there = receiver(tls=a_certificate(tmp_path))
    an_endpoint(there.url, types=["case.requested"])
    told()
    assert sent() == 0
    assert "certificate" in WebhookAttempt.objects.get().error.lower()
    time_passes()
    assert sent(trust=ssl.create_default_context(cafile=str(tmp_path / "own.pem"))) == 1


def a_certificate(folder):
    """A certificate of our own making for 127.0.0.1."""
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a receiver")])
    now = clock.now()
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    (folder / "own.pem").write_bytes(pem)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(private + pem)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "both.pem")
    return context


FORBIDDEN = {
    "rewrite a body": "UPDATE adjudication_webhookmessage SET body = 'x'",
    "delete a message": "DELETE FROM adjudication_webhookmessage",
    "rewrite a try": "UPDATE adjudication_webhookattempt SET status = 200",
    "delete a try": "DELETE FROM adjudication_webhookattempt",
    "empty the tries": "TRUNCATE adjudication_webhookattempt",
    "delete a delivery": "DELETE FROM adjudication_webhookdelivery",
    "turn a delivery to another endpoint": "UPDATE adjudication_webhookdelivery SET endpoint_id = gen_random_uuid()",
    "count fewer tries": "UPDATE adjudication_webhookdelivery SET attempts = 0, state = 'due', delivered_at = NULL",
    "park what was delivered": "UPDATE adjudication_webhookdelivery SET state = 'parked', delivered_at = NULL",
    "be delivered at no time": "UPDATE adjudication_webhookdelivery SET delivered_at = NULL",
    "delete an endpoint": "DELETE FROM adjudication_webhookendpoint",
    "give an endpoint away": """
        UPDATE adjudication_webhookendpoint SET party_id = (SELECT min(id) FROM adjudication_party)""",
    "take a secret away": "UPDATE adjudication_webhookendpoint SET secret = ''",
    "a second turn": "INSERT INTO adjudication_webhookturn (id, until) VALUES (2, now())",
}


@pytest.mark.parametrize("statement", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses(receiver, statement):
    an_endpoint(receiver().url, types=["case.requested"])
    told()
    sent()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is pending would refuse to let a table be emptied
        with pytest.raises(DatabaseError, match=r"refused|is kept|violates"), transaction.atomic():
            cursor.execute(statement)
    assert WebhookMessage.objects.get().body
