"""The whole story with real processes: PostgreSQL, web, Celery worker and beat, over the API, with terms of seconds."""

import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import tomli_w

from tests.processes import RunningUp, run_manage
from tests.story.marketplace import Caller, a_claim, a_ruling, an_order, deliver

pytestmark = pytest.mark.processes

#: Long where somebody will act, short where the clock shall.
TERMS = {
    "seller_answers": 60,
    "buyer_intervenes": 60,
    "arbitrator_assigned": 30,
    "evidence": 60,
    "ruling": 90,
    "appeal": 2,
}
SCOPES = "orders:write,cases:read,cases:act,evidence:read,rulings:write,policies:write,ledger:read"


@dataclass
class Service:
    """A running service, and who speaks to it."""

    up: RunningUp
    marketplace: Caller
    arbitrator: Caller
    operator: Caller

    def manage(self, *arguments: str) -> str:
        """A command beside the running service."""
        done = run_manage(*arguments, DATA_DIR=str(self.up.data))
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def terms(self, **seconds: int) -> None:
        """Load a policy with these terms."""
        policy = {"terms_seconds": TERMS | seconds, "fees": {"seller_basis_points": 500}}
        self.operator.post("policies", policy)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("story")
    policy = folder / "seconds.toml"
    policy.write_text(tomli_w.dumps({"terms_seconds": TERMS, "fees": {"seller_basis_points": 500}}))
    up = RunningUp(folder / "data", "--policy", str(policy), SWEEP_SECONDS="0.5")
    try:
        up.wait_for("ready after", 90)
        yield Service(up, *(_caller(up, *who) for who in ((SCOPES,), (SCOPES, "arbitrator"), (SCOPES, "operator"))))
    finally:
        up.process.terminate()
        up.process.wait(30)


def _caller(up: RunningUp, scopes: str, role: str = "") -> Caller:
    data = {"DATA_DIR": str(up.data)}
    whom = []
    if role:
        made = run_manage("create_staff", f"the-{role}", "--role", role, "--password", "a long enough one", **data)
        assert made.returncode == 0, made.stderr
        whom = ["--user", f"the-{role}"]
    key = run_manage("create_api_key", role or "marketplace", "--scopes", scopes, *whom, **data)
    assert key.returncode == 0, key.stderr
    return Caller(up.port, key.stdout.strip().splitlines()[-1])


def held(service: Service, number: str) -> dict[str, int]:
    escrow = service.marketplace.get(f"orders/{number}")["escrow"]
    return {name: amount["amount_minor"] for name, amount in escrow.items()}


def requested(service: Service, number: str) -> str:
    service.marketplace.post("orders", an_order(number))
    deliver(service.marketplace, number)
    return service.marketplace.post("cases", a_claim(number))["number"]


def test_from_the_order_to_settled_escrow(service: Service) -> None:
    number = requested(service, "S-1")
    case = f"cases/{number}"
    exhibit = {"kind": "document", "title": "Packing note", "text": "It left us whole."}
    service.marketplace.post(
        f"{case}/reject", {"reason": "goods_as_described", "text": "Whole.", "exhibits": [exhibit]}
    )
    service.marketplace.post(f"{case}/intervene", {"statement": "Please look."})
    opened = service.marketplace.until(case, {"state": "evidence"})  # the tick assigns by itself
    assert opened["arbitrator"] == {"username": "the-arbitrator"}
    photo = {"by": "buyer", "kind": "document", "title": "The crack", "text": "From rim to foot."}
    service.marketplace.post(f"{case}/exhibits", photo)
    for side in ("buyer", "seller"):
        service.marketplace.post(f"{case}/rest", {"by": side})
    exhibits = service.arbitrator.get(f"{case}/exhibits")["results"]
    service.arbitrator.post(f"{case}/rulings", a_ruling(exhibits))
    closed = service.marketplace.until(case, {"state": "closed"})  # nobody appeals
    assert closed["outcome"] == "partly_refunded"
    assert held(service, "S-1") == {"paid": 10_000, "held": 0, "released": 3_800, "refunded": 6_000, "fees": 200}
    events = [event["type"] for event in service.marketplace.get(f"{case}/events")["results"]]
    assert events[0] == "case.requested"
    assert "ruling.final" in events


def test_a_silent_seller_refunds(service: Service) -> None:
    service.terms(seller_answers=2)
    number = requested(service, "S-2")
    assert service.marketplace.until(f"cases/{number}", {"state": "closed"})["outcome"] == "refunded"
    assert held(service, "S-2")["refunded"] == 10_000


def test_a_silent_buyer_lets_the_refusal_stand(service: Service) -> None:
    service.terms(buyer_intervenes=2)
    number = requested(service, "S-3")
    exhibit = {"kind": "document", "title": "Packing note", "text": "It left us whole."}
    service.marketplace.post(
        f"cases/{number}/reject", {"reason": "goods_as_described", "text": "Whole.", "exhibits": [exhibit]}
    )
    assert service.marketplace.until(f"cases/{number}", {"state": "closed"})["outcome"] == "released"
    assert held(service, "S-3")["released"] == 9_500


def test_a_withdrawn_case_leaves_the_money_held(service: Service) -> None:
    number = requested(service, "S-4")
    withdrawn = service.marketplace.post(f"cases/{number}/withdraw")
    assert (withdrawn["state"], withdrawn["outcome"]) == ("closed", "withdrawn")
    assert held(service, "S-4")["held"] == 10_000


def test_every_payout_leaves_and_the_books_are_sound(service: Service) -> None:
    for _look in range(100):
        if not service.marketplace.get("payouts?state=due")["results"]:
            break
        time.sleep(0.2)
    assert len(service.marketplace.get("payouts?state=paid")["results"]) == 4
    assert "sound" in service.manage("audit")
    assert service.up.get("/ready") == 200
