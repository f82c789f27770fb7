"""What docs/webhooks.md tells is so: the receiver runs, openssl agrees, the waits and the limits are ours."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from adjudication.procedure import tick
from adjudication.webhooks import leases, post
from adjudication.webhooks.models import WebhookMessage
from adjudication.webhooks.types import TYPES
from config.paths import BASE_DIR
from tests import walk
from tests.processes import free_port
from tests.walk import HOUR
from tests.webhooks.conftest import an_endpoint, sent, told

TOLD = (BASE_DIR / "docs" / "webhooks.md").read_text()


def test_the_example_receiver_verifies_what_is_sent_and_refuses_what_is_not(db):
    port = free_port()
    _endpoint, secret = an_endpoint(f"http://127.0.0.1:{port}/", types=["case.requested"])
    told()
    program = [sys.executable, str(BASE_DIR / "docs" / "examples" / "receiver.py"), str(port)]
    environment = os.environ | {"SECRET": secret}
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as it:
        try:
            assert it.stdout.readline().startswith("listening")
            assert sent(seconds_each=10) == 1
            assert it.stdout.readline() == "case.requested 1\n"
            other, _secret = an_endpoint(f"http://127.0.0.1:{port}/", types=["case.requested"])
            told()
            assert sent(seconds_each=10) == 1, "the one that was signed with its secret"
            other.refresh_from_db()
            assert other.failures == 1
        finally:
            it.kill()


@pytest.mark.skipif(not shutil.which("openssl") or not shutil.which("xxd"), reason="needs openssl and xxd")
def test_openssl_finds_the_same_signature(db, receiver, tmp_path):
    there = receiver()
    _endpoint, secret = an_endpoint(there.url, types=["case.requested"])
    told()
    sent()
    (tmp_path / "body").write_bytes(there.got[0].body)
    headers = there.got[0].headers
    script = TOLD.split("with openssl")[1].split("```sh\n")[1].split("```")[0]
    given = {
        "SECRET": secret.removeprefix("whsec_"),
        "WEBHOOK_ID": headers["webhook-id"],
        "WEBHOOK_TIMESTAMP": headers["webhook-timestamp"],
    }
    said = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=os.environ | given, capture_output=True, text=True, check=True
    )
    assert f"v1,{said.stdout.strip()}" == headers["webhook-signature"]


def test_a_whole_story_is_told_by_messages_that_hold_what_the_page_says(db, receiver, settings):
    settings.PAYMENT_PROVIDER = "marketplace"
    there = receiver()
    an_endpoint(there.url)

    def story():
        case = walk.ruled(walk.in_ruling())[0]
        case = walk.after_silence(case)
        walk.returning()
        with walk.at_due(walk.requested(), -6 * HOUR):
            tick.tick()

    told(story)
    while sent():
        pass
    bodies = [json.loads(got.body) for got in there.got]
    assert {body["type"] for body in bodies} <= set(TYPES)
    for body in bodies:
        assert set(body) == {"id", "type", "sequence", "occurred_at", "cursor", "data"}
        data = body["data"]
        assert ("case" in data) != ("order" in data)
        matter = data.get("case") or data["order"]
        assert matter["version"] >= body["sequence"]
        assert "Lin" not in json.dumps(body), "no names"
    by_type = {body["type"]: body["data"] for body in bodies}
    assert by_type["ruling.issued"]["ruling"]["award"]["buyer"] == {"amount_minor": 10_000, "currency": "CNY"}
    assert by_type["exhibit.filed"]["exhibit"]["label"]
    assert by_type["payout.due"]["payout"]["payee"] == {"kind": "buyer", "id": "b-1"}
    assert by_type["order.registered"]["order"]["price"]["currency"] == "CNY"
    seen = {}
    for body in bodies:
        matter = body["data"].get("case", {}).get("number") or body["data"]["order"]["order_number"]
        assert body["sequence"] > seen.get(matter, 0), "in order"
        seen[matter] = body["sequence"]
    assert WebhookMessage.objects.filter(body=None).count() == 0


def test_the_page_tells_our_waits_and_limits():
    assert leases.WAITS == (5, 30, 120, 900, 3600, 10_800, 21_600)
    assert "| next try after | 5 s | 30 s | 2 min | 15 min | 1 h | 3 h | 6 h |" in TOLD
    assert (post.TOTAL_SECONDS, post.READ_BYTES, leases.GIVE_UP_SECONDS) == (10, 65_536, 72 * 3600)
    assert "within **10 seconds**" in TOLD
    assert "After five failures" in TOLD
    assert leases.TRIP == 5
    assert "At most four tries" in TOLD
    assert leases.AT_ONE_ENDPOINT == 4
