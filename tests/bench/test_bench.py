"""The measurements measure what they say: the filled rows are the acts' rows, and every way's result is the same."""

import io
import json
import os

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from adjudication import clock, docket
from adjudication.management.bench import limit, sweep, tutorial
from adjudication.management.bench.fill import CURRENCY, WAITED, Filling, claim, fill, given_order
from adjudication.management.bench.same import differences, fingerprint
from adjudication.management.bench.scratch import scratch
from adjudication.orders import register as registration
from adjudication.orders.models import Order
from adjudication.parties import Actor, Role
from adjudication.procedure import custody, request
from tests import walk

#: Of this process: others measure on the same server at the same time.
OWN_DATABASES = f"SELECT datname FROM pg_database WHERE datname LIKE 'bench_{os.getpid()}_%'"

DUE = 3


def walk_to_where_the_filling_stands(at, order: Order) -> None:
    """Register the same order and ask for the same refund, by the acts, at the same moments."""
    price, requested_at = order.price_minor, at
    given = given_order(
        order.number,
        buyer=order.buyer.external_id,
        shop=order.shop.party.external_id,
        price_minor=price,
        paid_at=order.paid_at,
    )
    registration.check(given)
    with clock.simulated(requested_at - WAITED), docket.enter_order(given.order_number) as entering:
        buyer, shop = registration.upsert_parties(given)
        entering.order = custody.register(
            given, order_id=entering.next_id, buyer=buyer, shop=shop, by=Actor(Role.MARKETPLACE), at=entering.at
        )
    with clock.simulated(requested_at), docket.take_order(order.number, opening_case=True) as (taken, now):
        request.request(taken, by=walk.buyer_of(taken), claim=claim(price), at=now)


def test_what_is_filled_in_is_what_the_acts_would_have_written(own_database):
    with scratch() as databases:
        databases.migrated("filled")
        databases.clone("walked", "filled")
        with databases.connect("filled") as raw:
            fill(raw, Filling(at=walk.START, due=DUE, others=2, buyers=2, shops=2))
            filled = fingerprint(raw, DUE + 2)
        databases.use("filled")
        orders = list(Order.objects.select_related("buyer", "shop__party").order_by("id"))
        asked = dict(connection_rows("SELECT order_id, requested_at FROM adjudication_case"))
        databases.use("walked")
        with connection.cursor() as cursor:  # the same ids for the same parties
            cursor.execute(
                "INSERT INTO adjudication_party (id, kind, external_id, name, email, language) VALUES "
                "(1,'buyer','b1','','',''),(2,'buyer','b2','','',''),(3,'shop','s3','','',''),"
                "(4,'shop','s4','','','')"
            )
        for order in orders:
            walk_to_where_the_filling_stands(asked[order.pk], order)
        with databases.connect("walked") as raw:
            assert differences(filled, fingerprint(raw, DUE + 2)) == []
        assert filled["event"][0] == 4 * (DUE + 2)
        assert orders[0].currency == CURRENCY


def connection_rows(statement: str) -> list:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall()


def test_every_way_writes_the_same_rows_and_a_changed_one_is_seen(own_database):
    found = {}
    with scratch() as databases:
        databases.migrated("filled")
        with databases.connect("filled") as raw:
            fill(raw, Filling(at=walk.START, due=DUE, others=2, buyers=2, shops=2))
            found["before"] = fingerprint(raw, DUE)
        for name, way in {
            "limit": limit.sweep,
            "ours": sweep.ours,
            "tutorial": lambda: tutorial.sweep(DUE),
        }.items():
            databases.clone("round", "filled")
            with databases.connect("round") as raw:
                if name == "tutorial":
                    tutorial.loosen(raw)
            databases.use("round")
            with clock.simulated(walk.START):
                assert way() == DUE
            with databases.connect("round") as raw:
                found[name] = fingerprint(raw, DUE)
        with databases.connect("round") as raw, transaction.atomic():
            raw.execute("UPDATE adjudication_announcement SET announced_at = now() WHERE event_id = 1")
            changed = fingerprint(raw, DUE)
    assert found["ours"] == found["limit"] == found["tutorial"]
    assert differences(found["limit"], changed) == ["event"]
    assert set(differences(found["before"], found["ours"])) == {
        *("order", "line", "case", "deadline", "entry", "posting", "payout", "event")
    }


@pytest.mark.parametrize("name", ["sweep", "guarantees"])
def test_a_measurement_prints_its_figures_and_leaves_no_database_behind(own_database, name):
    out = io.StringIO()
    before = connection_rows(OWN_DATABASES)
    few = {"due": 4, "others": 44, "rounds": 1, "tutorial": 2, "worker_rounds": 0, "acts": 2}
    call_command("bench", name, json=True, stdout=out, stderr=io.StringIO(), **few)
    report = json.loads(out.getvalue())
    if name == "sweep":
        assert report["ratio_to_limit"] > 0
        assert report["statements_per_batch"] <= 10
    else:
        assert report["ratio_to_bare"] > 0
    assert connection_rows(OWN_DATABASES) == before


def test_an_unknown_measurement_is_refused(own_database):
    with pytest.raises(CommandError, match="There is no measurement speed"):
        call_command("bench", "speed")


@pytest.mark.processes
def test_filing_over_http_is_measured_beside_the_same_rows_by_hand(own_database):
    out = io.StringIO()
    call_command("bench", "http", "--filed", "6", "--rounds", "1", "--json", stdout=out, stderr=io.StringIO())
    report = json.loads(out.getvalue())
    assert report["ratio_to_hand"]["median"] > 0
    assert report["p99_ratio_at_half_load"]["median"] > 0
    assert (report["web_workers"], report["writers"]) == (2, 2)
    assert connection_rows(OWN_DATABASES) == []
