"""The web process killed outright while acts are sent and, unanswered, sent again under their idempotency keys."""

from __future__ import annotations

import random
import threading
import time
import urllib.error
from http.client import HTTPException

import pytest

from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.reports import audit
from tests.faults.ground import Ground
from tests.processes import LARGE, Part, free_port
from tests.story.marketplace import Caller, a_claim, an_order

pytestmark = [pytest.mark.faults, pytest.mark.processes]
#: Acts in all: an order and a case each.
ACTS, CALLERS, KILLS = (2_000, 4, 20) if LARGE else (80, 4, 2)
LIMIT_SECONDS = 540

DOUBLED = """
SELECT order_number, count(*) FROM (SELECT o.number AS order_number FROM adjudication_case c
    JOIN adjudication_order o ON o.id = c.order_id) each GROUP BY order_number HAVING count(*) > 1"""


class Sender(threading.Thread):
    """Sends its share, each act until it is answered for good; keeps every answer."""

    def __init__(self, name: str, caller: Caller, share: int) -> None:
        super().__init__(name=name, daemon=True)
        self.caller, self.share = caller, share
        self.acknowledged: dict[str, str] = {}
        self.repeated = 0
        self.unexpected: list[object] = []

    def run(self) -> None:
        for number in range(self.share):
            order = f"{self.name}-{number}"
            self._send("orders", an_order(order), f"order {order}", "order_number")
            self._send("cases", a_claim(order, reason="not_shipped"), f"case {order}", "number")

    def _send(self, path: str, body: object, key: str, told: str) -> None:
        while True:
            try:
                status, answer = self.caller.call("POST", path, body, **{"Idempotency-Key": key})
            except (OSError, HTTPException, urllib.error.URLError, ValueError):
                status, answer = 0, {}
            if status in (200, 201):
                self.acknowledged[key] = answer[told]
                return
            if status not in (0, 409, 503):
                self.unexpected.append((status, answer))
                return
            self.repeated += 1
            time.sleep(0.05)


def test_nothing_acknowledged_is_missing_and_nothing_is_done_twice(ground: Ground) -> None:
    _key, text = keys.create("load", scopes=Scope.values)
    port = free_port()
    environment = {"GRANIAN_PORT": str(port), "RATE_LIMIT_PER_MINUTE": "1000000", "DATABASE_POOL": "1"}
    web = ground.part("web", **environment)
    senders = [Sender(f"W{number}", Caller(port, text), ACTS // 2 // CALLERS) for number in range(CALLERS)]
    began = time.monotonic()
    for sender in senders:
        sender.start()
    seed = random.SystemRandom().randrange(1_000_000)
    chance, kills = random.Random(seed), 0  # noqa: S311  # moments, not secrets
    for turn in range(1, KILLS + 1):
        web = killed_at(web, senders, ACTS * turn // (KILLS + 1), chance, ground, environment)
        kills += 1
    for sender in senders:
        sender.join(max(1.0, LIMIT_SECONDS - (time.monotonic() - began)))
        assert not sender.is_alive(), "\n".join(web.lines[-20:])
    assert [each for sender in senders for each in sender.unexpected] == []
    told = {key: number for sender in senders for key, number in sender.acknowledged.items()}
    orders = {number for (number,) in ground.raw.execute("SELECT number FROM adjudication_order").fetchall()}
    cases = [number for (number,) in ground.raw.execute("SELECT number FROM adjudication_case").fetchall()]
    repeated = sum(sender.repeated for sender in senders)
    print(
        f"{ACTS:,} acts, {kills} kills of the web process (seed {seed}): {repeated} tries unanswered, sent again; "
        f"{len(orders)} orders and {len(cases)} cases in {time.monotonic() - began:.0f} s, none missing, none twice"
    )
    assert len(told) == ACTS
    assert {number for name, number in told.items() if name.startswith("order")} == orders
    assert sorted(number for name, number in told.items() if name.startswith("case")) == sorted(cases)
    assert ground.raw.execute(DOUBLED).fetchall() == []
    assert repeated > 0
    assert audit.run().is_sound


def killed_at(
    web: Part,
    senders: list[Sender],
    acknowledged: int,
    chance: random.Random,
    ground: Ground,
    environment: dict[str, str],
) -> Part:
    """Kill -9 it and its worker once so many acts have been acknowledged, at any moment of the next; its successor."""
    ground.until(lambda: sum(len(sender.acknowledged) for sender in senders) >= acknowledged, LIMIT_SECONDS, "the acts")
    time.sleep(chance.uniform(0, 0.05))
    web.kill()
    return ground.part("web", **environment)
