"""The payment provider is down for an hour, and pays without saying so: nothing is lost, nothing is paid twice."""

import json
from collections import Counter
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from adjudication import clock, docket
from adjudication.cases.states import State
from adjudication.escrow.balances import Kind, of_account
from adjudication.escrow.models import Account, Entry, Payout
from adjudication.escrow.provider import provider
from adjudication.journal.models import Event
from adjudication.orders.models import Order, ParcelReport
from adjudication.policy import versions
from adjudication.policy.terms import Remedy
from adjudication.procedure import custody, payouts, respond, return_goods, tick
from adjudication.reports import audit
from adjudication.rulings.models import Winner
from tests import walk
from tests.docket.test_all_or_nothing import Counted, Crash
from tests.escrow.outside import PATH, Killed, Outside

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _outside(settings):
    settings.PAYMENT_PROVIDER = PATH
    Outside.open()


def delivered(buyer: str, shop: str = "s-1") -> Order:
    order = walk.register(
        walk.given_order(
            buyer=walk.BuyerGiven(id=buyer, name="Lin"), shop=walk.ShopGiven(id=shop, name="Kiln", category="home")
        )
    )
    walk.deliver(order)
    return order


def refunded(buyer: str) -> None:
    case = walk.requested(delivered(buyer))
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)


def received(buyer: str) -> None:
    with docket.take_order(delivered(buyer).number) as (order, at):
        report = ParcelReport(kind=ParcelReport.Kind.RECEIPT, line_labels=["1"], reported_at=at)
        custody.confirm_receipt(order, report, by=walk.buyer_of(order), at=at)


def split(buyer: str) -> None:
    """Ruled; final after 72 hours."""
    walk.ruled(
        walk.in_ruling(walk.in_evidence(walk.intervened(walk.rejected(walk.requested(delivered(buyer)))))), Winner.SPLIT
    )


def sent_back(buyer: str) -> None:
    """Refunded, with the way back."""
    case = walk.requested(delivered(buyer), remedy=Remedy.RETURN_AND_REFUND)
    with docket.take(case.number) as (taken, at):
        respond.accept(taken, by=walk.seller_of(taken), at=at)
    with docket.take(case.number) as (taken, at):
        return_goods.ship_return(
            taken, by=walk.buyer_of(taken), carrier="SF", tracking_number="1", cost_minor=800, at=at
        )
    with docket.take(case.number) as (taken, at):
        return_goods.acknowledge_return(taken, by=walk.seller_of(taken), at=at)


def a_dozen_payouts() -> list[tuple[str, str, int]]:
    """Twelve payouts that are due or about to be; returns to whom they go, and how much of it."""
    versions.load("[fees]\nseller_basis_points = 500")
    for buyer in ("7", "8"):
        split(buyer)
    with clock.simulated(walk.START + 72 * walk.HOUR - MINUTE):
        for buyer in ("1", "2", "3"):
            refunded(buyer)
        for buyer in ("4", "5", "6"):
            received(buyer)
        sent_back("9")
    # 100.00 each; split: 40 % usable and the seller's fault, 60.00 to 40.00; 5 % of the seller's part are fees.
    whole = [("buyer", buyer, 10_000) for buyer in ("1", "2", "3", "9")]
    released = [("shop", "s-1", 9_500)] * 3
    shared = [("buyer", "7", 6_000), ("buyer", "8", 6_000), ("shop", "s-1", 3_800), ("shop", "s-1", 3_800)]
    return sorted([*whole, ("buyer", "9", 800), *released, *shared])


def payable() -> int:
    """What the ledger still owes to anybody."""
    accounts = Account.objects.filter(kind__in=[Kind.PAYABLE_TO_BUYER, Kind.PAYABLE_TO_SHOP])
    return sum(of_account(Kind(account.kind), account.owner_id) for account in accounts)


def failures() -> Counter[str]:
    """How often the journal tells that each payout failed."""
    return Counter(json.loads(event.body)["facts"]["payout"] for event in Event.objects.filter(kind="payout.failed"))


