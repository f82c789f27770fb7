"""docs/webhook-examples.md holds one message of each type, as it was really sent of a case that was really walked.

The page is what this file makes of the stories below; `EXAMPLES=write pytest tests/webhooks/test_examples.py` writes it
anew. Numbers that differ from run to run (ids, cursors) are counted from 1; everything else is as it came.
"""

from __future__ import annotations

import json
import os
import re
from hashlib import sha256
from typing import Any

import pytest

from adjudication import clock, docket
from adjudication.escrow.models import Payout
from adjudication.orders.models import ParcelReport
from adjudication.parties import Actor, Role
from adjudication.policy.terms import Remedy
from adjudication.procedure import custody, negotiate, payouts, respond, tick
from adjudication.rounds import announce
from adjudication.webhooks import compose
from adjudication.webhooks.models import WebhookDelivery, WebhookMessage
from adjudication.webhooks.types import TYPES
from config.paths import BASE_DIR
from tests import walk
from tests.reports import world
from tests.walk import HOUR
from tests.webhooks.conftest import an_endpoint, receiver, sent, time_passes

__all__ = ["receiver"]
PAGE = BASE_DIR / "docs" / "webhook-examples.md"
#: What the contract names and nothing in this version sends.
NOT_YET = {
    *("panel.drawn", "panel.decided", "penalty.imposed", "penalty.lifted"),
    *("review.withdrawn", "shop.blocked", "shop.unblocked"),
}
HEAD = """# One webhook of each type

Each is the body as it was sent to an endpoint of the marketplace, of a case that was walked through the acts; a test
makes this page and fails when it is out of date. What the fields mean: [webhooks.md](webhooks.md). Ids and cursors are
made short here; yours are longer. Times are those of the story.

{contents}
{examples}
## Not sent yet

{not_yet} are named by the contract and can be chosen, and nothing in this version sends them.
"""
CASE_NUMBER = re.compile(r"[0-9]{4}-[0-9]{6,12}-[0-9]{2}\b(?!-)")
ORDER_NUMBER = re.compile(r'"(?:T|O)-[0-9]+"')
ROW = re.compile(r'"(payee|proposed_by)": [0-9]+')
DIGEST = re.compile('"digest": "[0-9a-f]{64}"')  # over ids
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def stories() -> None:
    """Every ending of the world that the audit is tried on, and what that one lacks."""
    world.build()
    with clock.simulated(walk.START):
        with walk.at_due(walk.requested(), -6 * HOUR):
            tick.tick()
        order = walk.register(walk.given_order())
        for kind in (ParcelReport.Kind.SHIPMENT, ParcelReport.Kind.REFUSAL):
            with docket.take_order(order.number) as (taken, at):
                report = ParcelReport(kind=kind, line_labels=["1"], reported_at=at, carrier="SF", tracking_number="1")
                custody.report_parcel(taken, report, by=Actor(Role.MARKETPLACE), at=at)
        case = walk.requested()
        given = {"remedy": Remedy.REFUND, "amount_minor": 4_000, "text": "Let us meet half way."}
        case = world.do(case, negotiate.make_offer, by=walk.seller_of(case), **given)
        world.do(case, negotiate.decline_offer, by=walk.buyer_of(case), offer_id=case.papers.offers[0].pk)


def paid_by_the_marketplace() -> None:
    """A refund that the marketplace is told of, cannot pay at first, and then has paid."""
    with clock.simulated(walk.START):
        case = walk.requested()
        case = world.do(case, respond.accept, by=walk.seller_of(case))
        payout = Payout.objects.select_related(*payouts.PARTS).get(case=case)
        by = Actor(Role.MARKETPLACE)
        world.do(case, payouts.report_failed, payout=payout, why="The account is closed.", by=by)
        payout = Payout.objects.select_related(*payouts.PARTS).get(case=case)
        world.do(case, payouts.report_paid, payout=payout, provider_reference="T-1", by=by)


@pytest.fixture
def bodies(db, receiver, settings, monkeypatch):
    """The earliest message of each type; of payouts the last story's, for which of several is paid first is chance."""
    there, look = receiver(), walk.look

    def look_after_telling(case):
        """As if every act were told of at once: a message is written down before the next act."""
        while announce():
            pass
        compose.freeze(WebhookMessage.objects.filter(body=None))
        return look(case)

    monkeypatch.setattr(walk, "look", look_after_telling)
    endpoint, _secret = an_endpoint(there.url)
    stories()
    settings.PAYMENT_PROVIDER = "marketplace"
    paid_by_the_marketplace()
    look_after_telling(walk.requested())
    unsent = WebhookDelivery.objects.filter(endpoint=endpoint).exclude(state="delivered")
    while unsent.exists():
        time_passes()
        sent(patience_seconds=60, seconds_each=30)
    told: dict[str, str] = {}
    for got in sorted(there.got, key=lambda got: int(got.headers["webhook-id"].removeprefix("evt_"))):
        kind = json.loads(got.body)["type"]
        if kind not in told or kind.startswith("payout."):
            told[kind] = got.body.decode()
    return told


def made_short(said: dict[str, Any]) -> str:
    """The body, its ids and cursor counted from 1; a field a line, sorted as it is sent."""
    names = {said["id"]: "evt_1", said["cursor"]: "700-1"}
    text = json.dumps(said, ensure_ascii=False, indent=2)
    for found in dict.fromkeys(UUID.findall(text)):
        names[found] = f"00000000-0000-4000-8000-{len(names) - 1:012d}"
    for pattern, made in ((CASE_NUMBER, "2026-00000{}-00"), (ORDER_NUMBER, '"T-{}"')):
        for count, found in enumerate(dict.fromkeys(pattern.findall(text)), 1):
            names[found] = made.format(count)
    for found, made in names.items():
        text = text.replace(found, made)
    text = ROW.sub(r'"\1": 1', text)
    return DIGEST.sub(f'"digest": "{sha256(b"ids differ").hexdigest()}"', text)


def the_page(bodies: dict[str, str]) -> str:
    """docs/webhook-examples.md as it should be."""
    told = [kind for kind in TYPES if kind in bodies]
    contents = " · ".join(f"[`{kind}`](#{kind.replace('.', '')})" for kind in told)
    examples = "".join(f"\n## {kind}\n\n```json\n{made_short(json.loads(bodies[kind]))}\n```\n" for kind in told)
    not_yet = ", ".join(f"`{kind}`" for kind in TYPES if kind in NOT_YET)
    return HEAD.format(contents=contents, examples=examples, not_yet=not_yet)


def test_the_page_shows_what_is_really_sent_of_every_type(bodies):
    assert set(TYPES) - set(bodies) == NOT_YET, "a type that is sent now needs a story here"
    made = the_page(bodies)
    if os.environ.get("EXAMPLES") == "write":
        PAGE.write_text(made)
    assert PAGE.read_text() == made, "EXAMPLES=write pytest tests/webhooks/test_examples.py writes it anew"


def test_no_example_holds_a_name_or_a_persons_words():
    page = PAGE.read_text()
    for private in ("Lin", "Kiln", "crack", "half way", "closed.", "example.com"):
        assert private not in page
