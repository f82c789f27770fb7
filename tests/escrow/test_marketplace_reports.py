"""A marketplace that pays by itself may report late, again and twice at once: each payout is paid once."""

from datetime import timedelta

import pytest

from adjudication import clock, docket
from adjudication.credentials import keys
from adjudication.credentials.models import Scope
from adjudication.escrow.models import Entry, Payout
from adjudication.journal.models import Event
from adjudication.procedure import respond, tick
from adjudication.reports import audit
from tests import walk
from tests.api.conftest import Caller, refused
from tests.docket.test_races import at_once

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _marketplace_pays(settings):
    settings.PAYMENT_PROVIDER = "marketplace"


def marketplace() -> Caller:
    return Caller(keys.create("till", scopes=Scope.values)[1])


def a_payout() -> Payout:
    """A refund that is due."""
    case = walk.requested()
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    return Payout.objects.get()


def told(kind: str) -> int:
    return Event.objects.filter(kind=kind).count()


def paid_once() -> bool:
    moved = Entry.objects.filter(reference__startswith="payout:").count()
    return (Payout.objects.get().state, moved, told("payout.paid")) == ("paid", 1, 1)


def test_failed_for_an_hour_it_stays_payable_and_is_then_paid_once():
    payout, api = a_payout(), marketplace()
    assert told("payout.due") == 1
    for minute in range(60):
        with clock.simulated(walk.START + minute * MINUTE):
            assert tick.tick().paid == 0, "nobody here asks anybody to pay"
            answer = api.post(f"payouts/{payout.pk}/failed", {"why": f"The bank is closed ({minute})."})
            assert answer.status_code == 200
            assert answer.json()["state"] == "failed"
    payout = Payout.objects.get()
    assert (payout.attempts, payout.failure) == (60, "The bank is closed (59).")
    assert told("payout.failed") == 60
    assert [p["id"] for p in api.get("payouts?state=failed").json()["results"]] == [str(payout.pk)]
    with clock.simulated(walk.START + walk.HOUR):
        first = api.post(f"payouts/{payout.pk}/paid", {"provider_reference": "bank-1"}, Idempotency_Key="k-1")
        assert first.status_code == 200
        assert paid_once()
        before = walk.snapshot()
        again = api.post(f"payouts/{payout.pk}/paid", {"provider_reference": "bank-1"}, Idempotency_Key="k-1")
        assert (again.status_code, again.headers["Idempotent-Replayed"]) == (200, "true")
        assert again.json() == first.json()
        other_body = api.post(f"payouts/{payout.pk}/paid", {"provider_reference": "bank-2"}, Idempotency_Key="k-1")
        refused(other_body, 422, "idempotency_mismatch")
        for _again in range(3):
            refused(api.post(f"payouts/{payout.pk}/paid", {"provider_reference": "bank-1"}), 409, "out_of_order")
        refused(api.post(f"payouts/{payout.pk}/failed", {"why": "It came back."}), 409, "out_of_order")
        assert walk.snapshot() == before
    assert Payout.objects.get().provider_reference == "bank-1"
    assert audit.run().is_sound


@pytest.mark.parametrize(
    ("keys_sent", "answers"),
    [
        (("", ""), [200, 409]),
        (("k-1", "k-2"), [200, 409]),
        (("k-1", "k-1"), [200, 200]),
        (("k-1", ""), [200, 409]),
    ],
    ids=["without keys", "two keys", "one key", "one with, one without"],
)
def test_reported_paid_twice_at_once_it_is_paid_once(own_database, keys_sent, answers):
    payout, api, got = a_payout(), marketplace(), []

    def report(key):
        def run(barrier):
            with clock.simulated(walk.START):
                barrier.wait()
                headers = {"Idempotency_Key": key} if key else {}
                got.append(api.post(f"payouts/{payout.pk}/paid", {"provider_reference": "bank-1"}, **headers))

        return run

    assert at_once(*map(report, keys_sent)) == [None, None]
    assert sorted(answer.status_code for answer in got) == answers
    assert paid_once()
    replayed = [answer for answer in got if answer.headers.get("Idempotent-Replayed")]
    assert len(replayed) == answers.count(200) - 1


def test_paid_and_failed_reported_at_once_end_as_paid(own_database):
    payout, api, got = a_payout(), marketplace(), {}

    def report(what, body):
        def run(barrier):
            with clock.simulated(walk.START):
                barrier.wait()
                got[what] = api.post(f"payouts/{payout.pk}/{what}", body).status_code

        return run

    assert at_once(report("paid", {"provider_reference": "bank-1"}), report("failed", {"why": "closed"})) == [None] * 2
    assert got["paid"] == 200
    assert got["failed"] in (200, 409)
    assert told("payout.failed") == (got["failed"] == 200)
    assert paid_once()