def test_down_for_an_hour_every_payout_is_paid_exactly_once_afterwards():
    owed = a_dozen_payouts()
    began = walk.START + 72 * walk.HOUR
    Outside.turn("hangs up", "loses the answer", "refuses", "babbles")
    waits: dict[str, list[timedelta]] = {}
    for minute in range(61):
        at = began + minute * MINUTE
        with clock.simulated(at):
            tick.tick()
        for payout in Payout.objects.filter(state=Payout.State.FAILED):
            ahead = waits.setdefault(str(payout.pk), [])
            if not ahead or ahead[-1] != payout.next_try_at - at:
                ahead.append(payout.next_try_at - at)
    unpaid = Payout.objects.exclude(state=Payout.State.PAID)
    assert unpaid.count() == len(owed) == 12
    assert {payout.attempts for payout in unpaid} == {6}, "after 0, 1, 3, 7, 15 and 31 minutes"
    assert failures() == {str(payout.pk): 6 for payout in unpaid}
    for payout in unpaid:
        tries = [w for i, w in enumerate(waits[str(payout.pk)]) if i == 0 or w > waits[str(payout.pk)][i - 1]]
        assert tries == [2**n * MINUTE for n in range(6)], "each wait is twice the one before"
    assert 0 < len(Outside.books) <= 12, "some have been paid, and nobody was told"
    assert payable() == sum(minor for _kind, _id, minor in owed)
    assert audit.run().violations == []

    Outside.turn("pays")
    with clock.simulated(began + 2 * walk.HOUR):
        assert tick.tick().paid == 12
        assert tick.tick().paid == 0
    assert Outside.paid_to() == owed
    assert len(Outside.books) == len({key for key, *_paid in Outside.books}) == 12
    assert Outside.surprises == []
    paid = Payout.objects.all()
    assert {payout.provider_reference for payout in paid} == {f"bank:{key}" for key, *_paid in Outside.books}
    assert {(payout.state, payout.failure) for payout in paid} == {("paid", "")}
    assert Entry.objects.filter(reference__startswith="payout:").count() == 12
    assert payable() == 0
    found = audit.run()
    assert (found.is_sound, found.violations, found.could_not_check) == (True, [], [])


def test_a_provider_that_raises_holds_up_neither_the_other_payouts_nor_the_terms():
    refunded("1")
    refunded("2")
    silent = walk.requested(delivered("3"))
    with clock.simulated(walk.START + walk.HOUR):
        walk.rejected(walk.requested(delivered("4")))
    Outside.turn("hangs up")
    with walk.at_due(silent):
        done = tick.tick()
    assert done.lapsed == 1
    assert walk.look(silent).state == State.CLOSED
    assert len(Outside.asked) == 3, "both that were due, and the one that the lapse has made payable"
    assert set(Payout.objects.values_list("state", "failure")) == {
        ("failed", "ConnectionResetError: connection reset by peer?")
    }


def test_words_too_long_or_impossible_to_keep_do_not_lose_a_payment():
    refunded("1")
    Outside.turn("mumbles")
    with clock.simulated(walk.START + MINUTE):
        assert payouts.pay_due() == 1
        assert payouts.pay_due() == 0
    payout = Payout.objects.get()
    assert (payout.state, payout.provider_reference) == ("paid", "x" * 200)


def test_one_payout_whose_answer_cannot_be_recorded_now_holds_up_no_other(own_database):
    refunded("1")
    refunded("2")
    first, second = Payout.objects.order_by("next_try_at", "id")
    with clock.simulated(walk.START + MINUTE):
        with own_database.superuser() as raw, raw.transaction():
            raw.execute("SELECT 1 FROM adjudication_order WHERE id = %s FOR UPDATE", [first.order_id])
            assert payouts.pay_due() == 2
        states = dict(Payout.objects.values_list("pk", "state"))
        assert states == {first.pk: "due", second.pk: "paid"}
        assert payouts.pay_due() == 0, "it was asked for a moment ago"
    with clock.simulated(walk.START + MINUTE + payouts.ASKING):
        assert payouts.pay_due() == 1
    assert Outside.paid_to() == [("buyer", "1", 10_000), ("buyer", "2", 10_000)]
    assert Outside.asked.count(first.reference) == 2
    assert Payout.objects.get(pk=first.pk).state == "paid"


def test_killed_after_the_provider_has_paid_it_is_asked_again_with_the_same_key(own_database):
    refunded("1")
    payout = Payout.objects.get()
    before = walk.snapshot()
    Outside.turn("kills")
    with clock.simulated(walk.START + MINUTE), pytest.raises(Killed):
        payouts.pay_due()
    assert Outside.paid_to() == [("buyer", "1", 10_000)]
    after = walk.snapshot()
    before["Payout"][0]["next_try_at"] = walk.START + MINUTE + payouts.ASKING
    assert after == before, "here nothing is known of it"
    Outside.turn("pays")
    with clock.simulated(walk.START + MINUTE + payouts.ASKING - walk.MICROSECOND):
        assert payouts.pay_due() == 0
    with clock.simulated(walk.START + MINUTE + payouts.ASKING):
        assert payouts.pay_due() == 1
    assert Outside.asked == [payout.reference] * 2
    assert len(Outside.books) == 1
    assert Payout.objects.get().state == "paid"
    assert Event.objects.filter(kind="payout.paid").count() == 1


def test_killed_at_any_statement_between_the_payment_and_the_commit_it_is_recorded_once(own_database, monkeypatch):
    refunded("1")
    at, crashed = walk.START + MINUTE, 0
    while Payout.objects.get().state != "paid":
        before, seen = walk.snapshot(), len(Outside.asked)
        with monkeypatch.context() as patch, clock.simulated(at):
            counted = Counted(patch, crash_at=crashed + 1)

            def once_paid(execute, *args, counted=counted, seen=seen):
                return counted.through_django(execute, *args) if len(Outside.asked) > seen else execute(*args)

            try:
                with connection.execute_wrapper(once_paid):
                    payouts.pay_due()
            except Crash:
                crashed += 1
                connection.close()
                after = walk.snapshot()
                assert len(Outside.books) == 1
                assert {**after, "Payout": []} == {**before, "Payout": []}
                assert [(row["state"], row["attempts"]) for row in after["Payout"]] == [("due", 0)]
        at += payouts.ASKING
    assert crashed > 5
    assert Outside.asked == [Outside.asked[0]] * (crashed + 1)
    assert len(Outside.books) == 1
    assert Entry.objects.filter(reference__startswith="payout:").count() == 1
    assert Event.objects.filter(kind="payout.paid").count() == 1


def test_two_ticks_at_once_ask_for_each_payout_once(own_database):
    from tests.docket.test_races import at_once

    for buyer in range(6):
        refunded(str(buyer))
    asked = []

    def pay(barrier):
        with clock.simulated(walk.START + MINUTE):
            barrier.wait()
            asked.append(payouts.pay_due())

    assert at_once(pay, pay) == [None, None]
    assert sum(asked) == len(Outside.asked) == len(Outside.books) == 6


def test_no_transaction_is_open_and_nothing_is_locked_while_the_provider_is_asked(own_database, monkeypatch):
    refunded("1")
    seen = []

    def pay(self, **given):
        seen.append(connection.in_atomic_block)
        with own_database.superuser() as raw:
            raw.execute("SET lock_timeout = '100ms'")
            raw.execute("SELECT 1 FROM adjudication_order, adjudication_case, adjudication_payout FOR UPDATE")
        return paid(self, **given)

    paid = Outside.pay
    monkeypatch.setattr(Outside, "pay", pay)
    with clock.simulated(walk.START + MINUTE):
        assert payouts.pay_due() == 1
    assert seen == [False]
    assert Payout.objects.get().state == "paid"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("tests.escrow.nowhere.Bank", "nor a class that can be imported"),
        ("tests.escrow.outside.Nobody", "nor a class that can be imported"),
        ("tests.escrow.outside.Killed", "has not both"),
    ],
)
def test_a_provider_that_is_none_is_told_by_name(settings, name, told):
    settings.PAYMENT_PROVIDER = name
    with pytest.raises(ImproperlyConfigured, match=told):
        provider()
